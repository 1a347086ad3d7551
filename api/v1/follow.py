"""Following a report or order by its number, and speaking with those who handle a report."""

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.forms import Form
from api.roles import PUBLIC, MaybeDep, WorldDep, actor_of, slow_down
from api.views.shape import plain
from api.world import World
from data.desk.tickets import may_follow
from data.errors import MissingError
from data.models import OrderRow, TicketRow
from data.queries.tickets import Step, timeline
from data.registers.accounts import Account
from data.store.kinds import TICKET
from dispatch.lifecycle import Action
from grid.tickets.dialogue import dialogue

router = APIRouter(prefix="/api/v1/follow", tags=["follow"])
PUBLIC_STEPS = ("department", "due_at", "to", "cause", "stage")
UNTOLD = frozenset({"say", "tell", "absorb", "doubt", "clear_doubt"})
Key = Annotated[str, Field(max_length=100)]


class MessageForm(Form):
    """Something the reporter says; ``key`` is what the report was answered with, not needed when signed in."""

    text: Annotated[str, Field(min_length=1, max_length=2000)]
    key: Key = ""


class RatingForm(Form):
    """How content the reporter is, and whether the matter is solved; ``key`` as for a message."""

    rating: Annotated[int, Field(ge=1, le=5)]
    solved: bool | None = None
    key: Key = ""


@router.get("/{no}")
def follow(
    no: str, request: Request, world: WorldDep, account: MaybeDep, key: Annotated[Key, Query()] = ""
) -> JSONResponse:
    """Follow a ticket or order by its number: every step, the promise, no personal data.

    With the key of the report, or signed in as its reporter, the dialogue too.
    """
    slow_down(request, "follow", 60)
    return JSONResponse(followed(world, account, no, key))


@router.post("/{no}/messages", status_code=201)
def say(no: str, form: MessageForm, request: Request, world: WorldDep, account: MaybeDep) -> JSONResponse:
    """Say something to those who handle one's report; an awaited answer lets the clock run on.

    What is said to a report that was merged goes to the one it was merged into.
    """
    slow_down(request, "message", 10)
    with world.database.read() as session:
        row = _ticket(session, no)
        if not _may_speak(session, row, account, form.key):
            raise MissingError(f"ticket {no} is not yours, or the key is another one's")
        target = _ticket(session, row.parent) if row.parent else row
    fields = {"note": form.text} | ({"about": no} if target.no != no else {})
    awaited = target.state == "shelved" and target.waiting
    by = actor_of(account if account.role == "resident" else PUBLIC)
    action = Action(name="answer" if awaited else "say", by=by, fields=fields)
    world.desk.act(TICKET, target.no, action, world.clock())
    return JSONResponse(followed(world, account, no, form.key), status_code=201)


@router.post("/{no}/rating", status_code=201)
def rate(no: str, form: RatingForm, request: Request, world: WorldDep, account: MaybeDep) -> JSONResponse:
    """Rate the handling of one's closed report, without an account by its key."""
    slow_down(request, "message", 10)
    with world.database.read() as session:
        if not _may_speak(session, _ticket(session, no), account, form.key):
            raise MissingError(f"ticket {no} is not yours, or the key is another one's")
    fields: dict[str, Any] = {"rating": form.rating} | (
        {} if form.solved is None else {"solved": form.solved}
    )
    by = actor_of(account if account.role == "resident" else PUBLIC)
    world.desk.act(TICKET, no, Action(name="rate", by=by, fields=fields), world.clock())
    return JSONResponse(followed(world, account, no, form.key), status_code=201)


def followed(world: World, account: Account, no: str, key: str) -> dict[str, Any]:
    """Show a report or order to whoever has its number.

    Raises
    ------
    MissingError
    """
    kind = {"T": "ticket", "S": "order"}.get(no[:1], "")
    zone = world.zone
    with world.database.read() as session:
        row = session.scalar(_row_query(kind, no)) if kind else None
        if row is None:
            raise MissingError(f"nothing has the number {no}; it looks like T330102-261122-00031 or S...")
        steps = timeline(session, kind, no)
        heard: list[Step] | None = None
        parent = None
        if isinstance(row, TicketRow):
            parent = _ticket(session, row.parent) if row.parent else None
            if _may_speak(session, row, account, key):
                heard = steps
    lifecycle = world.catalogue.rulebook.lifecycle if kind == "ticket" else world.catalogue.order_lifecycle
    body: dict[str, Any] = {
        "no": no,
        "kind": kind,
        "state": row.state,
        "state_name": lifecycle.labels[row.state],
        "waiting": False,
        "merged_into": None,
        "steps": [
            {"name": s.name, "at": plain(s.at, zone), "role": s.role}
            | {k: s.payload[k] for k in PUBLIC_STEPS if k in s.payload}
            for s in steps
            if s.name not in UNTOLD and (s.role != "clock" or s.name == "recompute")
        ],
    }
    if isinstance(row, TicketRow):
        return body | _of_ticket(world, row, parent) | ({} if heard is None else _heard(row, heard, zone))
    return body | {
        "item_name": world.city.item(row.item).name_zh,
        "arrive_due_at": plain(row.arrive_due_at, zone),
    }


def _of_ticket(world: World, row: TicketRow, parent: TicketRow | None) -> dict[str, Any]:
    rulebook = world.catalogue.rulebook
    shown: dict[str, Any] = {
        "promised_at": plain(row.promised_at, rulebook.worktime.zone),
        "department_name": world.city.department_name((parent or row).department),
        "category_name": rulebook.category(row.category).name_zh,
        "waiting": row.waiting,
    }
    if parent is not None:
        shown["merged_into"] = {
            "no": parent.no,
            "state": parent.state,
            "state_name": rulebook.lifecycle.labels[parent.state],
        }
    return shown


def _heard(row: TicketRow, steps: list[Step], zone: ZoneInfo) -> dict[str, Any]:
    """Show the dialogue without account names, and what the reporter said of the result."""
    words = plain(dialogue(steps), zone)
    said = {"dialogue": [{k: v for k, v in word.items() if k != "by"} for word in words]}
    return said | {"rating": row.rating, "solved": row.solved}


def _may_speak(session: Session, row: TicketRow, account: Account, key: str) -> bool:
    mine = bool(account.user) and account.user == row.reporter
    return mine or (bool(key) and may_follow(session, row.no, key))


def _ticket(session: Session, no: str) -> TicketRow:
    row = session.scalar(_row_query("ticket", no))
    if not isinstance(row, TicketRow):
        raise MissingError(f"ticket {no} does not exist")
    return row


def _row_query(kind: str, no: str) -> Any:  # noqa: ANN401 - a select over one of two tables
    table = TicketRow if kind == "ticket" else OrderRow
    return select(table).where(table.no == no)
