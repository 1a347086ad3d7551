"""Kinds of places: areas, cells, closed streets and built districts."""

from data.models import AreaRow, CellRow, ClosureRow, DistrictRow
from data.store.kind import Kind
from data.store.roles import OVERSEERS
from data.store.scope import Always, Scope
from dispatch.closures import Closure
from grid.area import Area, BuiltDistrict, Cell

CELL = Kind(
    name="cell",
    in_bulk=True,
    fact=Cell,
    row=CellRow,
    key="code",
    logged=frozenset({"name", "households", "worker"}),
    scope=Scope(dict.fromkeys((*OVERSEERS, "worker", "department", "provider", "resident"), Always())),
)

AREA = Kind(
    name="area",
    in_bulk=True,
    fact=Area,
    row=AreaRow,
    key="code",
    scope=Scope(dict.fromkeys((*OVERSEERS, "worker", "department", "provider", "resident"), Always())),
)

CLOSURE = Kind(
    name="closure",
    fact=Closure,
    row=ClosureRow,
    letter="C",
    lifecycle="closure_lifecycle",
    scope=Scope(dict.fromkeys((*OVERSEERS, "worker", "department", "provider", "resident"), Always())),
    live=("effect", "state", "cell"),
    told=True,
)

DISTRICT = Kind(
    name="district",
    fact=BuiltDistrict,
    row=DistrictRow,
    key="code",
    scope=Scope(dict.fromkeys(OVERSEERS, Always())),
)
