"""Visits to people at home at the door: find the home, keep the visit, raise its ticket, confirm the register."""

from dataclasses import dataclass, replace
from secrets import token_hex
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from data.desk.residents import confirm
from data.desk.tickets import NewTicket, file_ticket
from data.desk.work import Deeds, Start, Work
from data.errors import MissingError
from data.models import ResidentRow, table_of
from data.queries.rounds import sent_to
from data.store.done import Done
from data.store.kinds.people import VISIT
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Actor, Event
from geo.place import LonLat
from grid.area import CodeScheme
from grid.home_visits import Door, HomeVisit, Told, payload, visit
from grid.tickets.ticket import Report

SALT_BYTES = 16
RESIDENTS = table_of(ResidentRow)
# Statements over tables, made once: a phone that comes home, or a file, tells many visits at a time.
DOORS = {
    by: select(RESIDENTS.c.household, RESIDENTS.c.cell, RESIDENTS.c.lon, RESIDENTS.c.lat)
    .where(RESIDENTS.c[column] == bindparam("named"), RESIDENTS.c.cell.startswith(bindparam("prefix")))
    .order_by(RESIDENTS.c.id)
    .limit(1)
    for by, column in (("resident", "no"), ("household", "household"))
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVisit(Start[HomeVisit]):
    """A visit as somebody tells it; ``old`` ones come from files. Without a salt for its seal one is drawn."""

    told: Told
    old: bool = False
    salt: str = ""


def take_visit(work: Work, new: NewVisit, by: Actor) -> Done[HomeVisit]:
    """Take a visit, the ticket it raises, and what it confirms of the register.

    A worker whom a round leads there that day may tell it though it lies outside their area.

    Raises
    ------
    MissingError, UnknownCategoryError, BadFieldError
    """
    told, book = new.told, work.catalogue.rulebook
    here = by
    if sent_to(work.session, by, told.resident, work.catalogue.local(told.visited_at).date()):
        here = replace(by, area="")
    door = door_of(work.session, told, here, book.scheme)
    made = visit(told, door, book.registers.visits, by, work.now, old=new.old)
    salt = new.salt or token_hex(SALT_BYTES)
    others: tuple[Done[Any], ...] = ()
    if told.category:
        raised = file_ticket(work, NewTicket(report=report_of(told, door)), by)
        made, others = replace(made, ticket=raised.fact.no), (raised,)
    made = replace(made, no=work.draw(VISIT))
    if made.confirmed:
        others += confirm(work, made, by)
    event = Event(name="visited", at=made.told_at, by=by.user, role=by.role, payload=payload(made, salt))
    return Done(kind=VISIT, after=made, events=(event,), row={"salt": salt}, others=others)


def door_of(session: Session, told: Told, by: Actor, scheme: CodeScheme) -> Door:
    """Find the door of a resident or of a household in the area of who tells of it.

    Parameters
    ----------
    session : Session
    told : Told
        Names one of the two.
    by : Actor
    scheme : CodeScheme
        Tells which codes lie in the actor's area.

    Returns
    -------
    Door

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


def report_of(told: Told, door: Door) -> Report:
    """Turn what was found at a door into the report of a ticket there; it names no person."""
    return Report(
        no="",
        category=told.category,
        place=door.place,
        cell=door.cell,
        channel="worker",
        description=told.description,
    )


VISITS = Deeds(kind=VISIT, starts={NewVisit: take_visit})
