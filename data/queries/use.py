"""Who does what with the product, told from the log."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import EventRow

MACHINES = frozenset({"clock", "device", "hotline"})
"""Roles that nobody stands behind: what they do is no use by people."""


class Use(NamedTuple):
    """What one account did of one kind and action: in which role, how often, and when last."""

    by: str
    role: str
    events: int
    last_at: datetime


def uses(session: Session, since: datetime, until: datetime) -> Mapping[tuple[str, str], Sequence[Use]]:
    """Count what people did within a time.

    Parameters
    ----------
    session : Session
    since, until : datetime
        Aware; the end is left out.

    Returns
    -------
    mapping of (str, str) to sequence of Use
        By kind and name of the event; without what nobody did.
    """
    row = EventRow
    query = (
        select(row.kind, row.name, row.by, row.role, func.count(), func.max(row.at, type_=row.at.type))
        .where(row.at >= since, row.at < until, row.role.not_in(MACHINES))
        .group_by(row.kind, row.name, row.by, row.role)
    )
    found = defaultdict[tuple[str, str], list[Use]](list)
    for kind, name, by, role, events, last in session.execute(query):
        found[kind, name].append(Use(by=by, role=role, events=events, last_at=last))
    return found
