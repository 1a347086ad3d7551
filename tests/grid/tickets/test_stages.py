"""Staged deadlines: each stage has its own clock and its own fault."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings

from data.rules.catalogue import read_catalogue
from dispatch.errors import BadFieldError, DispatchError
from dispatch.lifecycle import Action, Actor
from geo.place import LonLat
from grid.errors import BadRuleError
from grid.rulebook import Category
from grid.tickets.ticket import Outcome, Report, Ticket, act, next_due_at, report, tick_at
from tests.grid.tickets.test_history import STEPS, live

RULES = read_catalogue().rulebook
START = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)  # Wednesday 10:30 in Beijing
PHOTO = ("a" * 64,)
CLERK = Actor(user="clerk", role="department", department="DP21")
DISPATCHER = Actor(user="dispatcher", role="dispatcher")
CHECKER = Actor(user="w2", role="worker")


def filed(category: str = "P0101") -> Ticket:
    new = Report(
        no="T1", category=category, place=LonLat(120.17, 30.25), cell="330102001001001", channel="worker"
    )
    return report(new, Actor(user="w1", role="worker"), RULES, START).ticket


def do(ticket: Ticket, name: str, hours: float, by: Actor = CLERK, **fields: object) -> Outcome:
    return act(ticket, Action(name=name, by=by, fields=fields), RULES, START + timedelta(hours=hours))


def local(at: datetime) -> str:
    return f"{RULES.worktime.local(at):%a %H:%M}"


@pytest.mark.parametrize(
    ("category", "times"),
    [
        # Wed 10:30: two and eight hours by day and night, then the same clock on the fifth working day after
        ("P0101", {"protect": "Wed 12:30", "repair": "Wed 18:30", "restore_road": "Wed 10:30"}),
        ("P0104", {"protect": "Wed 13:30", "repair": "Thu 10:30"}),
        # four working hours: 1.5 h until noon, 2.5 h from 14:00
        ("P0126", {"protect": "Wed 16:30", "repair": "Wed 10:30"}),
        ("E0102", {}),  # no stages
    ],
)
def test_each_stage_runs_from_the_same_start_on_its_own_clock(category: str, times: dict[str, str]) -> None:
    ticket = filed(category)
    assert {s.name: local(s.due_at) for s in ticket.stages} == times
    assert all(s.start_at == START for s in ticket.stages)
    if times:
        assert ticket.due_at == ticket.stages[-1].due_at
        assert next_due_at(ticket) == ticket.stages[0].due_at
    else:
        assert next_due_at(ticket) == ticket.due_at


def test_a_late_stage_costs_once_with_the_time_it_was_due_and_later_ones_again() -> None:
    ticket = do(filed(), "receive", 0.2).ticket
    first = act(ticket, Action(name="tick", by=Actor(user="clock", role="clock")), RULES, tick_at(ticket))
    assert [(e.kind, e.step, e.points_centi, e.at) for e in first.entries] == [
        ("stage_late", 1, -60, START + timedelta(hours=2))  # doubled: urgent
    ]
    late = do(first.ticket, "stage_done", 3, stage="protect", evidence=PHOTO)
    assert late.entries == ()
    assert late.events[-1].payload["on_time"] is False
    second = do(late.ticket, "handle", 9)
    assert [(e.kind, e.step, e.points_centi, e.at) for e in second.entries] == [
        ("stage_late", 2, -40, START + timedelta(hours=8))  # the cap of one point is reached
    ]
    assert next_due_at(second.ticket) == second.ticket.due_at


def test_the_clock_speaks_before_the_deed_when_the_timers_stood_still() -> None:
    ticket = do(filed(), "receive", 0.2).ticket
    told = do(ticket, "stage_done", 2.5, stage="protect", evidence=PHOTO)
    assert [e.name for e in told.events] == ["tick", "stage_done"]
    assert [e.at for e in told.entries] == [START + timedelta(hours=2)]


def test_a_stage_in_time_costs_nothing() -> None:
    ticket = do(filed(), "receive", 0.2).ticket
    ticket = do(
        ticket, "stage_done", 2, stage="protect", evidence=PHOTO
    ).ticket  # the very instant is in time
    done = do(ticket, "stage_done", 7.9, stage="repair", evidence=PHOTO)
    assert done.entries == ()
    finished = do(done.ticket, "done", 20, evidence=PHOTO, note="ok")
    assert finished.entries == ()
    assert all(s.done_at for s in finished.ticket.stages)


@pytest.mark.parametrize("stage", ["restore_road", "nonsense", "protect"])
def test_only_an_open_stage_before_the_last_is_told_done(stage: str) -> None:
    ticket = do(filed(), "receive", 0.2).ticket
    ticket = do(ticket, "stage_done", 1, stage="protect", evidence=PHOTO).ticket
    with pytest.raises(BadFieldError, match="stages open are repair"):
        do(ticket, "stage_done", 1.5, stage=stage, evidence=PHOTO)


def test_a_pause_moves_the_open_stages_and_leaves_the_done_ones() -> None:
    ticket = do(filed(), "receive", 0.2).ticket
    ticket = do(ticket, "stage_done", 1, stage="protect", evidence=PHOTO).ticket
    shelved = do(ticket, "shelve", 4, DISPATCHER, reason="storm", review_on="2026-11-20").ticket
    assert [s.left_s for s in shelved.stages] == [None, 4 * 3600, None]
    back = do(shelved, "resume", 48, DISPATCHER).ticket
    assert back.stages[0] == shelved.stages[0]
    assert back.stages[1].due_at == START + timedelta(hours=52)
    assert back.stages[2].due_at == back.due_at > ticket.due_at


def test_an_extension_lengthens_the_last_stage_alone() -> None:
    ticket = do(filed(), "receive", 0.2).ticket
    asked = do(ticket, "extend", 1, limit="2 work_day", reason="pipe").ticket
    longer = do(asked, "grant_extension", 1.5, DISPATCHER).ticket
    assert longer.stages[:2] == ticket.stages[:2]
    assert longer.stages[2].due_at == longer.due_at > ticket.due_at


def test_another_department_starts_the_open_stages_anew() -> None:
    ticket = do(filed(), "receive", 0.2).ticket
    ticket = do(ticket, "stage_done", 1, stage="protect", evidence=PHOTO).ticket
    moved = do(ticket, "transfer", 2, DISPATCHER, department="DP22", reason="theirs").ticket
    assert moved.stages[0].done_at == START + timedelta(hours=1)
    assert moved.stages[1].due_at == START + timedelta(hours=10)


def test_a_failed_check_opens_the_last_stage_again_with_its_first_time() -> None:
    ticket = do(filed(), "receive", 0.2).ticket
    ticket = do(ticket, "done", 1, evidence=PHOTO, note="ok").ticket
    back = do(ticket, "fail", 2, CHECKER, evidence=PHOTO, reason="still loose").ticket
    assert [s.done_at is None for s in back.stages] == [False, False, True]
    assert back.due_at == ticket.due_at


def test_the_last_stage_has_the_limit_of_the_whole() -> None:
    right = RULES.category("P0101")
    values = {name: getattr(right, name) for name in Category.__slots__}
    with pytest.raises(BadRuleError, match="not that of the last stage"):
        Category(**(values | {"limit": right.stages[0].limit}))
    with pytest.raises(BadRuleError, match="share a name"):
        Category(**(values | {"stages": (right.stages[0], *right.stages[:1], right.stages[-1])}))


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_stages_are_charged_at_most_once_and_end_with_the_ticket(steps: list[tuple[int, int, int]]) -> None:
    ticket, _ = live(steps, "P0101")
    assert ticket.stages[-1].due_at == ticket.due_at
    assert not ticket.stages[-1].late
    assert sum(s.late for s in ticket.stages) <= 2
    at = tick_at(ticket)
    if at is not None:
        try:
            after = act(ticket, Action(name="tick", by=Actor(user="clock", role="clock")), RULES, at).ticket
        except DispatchError as error:  # pragma: no cover - told, not swallowed
            raise AssertionError(f"the clock may not tick while {ticket.state}") from error
        assert tick_at(after) is None or tick_at(after) > at
