"""Days of rounds over HTTP: plan one, list, show, publish, work through, plan anew, move a stop, cancel."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, Field
from sqlalchemy.orm import Session

from api.access import SENDERS, STAFF, access
from api.answers.round import RoundAnswer, RoundChange, RoundPage
from api.forms import Form, Placed, Short
from api.idempotency import ReceiptDep, respond
from api.roles import AccountDep, WorldDep, area_prefix
from api.routing import Router
from api.v1.asks import ListAsk, seen_area
from api.views.round import change_view, round_listed, round_view
from api.world import World
from data.city.rounds import planned, problems, with_move
from data.desk.rounds import NewRounds
from data.queries.rounds import RoundFilter, list_rounds
from data.queries.scope import find, seen
from data.registers.day_rounds import (
    Going,
    Wanted,
    crew,
    due_visits,
    errands,
    faces,
    residents_of,
    rounds_of_day,
)
from data.store.done import Done
from data.store.kinds.rounds import ROUND
from dispatch.errors import BadFieldError
from dispatch.item import Profile
from dispatch.lifecycle import Action
from dispatch.rounds.acts import check_to_come
from dispatch.rounds.day import DayRounds, seconds
from grid.account import Account

router = Router(prefix="/api/v1/rounds", tags=["rounds"])
WORK_ON = (*SENDERS, "worker")
MOST_AHEAD = timedelta(days=31)
MOST_ASKED = 800
LONGEST_MIN = 480
ARRANGING = ("replan", "move")
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-4]):[0-5][0-9]$")]
Window = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-4]):[0-5][0-9]-([01][0-9]|2[0-4]):[0-5][0-9]$")]
User = Annotated[str, Field(min_length=1, max_length=64)]
Skill = Annotated[str, Field(min_length=1, max_length=40)]


class GoingForm(Form):
    """A worker on shift; what is left out is as the rules say, and they set out from the middle of their area."""

    user: User
    profile: Profile | None = None
    start: Placed | None = None
    end: Placed | None = None
    from_: Annotated[Clock | None, Field(alias="from")] = None
    until: Clock | None = None
    pause: bool = True
    skills: Annotated[tuple[Skill, ...], Field(max_length=20)] = ()

    def going(self) -> Going:
        """Return who goes."""
        return Going(
            user=self.user,
            profile=self.profile,
            start=self.start.place() if self.start else None,
            end=self.end.place() if self.end else None,
            from_s=seconds(self.from_) if self.from_ else None,
            until_s=seconds(self.until) if self.until else None,
            pause=self.pause,
            skills=self.skills,
        )


class WantedForm(Form):
    """An errand at a resident's, at a ticket's, or at a place; ``worker`` is who should rather go, priority 3 the highest."""

    resident: Short = ""
    ticket: Short = ""
    place: Placed | None = None
    what: Short = ""
    minutes: Annotated[int | None, Field(ge=1, le=LONGEST_MIN)] = None
    windows: Annotated[tuple[Window, ...] | None, Field(max_length=4)] = None
    skills: Annotated[tuple[Skill, ...], Field(max_length=20)] = ()
    priority: Annotated[int | None, Field(ge=1, le=3)] = None
    worker: Annotated[str, Field(max_length=64)] = ""
    note: Short = ""

    def wanted(self) -> Wanted:
        """Return what is wanted."""
        return Wanted(
            resident=self.resident,
            ticket=self.ticket,
            place=self.place.place() if self.place else None,
            what=self.what,
            minutes=self.minutes,
            windows=self.windows,
            skills=self.skills,
            priority=self.priority,
            worker=self.worker,
            note=self.note,
        )


class RoundForm(Form):
    """Which day of which area is planned.

    With ``due`` the visits of the month that are due, at most ``most_due``; and what ``visits`` names. Without
    ``workers`` all active ones of the area who have no round that day.
    """

    area: Annotated[str, Field(pattern=r"^\d{0,20}$")] = ""
    day: date | None = None
    due: bool = True
    most_due: Annotated[int | None, Field(ge=0, le=MOST_ASKED)] = None
    visits: Annotated[tuple[WantedForm, ...], Field(max_length=MOST_ASKED)] = ()
    workers: Annotated[tuple[GoingForm, ...] | None, Field(min_length=1, max_length=200)] = None


class RoundActionForm(Form):
    """One action on a day of rounds.

    ``arrive``, ``skip`` and ``undo`` name a ``stop``; ``at`` is when one came, for what is sent later. ``move`` names a
    stop, its ``worker`` (nobody when empty) and its ``turn`` among those to come (the last when 0); ``anew`` lets it
    have another window than was promised. ``replan`` may name workers who fall ``off``, and ``visits`` that come in.
    """

    action: Short
    stop: Annotated[str, Field(max_length=8)] | None = None
    reason: Short | None = None
    at: AwareDatetime | None = None
    worker: Annotated[str, Field(max_length=64)] | None = None
    turn: Annotated[int | None, Field(ge=0, le=MOST_ASKED)] = None
    anew: bool | None = None
    off: Annotated[tuple[User, ...] | None, Field(max_length=200)] = None
    visits: Annotated[tuple[WantedForm, ...] | None, Field(max_length=MOST_ASKED)] = None

    def fields_given(self) -> dict[str, Any]:
        """Return the fields that were sent, without the action's name."""
        given = {name: getattr(self, name) for name in self.model_fields_set - {"action"}}
        return {name: value for name, value in given.items() if value is not None}


class RoundAsk(ListAsk):
    """Filters of the list of days of rounds."""

    state: Literal["", "draft", "published", "cancelled"] = ""
    since: date | None = None
    until: date | None = None


@router.get("", response_model=RoundPage, **access(*STAFF, outside="left_out"))
def rounds(ask: Annotated[RoundAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List days of rounds of one's area, page by page; a worker those that they are part of."""
    prefix = "" if account.role == "worker" else seen_area(world, account, ask.area)
    wanted = RoundFilter(state=ask.state, since=ask.since, until=ask.until)
    scope = seen(ROUND, account.actor(), world.scheme)
    with world.database.read() as session:
        page = list_rounds(session, scope, wanted, ask.page(), prefix)
    items = [round_listed(world, day, account) for day in page.items]
    return JSONResponse({"items": items, "next": page.next})


@router.post("", response_model=RoundAnswer, status_code=201, **access(*SENDERS, outside="refused"))
def plan(form: RoundForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep) -> JSONResponse:
    """Plan a day of an area; a draft that nobody is told of until it is published."""
    now = world.clock()
    with world.database.read() as session:
        asked = day_of(session, world, account, form, now)
    made = planned(world.city, asked, now)

    def answer(done: Done) -> dict[str, Any]:
        return shown(world, done.fact, account, now)

    done = world.desk.start(NewRounds(day=made), account.actor(), now, receipt=receipts(answer, 201))
    return respond(done, answer, 201)


@router.get("/{no}", response_model=RoundAnswer, **access(*STAFF, outside="hidden"))
def one(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show a day of rounds, planned beside done; a worker is shown the own round."""
    return JSONResponse(shown(world, round_of(world, account, no), account, world.clock()))


@router.post("/{no}/actions", response_model=RoundAnswer, **access(*WORK_ON, outside="hidden"))
def act(
    no: str, form: RoundActionForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep
) -> JSONResponse:
    """Publish a day, come to a stop, skip one, plan the rest anew with least change, move a stop, cancel."""
    now, fields = world.clock(), form.fields_given()
    known = round_of(world, account, no)
    if form.action in ARRANGING and account.role in SENDERS:
        fields["arranged"] = arranged(world, account, known, form, now)

    def answer(done: Done) -> dict[str, Any]:
        return shown(world, done.fact, account, now)

    action = Action(name=form.action, by=account.actor(), fields=fields)
    done = world.desk.act(ROUND, no, action, now, receipt=receipts(answer, 200))
    return respond(done, answer, 200)


@router.post("/{no}/trial", response_model=RoundChange, **access(*SENDERS, outside="hidden"))
def trial(no: str, form: RoundActionForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Tell what planning anew or moving a stop would change; nothing is kept."""
    now, known = world.clock(), round_of(world, account, no)
    if form.action not in ARRANGING:
        raise BadFieldError("action", form.action, "one of " + ", ".join(ARRANGING))
    after = arranged(world, account, known, form, now)
    with world.database.read() as session:
        who = faces(session, world.city, after)
    return JSONResponse(change_view(world, known, after, account, who))


def round_of(world: World, account: Account, no: str) -> DayRounds:
    """Find a day of rounds that an account may see.

    Raises
    ------
    MissingError
    """
    with world.database.read() as session:
        return find(session, ROUND, no, account.actor(), world.scheme)


def shown(world: World, day: DayRounds, account: Account, now: datetime) -> dict[str, Any]:
    """Show a day with who stands behind it; those who can plan it anew are told where it is not possible any more."""
    with world.database.read() as session:
        who = faces(session, world.city, day)
    plans = account.role in SENDERS and day.state == "published" and day.day >= world.local(now).date()
    broken = problems(world.city, day, now) if plans else {}
    return round_view(world, day, account, who, broken)


def own_rounds(world: World, session: Session, account: Account, now: datetime) -> list[dict[str, Any]]:
    """Show the rounds that an account has today: the number, when they set out and are back, and the stops in order."""
    found = []
    for day in rounds_of_day(session, world.local(now).date()):
        if any(m.user == account.user for m in day.members):
            who = faces(session, world.city, day)
            view = round_view(world, day, replace(account, role="worker"), who, {})
            found.append({"no": day.no} | view["workers"][0])
    return found


def day_of(session: Session, world: World, account: Account, form: RoundForm, now: datetime) -> DayRounds:
    """Put together what is to be planned: who goes, and what there is to do.

    Raises
    ------
    BadFieldError, MissingError
    """
    city, rules, today = world.city, world.catalogue.rounds, world.local(now).date()
    day = form.day or today
    if not today <= day <= today + MOST_AHEAD:
        raise BadFieldError("day", day.isoformat(), f"a day from {today} to {today + MOST_AHEAD}")
    area = form.area or account.area or city.district.code
    prefix = seen_area(world, account, area)
    area = area if area_prefix(world, area) == prefix else account.area
    standing = rounds_of_day(session, today, later=True)
    busy = {m.user for other in standing if other.day == day for m in other.members if not m.off}
    going = None if form.workers is None else [each.going() for each in form.workers]
    members = crew(session, city, prefix, going, busy)
    wanted = [each.wanted() for each in form.visits]
    if form.due:
        most = rules.due_each * len(members) if form.most_due is None else form.most_due
        taken = residents_of(standing) | {each.resident for each in wanted}
        wanted += due_visits(session, city, day, prefix, min(most, rules.most), taken)
    if not wanted:
        raise BadFieldError(
            "visits", None, "something to do: no visit is due in this area, and none is named"
        )
    if len(wanted) > rules.most:
        raise BadFieldError(
            "visits", len(wanted), f"at most {rules.most} errands of one day; plan smaller areas"
        )
    return DayRounds(
        no="",
        state=rules.lifecycle.initial,
        area=area,
        day=day,
        made_at=now,
        made_by=account.user,
        members=members,
        errands=errands(session, city, wanted, account.actor(), prefix),
    )


def arranged(
    world: World, account: Account, day: DayRounds, form: RoundActionForm, now: datetime
) -> DayRounds:
    """Return a day as planning anew or moving a stop makes it.

    Raises
    ------
    BadFieldError, NotPossibleError, MissingError
    """
    check_to_come(day, world.zone, now)
    if form.action == "move":
        move = (form.stop or "", form.worker or "", form.turn or 0)
        return with_move(world.city, day, move, now, anew=bool(form.anew))
    for user in form.off or ():
        day.member(user)
    off, why = set(form.off or ()), form.reason or ""
    members = tuple(replace(m, off=True, why=why) if m.user in off else m for m in day.members)
    with world.database.read() as session:
        more = errands(
            session,
            world.city,
            [each.wanted() for each in form.visits or ()],
            account.actor(),
            area_prefix(world, day.area),
            first=len(day.errands) + 1,
        )
    return planned(world.city, replace(day, members=members, errands=(*day.errands, *more)), now)
