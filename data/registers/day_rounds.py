"""What a day of rounds is made of: workers with their shifts, visits that are due, and what else is wanted."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.city.city import City
from data.city.rounds import moment
from data.city.workers import middle_of
from data.models import AccountRow, HomeVisitRow, ResidentRow, RoundRow, fact_of
from data.queries.scope import find
from data.registers.health import missed_homes
from data.registers.visits import visit_plan
from data.store.kinds.cases import TICKET
from data.store.kinds.people import RESIDENT
from dispatch.errors import BadFieldError
from dispatch.item import Profile
from dispatch.lifecycle import Actor
from dispatch.resident import Resident
from dispatch.rounds.day import PLANNED, DayRounds, Errand, Member, check_member, windows_of
from dispatch.rounds.facts import DAY_S
from geo.place import LonLat
from grid.period import month_period


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """Somebody who is on shift; None and empty fields are as the rules or the register say."""

    user: str
    profile: Profile | None = None
    start: LonLat | None = None
    end: LonLat | None = None
    from_s: int | None = None
    until_s: int | None = None
    pause: bool = True
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Something wanted of a day, at a resident's, at a ticket's or at a place; None and empty fields are as the rules say."""

    resident: str = ""
    ticket: str = ""
    place: LonLat | None = None
    what: str = ""
    minutes: int | None = None
    windows: tuple[str, ...] | None = None
    skills: tuple[str, ...] = ()
    priority: int | None = None
    worker: str = ""
    note: str = ""


def rounds_of_day(
    session: Session, day: date, states: Collection[str] = ("published",), *, later: bool = False
) -> list[DayRounds]:
    """Return the rounds of a day in some states, those of later days too when asked, by number."""
    on = RoundRow.day >= day if later else RoundRow.day == day
    query = select(RoundRow).where(on, RoundRow.state.in_(states)).order_by(RoundRow.no)
    return [fact_of(DayRounds, row) for row in session.scalars(query)]


def crew(
    session: Session, city: City, prefix: str, going: Sequence[Going] | None, busy: Collection[str]
) -> tuple[Member, ...]:
    """Return who is on shift in an area.

    Parameters
    ----------
    session : Session
    city : City
    prefix : str
        What codes of the area begin with.
    going : sequence of Going or None
        None for all active workers of the area who are not busy.
    busy : collection of str
        Who has a round already that day.

    Raises
    ------
    BadFieldError
        For somebody who is not an active worker there, stands twice, or has no place to set out from.
    """
    accounts = select(AccountRow).where(
        AccountRow.role == "worker", AccountRow.active, AccountRow.area.startswith(prefix)
    )
    known = {row.user: row for row in session.scalars(accounts.order_by(AccountRow.user))}
    if going is None:
        going = [Going(user=user) for user in known if user not in busy]
    users = [each.user for each in going]
    if twice := sorted({user for user in users if users.count(user) > 1}):
        raise BadFieldError("workers", twice[0], "each worker once")
    if odd := [user for user in users if user not in known]:
        raise BadFieldError("workers", odd[0], "an active worker of the area")
    members = tuple(_member(city, each, known[each.user].area) for each in going)
    if not members:
        raise BadFieldError(
            "workers", None, "somebody who goes: every worker of the area has a round that day"
        )
    return members


def _member(city: City, going: Going, area: str) -> Member:
    shift = city.catalogue.rounds.shift
    start = going.start or middle_of(city, area)
    if start is None:
        raise BadFieldError(
            "start", None, f"a place from which {going.user} sets out: their area is not drawn"
        )
    end = going.end or start
    member = Member(
        user=going.user,
        profile=going.profile or shift.profile,
        start_lon=start.lon,
        start_lat=start.lat,
        end_lon=end.lon,
        end_lat=end.lat,
        from_s=shift.from_s if going.from_s is None else going.from_s,
        until_s=shift.until_s if going.until_s is None else going.until_s,
        pause_from_s=shift.pause_from_s,
        pause_until_s=shift.pause_until_s,
        pause_s=shift.pause_s if going.pause else 0,
        skills=tuple(sorted(set(going.skills))),
    )
    check_member(member)
    # A shift that is over before the break has to begin, or begins after it, has none.
    has_pause = (
        member.from_s <= member.pause_until_s and member.until_s >= member.pause_from_s + member.pause_s
    )
    return member if has_pause else replace(member, pause_s=0)


def due_visits(
    session: Session, city: City, day: date, prefix: str, most: int, taken: Collection[str]
) -> list[Wanted]:
    """Return the visits that are due in the month of a day, those longest unseen first, at most so many.

    Who is disabled or was never seen comes before others; who stands in another round is left out. People whose follow-up
    at the health station was missed and who were not seen since it was due are among them, and nothing says so.
    """
    rulebook = city.catalogue.rulebook
    month = month_period(f"{day:%Y-%m}", rulebook.worktime.zone)
    found = visit_plan(session, rulebook, month, prefix, most + len(taken))
    missed = missed_homes(
        session, city.catalogue.chronic, city.catalogue.zone, day, prefix, most + len(taken)
    )
    wanted = [Wanted(resident=no, priority=2) for no in missed if no not in taken]
    taken = {*taken, *missed}
    wanted += [
        Wanted(resident=one.resident.no, priority=2 if one.disabled or one.last_at is None else None)
        for one in found.unseen
        if one.resident.no not in taken
    ]
    return wanted[:most]


def residents_of(rounds: Iterable[DayRounds]) -> set[str]:
    """Return to whom some rounds still lead."""
    return {e.resident for day in rounds for e in day.errands if e.resident and e.state == PLANNED}


def errands(
    session: Session, city: City, wanted: Iterable[Wanted], by: Actor, prefix: str, first: int = 1
) -> tuple[Errand, ...]:
    """Turn what is wanted into errands, numbered from a first one.

    Parameters
    ----------
    session : Session
    city : City
    wanted : iterable of Wanted
    by : Actor
        Only what they may see can be visited.
    prefix : str
        What codes of the area begin with.
    first : int

    Raises
    ------
    BadFieldError, MissingError, OutsideDistrictError
        For what is not there, lies outside the area or names no place, and for a window that is none.
    """
    made = [_errand(session, city, each, by, str(number)) for number, each in enumerate(wanted, first)]
    for errand in made:
        if not errand.cell.startswith(prefix):
            raise BadFieldError("visits", errand.cell, "places in the area of the round")
    names = [name for e in made for name in (e.resident, e.ticket) if name]
    if len(set(names)) < len(names):
        raise BadFieldError("visits", max(names, key=names.count), "each resident and ticket once")
    return tuple(made)


def _errand(session: Session, city: City, wanted: Wanted, by: Actor, number: str) -> Errand:
    rules, scheme = city.catalogue.rounds, city.catalogue.rulebook.scheme
    given = [bool(wanted.resident), bool(wanted.ticket), wanted.place is not None]
    one_of = BadFieldError("visits", None, "name a resident, a ticket or a place by lon and lat, one of them")
    if sum(given) != 1:
        raise one_of
    usual = "visit" if wanted.resident else "check" if wanted.ticket else "task"
    rule = rules.errand(wanted.what or usual)
    if wanted.resident:
        known = find(session, RESIDENT, wanted.resident, by, scheme)
        place, cell = known.place, known.cell
    elif wanted.ticket:
        ticket = find(session, TICKET, wanted.ticket, by, scheme)
        place, cell = ticket.place, ticket.cell
    elif wanted.place is not None:
        place, cell = wanted.place, city.locate(wanted.place).cell
    else:
        raise one_of
    windows = rule.windows if wanted.windows is None else wanted.windows
    windows_of(windows)
    keeper = city.cells.get(cell)
    return Errand(
        id=number,
        what=rule.code,
        lon=place.lon,
        lat=place.lat,
        cell=cell,
        service_s=60 * (rule.minutes if wanted.minutes is None else wanted.minutes),
        worth_s=rules.worth_s[(wanted.priority or rule.priority) - 1],
        windows=tuple(windows),
        skills=tuple(sorted(set(wanted.skills))),
        wished=wanted.worker or (keeper.worker if keeper else ""),
        resident=wanted.resident,
        ticket=wanted.ticket,
        note=wanted.note,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Faces:
    """Who stands behind a day: residents by number, names by user, and what was found at whose door that day."""

    residents: Mapping[str, Resident]
    names: Mapping[str, str]
    found: Mapping[str, str]


def faces(session: Session, city: City, day: DayRounds) -> Faces:
    """Read who stands behind a day of rounds, and which of its residents were visited."""
    numbers = [e.resident for e in day.errands if e.resident]
    rows = session.scalars(select(ResidentRow).where(ResidentRow.no.in_(numbers)))
    users = [m.user for m in day.members]
    names = select(AccountRow.user, AccountRow.name).where(AccountRow.user.in_(users))
    begin, end = moment(city, day, 0), moment(city, day, DAY_S)
    visits = HomeVisitRow
    found = (
        select(visits.resident, visits.finding)
        .where(visits.resident.in_(numbers), visits.visited_at >= begin, visits.visited_at < end)
        .order_by(visits.visited_at)
    )
    return Faces(
        residents={row.no: fact_of(Resident, row) for row in rows},
        names={row.user: row.name for row in session.execute(names)},
        found={row.resident: row.finding for row in session.execute(found)},
    )
