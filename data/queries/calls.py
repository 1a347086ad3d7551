"""Calls page by page, and those of a period."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from data.models import CallRow, fact_of
from data.queries.paging import Ask, Page, turn
from dispatch.calls import Call

CallState = Literal["all", "ringing", "open", "call_back"]
SORTS = {"offered_at": CallRow.offered_at, "no": CallRow.no}
RINGING = ("offered", "ringing")
OPEN = (*RINGING, "talking", "held")


def list_calls(
    session: Session,
    scope: ColumnElement[bool],
    state: CallState,
    ask: Ask,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Page[Call]:
    """List calls inside a scope: all, those that ring, those not over, or those whose caller waits to be called back."""
    query = select(CallRow).where(scope)
    if state == "call_back":
        query = query.where(CallRow.call_back == "waiting")
    elif state != "all":
        query = query.where(CallRow.state.in_(RINGING if state == "ringing" else OPEN))
    if since is not None:
        query = query.where(CallRow.offered_at >= since)
    if until is not None:
        query = query.where(CallRow.offered_at < until)
    return turn(session, query, ask, SORTS, CallRow.id, lambda row: fact_of(Call, row))


def calls_between(
    session: Session, scope: ColumnElement[bool], since: datetime, until: datetime
) -> Sequence[Call]:
    """Return the calls inside a scope that came in a period; its end does not belong to it."""
    query = select(CallRow).where(scope, CallRow.offered_at >= since, CallRow.offered_at < until)
    return [fact_of(Call, row) for row in session.scalars(query.order_by(CallRow.offered_at, CallRow.id))]
