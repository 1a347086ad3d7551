"""Visits to people at home as they are kept, held against what the log was told."""

import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import EventRow, HomeVisitRow, fact_of
from data.store.chain import ChainFault
from data.store.kinds.people import VISIT
from grid.home_visits import HomeVisit, payload


def verify_visits(session: Session) -> list[ChainFault]:
    """Compare the visits with what the log was told of them; empty when nothing was altered."""
    told = {
        row.aggregate: (row.seq, row.payload)
        for row in session.execute(
            select(EventRow.aggregate, EventRow.seq, EventRow.payload).where(EventRow.kind == VISIT.name)
        )
    }
    faults = []
    for row in session.scalars(select(HomeVisitRow).execution_options(yield_per=2000)):
        seq, sealed = told.pop(row.no, (0, "{}"))
        if _moment(json.loads(sealed)) != _moment(payload(fact_of(HomeVisit, row), row.salt)):
            faults.append(
                ChainFault(
                    kind=VISIT.name, aggregate=row.no, seq=seq, detail="it is not what the log was told"
                )
            )
    gone = (
        ChainFault(
            kind=VISIT.name, aggregate=no, seq=seq, detail="the log was told of it, and it is not kept"
        )
        for no, (seq, _) in told.items()
    )
    return [*faults, *gone]


def _moment(told: dict[str, object]) -> dict[str, object]:
    """Read the time, which may be written with another offset."""
    at = told.get("visited_at")
    return told | {"visited_at": datetime.fromisoformat(str(at)) if at else None}
