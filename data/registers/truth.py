"""Records that cannot be right, found check by check; the rules of the checks are in ``checks.csv``."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import shapely
from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from data.models import (
    AccountRow,
    AreaRow,
    CellRow,
    DeviceRow,
    OrderRow,
    ParticularsRow,
    ProviderRow,
    ResidentRow,
    TagRow,
    TicketRow,
)
from data.registers.doubles import double_providers, double_residents
from dispatch.phone import read_phone
from dispatch.providers.credit_code import is_credit_code
from grid.correction import CheckRule

OLDEST = 120
"""Years that nobody has lived much longer than."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A record that a check found: its key, the cell or area it belongs to, and the second record of a likely double."""

    record: str
    area: str
    other: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """On which day records are looked at, in the district's zone; ``only`` one record where that is named."""

    day: date
    only: str = ""

    def of(self, query: Select, key: InstrumentedAttribute[str]) -> Select:
        """Return a query narrowed to the one record."""
        return query.where(key == self.only) if self.only else query


Finder = Callable[[Session, Look], Iterable[Found]]
LIVING = ResidentRow.ended_on.is_(None)
STANDING = ProviderRow.state != "left"


def _residents(session: Session, look: Look, where: ColumnElement[bool]) -> Iterator[Found]:
    query = select(ResidentRow.no, ResidentRow.cell).where(LIVING, where).order_by(ResidentRow.no)
    for no, cell in session.execute(look.of(query, ResidentRow.no)):
        yield Found(record=no, area=cell)


def _with_particulars(session: Session, look: Look, where: ColumnElement[bool]) -> Iterator[Found]:
    about = exists().where(ParticularsRow.resident == ResidentRow.no, where)
    return _residents(session, look, about)


def _providers(session: Session, look: Look, where: ColumnElement[bool]) -> Iterator[Found]:
    query = select(ProviderRow.no, ProviderRow.area).where(STANDING, where).order_by(ProviderRow.no)
    for no, area in session.execute(look.of(query, ProviderRow.no)):
        yield Found(record=no, area=area)


def _resident_phone(session: Session, look: Look) -> Iterator[Found]:
    query = select(ResidentRow.no, ResidentRow.cell, ResidentRow.phone).where(LIVING, ResidentRow.phone != "")
    for no, cell, phone in session.execute(look.of(query, ResidentRow.no)):
        if read_phone(phone) is None:
            yield Found(record=no, area=cell)


def _resident_birth(session: Session, look: Look) -> Iterator[Found]:
    year = ResidentRow.birth_year
    return _residents(session, look, or_(year > look.day.year, year < look.day.year - OLDEST))


def _resident_born_on(session: Session, look: Look) -> Iterator[Found]:
    query = (
        select(ResidentRow.no, ResidentRow.cell, ResidentRow.birth_year, ParticularsRow.born_on)
        .join(ParticularsRow, ParticularsRow.resident == ResidentRow.no)
        .where(LIVING, ParticularsRow.born_on.is_not(None), ResidentRow.birth_year.is_not(None))
    )
    for no, cell, year, born_on in session.execute(look.of(query, ResidentRow.no)):
        if born_on.year != year or born_on > look.day:
            yield Found(record=no, area=cell)


def _resident_cell(session: Session, look: Look) -> Iterator[Found]:
    query = select(ResidentRow.cell, ResidentRow.no, ResidentRow.lon, ResidentRow.lat).where(
        LIVING, ResidentRow.cell != ""
    )
    homes = defaultdict(list)
    for cell, no, lon, lat in session.execute(look.of(query, ResidentRow.no)):
        homes[cell].append((no, lon, lat))
    wanted = select(CellRow.code, CellRow.shape).where(CellRow.code.in_(list(homes)))
    shapes: dict[str, shapely.Geometry] = dict(session.execute(wanted).all())
    return _outside(homes, shapes)


def _provider_area(session: Session, look: Look) -> Iterator[Found]:
    query = select(ProviderRow.area, ProviderRow.no, ProviderRow.lon, ProviderRow.lat).where(
        STANDING, ProviderRow.area != ""
    )
    shops = defaultdict(list)
    for area, no, lon, lat in session.execute(look.of(query, ProviderRow.no)):
        shops[area].append((no, lon, lat))
    shapes: dict[str, shapely.Geometry] = {}
    for row in (AreaRow, CellRow):
        wanted = select(row.code, row.shape).where(row.code.in_(list(shops)))
        shapes.update(session.execute(wanted).all())
    return _outside(shops, shapes)


def _outside(
    places: Mapping[str, list[tuple[str, float, float]]], shapes: Mapping[str, shapely.Geometry]
) -> Iterator[Found]:
    """Find the places that lie outside the shape they are said to lie in; a shape that is not there holds none."""
    for code, here in sorted(places.items()):
        shape = shapes.get(code)
        numbers, lons, lats = zip(*here, strict=True)
        if shape is not None:
            shapely.prepare(shape)
        inside = [False] * len(here) if shape is None else shapely.intersects_xy(shape, lons, lats)
        for no, holds in zip(numbers, inside, strict=True):
            if not holds:
                yield Found(record=no, area=code)


def _resident_stay(session: Session, look: Look) -> Iterator[Found]:
    return _with_particulars(session, look, ParticularsRow.leaves_on < ParticularsRow.arrived_on)


def _resident_tag_days(session: Session, look: Look) -> Iterator[Found]:
    early = or_(TagRow.until < TagRow.since, TagRow.ended_on < TagRow.since)
    return _residents(session, look, exists().where(TagRow.resident == ResidentRow.no, early))


def _resident_double(session: Session, look: Look) -> Iterator[Found]:
    for one, other, cell in double_residents(session, look.only):
        yield Found(record=one, other=other, area=cell)


def _provider_phone(session: Session, look: Look) -> Iterator[Found]:
    query = select(ProviderRow.no, ProviderRow.area, ProviderRow.phone).where(
        STANDING, ProviderRow.phone != ""
    )
    for no, area, phone in session.execute(look.of(query, ProviderRow.no)):
        if read_phone(phone) is None:
            yield Found(record=no, area=area)


def _provider_credit_code(session: Session, look: Look) -> Iterator[Found]:
    query = select(ProviderRow.no, ProviderRow.area, ProviderRow.credit_code).where(
        STANDING, ProviderRow.credit_code != ""
    )
    for no, area, code in session.execute(look.of(query, ProviderRow.no)):
        if not is_credit_code(code):
            yield Found(record=no, area=area)


def _provider_joined(session: Session, look: Look) -> Iterator[Found]:
    return _providers(session, look, ProviderRow.joined_on > look.day)


def _provider_double(session: Session, look: Look) -> Iterator[Found]:
    for one, other, area in double_providers(session, look.only):
        yield Found(record=one, other=other, area=area)


def _device_of_gone(session: Session, look: Look) -> Iterator[Found]:
    query = (
        select(DeviceRow.no, ResidentRow.cell)
        .join(ResidentRow, ResidentRow.no == DeviceRow.resident)
        .where(DeviceRow.removed_at.is_(None), ResidentRow.ended_on.is_not(None))
    )
    for no, cell in session.execute(look.of(query, DeviceRow.no)):
        yield Found(record=no, area=cell)


def _cell_worker(session: Session, look: Look) -> Iterator[Found]:
    live = exists().where(AccountRow.user == CellRow.worker, AccountRow.active.is_(True))
    query = select(CellRow.code).where(CellRow.worker != "", ~live).order_by(CellRow.code)
    for code in session.scalars(look.of(query, CellRow.code)):
        yield Found(record=code, area=code)


def _ticket_times(session: Session, look: Look) -> Iterator[Found]:
    query = select(TicketRow.no, TicketRow.cell).where(TicketRow.closed_at < TicketRow.reported_at)
    for no, cell in session.execute(look.of(query, TicketRow.no)):
        yield Found(record=no, area=cell)


def _order_times(session: Session, look: Look) -> Iterator[Found]:
    query = select(OrderRow.no, OrderRow.cell).where(OrderRow.done_at < OrderRow.created_at)
    for no, cell in session.execute(look.of(query, OrderRow.no)):
        yield Found(record=no, area=cell)


FINDERS: Mapping[str, Finder] = {
    "resident_phone": _resident_phone,
    "resident_birth": _resident_birth,
    "resident_born_on": _resident_born_on,
    "resident_cell": _resident_cell,
    "resident_stay": _resident_stay,
    "resident_tag_days": _resident_tag_days,
    "resident_double": _resident_double,
    "provider_phone": _provider_phone,
    "provider_area": _provider_area,
    "provider_credit_code": _provider_credit_code,
    "provider_joined": _provider_joined,
    "provider_double": _provider_double,
    "device_of_gone": _device_of_gone,
    "cell_worker": _cell_worker,
    "ticket_times": _ticket_times,
    "order_times": _order_times,
}
"""What each check looks for, by its code in ``checks.csv``."""


def look_through(session: Session, rule: CheckRule, day: date, only: str = "") -> list[Found]:
    """Find the records of one check.

    Parameters
    ----------
    session : Session
    rule : CheckRule
    day : date
        Today, in the district's zone.
    only : str, optional
        The one record to look at; all by default.

    Returns
    -------
    list of Found
        Empty when nothing is wrong.
    """
    return list(FINDERS[rule.code](session, Look(day=day, only=only)))
