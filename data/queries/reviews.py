"""Questions about the past of providers: their steps, the first orders of those on trial, reminders, appeals that wait."""

import json

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import EventRow, OrderRow, ProviderRow
from data.store.kinds.orders import PROVIDER
from dispatch.providers.reviews import CLEARING, RULED, STEPS_DOWN, Past, Trial, waits_for_ruling

STEPS = RULED | STEPS_DOWN | CLEARING
REMINDED = "remind_licence"


def past_of(session: Session, no: str) -> list[Past]:
    """Read the steps of a provider that reviews and appeals go by, the oldest first."""
    row = EventRow
    query = select(row.name, row.by, row.payload).where(
        row.kind == PROVIDER.name, row.aggregate == no, row.name.in_(sorted(STEPS))
    )
    return [
        Past(name=name, by=by, before=str(json.loads(payload).get("from", "")))
        for name, by, payload in session.execute(query.order_by(row.id))
    ]


def appeals_waiting(session: Session) -> list[str]:
    """List the numbers of the providers whose appeal nobody has decided on yet."""
    asked = select(EventRow.aggregate).where(EventRow.kind == PROVIDER.name, EventRow.name == "appeal")
    return [no for no in sorted(set(session.scalars(asked))) if waits_for_ruling(past_of(session, no))]


def trial_of(session: Session, provider: int, no: str, most: int) -> Trial:
    """Count the first orders that a provider did since it came on trial last, at most so many."""
    row, event = OrderRow, EventRow
    begun = session.scalar(
        select(func.max(event.at)).where(
            event.kind == PROVIDER.name, event.aggregate == no, event.name.in_(("return", "grant_trial"))
        )
    )
    since = [] if begun is None else [row.created_at >= begun]
    query = (
        select(row.rating, row.arrive_due_at, row.arrived_at)
        .where(row.provider == provider, row.done_at.is_not(None), *since)
        .order_by(row.done_at, row.id)
        .limit(most)
    )
    rows = session.execute(query).all()
    rated = [rating for rating, _, _ in rows if rating is not None]
    promised = [(due, at) for _, due, at in rows if due is not None]
    return Trial(
        done=len(rows),
        rated=len(rated),
        stars=sum(rated),
        promised=len(promised),
        on_time=sum(at is not None and at <= due for due, at in promised),
    )


def on_trial(session: Session) -> list[tuple[int, str]]:
    """List row number and number of the providers on trial, by number."""
    query = select(ProviderRow.id, ProviderRow.no).where(ProviderRow.state == "trial")
    return [(number, no) for number, no in session.execute(query.order_by(ProviderRow.no))]


def reminded(session: Session, no: str) -> set[tuple[str, str, str, int]]:
    """Read of which ends of licences a provider was reminded: kind, number, last day, days before it."""
    row = EventRow
    query = select(row.payload).where(row.kind == PROVIDER.name, row.aggregate == no, row.name == REMINDED)
    told = map(json.loads, session.scalars(query))
    return {(one["kind"], one["number"], one["until"], int(one["days"])) for one in told}
