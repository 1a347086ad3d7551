"""Alarms over HTTP: list, show, act, raise one that was told by voice, who goes, the person's file."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access import SENDERS, SIGNED_IN, STAFF, access
from api.answers.alarm import (
    AlarmAnswer,
    AlarmDetail,
    AlarmPage,
    AnsweringAnswer,
    FileAnswer,
    OwnTasks,
    RankingAnswer,
    TaskAnswer,
)
from api.errors import NotAllowedError
from api.forms import Datum, Form, Long, Placed, Short
from api.idempotency import ReceiptDep, respond
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.v1.asks import ListAsk, Month
from api.views.alarm import alarm_detail, alarm_view, file_view, task_view
from api.views.shape import plain
from api.world import World
from data.desk.alarm_tasks import AskToGo
from data.desk.alarms import RaiseAlarm
from data.models import AlarmRow, fact_of
from data.queries.alarms import AlarmFilter, list_alarms, open_tasks_of
from data.queries.paging import Ask
from data.queries.scope import find, seen
from data.registers.duty import OnDuty, Scene
from data.registers.reveals import Look, keep_look
from data.registers.rota import on_shift, rota
from data.store.done import Done
from data.store.kinds.alarms import ALARM, TASK
from data.store.kinds.people import RESIDENT
from dispatch.alarms.alarm import Cry
from dispatch.alarms.answering import answering
from dispatch.alarms.fact import Alarm
from dispatch.alarms.task import GOING
from dispatch.lifecycle import Action
from geo.place import LonLat
from grid.account import Account
from grid.errors import OutsideDistrictError
from grid.period import month_period

router = Router(prefix="/api/v1/alarms", tags=["alarms"])
SEE_ALARMS = (*STAFF, "resident")
NOBODY: dict[int | str, dict[str, Any]] = {404: {"description": "Nobody of that number lives in one's area"}}
CRIERS = ("dispatcher", "admin", "worker", "resident")


class AlarmAsk(ListAsk):
    """Filters of the list of alarms."""

    state: Short = ""
    queue: Literal["", "emergency", "community", "life"] = ""
    cause: Short = ""
    resident: Short = ""
    device: Short = ""
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    open: bool = False

    def filter(self) -> AlarmFilter:
        """Give the filter."""
        return AlarmFilter(**self._given(AlarmFilter))


class AlarmForm(Form):
    """An alarm told by voice, or a drill; any position or none is taken."""

    cause: Annotated[str, Field(min_length=1, max_length=40)] = "emergency_key"
    resident: Annotated[str, Field(max_length=24)] = ""
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    datum: Datum = "wgs84"
    drill: bool = False


class AlarmActionForm(Form):
    """One action; which fields it needs stands in the lifecycle table."""

    action: Annotated[str, Field(min_length=1, max_length=40)]
    person: Short | None = None
    people: Annotated[list[Short], Field(max_length=9)] | None = None
    service: Short | None = None
    order: Short | None = None
    closing: Short | None = None
    note: Long | None = None
    reason: Long | None = None
    how: Short | None = None

    def fields_given(self) -> dict[str, Any]:
        """Give the fields that were sent."""
        return {k: v for k, v in self.model_dump(exclude={"action"}).items() if v is not None}


class TaskActionForm(Form):
    """One action on a task."""

    action: Annotated[str, Field(min_length=1, max_length=40)]
    reason: Long | None = None
    note: Long | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None

    def fields_given(self) -> dict[str, Any]:
        """Give the fields that were sent."""
        return {k: v for k, v in self.model_dump(exclude={"action"}).items() if v is not None}


class AskForm(Form):
    """Who is asked to go."""

    person: Annotated[str, Field(min_length=1, max_length=40)]


@router.get("", response_model=AlarmPage, **access(*SEE_ALARMS, outside="left_out", others="left_out"))
def list_(ask: Annotated[AlarmAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List the alarms inside one's scope, page by page, the newest first."""
    now = world.clock()
    page_ask = ask.page() if ask.sort else Ask(sort="-raised_at", limit=ask.limit, after=ask.after)
    with world.database.read() as session:
        scope = seen(ALARM, account.actor(), world.scheme)
        page = list_alarms(session, scope, ask.filter(), page_ask, ask.prefix(world))
    items = [alarm_view(world, alarm, account, now) for alarm in page.items]
    return JSONResponse({"items": items, "next": page.next, "as_of": plain(now, world.zone)})


@router.post(
    "",
    response_model=AlarmAnswer,
    responses=NOBODY,
    status_code=201,
    **access(*CRIERS, outside="hidden"),
)
def raise_(form: AlarmForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep) -> JSONResponse:
    """Raise an alarm that was told by voice or pressed in an app; one that is open already is pressed again."""
    now = world.clock()
    cry = _cry(form, world, account, now)

    def answer(done: Done) -> dict[str, Any]:
        return alarm_view(world, done.fact, account, now)

    done = world.desk.start(RaiseAlarm(cry=cry), account.actor(), now, receipt=receipts(answer, 201))
    return respond(done, answer, 201)


def _cry(form: AlarmForm, world: World, account: Account, now: datetime) -> Cry:
    drill = form.drill and account.role in ("dispatcher", "admin")
    place = None
    if form.lon is not None and form.lat is not None:
        place = Placed(lon=form.lon, lat=form.lat, datum=form.datum).place()
    cry = cry_of(world, account, form.cause, form.resident, place, now)
    return replace(cry, drill=True, resident="") if drill else cry


def cry_of(
    world: World, account: Account, cause: str, number: str, place: LonLat | None, now: datetime
) -> Cry:
    """Make the cry of somebody who asks for help, at a place or else at home.

    Raises
    ------
    MissingError
        When the account may not see the resident.
    """
    number, cell = account.resident if account.role == "resident" else number, ""
    if number:
        with world.database.read() as session:
            resident = find(session, RESIDENT, number, account.actor(), world.scheme)
        cell, home = resident.cell, resident.place
        place = place or home
        if place != home:
            cell = _cell(world, place) or cell
    elif place is not None:
        cell = _cell(world, place)
    return Cry(
        no="",
        cause=cause,
        at=now,
        resident=number,
        place=place,
        cell=cell,
        area=world.scheme.community_of(cell) if cell else "",
    )


def _cell(world: World, place: LonLat) -> str:
    """Find the cell of a place; none outside the district, where an alarm is taken all the same."""
    try:
        return world.city.locate(place).cell
    except OutsideDistrictError:
        return ""


@router.get(
    "/answering",
    response_model=AnsweringAnswer,
    **access("dispatcher", "admin", "leader"),
)
def answered(world: WorldDep, account: AccountDep, month: Month) -> JSONResponse:
    """Tell how soon the alarms of a month were answered, against 97.5 % in 60 s and 99 % in 180 s."""
    period = month_period(month, world.zone)
    with world.database.read() as session:
        query = select(AlarmRow).where(
            seen(ALARM, account.actor(), world.scheme),
            AlarmRow.raised_at >= period.start,
            AlarmRow.raised_at < period.end,
        )
        found = answering(
            (fact_of(Alarm, row) for row in session.scalars(query)), world.catalogue.alarms.closings
        )
    body = plain(found, world.zone)
    return JSONResponse(body | {"share_60": found.share_60, "share_180": found.share_180, "kept": found.kept})


@router.get("/tasks", response_model=OwnTasks, **access(*SIGNED_IN))
def my_tasks(world: WorldDep, account: AccountDep) -> JSONResponse:
    """List one's own open tasks, each with its alarm; the person's file once the task is accepted."""
    with world.database.read() as session:
        return JSONResponse({"items": own_tasks(world, session, account)})


def own_tasks(world: World, session: Session, account: Account) -> list[dict[str, Any]]:
    """Give an account's open tasks with their alarms, as its page shows them."""
    now = world.clock()
    shown = []
    for task in open_tasks_of(session, account.user):
        alarm = fact_of(Alarm, session.scalars(select(AlarmRow).where(AlarmRow.no == task.alarm)).one())
        seen_file = file_view(world, session, alarm) if task.state in GOING else None
        of_alarm = alarm_view(world, alarm, account, now)
        shown.append(task_view(world, task, account) | {"of": of_alarm, "file": seen_file})
    return shown


@router.get("/{no}", response_model=AlarmDetail, **access(*SEE_ALARMS, outside="hidden", others="hidden"))
def show(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show one alarm with its ladder, notices, tasks and timeline; the person masked."""
    with world.database.read() as session:
        found = find(session, ALARM, no, account.actor(), world.scheme)
        return JSONResponse(alarm_detail(world, session, found, account, world.clock()))


@router.get("/{no}/file", response_model=FileAnswer, **access(*SENDERS, outside="hidden"))
def file(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show the person's file in full to who deals with the alarm; who looked and when is kept."""
    with world.database.read() as session:
        found = find(session, ALARM, no, account.actor(), world.scheme)
        shown = file_view(world, session, found)
    note_look(world, account, found)
    return JSONResponse(shown)


def note_look(world: World, account: Account, alarm: Alarm) -> None:
    """Keep that an account saw the file of an alarm's person, once for each alarm."""
    if not alarm.resident:
        return
    look = Look(
        user=account.user,
        role=account.role,
        subject=alarm.resident,
        purpose="rescue",
        reason=f"报警 {alarm.no}",
        at=world.clock(),
    )
    keep_look(world.database, look)


@router.post(
    "/{no}/actions", response_model=AlarmAnswer, **access(*SEE_ALARMS, outside="hidden", others="hidden")
)
def act(
    no: str, form: AlarmActionForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep
) -> JSONResponse:
    """Take one action on an alarm."""
    now = world.clock()
    with world.database.read() as session:
        find(session, ALARM, no, account.actor(), world.scheme)

    def answer(done: Done) -> dict[str, Any]:
        return alarm_view(world, done.fact, account, now)

    action = Action(name=form.action, by=account.actor(), fields=form.fields_given())
    return respond(world.desk.act(ALARM, no, action, now, receipt=receipts(answer, 200)), answer, 200)


@router.get("/{no}/responders", response_model=RankingAnswer, **access(*SENDERS, outside="hidden"))
def who_could_go(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Rank who could go by the way on streets and boats, with why the others are not proposed.

    ``place_from`` and ``position_age_s`` say whether a way begins at the position of somebody's phone, and how old it is; who
    is not on shift sees such a place to about a kilometre.
    """
    with world.database.read() as session:
        alarm = find(session, ALARM, no, account.actor(), world.scheme)
        exact = on_shift(rota(session, world.zone), account.user, account.role, world.clock())
        shown = plain(ranking_of(world, session, alarm), world.zone)
    for one in shown["proposals"]:
        responder = one["responder"]
        if responder["place_from"] == "position" and not exact:
            responder["place"] = {name: round(value, 2) for name, value in responder["place"].items()}
    return JSONResponse(shown)


def ranking_of(world: World, session: Session, alarm: Alarm) -> Any:  # noqa: ANN401 - a ranking, written plain
    """Rank who could go to an alarm now."""
    scene = Scene(
        alarm=alarm.no,
        resident=alarm.resident,
        cell=alarm.cell,
        place=alarm.place,
        declined=frozenset((*alarm.declined_by, *alarm.unreached)),
    )
    plan = rota(session, world.zone)
    return OnDuty(session, world.scheme, world.city, scene, plan, world.clock()).ranking


@router.post("/{no}/tasks", response_model=TaskAnswer, status_code=201, **access(*SENDERS, outside="hidden"))
def ask_to_go(
    no: str, form: AskForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep
) -> JSONResponse:
    """Ask one more person to go."""
    with world.database.read() as session:
        find(session, ALARM, no, account.actor(), world.scheme)

    def answer(done: Done) -> dict[str, Any]:
        return task_view(world, done.fact, account)

    new = AskToGo(alarm=no, person=form.person)
    done = world.desk.start(new, account.actor(), world.clock(), receipt=receipts(answer, 201))
    return respond(done, answer, 201)


@router.post(
    "/{no}/tasks/{task}/actions",
    response_model=TaskAnswer,
    **access(*STAFF, outside="hidden"),
)
def act_on_task(
    no: str,
    task: str,
    form: TaskActionForm,
    world: WorldDep,
    account: AccountDep,
    receipts: ReceiptDep,
) -> JSONResponse:
    """Accept, decline, depart, arrive, finish: one action of who goes."""
    with world.database.read() as session:
        found = find(session, TASK, task, account.actor(), world.scheme)
        find(session, ALARM, no, account.actor(), world.scheme)
    if found.alarm != no:
        raise NotAllowedError(f"task {task} is of alarm {found.alarm}")

    def answer(done: Done) -> dict[str, Any]:
        return task_view(world, done.fact, account)

    action = Action(name=form.action, by=account.actor(), fields=form.fields_given())
    done = world.desk.act(TASK, task, action, world.clock(), receipt=receipts(answer, 200))
    return respond(done, answer, 200)
