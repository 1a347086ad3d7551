"""From a day as it stands to the question that the planner answers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from dispatch.rounds.day import (
    ARRIVED,
    HOUR_S,
    LEFT_OUT,
    MINUTE_S,
    PLANNED,
    DayRounds,
    Errand,
    Member,
    RoundRules,
    windows_of,
)
from dispatch.rounds.facts import Break, Visit, Window, Worker
from geo.place import LonLat

OPEN = frozenset({PLANNED, LEFT_OUT})
"""States of errands that can still be planned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Where a worker is known to be, and from when they are free again: at the errand they came to last."""

    errand: str
    free_s: int


def past_of(day: DayRounds, zone: tzinfo) -> dict[str, Past]:
    """Tell where workers came to last, and until when they are needed there; those who came nowhere are left out."""
    found: dict[str, Past] = {}
    came = [e for e in day.errands if e.state == ARRIVED and e.arrived_at is not None]
    for errand in sorted(came, key=lambda e: e.arrived_at or day.made_at):
        local = (errand.arrived_at or day.made_at).astimezone(zone)
        free_s = local.hour * HOUR_S + local.minute * MINUTE_S + local.second + errand.service_s
        found[errand.worker] = Past(errand=errand.id, free_s=free_s)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What `dispatch.rounds.plan.plan` is asked of a day."""

    visits: tuple[Visit, ...]
    workers: tuple[Worker, ...]
    kept: Mapping[str, tuple[str, ...]]
    other_person_s: int


def places_of(day: DayRounds) -> list[LonLat]:
    """Return the places of the matrix of a day: those of the errands, then where workers set out, then where they end."""
    crew = day.members
    return [*(e.place for e in day.errands), *(m.start for m in crew), *(m.end for m in crew)]


def ways_of(day: DayRounds) -> tuple[str, ...]:
    """Return the ways of travelling of a day, in the order of their matrices."""
    return tuple(sorted({m.profile for m in day.members}))


def ask(
    day: DayRounds,
    rules: RoundRules,
    past: Mapping[str, Past],
    now_s: int,
    owed: Collection[str] = frozenset(),
) -> Question:
    """Ask how the rest of a day is best planned.

    Parameters
    ----------
    day : DayRounds
        Errands that were arrived at or skipped stay as they are.
    rules : RoundRules
    past : Mapping of str to Past
        By user; empty before the day.
    now_s : int
        Second of the day, 0 before it: nobody sets out earlier.
    owed : collection of str
        Errands that are worth as much as promised ones though no window is promised any more.

    Returns
    -------
    Question
        A worker who is off, or whose shift is over, is not part of it.
    """
    index = {errand.id: number for number, errand in enumerate(day.errands)}
    ways, workers = ways_of(day), []
    for number, member in enumerate(day.members):
        known = past.get(member.user)
        start = len(day.errands) + number
        end, at = start + len(day.members), start if known is None else index[known.errand]
        from_s = max(member.from_s, now_s, 0 if known is None else known.free_s)
        if member.off or from_s >= member.until_s:
            continue
        workers.append(
            Worker(
                user=member.user,
                start=at,
                end=end,
                from_s=from_s,
                until_s=member.until_s,
                pause=_pause(member, from_s),
                skills=frozenset(member.skills),
                way=ways.index(member.profile),
            )
        )
    here = {w.user for w in workers}
    planned = any(e.state == PLANNED for e in day.errands)
    open_ones = [e for e in day.errands if e.state in OPEN]
    visits = tuple(_visit(e, index[e.id], _worth(e, rules, owed), here) for e in open_ones)
    kept = {w.user: tuple(e.id for e in day.round_of(w.user) if e.state == PLANNED) for w in workers}
    stay_s = rules.stay_s if planned else rules.own_worker_s
    return Question(visits=visits, workers=tuple(workers), kept=kept, other_person_s=stay_s)


def _pause(member: Member, now_s: int) -> Break | None:
    """Return the break that is still to come; one that was planned before now is over."""
    begun = member.pause_at_s is not None and member.pause_at_s < now_s
    if not member.pause_s or begun or member.pause_until_s < now_s:
        return None
    return Break(earliest_s=member.pause_from_s, latest_s=member.pause_until_s, length_s=member.pause_s)


def _worth(errand: Errand, rules: RoundRules, owed: Collection[str]) -> int:
    promised = errand.told_from_s is not None or errand.id in owed
    return errand.worth_s * (rules.promised_times if promised else 1)


def _visit(errand: Errand, place: int, worth_s: int, here: set[str]) -> Visit:
    person = errand.worker if errand.state == PLANNED and errand.worker in here else errand.wished
    return Visit(
        no=errand.id,
        place=place,
        service_s=errand.service_s,
        worth_s=worth_s,
        windows=_promised(errand) or windows_of(errand.windows),
        skills=frozenset(errand.skills),
        person=person,
    )


def _promised(errand: Errand) -> tuple[Window, ...]:
    """Return the promised window; empty while nothing is promised."""
    if errand.told_from_s is None or errand.told_until_s is None:
        return ()
    return ((errand.told_from_s, errand.told_until_s),)
