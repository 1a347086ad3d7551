"""The house keeps its own rules: rows match facts, errors are mapped, ceilings hold, nothing points outside."""

import ast
import importlib
import inspect
import re
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

import pytest

from api.errors import STATUS
from data.models import (
    AlarmRow,
    BillRow,
    BudgetRow,
    CarePlanRow,
    ClosedMonthRow,
    ContactRow,
    CountdownRow,
    DeviceRow,
    EntryRow,
    FeedRow,
    HomeVisitRow,
    KinRow,
    NoticeRow,
    OrderRow,
    ParticularsRow,
    ProviderRow,
    ResidentRow,
    TagRow,
    TaskRow,
    TicketRow,
    TransferRow,
    table_of,
)
from data.store.kinds.upkeep import FEED
from dispatch.alarms.care import CarePlan, Kin
from dispatch.alarms.countdown import Countdown
from dispatch.alarms.device import AlarmDevice
from dispatch.alarms.fact import Alarm
from dispatch.alarms.notice import Notice
from dispatch.alarms.task import Task
from dispatch.money.bill import Bill
from dispatch.money.budget import Budget
from dispatch.money.month import ClosedMonth
from dispatch.money.transfer import Transfer
from dispatch.orders.order import Order
from dispatch.particulars import Particulars, Tag
from dispatch.providers.provider import Provider
from dispatch.resident import Contact, Resident
from geo.place import LonLat
from grid.feed import Feed
from grid.home_visits import HomeVisit
from grid.scores.scoring import Entry
from grid.tickets.ticket import Ticket

ROOT = Path(__file__).parent.parent.parent
FLOORS = ("geo", "dispatch", "grid", "data", "maps", "api")
SOURCES = [p for floor in FLOORS for p in sorted((ROOT / floor).rglob("*.py"))]


@pytest.mark.parametrize(
    ("fact", "row", "extra"),
    [
        (Ticket, TicketRow, {"id", "tick_at", "next_due_at"}),
        (Order, OrderRow, {"id", "tick_at"}),
        (Provider, ProviderRow, set()),
        (Resident, ResidentRow, {"folded", "pinyin", "initials", "phone_end", "salt"}),
        (Contact, ContactRow, {"id", "subject", "folded", "pinyin", "initials"}),
        (Entry, EntryRow, {"id"}),
        (AlarmDevice, DeviceRow, {"id"}),
        (Alarm, AlarmRow, {"id", "next_step_at"}),
        (Notice, NoticeRow, {"id", "follow_at"}),
        (Task, TaskRow, {"id"}),
        (Countdown, CountdownRow, {"id"}),
        (CarePlan, CarePlanRow, {"id", "salt"}),
        (Kin, KinRow, {"id", "salt"}),
        (HomeVisit, HomeVisitRow, {"id", "salt"}),
        (Transfer, TransferRow, {"id"}),
        (Budget, BudgetRow, {"id"}),
        (Bill, BillRow, {"id"}),
        (ClosedMonth, ClosedMonthRow, {"id"}),
        (Particulars, ParticularsRow, {"id", "salt"}),
        (Tag, TagRow, {"id", "salt"}),
        (Feed, FeedRow, {"id", *FEED.derived}),
    ],
)
def test_rows_match_facts(fact: type, row: type, extra: set[str]) -> None:
    hints = get_type_hints(fact)
    wanted: set[str] = set()
    for f in fields(fact):
        wanted |= {"lon", "lat"} if hints[f.name] in (LonLat, LonLat | None) else {f.name}
    assert set(table_of(row).columns.keys()) == wanted | extra


@pytest.mark.parametrize("floor", FLOORS)
def test_every_error_has_a_status(floor: str) -> None:
    module = importlib.import_module(f"{floor}.errors")
    for name, kind in inspect.getmembers(module, inspect.isclass):
        if issubclass(kind, Exception) and kind.__module__ == module.__name__:
            assert kind in STATUS, f"{floor}.errors.{name} has no status in api/errors.py"


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    suites = sorted((ROOT / "tests").rglob("*.py"))
    long = {
        str(p.relative_to(ROOT)): n for p in SOURCES + suites if (n := len(p.read_text().splitlines())) > 400
    }
    assert long == {}


def test_no_function_is_longer_than_its_ceiling() -> None:
    long = {}
    for path in SOURCES:
        if "migrations" in path.parts:
            continue  # a structure is a list, however long
        most = 100 if "_kernels" in path.parts else 50
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                start = node.body[0].end_lineno if ast.get_docstring(node) else node.lineno
                length = (node.end_lineno or 0) - (start or 0)
                if length > most:
                    long[f"{path.relative_to(ROOT)}:{node.name}"] = length
    assert long == {}


def test_no_project_import_inside_a_function() -> None:
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for inner in ast.walk(node):
                modules = [a.name for a in inner.names] if isinstance(inner, ast.Import) else []
                modules += [inner.module or ""] if isinstance(inner, ast.ImportFrom) else []
                found += [
                    f"{path.relative_to(ROOT)}:{inner.lineno}" for m in modules if m.split(".")[0] in FLOORS
                ]
    assert found == []


def test_no_room_is_called_by_a_word_that_says_nothing() -> None:
    empty = {"utils", "util", "common", "core", "helpers", "services", "managers", "misc"}
    assert [str(p) for p in SOURCES if p.stem in empty or p.parent.name in empty] == []


def test_the_pure_floors_have_no_clock_and_no_chance_of_their_own() -> None:
    banned = re.compile(r"datetime\.now|time\.time\(|utcnow|date\.today|random\.random\(|default_rng\(\)")
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in SOURCES
        if path.relative_to(ROOT).parts[0] in ("geo", "dispatch", "grid")
        for line in path.read_text().splitlines()
        if banned.search(line)
    ]
    assert found == []


def test_nothing_tracked_points_to_a_host_outside() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    hosts = "|".join(
        [
            "tile\\.openstreetmap",
            "unpkg",
            "jsdelivr",
            "cdn" + "js",
            "py" + "pi\\.org",
            "npm" + "js\\.org",
            "deb" + "ian\\.org",
        ]
    )
    banned = re.compile(hosts)
    found = []
    for name in tracked:
        path = ROOT / name
        if (
            not name
            or name.startswith("docs/")
            or path.resolve() == Path(__file__).resolve()
            or not path.is_file()
        ):
            continue
        if path.suffix in (".png", ".ico", ".mo"):
            continue
        found += [
            f"{name}: {line.strip()[:80]}"
            for line in path.read_text(errors="replace").splitlines()
            if banned.search(line)
        ]
    assert found == []
