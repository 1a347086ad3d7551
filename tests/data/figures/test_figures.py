"""Figures and the lists behind them, against a plain count in Python."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import false, insert, true
from sqlalchemy.orm import Session

from api.views.figures import definitions
from data.figures.histories import Chronicle
from data.figures.scores import rank_departments
from data.figures.sets import (
    Where,
    cell_figures,
    collect_tickets,
    count_categories,
    daily_on_time,
    frequent_categories,
    ledger,
    list_set,
    places,
)
from data.models import EntryRow, TicketRow, columns_of, table_of
from data.queries.paging import Ask
from data.queries.tickets import TicketFilter, cell_counts
from data.rules.catalogue import read_catalogue
from data.store.session import Database
from dispatch.errors import BadFieldError
from geo.place import LonLat
from grid.figures.facts import Facts
from grid.figures.league import count_tallies
from grid.figures.sets import SETS, SHARES, count_sets, find_cases
from grid.period import Period
from grid.scores.appraisal import share_interval
from grid.scores.scoring import Entry
from grid.tickets.fact import Dispatch
from grid.tickets.ticket import Ticket

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
CATALOGUE = read_catalogue()
PERIOD = Period(start=NOW - timedelta(days=10), end=NOW)
STATES = ("reported", "dispatched", "received", "handling", "done", "closed", "void", "merged", "shelved")
CELLS = ("330102001001001", "330102001001002", "330102002001001")


def ticket(draw: random.Random, n: int) -> Ticket:
    reported = NOW - timedelta(hours=draw.uniform(1, 400))
    due = reported + timedelta(hours=draw.uniform(1, 90))
    state = draw.choice(STATES)
    done = min(NOW, reported + timedelta(hours=draw.uniform(1, 120))) if state in ("done", "closed") else None
    closed = done if done and state == "closed" else None
    rating = draw.choice((None, 2, 4, 5)) if closed else None
    signed = state in ("received", "handling", "done", "closed") and draw.random() < 0.8
    department = draw.choice(("DP01", "DP02"))
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
        department=department,
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
        received_at=reported if signed else None,
        closed_at=closed,
        rating=rating,
        rated_at=closed if rating else None,
        solved=None if not rating or n % 3 == 0 else n % 3 == 1,
        reworks=draw.choice((0, 0, 1)),
        dispatches=() if state == "reported" else (Dispatch(at=reported, department=department, anew=False),),
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
        rows = [
            columns_of(t) | {"tick_at": None, "next_due_at": t.due_at, "told_at": t.reported_at}
            for t in tickets
        ]
        writing.execute(insert(table_of(TicketRow)), rows)
        writing.execute(insert(table_of(EntryRow)), [columns_of(e) for e in entries])

    database.write(fill)
    with database.read() as reading:
        yield reading
    database.close()


def in_period(at: datetime | None) -> bool:
    return at is not None and PERIOD.start <= at < PERIOD.end


def counts(t: Ticket) -> bool:
    return t.state not in ("void", "merged")


def is_open(t: Ticket) -> bool:
    return counts(t) and t.accepted_at is not None and t.state != "closed"


def is_due(t: Ticket) -> bool:
    return counts(t) and t.state != "shelved" and t.accepted_at is not None and in_period(t.due_at)


ORACLE: dict[str, Callable[[Ticket], bool]] = {
    "reported": lambda t: in_period(t.reported_at),
    "accepted": lambda t: in_period(t.reported_at) and counts(t),
    "open": is_open,
    "overdue": lambda t: is_open(t) and t.state != "shelved" and t.due_at < NOW,
    "due": is_due,
    "on_time": lambda t: is_due(t) and t.done_at is not None and t.done_at <= t.due_at,
    "late": lambda t: is_due(t) and (t.done_at is None or t.done_at > t.due_at),
    "closed": lambda t: in_period(t.closed_at),
    "rated": lambda t: in_period(t.rated_at),
    "content": lambda t: in_period(t.rated_at) and (t.rating or 0) >= 4,
    "told": lambda t: in_period(t.rated_at) and t.solved is not None,
    "solved": lambda t: in_period(t.rated_at) and t.solved is True,
    "asked": lambda t: in_period(t.rated_at) or in_period(t.closed_at),
    "reworked": lambda t: is_due(t) and t.reworks > 0,
    "unsigned": lambda t: (
        counts(t) and t.accepted_at is not None and in_period(t.response_due_at) and t.received_at is None
    ),
}


def facts(session: Session, where: Where = Where(), period: Period = PERIOD) -> Facts:  # noqa: B008 - frozen
    return collect_tickets(session, CATALOGUE.rulebook, Chronicle(), period, where)


def listed(session: Session, found: Facts, name: str) -> list[Ticket]:
    numbers = [case.no for case in find_cases(found, name)]
    return list(list_set(session, true(), numbers, Ask(limit=200)).items)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("where", [Where(), Where(prefix="330102001", department="DP01")])
def test_a_number_and_its_list_agree_with_a_plain_count(
    session: Session, tickets: list[Ticket], name: str, where: Where
) -> None:
    expected = {
        t.no
        for t in tickets
        if ORACLE[name](t) and t.cell.startswith(where.prefix) and where.department in ("", t.department)
    }
    found = facts(session, where)
    assert expected
    assert count_sets(found)[name] == len(expected)
    assert {t.no for t in listed(session, found, name)} == expected


def test_some_numbers_alone_and_one_nature(session: Session, tickets: list[Ticket]) -> None:
    some = frozenset(t.no for t in tickets[:50])
    found = facts(session, Where(only=some))
    assert {c.no for name in SETS for c in find_cases(found, name)} <= some
    assert count_sets(found)["reported"] == sum(ORACLE["reported"](t) for t in tickets[:50])
    assert set(count_sets(facts(session, Where(nature="complaint"))).values()) == {0}


def test_a_list_goes_on_where_the_page_ended(session: Session) -> None:
    numbers = [case.no for case in find_cases(facts(session), "due")]
    first = list_set(session, true(), numbers, Ask(sort="due_at", limit=20))
    second = list_set(session, true(), numbers, Ask(sort="due_at", limit=200, after=first.next))
    assert sorted(t.no for t in (*first.items, *second.items)) == sorted(numbers)


def test_every_case_due_was_kept_or_missed(session: Session) -> None:
    whole = count_sets(facts(session))
    assert whole["due"] == whole["on_time"] + whole["late"] > 0


def test_departments_add_up_to_the_whole(session: Session) -> None:
    found = facts(session)
    whole, parts = count_sets(found), count_tallies(found.due)
    assert sorted({p.unit for p in parts}) == ["DP01", "DP02"]
    assert len(parts) == len({(p.unit, p.category) for p in parts})
    assert sum(p.due for p in parts) == whole["due"]
    assert sum(p.on_time for p in parts) == whole["on_time"]
    assert sum(p.late for p in parts) == whole["late"]


def test_the_ranking_is_by_points_lost_per_hundred_cases(session: Session, tickets: list[Ticket]) -> None:
    rows = rank_departments(session, facts(session), CATALOGUE.appraisal)
    for row in rows:
        mine = [t for t in tickets[::7] if t.department == row.unit and in_period(t.due_at)]
        due = sum(is_due(t) for t in tickets if t.department == row.unit)
        assert (row.score.deducted_centi, row.due) == (50 * len(mine), due)
        assert row.lost_centi == pytest.approx(5_000 * len(mine) / due, abs=0.5)
    assert [row.rank for row in rows] == [1, 2]
    assert rows[0].lost_centi < rows[1].lost_centi


def test_cells_and_categories_add_up_to_the_whole(session: Session) -> None:
    found = facts(session)
    whole, cells = count_sets(found), cell_figures(found)
    sums = [sum(getattr(c, name) for c in cells) for name in ("total", "open", "overdue")]
    assert sums == [whole["reported"], whole["open"], whole["overdue"]]
    kinds = count_categories(found, ("E0101", "E0102", "P0101"), 10)
    assert sum(n for _, n, _ in kinds) == whole["reported"]
    assert [c for c, _, _ in count_categories(found, ("E0101",), 10)] == ["E0101"]


def test_by_cell_in_the_store_is_what_the_sets_tell(session: Session) -> None:
    """`cell_counts` answers filters that histories do not know; at the present both mean the same."""
    wanted = TicketFilter(since=PERIOD.start, until=NOW)
    rows = {c.cell: c for c in cell_counts(session, true(), wanted, "", NOW)}
    for cell in CELLS:
        found = facts(session, Where(prefix=cell))
        named = {name: {c.no for c in find_cases(found, name)} for name in ("reported", "open", "overdue")}
        told = (rows[cell].total, rows[cell].open, rows[cell].overdue)
        assert told == tuple(len(named[n] & named["reported"]) for n in ("reported", "open", "overdue"))


def test_days_add_up_to_the_whole_and_are_local(session: Session) -> None:
    found = facts(session)
    whole, days = count_sets(found), daily_on_time(found, ZoneInfo("Asia/Shanghai"))
    assert sum(due for _, due, _ in days) == whole["due"]
    assert sum(on_time for _, _, on_time in days) == whole["on_time"]
    assert [day for day, _, _ in days] == sorted(day for day, _, _ in days)


def test_the_ledger_keeps_to_period_area_and_unit(session: Session, tickets: list[Ticket]) -> None:
    found = ledger(session, PERIOD, Where(prefix="330102002"), "DP02")
    expected = [
        t.no
        for t in tickets[::7]
        if in_period(t.due_at) and t.cell.startswith("330102002") and t.department == "DP02"
    ]
    assert sorted(e.subject for e in found) == sorted(expected)
    assert [e.at for e in found] == sorted(e.at for e in found)


def test_places_and_frequent_categories(session: Session, tickets: list[Ticket]) -> None:
    assert places(session, true(), [t.no for t in tickets]).shape == (len(tickets), 2)
    assert places(session, true(), []).shape == places(session, false(), ["T"]).shape == (0, 2)
    ranked = frequent_categories(session, (), NOW - timedelta(days=100), 2)
    assert len(ranked) == 2
    most = max(("E0101", "E0102", "P0101"), key=lambda c: sum(t.category == c for t in tickets))
    assert ranked[0] == most


def test_nothing_in_the_period_counts_nothing(session: Session) -> None:
    long_ago = Period(start=NOW - timedelta(days=900), end=NOW - timedelta(days=800))
    assert set(count_sets(facts(session, period=long_ago)).values()) == {0}


def test_an_unknown_set_is_refused_with_those_that_exist(session: Session) -> None:
    with pytest.raises(BadFieldError, match="overdue"):
        find_cases(facts(session), "nonsense")


def test_shares_are_made_of_sets_and_every_figure_has_its_words() -> None:
    assert {name for share in SHARES.values() for name in (share.part, share.whole)} <= set(SETS)
    told = definitions("zh")
    assert set(SETS) | set(SHARES) <= set(told)
    assert len(set(told.values())) == len(told)  # no two figures are told alike


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
