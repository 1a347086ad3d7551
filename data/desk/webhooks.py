"""Webhooks at the door: added, held, resumed, retired."""

from dataclasses import dataclass, replace

from sqlalchemy import delete, select

from data.desk.work import Deeds, Start, Work
from data.errors import MissingError
from data.models import DeliveryRow, HookRow
from data.outside.webhooks import TOLD
from data.store.done import Done
from data.store.kinds.upkeep import WEBHOOK
from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.lifecycle import Action, Actor, Event
from grid.webhook import HELD, ON, RETIRED, State, Webhook

STATES: dict[str, State] = {"resume": ON, "hold": HELD, "retire": RETIRED}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWebhook(Start[Webhook]):
    """A system that is told of what happens from now on; with ``line`` of that line's own cases alone."""

    name: str
    url: str
    secret: str
    events: tuple[str, ...] = ()
    line: str = ""


def add(work: Work, new: NewWebhook, by: Actor) -> Done[Webhook]:
    """Add a webhook.

    Raises
    ------
    BadFieldError
        When the name is taken, or an event is of no kind that is told.
    """
    if work.session.scalar(select(HookRow.id).where(HookRow.name == new.name)) is not None:
        raise BadFieldError("name", new.name, "this name is taken; a retired webhook keeps its name too")
    for event in new.events:
        if event.partition(".")[0] not in TOLD:
            raise BadFieldError("event", event, "write a kind or kind.name, such as ticket or ticket.close")
    made = Webhook(
        name=new.name,
        url=new.url,
        secret=new.secret,
        events=new.events,
        line=new.line,
        state=ON,
        made_at=work.now,
    )
    told = Event(
        name="added", at=work.now, by=by.user, role=by.role, payload={"url": new.url, "line": new.line}
    )
    return Done(kind=WEBHOOK, after=made, events=(told,), row={"tries": 0, "last_answer": ""})


def act_on_webhook(work: Work, name: str, action: Action) -> Done[Webhook]:
    """Hold a webhook (events wait), resume it, or retire it for good (what waits is dropped).

    Raises
    ------
    MissingError
        When there is no such webhook, or it is retired.
    NotPossibleError
        For any other action.
    """
    state = STATES.get(action.name)
    if state is None:
        raise NotPossibleError(f"a webhook can be held, resumed and retired; {action.name!r} is not possible")
    missing = MissingError(f"webhook {name!r} does not exist or is retired; see 'jinlin webhook list'")
    try:
        before = work.locked(WEBHOOK, name)
    except MissingError:
        raise missing from None
    if before.state == RETIRED:
        raise missing
    if state == RETIRED:
        number = select(HookRow.id).where(HookRow.name == name).scalar_subquery()
        work.session.execute(delete(DeliveryRow).where(DeliveryRow.hook == number))
    told = Event(name=action.name, at=work.now, by=action.by.user, role=action.by.role)
    after = replace(before, state=state)
    return Done(
        kind=WEBHOOK, before=before, after=after, events=(told,), row={"tries": 0, "next_try_at": None}
    )


WEBHOOKS = Deeds(kind=WEBHOOK, starts={NewWebhook: add}, act=act_on_webhook)
