"""Other departments, first receivers, verification on site, levels, urging: tables and properties."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.rules.catalogue import read_catalogue
from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError
from dispatch.lifecycle import Action, Actor
from geo.place import LonLat
from grid.scores.scoring import Entry
from grid.tickets.ticket import Outcome, Report, Ticket, act, possible, report, tick_at
from grid.tickets.verification import Choice, ranked
from tests.grid.tickets.test_history import STEPS, live

RULES = read_catalogue().rulebook
START = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)  # Wednesday 10:30 in Beijing
PHOTO = ("a" * 64,)
DISPATCHER = Actor(user="dispatcher", role="dispatcher")
LEADER = Actor(user="leader", role="leader")
WORKER = Actor(user="w1", role="worker")


def clerk(department: str) -> Actor:
    return Actor(user=f"d-{department.lower()}", role="department", department=department)


LEAD, OTHER = clerk("DP30"), clerk("DP33")


def filed(by: Actor = WORKER, category: str = "E0102") -> Ticket:
    channel = "worker" if by.role == "worker" else "phone"
    new = Report(
        no="T1", category=category, place=LonLat(120.17, 30.25), cell="330102001001001", channel=channel
    )
    return report(new, by, RULES, START).ticket


def do(ticket: Ticket, name: str, hours: float, by: Actor, **fields: object) -> Outcome:
    return act(ticket, Action(name=name, by=by, fields=fields), RULES, START + timedelta(hours=hours))


def handled() -> Ticket:
    return do(filed(), "receive", 0.1, LEAD).ticket


def told(entries: tuple[Entry, ...]) -> list[tuple[str, str, int]]:
    return [(e.kind, e.unit, e.points_centi) for e in entries]


# First receiver


def test_who_received_first_answers_until_the_other_has_received() -> None:
    moved = do(handled(), "transfer", 0.5, DISPATCHER, department="DP33", reason="theirs").ticket
    assert (moved.department, moved.answers) == ("DP33", "DP30")
    # The other one did not sign by its response time, and nobody worked until the deadline passed.
    late = do(moved, "urge", 30, LEADER, note="now")
    assert told(late.entries) == [("response_missed", "DP33", -20), ("overdue", "DP30", -50)]
    received = do(late.ticket, "receive", 31, OTHER).ticket
    assert received.answers == ""
    after = do(received, "urge", 60, LEADER, note="now")
    assert {e.unit for e in after.entries} == {"DP33"}


def test_who_never_received_does_not_answer_for_the_next() -> None:
    moved = do(filed(), "transfer", 0.5, DISPATCHER, department="DP33", reason="theirs").ticket
    assert moved.answers == ""


def test_a_granted_return_ends_the_duty_at_once() -> None:
    back = do(handled(), "return", 0.5, LEAD, reason="not ours", evidence=PHOTO).ticket
    moved = do(back, "grant", 0.6, DISPATCHER, department="DP33", reason="right").ticket
    assert (moved.department, moved.answers) == ("DP33", "")


def test_a_ruling_binds_the_dispatcher_too() -> None:
    ticket = replace(handled(), ruled=True)
    with pytest.raises(NotPossibleError, match="ruling binds"):
        do(ticket, "transfer", 1, DISPATCHER, department="DP33", reason="theirs")


# Joint handling


def test_each_department_reports_its_own_part_and_the_lead_finishes_last() -> None:
    ticket = do(handled(), "join", 0.2, DISPATCHER, department="DP33", reason="the trees").ticket
    with pytest.raises(NotPossibleError, match="DP33 did not report"):
        do(ticket, "done", 0.5, LEAD, evidence=PHOTO, note="ours is done")
    with pytest.raises(WrongRoleError, match="own part alone"):
        do(ticket, "done", 0.5, OTHER, evidence=PHOTO, note="all is done")
    reported = do(ticket, "part_done", 0.6, OTHER, evidence=PHOTO, note="cut")
    part = reported.ticket.parts[0]
    assert (part.department, part.note, part.done_at) == ("DP33", "cut", START + timedelta(hours=0.6))
    assert reported.ticket.state == ticket.state
    done = do(reported.ticket, "done", 0.7, LEAD, evidence=PHOTO, note="all")
    assert done.ticket.state == "done"


def test_a_department_that_need_not_act_is_released() -> None:
    ticket = do(handled(), "join", 0.2, DISPATCHER, department="DP33", reason="the trees").ticket
    with pytest.raises(BadFieldError, match="DP33"):
        do(ticket, "release", 0.3, DISPATCHER, department="DP26", reason="no")
    ticket = do(ticket, "release", 0.3, DISPATCHER, department="DP33", reason="no trees").ticket
    assert do(ticket, "done", 0.5, LEAD, evidence=PHOTO, note="ok").ticket.state == "done"
    with pytest.raises(WrongRoleError, match="no open part"):
        do(ticket, "part_done", 0.6, OTHER, evidence=PHOTO, note="cut")


def test_the_lead_answers_for_the_deadline_alone() -> None:
    ticket = do(handled(), "join", 0.2, DISPATCHER, department="DP33", reason="the trees").ticket
    late = do(ticket, "urge", 30, LEADER, note="now")
    assert {e.unit for e in late.entries} == {"DP30"}


@pytest.mark.parametrize(
    ("department", "message"),
    [("DP30", "leads this ticket"), ("DP99", "department of the catalogue")],
)
def test_who_cannot_join(department: str, message: str) -> None:
    with pytest.raises(BadFieldError, match=message):
        do(handled(), "join", 0.2, DISPATCHER, department=department, reason="help")


def test_nobody_joins_twice_at_once() -> None:
    ticket = do(handled(), "join", 0.2, DISPATCHER, department="DP33", reason="the trees").ticket
    with pytest.raises(NotPossibleError, match="open part"):
        do(ticket, "join", 0.3, DISPATCHER, department="DP33", reason="again")


# Whistle


def test_a_whistled_department_is_there_in_time_or_pays_once() -> None:
    ticket = do(handled(), "whistle", 0.5, WORKER, department="DP33", reason="come").ticket
    part = ticket.parts[0]
    # Wednesday 11:00 and two working hours: one until noon, one from 14:00
    assert RULES.worktime.local(part.due_at or START).strftime("%H:%M") == "15:00"
    in_time = do(ticket, "arrive", 4.5, OTHER, evidence=PHOTO, lon=120.17, lat=30.2509)
    assert "whistle_late" not in {e.kind for e in in_time.entries}
    assert in_time.events[-1].payload["on_time"] is True
    assert in_time.events[-1].payload["distance_m"] == pytest.approx(100, abs=1)
    late = do(ticket, "arrive", 5, OTHER, evidence=PHOTO)
    assert [(e.unit, e.points_centi, e.at) for e in late.entries if e.kind == "whistle_late"] == [
        ("DP33", -30, part.due_at)
    ]
    assert late.events[-1].payload["on_time"] is False
    again = do(late.ticket, "urge", 60, LEADER, note="now")
    assert "whistle_late" not in {e.kind for e in again.entries}


def test_a_second_late_whistle_of_the_same_department_is_the_second_step() -> None:
    ticket = do(handled(), "whistle", 0.5, WORKER, department="DP33", reason="come").ticket
    ticket = do(ticket, "arrive", 6, OTHER, evidence=PHOTO).ticket
    ticket = do(ticket, "whistle", 6.1, WORKER, department="DP33", reason="come again").ticket
    late = do(ticket, "arrive", 60, OTHER, evidence=PHOTO)
    assert [e.step for e in late.entries if e.kind == "whistle_late"] == [2]


def test_when_the_ticket_rests_nobody_has_to_come() -> None:
    ticket = do(handled(), "whistle", 0.5, WORKER, department="DP33", reason="come").ticket
    shelved = do(ticket, "shelve", 1, DISPATCHER, reason="rain", review_on="2026-11-20").ticket
    back = do(shelved, "resume", 48, DISPATCHER)
    assert back.ticket.parts[0].released
    assert back.entries == ()


# Verification on site


def test_a_visit_is_asked_answered_and_flagged_when_late() -> None:
    ticket = filed(DISPATCHER)
    asked = do(ticket, "visit", 0.1, DISPATCHER, worker="w7").ticket
    assert (asked.worker, asked.visit_due_at) == ("w7", START + timedelta(hours=24.1))
    late = act(
        replace(asked, lamp="red", response_missed=True),
        Action(name="tick", by=Actor(user="clock", role="clock")),
        RULES,
        START + timedelta(hours=25),
    )
    assert late.ticket.visit_missed
    assert late.entries == ()
    seen = do(asked, "verify", 1, WORKER, found="exists", note="a heap").ticket
    assert (seen.found, seen.visit_due_at) == ("exists", None)
    with pytest.raises(BadFieldError, match="exists, absent, unclear"):
        do(asked, "verify", 1, WORKER, found="perhaps", note="?")


@given(
    st.lists(
        st.builds(
            Choice,
            user=st.text("abc", min_size=1, max_size=3),
            name=st.just(""),
            travel_s=st.none() | st.floats(0, 5000),
            distance_m=st.floats(0, 5000),
            visits=st.integers(0, 4),
            free=st.booleans(),
            seen_at=st.none(),
        ),
        max_size=8,
    )
)
def test_the_free_come_first_and_among_them_the_nearest_by_road(choices: list[Choice]) -> None:
    order = ranked(choices)
    assert sorted(map(str, order)) == sorted(map(str, choices))
    for one, following in pairwise(order):
        assert one.free >= following.free
        if one.free == following.free and one.travel_s is not None and following.travel_s is not None:
            assert one.travel_s <= following.travel_s


# Levels, urging, supervision


def test_up_a_level_and_down_again() -> None:
    up = do(handled(), "escalate", 1, LEADER, reason="too big").ticket
    assert up.level == "street"
    down = do(up, "lower", 2, LEADER, reason="they can").ticket
    assert down.level == "community"
    assert (down.due_at, down.promised_at) == (up.due_at, up.promised_at)
    with pytest.raises(NotPossibleError, match="lowest"):
        do(down, "lower", 3, LEADER, reason="more")


def test_urging_is_counted_and_supervision_marked() -> None:
    first = do(handled(), "urge", 0.2, WORKER, note="one")
    second = do(first.ticket, "urge", 0.3, LEADER, note="two")
    assert (told(first.entries), told(second.entries)) == ([], [("urged", "DP30", -10)])
    fifth = do(
        do(do(second.ticket, "urge", 0.3, LEADER, note="3").ticket, "urge", 0.3, LEADER, note="4").ticket,
        "urge",
        0.3,
        LEADER,
        note="5",
    )
    assert (fifth.ticket.urges, told(fifth.entries)) == (5, [])  # the cap is reached
    ticket = do(second.ticket, "supervise", 0.4, LEADER, note="I watch this").ticket
    assert (ticket.urges, ticket.supervised) == (2, True)
    names = {m.action for m in possible(ticket, LEADER, RULES)}
    assert "unsupervise" in names
    assert "supervise" not in names
    assert not do(ticket, "unsupervise", 0.5, LEADER).ticket.supervised


def test_a_department_is_offered_its_own_part_alone() -> None:
    ticket = do(handled(), "whistle", 0.5, WORKER, department="DP33", reason="come").ticket
    assert {m.action for m in possible(ticket, OTHER, RULES)} == {"arrive"}
    assert possible(ticket, clerk("DP26"), RULES) == ()
    assert "done" in {m.action for m in possible(ticket, LEAD, RULES)}


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_no_part_is_charged_twice_and_the_clock_always_moves_on(steps: list[tuple[int, int, int]]) -> None:
    ticket, events = live(steps)
    charged = [p for e in events for p in e.payload.get("parts", ()) if p["late"]]
    assert len({(p["department"], p["asked_at"]) for p in charged}) == sum(p.late for p in ticket.parts)
    assert ticket.joint == bool(ticket.parts)
    at = tick_at(ticket)
    if at is not None:
        clock = Actor(user="clock", role="clock")
        after = act(ticket, Action(name="tick", by=clock), RULES, at).ticket
        assert (tick_at(after) or datetime.max.replace(tzinfo=UTC)) > at
