"""Figures and the lists behind them, against a plain count in Python."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from data.figures.sets import (
    SETS,
    cell_figures,
    chosen,
    counts,
    daily_on_time,
    frequent_categories,
    ledger,
    list_set,
    of_department,
    places,
    tallies,
    within,
)
from data.models import EntryRow, TicketRow, columns_of, table_of
from data.queries.paging import Ask
from data.store.session import Database
from dispatch.errors import BadFieldError
from geo.place import LonLat
from grid.period import Period
from grid.scores.appraisal import share_interval
from grid.scores.scoring import Entry
from grid.tickets.ticket import AT_REST, Ticket

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
PERIOD = Period(start=NOW - timedelta(days=10), end=NOW + timedelta(days=1))
STATES = ("reported", "dispatched", "received", "handling", "done", "closed", "void", "merged", "shelved")
CELLS = ("330102001001001", "330102001001002", "330102002001001")


def ticket(draw: random.Random, n: int) -> Ticket:
    reported = NOW - timedelta(hours=draw.uniform(-5, 400))
    due = reported + timedelta(hours=draw.uniform(1, 90))
    state = draw.choice(STATES)
    done = reported + timedelta(hours=draw.uniform(1, 120)) if state in ("done", "closed") else None
    return Ticket(
        no=f"T330102-261120-{n:05d}",
        category=draw.choice(("E0101", "E0102", "P0101")),
        state=state,
        channel="worker",
        reported_at=reported,
        reporter="w1",
        place=LonLat(120 + n / 1000, 30),
        accuracy_m=5.0,
        address="",
        description="",
        cell=draw.choice(CELLS),
        border_cells=(),
        department=draw.choice(("DP01", "DP02")),
        basis="owner",
        urgent=False,
        photos=(),
        limit="4 work_hour",
        promised_at=due,
        due_at=due,
        yellow_at=due,
        orange_at=due,
        response_due_at=due,
        provisional=False,
        rules="r",
        accepted_at=None if state == "reported" else reported,
        done_at=done,
        closed_at=done + timedelta(hours=1) if done and state == "closed" else None,
        rating=draw.choice((None, 2, 4, 5)) if state == "closed" else None,
        reworks=draw.choice((0, 0, 1)),
        response_missed=draw.random() < 0.2,
    )


@pytest.fixture(scope="module")
def tickets() -> list[Ticket]:
    draw = random.Random(11)
    return [ticket(draw, n) for n in range(1, 241)]


@pytest.fixture(scope="module")
def session(tickets: list[Ticket], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    path: Path = tmp_path_factory.mktemp("figures") / "f.sqlite"
    database = Database(f"sqlite:///{path}")
    database.create()
    entries = [
        Entry(
            unit=t.department,
            subject=t.no,
            kind="overdue",
            step=1,
            points_centi=-50,
            at=t.due_at,
            rules="r",
            evidence="",
        )
        for t in tickets[::7]
    ]

    def fill(writing: Session) -> None:
        rows = [columns_of(t) | {"tick_at": None, "next_due_at": t.due_at} for t in tickets]
        writing.execute(insert(table_of(TicketRow)), rows)
        writing.execute(insert(table_of(EntryRow)), [columns_of(e) for e in entries])

    database.write(fill)
    with database.read() as reading:
        yield reading
    database.close()


def in_period(at: datetime | None) -> bool:
    return at is not None and PERIOD.start <= at < PERIOD.end


def is_due(t: Ticket) -> bool:
    settled = t.due_at < NOW or t.done_at is not None
    return settled and in_period(t.due_at) and t.accepted_at is not None and t.state not in ("void", "merged")


ORACLE: dict[str, Callable[[Ticket], bool]] = {
    "reported": lambda t: in_period(t.reported_at),
    "open": lambda t: in_period(t.reported_at) and t.state not in AT_REST,
    "overdue": lambda t: in_period(t.reported_at) and t.state not in AT_REST and t.due_at < NOW,
    "due": is_due,
    "on_time": lambda t: is_due(t) and t.done_at is not None and t.done_at <= t.due_at,
    "late": lambda t: is_due(t) and (t.due_at < NOW if t.done_at is None else t.done_at > t.due_at),
    "closed": lambda t: in_period(t.closed_at),
    "rated": lambda t: in_period(t.closed_at) and t.rating is not None,
    "content": lambda t: in_period(t.closed_at) and t.rating is not None and t.rating >= 4,
    "reworked": lambda t: in_period(t.reported_at) and t.reworks > 0,
    "unsigned": lambda t: in_period(t.reported_at) and t.response_missed,
}


@pytest.mark.parametrize("name", SETS)
def test_a_number_and_its_list_agree_with_a_plain_count(
    session: Session, tickets: list[Ticket], name: str
) -> None:
    base = (within("330102001"), of_department("DP01"))
    expected = {
        t.no for t in tickets if ORACLE[name](t) and t.cell[:9] == "330102001" and t.department == "DP01"
    }
    assert counts(session, base, PERIOD, NOW)[name] == len(expected)
    listed = list_set(session, (*base, chosen(name, PERIOD, NOW)), Ask(limit=200)).items
    assert {t.no for t in listed} == expected


def test_every_case_due_was_kept_or_missed(session: Session) -> None:
    whole = counts(session, (), PERIOD, NOW)
    assert whole["due"] == whole["on_time"] + whole["late"] > 0


def test_departments_add_up_to_the_whole(session: Session) -> None:
    whole = counts(session, (), PERIOD, NOW)
    parts = tallies(session, (), PERIOD, NOW)
    assert sorted({p.unit for p in parts}) == ["DP01", "DP02"]
    assert len(parts) == len({(p.unit, p.category) for p in parts})
    assert sum(p.due for p in parts) == whole["due"]
    assert sum(p.on_time for p in parts) == whole["on_time"]
    assert sum(p.late for p in parts) == whole["late"]


def test_cells_add_up_to_the_whole(session: Session) -> None:
    whole, cells = counts(session, (), PERIOD, NOW), cell_figures(session, (), PERIOD, NOW)
    sums = [sum(getattr(c, name) for c in cells) for name in ("total", "open", "overdue")]
    assert sums == [whole["reported"], whole["open"], whole["overdue"]]


def test_days_add_up_to_the_whole_and_are_local(session: Session) -> None:
    whole = counts(session, (), PERIOD, NOW)
    days = daily_on_time(session, (), PERIOD, NOW, ZoneInfo("Asia/Shanghai"))
    assert sum(due for _, due, _ in days) == whole["due"]
    assert sum(on_time for _, _, on_time in days) == whole["on_time"]
    assert [day for day, _, _ in days] == sorted(day for day, _, _ in days)


def test_the_ledger_keeps_to_period_area_and_unit(session: Session, tickets: list[Ticket]) -> None:
    found = ledger(session, (within("330102002"),), PERIOD, "DP02")
    expected = [
        t.no
        for t in tickets[::7]
        if in_period(t.due_at) and t.cell.startswith("330102002") and t.department == "DP02"
    ]
    assert sorted(e.subject for e in found) == sorted(expected)
    assert [e.at for e in found] == sorted(e.at for e in found)


def test_places_and_frequent_categories(session: Session, tickets: list[Ticket]) -> None:
    assert places(session, ()).shape == (len(tickets), 2)
    assert places(session, (within("9"),)).shape == (0, 2)
    ranked = frequent_categories(session, (), NOW - timedelta(days=100), 2)
    assert len(ranked) == 2
    most = max(("E0101", "E0102", "P0101"), key=lambda c: sum(t.category == c for t in tickets))
    assert ranked[0] == most


def test_nothing_in_the_period_counts_nothing(session: Session) -> None:
    long_ago = Period(start=NOW - timedelta(days=900), end=NOW - timedelta(days=800))
    assert set(counts(session, (), long_ago, NOW).values()) == {0}


def test_an_unknown_set_is_refused_with_those_that_exist() -> None:
    with pytest.raises(BadFieldError, match="overdue"):
        chosen("nonsense", PERIOD, NOW)


def test_a_period_knows_the_one_before_and_its_last_day() -> None:
    day = Period(start=datetime(2026, 11, 1, tzinfo=UTC), end=datetime(2026, 11, 3, tzinfo=UTC))
    assert day.before() == Period(start=datetime(2026, 10, 30, tzinfo=UTC), end=day.start)
    assert day.last_day.isoformat() == "2026-11-02"


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (0, 0, 0.0, 1.0),  # nothing counted says nothing
        (8, 10, 0.4902, 0.9433),  # Wilson 1927, 95 %
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
    ],
)
def test_the_interval_of_a_share(part: int, whole: int, low: float, high: float) -> None:
    assert share_interval(part, whole) == pytest.approx((low, high), abs=1e-4)
