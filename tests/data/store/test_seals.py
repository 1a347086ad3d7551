"""Every column of every kind is sealed, derived or free; whoever alters a sealed one by hand is found."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import shapely
from sqlalchemy import JSON, Boolean, Column, Date, Float, Integer, RowMapping, String, delete, select, update
from sqlalchemy.orm import Session

from data.desk.cells import PutArea, PutCell
from data.desk.devices import PutDevice
from data.desk.door import Desk
from data.desk.orders import NewOrder
from data.desk.providers import PutProvider
from data.desk.residents import PutResident
from data.desk.tickets import NewTicket
from data.desk.visits import NewVisit
from data.models.base import Time
from data.models.geometry import Shape
from data.store.kind import Kind
from data.store.kinds import KINDS
from data.store.kinds.alarms import DEVICE
from data.store.kinds.cases import TICKET
from data.store.kinds.orders import ORDER, PROVIDER
from data.store.kinds.people import RESIDENT, VISIT
from data.store.kinds.places import AREA, CELL
from data.store.seal import seal_of
from data.store.verify import seal_faults, verify, walk
from dispatch.alarms.device import AlarmDevice
from dispatch.lifecycle import Action, Actor
from dispatch.orders.order import Order
from dispatch.providers.provider import Provider
from dispatch.resident import Resident
from geo.place import LonLat
from grid.area import Area, Cell
from grid.home_visits import Told
from grid.tickets.ticket import Report
from tests.conftest import NOW

PLACE, IN_CELL = LonLat(120.005, 30.005), "330102001001001"
CLERK = Actor(user="c", role="department", department="DP30")
ADMIN = Actor(user="admin", role="admin")
WORKER = Actor(user="w1", role="worker")
BOX = shapely.box(121, 30, 121.01, 30.01)
FILLED = (TICKET, ORDER, PROVIDER, RESIDENT, VISIT, DEVICE, CELL, AREA)


@pytest.fixture
def lived(desk: Desk) -> Desk:
    """One of each kind, each with a change after its beginning."""
    by = Actor(user="import", role="dispatcher")
    resident = Resident(
        id=0, no="R1", name="张三丰", phone="13900001111", address="1号楼", place=PLACE, cell=IN_CELL
    )
    desk.start(PutResident(resident=resident), by, NOW)
    provider = Provider(id=0, no="P1", name="理发店", categories=("barber",), place=PLACE)
    desk.start(PutProvider(provider=provider), by, NOW)
    desk.act(PROVIDER, "P1", Action(name="adjust", by=ADMIN, fields={"capacity": 5}), NOW)
    device = AlarmDevice(no="D1", kind="pendant", resident="R1", since=NOW - timedelta(days=3))
    desk.start(PutDevice(device=device), by, NOW)
    desk.act(DEVICE, "D1", Action(name="hear", by=by, fields={"at": NOW}), NOW)
    desk.start(PutArea(area=Area(code="330102001003", name="三", level="community"), shape=BOX), by, NOW)
    cell = Cell(code="330102001003001", name="一", community="330102001003", households=3)
    desk.start(PutCell(cell=cell, shape=BOX), by, NOW)
    desk.act(CELL, cell.code, Action(name="confirm", by=by), NOW)
    report = Report(no="", category="E0102", place=PLACE, cell=IN_CELL, channel="worker")
    no = desk.start(NewTicket(report=report), WORKER, NOW).fact.no
    desk.act(TICKET, no, Action(name="receive", by=CLERK), NOW)
    item = next(iter(desk.catalogue.items))
    order = Order(
        no="", item=item, state="placed", channel="phone", created_at=NOW, place=PLACE, cell=IN_CELL
    )
    desk.start(NewOrder(order=order), by, NOW)
    told = Told(resident="R1", visited_at=NOW, finding=_seen(desk), confirmed=True)
    desk.start(NewVisit(told=told), WORKER, NOW)
    return desk


def _seen(desk: Desk) -> str:
    findings = desk.catalogue.rulebook.registers.visits.findings
    return next(code for code, finding in findings.items() if finding.counts)


def altered(column: Column[Any], value: Any) -> Any:
    """Return another value of the same column."""
    others: dict[type, Callable[[Any], Any]] = {
        Shape: lambda shape: shapely.transform(shape, lambda xy: xy + 1e-6),
        Time: lambda at: (at or NOW) + timedelta(seconds=1),
        Date: lambda day: (day or date(2026, 1, 1)) + timedelta(days=1),
        Boolean: lambda is_so: not is_so,
        Integer: lambda number: (number or 0) + 1,
        Float: lambda number: (number or 0) + 1,
        String: lambda text: f"{text or ''}x",
        JSON: lambda held: {**held, "x": 1} if isinstance(held, dict) else [*(held or []), {"x": 1}],
    }
    return next(other for kind, other in others.items() if isinstance(column.type, kind))(value)


def only(desk: Desk, kind: Kind[Any]) -> RowMapping:
    with desk.database.read() as session:
        told = walk(session).seals[kind.name]
        query = select(kind.table).where(kind.table.c[kind.key].in_(told))
        return session.execute(query).mappings().one()


def test_what_was_done_through_the_door_has_no_fault(lived: Desk) -> None:
    with lived.database.read() as session:
        assert [f for f in verify(session, KINDS) if f.kind not in ("cell", "area")] == []


@pytest.mark.parametrize("kind", FILLED, ids=lambda kind: kind.name)
def test_each_sealed_column_altered_by_hand_is_found(lived: Desk, kind: Kind[Any]) -> None:
    row, missed = only(lived, kind), []
    for column in kind.table.columns:
        if column.name in ("id", kind.key):
            continue
        value = altered(column, row[column.name])
        with lived.database.engine.connect() as connection:
            change = update(kind.table).where(kind.table.c.id == row["id"]).values({column.name: value})
            connection.execute(change)
            session = Session(bind=connection)
            found = list(seal_faults(session, kind, walk(session).seals[kind.name]))
            connection.rollback()
        if bool(found) != (column.name in kind.sealed):
            missed.append(column.name)
    assert missed == []


@pytest.mark.parametrize("kind", FILLED, ids=lambda kind: kind.name)
def test_a_row_that_is_taken_out_is_found(lived: Desk, kind: Kind[Any]) -> None:
    row = only(lived, kind)
    lived.database.write(lambda s: s.execute(delete(kind.table).where(kind.table.c.id == row["id"])))
    with lived.database.read() as session:
        told = walk(session).seals[kind.name]
        details = [f.detail for f in seal_faults(session, kind, told)]
    assert details == ["the log was told of it, and it is not kept"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_column_is_of_one_sort(kind: Kind[Any]) -> None:
    names = {column.name for column in kind.table.columns}
    assert kind.derived | kind.free <= names
    assert not kind.derived & kind.free
    assert ("salt" in names) == kind.salted or kind.own_rows


NOTHING_IN: dict[type, Any] = {Boolean: False, Integer: 0, Float: 0, String: "", JSON: []}
"""What a migration gives a column that may not be empty, by its type."""


@pytest.mark.parametrize("kind", [k for k in KINDS if k.later], ids=lambda kind: kind.name)
def test_a_column_that_came_later_changes_no_seal_of_before(kind: Kind[Any]) -> None:
    bare = dict.fromkeys(kind.sealed)
    for name in kind.later & set(kind.sealed):
        column = kind.table.c[name]
        nothing = (
            None if column.nullable else NOTHING_IN[next(t for t in NOTHING_IN if isinstance(column.type, t))]
        )
        assert seal_of(kind, bare | {name: nothing}) == seal_of(kind, bare), name
        assert seal_of(kind, bare | {name: "something"}) != seal_of(kind, bare), name
