"""Confirming a record of a cell: when it was last found right, told in the log by whom."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.errors import MissingError
from data.models import CellRow
from data.store.chain import append
from dispatch.lifecycle import Actor, Event
from grid.area import CodeScheme

KIND = "cell"


def confirm_cell(
    session: Session, code: str, by: Actor, scheme: CodeScheme, rules: str, now: datetime
) -> None:
    """Keep that a cell of the actor's area, its households and worker, was found right.

    Raises
    ------
    MissingError
        When there is none there; one elsewhere looks the same.
    """
    row = session.scalar(select(CellRow).where(CellRow.code == code).with_for_update())
    if row is None or not scheme.contains(by.area, code):
        raise MissingError(f"cell {code} is not registered in your area")
    row.verified_at = now
    told = {"households": row.households, "worker": row.worker}
    event = Event(name="confirmed", at=now, by=by.user, role=by.role, payload=told)
    append(session, KIND, code, [event], [], rules)
