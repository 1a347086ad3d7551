"""What happened to one record of a register, as the log tells it; and the files that were taken in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import EventRow, ImportRunRow

MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One event of a record: what happened, by whom, which fields changed, and old and new value where the log has them."""

    name: str
    at: datetime
    by: str
    fields: tuple[str, ...]
    values: Mapping[str, Any]


def changes_of(session: Session, kind: str, key: str, limit: int = MOST) -> list[Change]:
    """List what happened to a record, the latest first."""
    mine = (EventRow.kind == kind) & (EventRow.aggregate == key)
    query = select(EventRow).where(mine).order_by(EventRow.at.desc(), EventRow.id.desc()).limit(limit)
    found = []
    for row in session.scalars(query):
        told = json.loads(row.payload)
        found.append(
            Change(
                name=row.name,
                at=row.at,
                by=row.by,
                fields=tuple(told.get("fields", ())),
                values=told.get("changes", {}),
            )
        )
    return found


def imports_of(session: Session, limit: int = MOST) -> list[ImportRunRow]:
    """List the files that were taken in, the latest first."""
    return list(session.scalars(select(ImportRunRow).order_by(ImportRunRow.id.desc()).limit(limit)))
