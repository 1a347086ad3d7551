"""Deadlines that waited for a year's holidays are counted again, once, with everything told."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.rules.catalogue import read_catalogue
from dispatch.lifecycle import Action, Actor, Event
from dispatch.worktime import CalendarYear
from geo.place import LonLat
from grid.reasons import Reason
from grid.scores.appeal import Plea
from grid.scores.scoring import Entry, reverse
from grid.tickets.history import read_history
from grid.tickets.recompute import Charge, recompute, run_of
from grid.tickets.ticket import Report, Ticket, act, report
from tests.grid.tickets.test_history import STEPS, live

OLD = read_catalogue().rulebook
YEAR = CalendarYear(
    year=2027,
    holidays=frozenset({date(2027, 1, 1), date(2027, 1, 4)}),
    workdays=frozenset({date(2027, 1, 2)}),
)
NEW = replace(OLD, worktime=replace(OLD.worktime, years=(*OLD.worktime.years, YEAR)))
START = datetime(2026, 12, 30, 2, 0, tzinfo=UTC)  # a Wednesday, 10:00 in Beijing
CLERK = Actor(user="clerk", role="department", department="DP26")
DISPATCHER = Actor(user="dispatcher", role="dispatcher")
CLOCK = Actor(user="clock", role="clock")


class Life:
    """A ticket with its events and entries, acted on by the old rules."""

    def __init__(self, category: str) -> None:
        place = LonLat(120.17, 30.25)
        new = Report(no="T1", category=category, place=place, cell="330102001001001", channel="worker")
        begun = report(new, Actor(user="w1", role="worker"), OLD, START)
        self.ticket: Ticket = begun.ticket
        self.events: list[Event] = list(begun.events)
        self.entries: list[Entry] = list(begun.entries)
        self.pleas: dict[int, Plea] = {}

    def do(self, name: str, at: datetime, by: Actor = CLERK, **fields: object) -> "Life":
        by = replace(by, department=self.ticket.department) if by.role == "department" else by
        done = act(self.ticket, Action(name=name, by=by, fields=fields), OLD, at)
        self.ticket = done.ticket
        self.events += done.events
        self.entries += done.entries
        return self

    def charged(self) -> list[Charge]:
        """Number the entries from 0, and give of the overdue ones what the store would."""
        return [
            Charge(number=n, entry=e, counts_at=e.at, plea=self.pleas.get(n, ""))
            for n, e in enumerate(self.entries)
            if e.kind == "overdue" and (self.stands(n) or self.pleas.get(n) == "won")
        ]

    def stands(self, number: int) -> bool:
        return all(e.reverses != number for e in self.entries)

    def win(self, number: int) -> None:
        """Let an appeal against an entry be won; what was given back before is not given again."""
        self.pleas[number] = "won"
        if self.stands(number):
            entry = self.entries[number]
            self.entries.append(reverse(number, entry, entry.at, Reason("appeal_granted")))

    def net(self, step: int) -> int:
        """Add up what one step of being overdue costs."""
        mine = (e for e in self.entries if e.kind in ("overdue", "reversal") and e.step == step)
        return sum(e.points_centi for e in mine)

    def recount(self, now: datetime) -> "Life":
        run = run_of(self.events)
        assert run is not None
        done = recompute(self.ticket, run, self.charged(), NEW, now)
        assert done is not None
        self.ticket = done.ticket
        self.events += done.events
        self.entries += done.entries
        return self


def local(at: datetime) -> str:
    return f"{OLD.worktime.local(at):%m-%d %H:%M}"


def test_the_new_calendar_moves_the_deadline_and_the_event_tells_old_new_and_why() -> None:
    life = Life("E2115")  # three working days
    assert (local(life.ticket.due_at), life.ticket.provisional) == ("01-04 10:00", True)  # Thu, Fri, Mon
    life.recount(START + timedelta(hours=1))
    # Thursday 31; Friday 1 is a holiday; Saturday 2 is swapped; Monday 4 is a holiday; Tuesday 5
    assert (local(life.ticket.due_at), life.ticket.provisional) == ("01-05 10:00", False)
    told = life.events[-1].payload
    assert told["old_due_at"] < told["due_at"]
    assert told["why"]
    assert sum(s["counted_s"] for s in told["explanation"]) > 0
    assert life.ticket.promised_at < life.ticket.due_at  # what was promised never moves
    folded = read_history("T1", "E2115", life.ticket.cell, "worker", life.events)
    assert folded is not None
    assert folded.due_at == life.ticket.due_at


def test_counting_again_twice_changes_nothing() -> None:
    life = Life("E2115").recount(START)
    run = run_of(life.events)
    assert run is not None
    assert recompute(life.ticket, run, (), NEW, START) is None


def test_without_the_year_nothing_changes() -> None:
    life = Life("E2115")
    run = run_of(life.events)
    assert run is not None
    assert recompute(life.ticket, run, (), OLD, START) is None


@pytest.mark.parametrize("state", ["done", "checked", "closed", "void", "merged", "shelved"])
def test_what_is_at_rest_stays(state: str) -> None:
    life = Life("E2115")
    run = run_of(life.events)
    assert run is not None
    assert recompute(replace(life.ticket, state=state), run, (), NEW, START) is None


def test_an_extension_runs_on_from_the_new_end() -> None:
    life = Life("E2115").do("receive", START).do("extend", START, limit="1 work_day", reason="snow")
    life.do("grant_extension", START, DISPATCHER)
    assert local(life.ticket.due_at) == "01-05 10:00"
    life.recount(START + timedelta(hours=1))
    assert local(life.ticket.due_at) == "01-06 10:00"  # Tuesday and one working day
    assert len(life.events[-1].payload["explanation"]) > 2


def test_a_resumed_ticket_counts_from_its_resumption() -> None:
    life = Life("E2115").do("receive", START)
    life.do("shelve", START, DISPATCHER, reason="snow", review_on="2026-12-31")
    life.do("resume", START + timedelta(days=1), DISPATCHER)  # Thursday 31, 10:00; 24 working hours are left
    before = life.ticket.due_at
    life.recount(START + timedelta(days=1, hours=1))
    assert life.ticket.due_at > before
    assert not life.ticket.provisional


def test_older_events_that_tell_no_run_are_read_by_their_stretches() -> None:
    life = Life("E2115").do("receive", START)
    life.do("shelve", START, DISPATCHER, reason="snow", review_on="2026-12-31")
    life.do("resume", START + timedelta(days=1), DISPATCHER)
    older = [replace(e, payload={k: v for k, v in e.payload.items() if k != "run"}) for e in life.events]
    assert run_of(older) == run_of(life.events)
    assert run_of(life.events[1:2]) is not None
    assert run_of([]) is None


def test_stages_are_counted_again_too() -> None:
    life = Life("E2102")  # first contact within a working day, complete within seven
    life.do("receive", START + timedelta(minutes=5))
    life.recount(START + timedelta(hours=1))
    assert [local(s.due_at) for s in life.ticket.stages] == ["12-31 10:00", "01-11 10:00"]
    assert life.ticket.stages[-1].due_at == life.ticket.due_at
    assert not any(s.provisional for s in life.ticket.stages)


def test_points_taken_for_a_time_that_became_later_are_given_back() -> None:
    life = Life("E2115").do("receive", START)
    late = datetime(2027, 1, 4, 3, 0, tzinfo=UTC)  # Monday 11:00, an hour over the provisional deadline
    life.do("handle", late)
    assert [e.points_centi for e in life.entries if e.kind == "overdue"] == [-50]
    life.recount(late + timedelta(minutes=5))
    assert sum(e.points_centi for e in life.entries if e.kind in ("overdue", "reversal")) == 0
    assert (life.ticket.lamp, life.ticket.overdue_steps) == ("orange", 0)


# Three working days from Wednesday 30 December: first until Monday 4 at 10:00, by the new calendar Tuesday 5 at 10:00.
LATE = datetime(
    2027, 1, 7, 3, 0, tzinfo=UTC
)  # Thursday 11:00: four steps by the old count, three by the new one
IN_BETWEEN = datetime(2027, 1, 4, 3, 0, tzinfo=UTC)  # Monday 11:00: late by the old count alone


@pytest.mark.parametrize(
    ("plea", "at", "standing"),
    [
        ("", LATE, {1: -50, 2: -10, 3: -10, 4: 0}),  # given back, and charged anew as far as it is late still
        ("lost", LATE, {1: -50, 2: -10, 3: -10, 4: 0}),  # as if there had been no appeal
        ("open", LATE, {1: -50, 2: -10, 3: -10, 4: 0}),  # the first is left to its appeal
        ("won", LATE, {1: 0, 2: -10, 3: -10, 4: 0}),  # the first is never charged anew
        ("open", IN_BETWEEN, {1: 0, 2: 0}),  # not late at all: given back before the appeal is decided
        ("won", IN_BETWEEN, {1: 0, 2: 0}),
    ],
)
def test_a_recount_and_an_appeal_against_the_same_step(
    plea: str, at: datetime, standing: dict[int, int]
) -> None:
    life = Life("E2115").do("receive", START).do("handle", at)
    first = next(n for n, e in enumerate(life.entries) if e.kind == "overdue")
    if plea == "won":
        life.win(first)
    elif plea == "open":
        life.pleas[first] = "open"
    life.recount(at + timedelta(minutes=5))
    assert {step: life.net(step) for step in standing} == standing
    if plea == "open":
        again = [e for e in life.entries[first + 1 :] if e.kind == "overdue" and e.step == 1]
        assert again == []
        life.win(first)
    life.do("tick", LATE + timedelta(days=7), CLOCK)
    if plea in ("won", "open") and at == LATE:
        assert life.net(1) == 0


def test_a_step_won_back_before_the_recount_stays_free_when_the_new_deadline_passes() -> None:
    life = Life("E2115").do("receive", START).do("handle", IN_BETWEEN)
    life.win(next(n for n, e in enumerate(life.entries) if e.kind == "overdue"))
    life.recount(IN_BETWEEN + timedelta(minutes=5))
    life.do("tick", LATE, CLOCK)
    assert [life.net(step) for step in (1, 2, 3)] == [0, -10, -10]


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 14 * 24),
    st.lists(st.tuples(st.integers(0, 12), st.sampled_from(["open", "won"]), st.booleans()), max_size=5),
    st.integers(0, 14 * 24),
)
def test_no_step_gives_points_twice_nor_costs_again_what_was_won(
    recount_h: int, pleas: list[tuple[int, Plea, bool]], then_h: int
) -> None:
    """Appeals filed, won and left open before and after a recount, in any order."""
    life = Life("E2115").do("receive", START)
    at = START + timedelta(hours=recount_h)
    life.do("urge", at, DISPATCHER, note="x")

    def plead(*, after: bool) -> None:
        for i, plea, late in pleas:
            mine = [k for k, e in enumerate(life.entries) if e.kind == "overdue"]
            if late != after or not mine:
                continue
            number = mine[i % len(mine)]
            if plea == "won":
                life.win(number)
            elif life.stands(number):
                life.pleas.setdefault(number, "open")

    plead(after=False)
    won_before = [life.entries[n].step for n, plea in life.pleas.items() if plea == "won"]
    life.recount(at)
    life.do("tick", at + timedelta(hours=then_h), CLOCK)
    plead(after=True)
    for step in {e.step for e in life.entries if e.kind == "overdue"}:
        assert -50 <= life.net(step) <= 0
    assert all(life.net(step) == 0 for step in won_before)
    reversed_numbers = [e.reverses for e in life.entries if e.reverses is not None]
    assert len(reversed_numbers) == len(set(reversed_numbers))


def test_a_time_that_became_earlier_binds_from_now() -> None:
    swapped = replace(YEAR, holidays=frozenset(), workdays=frozenset({date(2027, 1, 2), date(2027, 1, 3)}))
    rules = replace(OLD, worktime=replace(OLD.worktime, years=(*OLD.worktime.years, swapped)))
    life = Life("E2115").do("receive", START)
    run = run_of(life.events)
    assert run is not None
    now = datetime(2027, 1, 3, 2, 0, tzinfo=UTC)
    done = recompute(life.ticket, run, (), rules, now)  # would have been Saturday 2
    assert done is not None
    assert done.ticket.due_at == now
    assert done.entries == ()


@settings(max_examples=100, deadline=None)
@given(STEPS, st.sampled_from(["E2115", "E2102", "P0101"]))
def test_the_run_read_from_any_life_gives_its_deadline(
    steps: list[tuple[int, int, int]], category: str
) -> None:
    ticket, events = live(steps, category)
    run = run_of(events)
    assert run is not None
    if ticket.state in ("done", "checked", "closed", "void", "merged", "shelved"):
        return
    done = recompute(replace(ticket, provisional=True), run, (), OLD, ticket.reported_at)
    assert done is None or done.ticket.due_at == ticket.due_at
