"""Lists of halls and stations, handling parties, legal persons; and the stations nearest to a place on foot."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, or_, select, true
from sqlalchemy.orm import Session

from data.city.engine import RoadEngine
from data.models import EntityRow, PartyRow, ProviderRow, StationRow, fact_of
from data.queries.paging import Ask, Page, turn
from dispatch.party import Party
from dispatch.providers.entity import Entity
from dispatch.station import Station
from geo.errors import NoStreetError
from geo.place import LonLat, great_circle_m
from grid.area import CodeScheme

TRIED = 4
"""Of how many more stations by the straight line than are wanted the way is asked: the nearest by road is among them."""
DETOUR = 1.4
"""How much longer a way on foot is than the straight line, where no street is known."""
WALK_M_PER_S = 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class HallFilter:
    """What is wanted of a list: a text, the kind of station, an item that is done, closed ones too."""

    text: str = ""
    kind: str = ""
    item: str = ""
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A provider that belongs to an entity."""

    no: str
    name: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A station with how long the way on foot takes; ``is_by_road`` False where no way was found and it is guessed."""

    station: Station
    walk_s: float
    is_by_road: bool


def list_stations(session: Session, ask: Ask, wanted: HallFilter, prefix: str) -> Page[Station]:
    """List halls and stations whose area begins so, found by number or name."""
    row = StationRow
    query = select(row).where(row.area.startswith(prefix), *_open(row.closed_on.is_(None), wanted))
    if wanted.kind:
        query = query.where(row.kind == wanted.kind)
    if wanted.item:
        query = query.where(_holds(row.services, wanted.item))
    if wanted.text:
        query = query.where(or_(row.no == wanted.text, row.name.contains(wanted.text, autoescape=True)))
    return turn(session, query, ask, {"no": row.no, "name": row.name}, row.id, lambda r: fact_of(Station, r))


def list_parties(session: Session, ask: Ask, wanted: HallFilter, prefix: str) -> Page[Party]:
    """List handling parties whose area begins so, found by number, name or department, or by an item that they do."""
    row = PartyRow
    query = select(row).where(row.area.startswith(prefix), *_open(row.closed_on.is_(None), wanted))
    if wanted.item:
        query = query.where(_holds(row.items, wanted.item))
    if wanted.text:
        named = row.name.contains(wanted.text, autoescape=True)
        query = query.where(or_(row.no == wanted.text, row.department == wanted.text, named))
    sorts = {"no": row.no, "department": row.department}
    return turn(session, query, ask, sorts, row.id, lambda r: fact_of(Party, r))


def party_at(session: Session, department: str, cell: str, scheme: CodeScheme) -> Party | None:
    """Give the open handling party of a department that works for a cell, of several that of the smallest area.

    Returns
    -------
    Party or None
        None while none is registered.
    """
    row = PartyRow
    query = select(row).where(row.closed_on.is_(None), row.department == department).order_by(row.no)
    here = [fact_of(Party, r) for r in session.scalars(query) if scheme.contains(r.area, cell)]
    return max(here, key=lambda party: len(scheme.prefix(party.area)), default=None)


def list_entities(session: Session, ask: Ask, wanted: HallFilter, prefix: str) -> Page[Entity]:
    """List legal persons and sole traders whose area begins so, found by number, code or name."""
    row = EntityRow
    query = select(row).where(row.area.startswith(prefix), *_open(row.closed_on.is_(None), wanted))
    if wanted.text:
        named = row.name.contains(wanted.text, autoescape=True)
        query = query.where(or_(row.no == wanted.text, row.credit_code == wanted.text.upper(), named))
    sorts = {"no": row.no, "name": row.name}
    return turn(session, query, ask, sorts, row.id, lambda r: fact_of(Entity, r))


def shops_of(session: Session, codes: Iterable[str]) -> dict[str, list[Shop]]:
    """Give the providers of entities by their codes, by number; nothing under codes that no provider has."""
    row = ProviderRow
    query = select(row.credit_code, row.no, row.name, row.state).where(row.credit_code.in_(set(codes)))
    found: dict[str, list[Shop]] = {}
    for code, no, name, state in session.execute(query.order_by(row.no)):
        found.setdefault(code, []).append(Shop(no=no, name=name, state=state))
    return found


def nearest_stations(
    session: Session, engine: RoadEngine, place: LonLat, at: datetime, kind: str = "", k: int = 3
) -> list[Near]:
    """Find the open stations nearest to a place on foot.

    Parameters
    ----------
    session : Session
    engine : RoadEngine
    place : LonLat
    at : datetime
        When somebody sets out: streets close and boats leave by it.
    kind : str
        ``hall``, ``station`` or ``health``; empty for any.
    k : int
        How many at most.

    Returns
    -------
    list of Near
        The nearest first; empty while none is registered.
    """
    query = select(StationRow).where(StationRow.closed_on.is_(None))
    if kind:
        query = query.where(StationRow.kind == kind)
    found = [fact_of(Station, row) for row in session.scalars(query)]
    straight = {
        one.no: float(great_circle_m(place.lon, place.lat, one.place.lon, one.place.lat)) for one in found
    }
    found.sort(key=lambda one: (straight[one.no], one.no))
    near = [_walked(engine, place, one, at, straight[one.no]) for one in found[: k * TRIED]]
    return sorted(near, key=lambda one: (not one.is_by_road, one.walk_s))[:k]


def _walked(engine: RoadEngine, place: LonLat, station: Station, at: datetime, straight_m: float) -> Near:
    try:
        walk_s = engine.travel_s("walk", place, station.place, at)
    except NoStreetError:
        walk_s = None
    guessed_s = straight_m * DETOUR / WALK_M_PER_S
    return Near(
        station=station, walk_s=guessed_s if walk_s is None else walk_s, is_by_road=walk_s is not None
    )


def _open(condition: ColumnElement[bool], wanted: HallFilter) -> list[ColumnElement[bool]]:
    return [] if wanted.closed else [condition]


def _holds(column: object, code: str) -> ColumnElement[bool]:
    """Give the condition that a list of codes holds one."""
    return cast(column, String).contains(f'"{code}"', autoescape=True) if code else true()
