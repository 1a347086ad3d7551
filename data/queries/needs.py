"""Needs that volunteers claim, by scope and time."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import Session

from data.models import NeedRow, fact_of
from dispatch.helping import OpenNeed

MOST = 500


def published_needs(session: Session, now: datetime, community: str = "") -> list[OpenNeed]:
    """List needs that can still be claimed, the soonest first, at most 500; of a community when one is named."""
    query = select(NeedRow).where(
        NeedRow.state == "open",
        NeedRow.starts_at > now,
        NeedRow.filled_at.is_(None),
        NeedRow.cell.startswith(community, autoescape=True),
    )
    return _facts(session, query.order_by(NeedRow.starts_at, NeedRow.id).limit(MOST))


def needs_since(session: Session, scope: ColumnElement[bool], since: datetime) -> list[OpenNeed]:
    """List needs inside a scope that begin at a time or after it, the soonest first, at most 500."""
    query = select(NeedRow).where(scope, NeedRow.starts_at >= since)
    return _facts(session, query.order_by(NeedRow.starts_at, NeedRow.id).limit(MOST))


def needs_asked(
    session: Session, scope: ColumnElement[bool], since: datetime | None = None, until: datetime | None = None
) -> list[OpenNeed]:
    """List needs inside a scope that were asked in a period, all without one; its end does not belong to it."""
    query = select(NeedRow).where(
        scope,
        true() if since is None else NeedRow.asked_at >= since,
        true() if until is None else NeedRow.asked_at < until,
    )
    return _facts(session, query.order_by(NeedRow.asked_at, NeedRow.id))


def _facts(session: Session, query: Select[NeedRow]) -> list[OpenNeed]:
    return [fact_of(OpenNeed, row) for row in session.scalars(query)]
