"""The desk's part for visits to people at home: find the door, keep the visit, and prove it against the log."""

import json
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from data.errors import MissingError
from data.models import EventRow, HomeVisitRow, ResidentRow, columns_of, fact_of, table_of
from data.store.chain import ChainFault
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Actor, Event
from geo.place import LonLat
from grid.area import CodeScheme
from grid.home_visits import Door, HomeVisit, Told, payload
from grid.tickets.ticket import Report

KIND = "visit"
VISITS, RESIDENTS = map(table_of, (HomeVisitRow, ResidentRow))
# Statements over tables, made once: a phone that comes home, or a file, tells many visits at a time.
NAMED = {
    "resident": RESIDENTS.c.no == bindparam("named"),
    "household": RESIDENTS.c.household == bindparam("named"),
}
DOORS = {
    by: select(RESIDENTS.c.household, RESIDENTS.c.cell, RESIDENTS.c.lon, RESIDENTS.c.lat)
    .where(named, RESIDENTS.c.cell.startswith(bindparam("prefix")))
    .order_by(RESIDENTS.c.id)
    .limit(1)
    for by, named in NAMED.items()
}
CONFIRMED = bindparam("confirmed_at", type_=RESIDENTS.c.verified_at.type)
CONFIRM = {
    by: update(RESIDENTS)
    .where(
        named,
        RESIDENTS.c.cell == bindparam("of_cell"),  # a household's number may be used elsewhere too
        RESIDENTS.c.verified_at.is_(None) | (RESIDENTS.c.verified_at < CONFIRMED),
    )
    .values(verified_at=CONFIRMED)
    for by, named in NAMED.items()
}
KEEP = insert(VISITS)


def door_of(session: Session, told: Told, by: Actor, scheme: CodeScheme) -> Door:
    """Find the door of a resident or of a household in the area of who tells of it.

    Raises
    ------
    BadFieldError
        When neither is named.
    MissingError
        When there is none there; one elsewhere looks the same.
    """
    resident, household = told.resident, told.household
    if not resident and not household:
        raise BadFieldError("resident", resident, "name a resident, or a household")
    prefix = scheme.prefix(by.area) if by.area else ""
    door = DOORS["resident" if resident else "household"]
    row = session.execute(door, {"named": resident or household, "prefix": prefix}).first()
    if row is None:
        what = f"resident {resident}" if resident else f"household {household}"
        raise MissingError(f"{what} is not registered in your area")
    return Door(resident=resident, household=row.household, cell=row.cell, place=LonLat(row.lon, row.lat))


def report_of(told: Told, door: Door, no: str) -> Report:
    """Turn what was found at a door into the report of a ticket there; it names no person."""
    return Report(
        no=no,
        category=told.category,
        place=door.place,
        cell=door.cell,
        channel="worker",
        description=told.description,
    )


def keep_visit(session: Session, made: HomeVisit, salt: str, by: Actor) -> Event:
    """Keep a visit and give what the log is told of it; one that confirms the register sets its people verified."""
    session.execute(KEEP, {**columns_of(made), "salt": salt})
    if made.confirmed:
        confirm = CONFIRM["resident" if made.resident else "household"]
        named = {"named": made.resident or made.household, "of_cell": made.cell}
        session.execute(confirm, {**named, "confirmed_at": made.visited_at})
    return Event(name="visited", at=made.told_at, by=by.user, role=by.role, payload=payload(made, salt))


def verify_visits(session: Session) -> list[ChainFault]:
    """Compare the visits with what the log was told of them; empty when nothing was altered."""
    told = {
        row.aggregate: (row.seq, row.payload)
        for row in session.execute(
            select(EventRow.aggregate, EventRow.seq, EventRow.payload).where(EventRow.kind == KIND)
        )
    }
    faults = []
    for row in session.scalars(select(HomeVisitRow).execution_options(yield_per=2000)):
        seq, sealed = told.pop(row.no, (0, "{}"))
        if _moment(json.loads(sealed)) != _moment(payload(fact_of(HomeVisit, row), row.salt)):
            faults.append(
                ChainFault(kind=KIND, aggregate=row.no, seq=seq, detail="it is not what the log was told")
            )
    gone = (
        ChainFault(kind=KIND, aggregate=no, seq=seq, detail="the log was told of it, and it is not kept")
        for no, (seq, _) in told.items()
    )
    return [*faults, *gone]


def _moment(told: dict[str, object]) -> dict[str, object]:
    """Read the time, which may be written with another offset."""
    at = told.get("visited_at")
    return told | {"visited_at": datetime.fromisoformat(str(at)) if at else None}
