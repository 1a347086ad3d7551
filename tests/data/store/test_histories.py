"""Histories that were kept are those that a fresh reading gives, whatever was added in between."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from data.figures.histories import READ_PAYLOAD, Chronicle, altered, folded, read
from data.figures.ratings import ratings_in
from data.models import EventRow, TicketRow, columns_of, table_of
from data.store.chain import Told, append, canonical
from data.store.session import Database
from dispatch.lifecycle import Event
from grid.period import Period
from grid.tickets.history import History, Payload
from grid.tickets.ticket import Ticket
from tests.grid.tickets.plain_history import plain_history
from tests.grid.tickets.test_history import CELL, START, STEPS, live

CELLS = (CELL, "330102002001001")
Life = tuple[Ticket, list[Event]]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path_factory.mktemp('histories') / 'h.sqlite'}")
    made.create()
    yield made
    made.close()


def emptied(database: Database) -> None:
    def work(session: object) -> None:
        session.execute(delete(EventRow))
        session.execute(delete(TicketRow))

    database.write(work)


def tell(database: Database, no: str, ticket: Ticket, events: list[Event]) -> None:
    """Put a ticket and its events into the store, or what was added to them."""

    def work(session: object) -> None:
        known = session.scalar(select(TicketRow.id).where(TicketRow.no == no))
        values = columns_of(ticket) | {"no": no, "tick_at": None, "next_due_at": ticket.due_at}
        if known is None:
            session.execute(insert(table_of(TicketRow)), [values])
        else:
            session.execute(update(TicketRow).where(TicketRow.id == known).values(**values))
        append(session, "ticket", no, Told(events=tuple(events), rules="r"))

    database.write(work)


def slow(database: Database, period: Period, lives: dict[str, Life]) -> list[History]:
    """Fold every ticket plainly and keep those that a fresh reading keeps."""
    with database.read() as session:
        numbers = [h.no for h in read(session, period)]
    found = []
    for no in numbers:
        ticket, events = lives[no]
        before = [e for e in events if e.at < period.end and e.name != "tick"]
        found.append(plain_history(no, ticket.category, ticket.cell, ticket.channel, before))
    return found


@settings(max_examples=40, deadline=None)
@given(
    steps=st.lists(STEPS, min_size=1, max_size=6),
    days=st.tuples(st.integers(-3, 20), st.integers(1, 60)),
    data=st.data(),
)
def test_kept_fresh_and_plain_are_equal(
    database: Database, steps: list, days: tuple[int, int], data: st.DataObject
) -> None:
    emptied(database)
    chronicle = Chronicle()
    start = START + timedelta(days=days[0])
    period = Period(start=start, end=start + timedelta(days=days[1]))
    lives: dict[str, Life] = {}
    for n, some in enumerate(steps):
        no, place = f"T{n}", {"no": f"T{n}", "cell": CELLS[n % 2]}
        ticket, events = live(some[: data.draw(st.integers(0, len(some)))])
        tell(database, no, replace(ticket, **place), events)
        with database.read() as session:
            assert chronicle.histories(session, period) == read(session, period)
        became, all_events = live(some)
        lives[no] = (replace(became, **place), all_events)
        tell(database, no, lives[no][0], all_events[len(events) :])
    with database.read() as session:
        kept = chronicle.histories(session, period)
        assert kept == read(session, period) == slow(database, period, lives)
        assert kept == list(folded(session, period))
        assert altered(session) == []
        here = chronicle.histories(session, period, CELL[:9])
    assert here == [h for h in kept if h.cell == CELL]


def test_a_ticket_that_was_written_over_is_found(database: Database) -> None:
    emptied(database)
    tell(database, "T1", *live([(0, 0, 1)] * 4))
    tell(database, "T2", *live([]))
    over = update(TicketRow).where(TicketRow.no == "T1").values(due_at=START + timedelta(days=9))
    database.write(lambda session: session.execute(over))
    with database.read() as session:
        (fault,) = altered(session)
    assert (fault.kind, fault.aggregate) == ("ticket", "T1")
    assert fault.detail.startswith("due_at is 2026-10-18")


def test_of_a_ticket_from_before_the_log_is_read(database: Database) -> None:
    emptied(database)
    ticket, events = live([(0, 0, 1)] * 4)
    tell(database, "T1", replace(ticket, told_at=None, dispatches=()), events)
    with database.read() as session:
        period = Period(start=START - timedelta(days=1), end=START + timedelta(days=30))
        assert read(session, period) == list(folded(session, period))
        assert read(session, period)[0].dispatches


def test_events_that_turn_up_out_of_turn_are_not_overlooked(database: Database) -> None:
    emptied(database)
    ticket, events = live([(0, 0, 1)] * 4)
    tell(database, "T1", ticket, events)
    period = Period(start=START - timedelta(days=1), end=START + timedelta(days=30))
    chronicle = Chronicle()
    with database.read() as session:
        assert chronicle.histories(session, period)[0].filed_at is not None

    def out_of_turn(session: object) -> None:
        """A transaction that began earlier than the newest one comes to its end after it."""
        newest = session.scalar(select(EventRow.id).order_by(EventRow.id.desc()).limit(1))
        session.execute(update(EventRow).where(EventRow.id == newest).values(id=newest + 5))

    database.write(out_of_turn)
    with database.read() as session:
        chronicle.histories(session, period)
    tell(database, "T2", *live([]))
    moved = {"id": 1 + len(events)}
    database.write(
        lambda session: session.execute(update(EventRow).where(EventRow.aggregate == "T2").values(**moved))
    )
    with database.read() as session:
        assert [h.no for h in chronicle.histories(session, period)] == ["T1", "T2"]


def test_a_process_keeps_only_so_much(database: Database) -> None:
    emptied(database)
    for n in range(3):
        tell(database, f"T{n}", *live([]))
    chronicle = Chronicle(most=1)
    for days in (30, 40):
        period = Period(start=START - timedelta(days=1), end=START + timedelta(days=days))
        with database.read() as session:
            assert len(chronicle.histories(session, period)) == 3
            assert len(chronicle.histories(session, period)) == 3


def test_what_follows_from_events_is_made_anew_once_one_is_added(database: Database) -> None:
    emptied(database)
    tell(database, "T1", *live([]))
    chronicle, made = Chronicle(), []
    period = Period(start=START - timedelta(days=1), end=START + timedelta(days=30))

    def ask() -> int:
        with database.read() as session:
            return chronicle.remembered(session, "n", period, lambda: made.append(1) or len(made))

    assert [ask(), ask()] == [1, 1]
    tell(database, "T2", *live([]))
    assert [ask(), ask()] == [2, 2]


def test_ratings_are_those_given_in_the_period_whatever_was_told_since(database: Database) -> None:
    emptied(database)
    end = START + timedelta(days=10)
    inside, after = START + timedelta(days=1), end + timedelta(days=1)
    ticket, events = live([])

    def rate(at: datetime, stars: int) -> Event:
        return Event(
            name="rate", at=at, by="w", role="worker", payload={"rating": stars, "solved": stars > 3}
        )

    said = Event(name="say", at=after, by="w", role="worker", payload={"note": "x"})
    for no, more, told_at, rated_at in (
        ("in", [rate(inside, 2), rate(inside, 5)], inside, inside),
        ("said since", [rate(inside, 4), said], after, inside),
        ("again since", [rate(inside, 3), rate(after, 1)], after, after),
        ("before it was kept", [rate(inside, 5)], None, None),
        ("before the time was kept", [rate(inside, 4)], inside, None),
        ("after", [rate(after, 5)], after, after),
    ):
        stars = next(e.payload["rating"] for e in reversed(more) if e.name == "rate")
        changes = {"rating": stars, "solved": stars > 3, "rated_at": rated_at, "told_at": told_at}
        tell(database, no, replace(ticket, no=no, **changes), [*events, *more])
    with database.read() as session:
        found = ratings_in(session, Period(start=START, end=end), CELL[:6])
    assert {r.no: (r.stars, r.solved, r.at) for r in found} == {
        "in": (5, True, inside),
        "said since": (4, True, inside),
        "again since": (3, False, inside),
        "before it was kept": (5, True, inside),
        "before the time was kept": (4, True, inside),
    }


WORDS = st.text('a1"\\{}[],:', max_size=8) | st.sampled_from(['"due_at":"x"', '}],"to":"closed"'])
INSIDE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(st.sampled_from(sorted(Payload.__annotations__)), WORDS),
    st.dictionaries(st.sampled_from(["explanation", "stage_explanations", "note", "parts", "from"]), INSIDE),
)
def test_of_a_payload_what_a_history_needs_is_read_and_nothing_else(
    needed: dict[str, str], others: dict[str, object]
) -> None:
    assert READ_PAYLOAD(canonical(others | needed)) == needed


def test_a_payload_that_cannot_be_read_is_told() -> None:
    with pytest.raises(msgspec.ValidationError, match=r"Expected `str`, got `int` - at `\$\.to`"):
        READ_PAYLOAD('{"to":1}')
    with pytest.raises(msgspec.DecodeError):
        READ_PAYLOAD('{"to":"clo')
