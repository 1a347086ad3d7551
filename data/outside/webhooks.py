"""Webhooks: which systems are told, and the queue of what waits for each.

An event enters the queue in the transaction that made it, so none is lost; it leaves when the system has said that it
took it, so after a crash one may come twice, with the same id. Each system gets its events in the order they were
queued, which for one ticket is the order they happened.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from data.models import DeliveryRow, EventRow, HookRow, table_of
from data.store.kinds import KINDS
from data.store.origins import given_by
from grid.hotline import ANSWERS
from grid.webhook import ON, RETIRED

TOLD = tuple(kind.name for kind in KINDS if kind.told)
HOOKS, DELIVERIES, EVENTS = map(table_of, (HookRow, DeliveryRow, EventRow))
QUEUE = insert(DELIVERIES).from_select(
    ["hook", "kind", "aggregate", "seq"],
    select(
        HOOKS.c.id,
        bindparam("kind", type_=DELIVERIES.c.kind.type),
        bindparam("aggregate", type_=DELIVERIES.c.aggregate.type),
        bindparam("seq", type_=DELIVERIES.c.seq.type),
    ).where(HOOKS.c.state != RETIRED),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A system that is told; empty ``events`` are all, else kinds or names such as ``ticket`` or ``ticket.close``.

    That of a ``line`` is told of the line's own cases alone: answers to those it gave, hand-overs to it.
    """

    name: str
    url: str
    events: tuple[str, ...]
    line: str
    state: str
    tries: int
    next_try_at: datetime | None
    sent_at: datetime | None
    last_answer: str
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event on its way to one system; ``number`` is the line's own for a case that the told line gave."""

    row: int
    kind: str
    no: str
    seq: int
    name: str
    at: datetime
    by: str
    role: str
    rules: str
    hash: str
    payload: dict[str, Any]
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What is to be sent to one system now, in this order, and what it does not want to hear."""

    hook: int
    name: str
    url: str
    secret: str
    line: str
    wanted: tuple[Delivery, ...]
    unwanted: tuple[int, ...]


def queue(session: Session, kind: str, aggregate: str, numbers: range) -> None:
    """Queue events, by their numbers in the chain of an aggregate, for every system that is not retired."""
    if numbers:
        session.execute(QUEUE, [{"kind": kind, "aggregate": aggregate, "seq": seq} for seq in numbers])


def hooks(session: Session) -> list[Hook]:
    """List the webhooks by name, the retired ones too."""
    return [
        Hook(
            name=row.name,
            url=row.url,
            events=tuple(row.events),
            line=row.line,
            state=row.state,
            tries=row.tries,
            next_try_at=row.next_try_at,
            sent_at=row.sent_at,
            last_answer=row.last_answer,
            waiting=waiting(session, row.id),
        )
        for row in session.scalars(select(HookRow).order_by(HookRow.name))
    ]


def waiting(session: Session, hook: int) -> int:
    """Count the events that wait for a webhook, by its row number."""
    query = select(func.count()).select_from(DeliveryRow).where(DeliveryRow.hook == hook)
    return int(session.scalar(query) or 0)


def due(session: Session, now: datetime, most: int) -> list[Batch]:
    """Give what is to be sent now, at most so many events a system; empty when nothing waits."""
    query = select(HookRow).where(
        HookRow.state == ON,
        HookRow.next_try_at.is_(None) | (HookRow.next_try_at <= now),
        select(DeliveryRow.id).where(DeliveryRow.hook == HookRow.id).exists(),
    )
    return [_batch(session, row, most) for row in session.scalars(query)]


def _batch(session: Session, hook: HookRow, most: int) -> Batch:
    query = (
        select(DeliveryRow.id, EventRow)
        .join(
            EventRow,
            (EventRow.kind == DeliveryRow.kind)
            & (EventRow.aggregate == DeliveryRow.aggregate)
            & (EventRow.seq == DeliveryRow.seq),
        )
        .where(DeliveryRow.hook == hook.id)
        .order_by(DeliveryRow.id)
        .limit(most)
    )
    found = [_delivery(row, event) for row, event in session.execute(query)]
    if hook.events:
        asked = set(hook.events)
        wanted = [one for one in found if {one.kind, f"{one.kind}.{one.name}"} & asked]
    else:
        wanted = found
    if hook.line:
        wanted = _of_line(session, hook.line, wanted)
    told = {one.row for one in wanted}
    return Batch(
        hook=hook.id,
        name=hook.name,
        url=hook.url,
        secret=hook.secret,
        line=hook.line,
        wanted=tuple(wanted),
        unwanted=tuple(one.row for one in found if one.row not in told),
    )


def _of_line(session: Session, line: str, found: Sequence[Delivery]) -> list[Delivery]:
    """Keep what is about a line's own cases and was not done by the line itself."""
    numbers = given_by(session, line, {one.no for one in found})
    told = []
    for one in found:
        handovers = one.payload.get("handovers") or [{"line": ""}]
        if one.by == line:
            continue
        if handovers[-1]["line"] == line:
            told.append(one)
        elif one.no in numbers and one.name in ANSWERS:
            told.append(replace(one, number=numbers[one.no]))
    return told


def _delivery(row: int, event: EventRow) -> Delivery:
    return Delivery(
        row=row,
        kind=event.kind,
        no=event.aggregate,
        seq=event.seq,
        name=event.name,
        at=event.at,
        by=event.by,
        role=event.role,
        rules=event.rules,
        hash=event.hash,
        payload=json.loads(event.payload),
    )


def keep_outcome(
    session: Session,
    hook: int,
    gone: Sequence[int],
    failed: str,
    now: datetime,
    pauses: Sequence[timedelta],
) -> bool:
    """Take what was sent out of the queue, and after a failure set the next try.

    Parameters
    ----------
    gone : sequence of int
        Rows of the queue that were taken, or are not wanted.
    failed : str
        Why the sending stopped, empty when it did not.
    pauses : sequence of timedelta
        How long to wait after the first failure, the second, ...; after the last the webhook is held.

    Returns
    -------
    bool
        Whether its last try failed too, so that it is to be held.
    """
    session.execute(delete(DeliveryRow).where(DeliveryRow.id.in_(gone)))
    row = session.get_one(HookRow, hook)
    if gone:
        row.sent_at, row.tries = now, 0
    row.last_answer, row.next_try_at = failed, None
    if failed:
        if row.tries < len(pauses):
            row.next_try_at = now + pauses[row.tries]
        row.tries += 1
    return row.tries > len(pauses) and row.state == ON
