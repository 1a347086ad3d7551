"""Family and neighbours who were asked to go, without an account: a link that opens one task of one alarm."""

import secrets
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import JSONResponse
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access import EVERYBODY, SENDERS, access
from api.answers.helping import Helping, LinkMade
from api.forms import Form, Long
from api.idempotency import ReceiptDep
from api.roles import AccountDep, WorldDep, slow_down
from api.routing import Router
from api.views.alarm import alarm_view, file_view, task_view
from api.world import World
from data.desk.alarm_tasks import keep_link
from data.desk.follow_keys import may_follow
from data.errors import MissingError
from data.models import AlarmRow, TaskRow, fact_of
from data.store.kinds.alarms import TASK
from dispatch.alarms.fact import Alarm
from dispatch.alarms.task import GOING, Task
from dispatch.lifecycle import Action, Actor
from grid.account import Account

router = Router(prefix="/api/v1/helping", tags=["helping"])
KeyDep = Annotated[str, Query(max_length=100)]
PER_MINUTE = 60
TOLD = ("cause_name", "state", "state_name", "community_name", "raised_at", "lon", "lat", "drill")
"""What of the alarm somebody sees who was asked and has not said yes."""


class HelperForm(Form):
    """What the helper says; ``key`` is that of the link."""

    action: Annotated[str, Field(pattern="^(accept|decline|depart|arrive|finish|give_up)$")]
    key: Annotated[str, Field(max_length=100)]
    reason: Long | None = None


@router.post("/{task}/link", response_model=LinkMade, status_code=201, **access(*SENDERS))
def make_link(task: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Make the link of a task, to be sent to who was asked; an earlier one opens nothing any more."""
    del account
    key = secrets.token_urlsafe(18)

    keep_link(world.database, task, key)
    return JSONResponse({"task": task, "path": f"/helping/{task}?key={key}"}, status_code=201)


@router.get("/{task}", response_model=Helping, **access(*EVERYBODY))
def show(task: str, request: Request, world: WorldDep, key: KeyDep = "") -> JSONResponse:
    """Show a task to whoever has its link; the way in and the phone once they said yes and while they go."""
    slow_down(request, "helping", PER_MINUTE)
    return JSONResponse(helping(world, task, key))


@router.post("/{task}/actions", response_model=Helping, **access(*EVERYBODY))
def act(task: str, form: HelperForm, request: Request, world: WorldDep, receipts: ReceiptDep) -> JSONResponse:
    """Say yes or no, set out, arrive."""
    slow_down(request, "helping", PER_MINUTE)
    with world.database.read() as session:
        found, _ = _opened(session, task, form.key)
    by = Actor(user=found.person, role="resident")
    fields = {"reason": form.reason} if form.reason else {}
    action = Action(name=form.action, by=by, fields=fields)
    # The receipt keeps nothing of the person; who asks again is told how things stand.
    world.desk.act(TASK, task, action, world.clock(), receipt=receipts(lambda _: {}, 200))
    return JSONResponse(helping(world, task, form.key))


def helping(world: World, no: str, key: str) -> dict[str, Any]:
    """Give what a helper sees.

    Raises
    ------
    MissingError
        When the key is not that of the task; both look alike.
    """
    helper = Account(user="", name="", role="resident")
    with world.database.read() as session:
        task, alarm = _opened(session, no, key)
        of_alarm = alarm_view(world, alarm, helper, world.clock())
        file = file_view(world, session, alarm) if task.state in GOING else None
    shown = task_view(world, task, helper)
    told = {name: of_alarm[name] for name in TOLD}
    person = file["person"] if file else None
    return {
        "task": {name: shown[name] for name in ("no", "state", "state_name", "accept_by_at", "actions")},
        "alarm": told,
        "person": person and {name: person[name] for name in ("name", "phone", "address")},
        "access": file["plan"]["access"] if file and file["plan"] else "",
    }


def _opened(session: Session, no: str, key: str) -> tuple[Task, Alarm]:
    row = session.scalar(select(TaskRow).where(TaskRow.no == no))
    if row is None or not key or not may_follow(session, no, key):
        raise MissingError("this link opens nothing; ask the desk for a new one")
    alarm = session.scalars(select(AlarmRow).where(AlarmRow.no == row.alarm)).one()
    return fact_of(Task, row), fact_of(Alarm, alarm)
