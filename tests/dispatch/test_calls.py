"""Calls: what events add up to, in any order; who answers first; who is called back."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.calls import MOST_EVENTS, TURNS, Call, CallEvent, add_up, begin, called_back, hear, take
from dispatch.errors import BadFieldError, NotPossibleError

AT = datetime(2026, 11, 18, 10, 0, tzinfo=timezone(timedelta(hours=8)))
NEW = Call(
    no="L1",
    exchange="pbx",
    key="k",
    called="12345",
    caller="13800138000",
    area="330102",
    state="",
    told=(),
    offered_at=AT,
)


def event(name: str, after_s: float, agent: str = "") -> CallEvent:
    return CallEvent(
        id=f"{name}-{after_s}-{agent}", name=name, at=AT + timedelta(seconds=after_s), agent=agent
    )


OFFERED, RINGING = event("offered", 0), event("ringing", 1)
ANSWERED, HELD, RESUMED = event("answered", 9, "anna"), event("held", 20), event("resumed", 50)
ENDED, ABANDONED = event("ended", 100), event("abandoned", 30)


@pytest.mark.parametrize(
    ("events", "state", "wait_s", "talk_s", "held_s"),
    [
        ([OFFERED], "offered", None, None, 0),
        ([OFFERED, RINGING], "ringing", None, None, 0),
        ([OFFERED, RINGING, ANSWERED], "talking", 9, None, 0),
        ([OFFERED, ANSWERED, HELD], "held", 9, None, 0),
        ([OFFERED, ANSWERED, HELD, RESUMED], "talking", 9, None, 30),
        ([OFFERED, ANSWERED, HELD, RESUMED, ENDED], "ended", 9, 91, 30),
        ([OFFERED, ANSWERED, HELD, ENDED], "ended", 9, 91, 80),  # ended while held
        ([OFFERED, ABANDONED], "abandoned", 30, None, 0),
        ([OFFERED, ENDED], "abandoned", 100, None, 0),  # ended, and nobody had answered
        ([OFFERED, ANSWERED, ABANDONED], "ended", 9, 21, 0),  # answered: nobody gave up
        ([ENDED], "abandoned", 0, None, 0),  # the only word that arrived
        ([OFFERED, ABANDONED, event("answered", 40, "ben")], "abandoned", 30, None, 0),  # too late
    ],
)
def test_events_add_up(
    events: list[CallEvent], state: str, wait_s: float | None, talk_s: float | None, held_s: float
) -> None:
    call = replace(NEW, **add_up(events))
    assert (call.state, call.wait_s, call.talk_s, call.held_s) == (state, wait_s, talk_s, held_s)


def test_any_order_of_arrival_leads_to_the_same_call() -> None:
    whole = [OFFERED, RINGING, ANSWERED, HELD, ENDED]
    found = set()
    for first, *others in permutations(whole):
        call = begin(NEW, first, AT)
        for one in others:
            call, _ = hear(call, one, AT)
        found.add(replace(call, version=1))
    assert len(found) == 1


EVENTS = st.builds(
    event, st.sampled_from(sorted(TURNS)), st.integers(0, 60), st.sampled_from(["", "anna", "ben"])
)


@given(st.lists(EVENTS, min_size=1, max_size=8, unique_by=lambda e: e.id), st.randoms())
def test_a_call_never_depends_on_the_order(events: list[CallEvent], chance: object) -> None:
    other = list(events)
    chance.shuffle(other)  # type: ignore[attr-defined]  # Hypothesis gives a random.Random
    assert add_up(events) == add_up(other)
    made = replace(NEW, **add_up(events))
    assert (made.wait_s or 0) >= 0
    assert (made.talk_s or 0) >= made.held_s * (made.ended_at is not None) >= 0


def test_what_is_answered_to_each_event() -> None:
    call = begin(NEW, RINGING, AT)
    call, told = hear(call, OFFERED, AT)
    assert (told, call.offered_at) == ("late", OFFERED.at)
    call, told = hear(call, ABANDONED, AT)
    assert (told, call.call_back) == ("taken", "waiting")
    same, told = hear(call, ABANDONED, AT)
    assert (told, same) == ("repeated", call)
    call, told = hear(call, ANSWERED, AT)  # the answer was on its way: nobody has to be called back
    assert (told, call.state, call.call_back) == ("late", "ended", "")
    with pytest.raises(BadFieldError, match="give a new one"):
        hear(call, replace(ANSWERED, at=AT + timedelta(seconds=1)), AT)
    for wrong in (
        replace(ENDED, name="hung up"),
        replace(ENDED, at=AT + timedelta(minutes=6)),
        replace(ENDED, id=""),
    ):
        with pytest.raises(BadFieldError):
            hear(call, wrong, AT)
    with pytest.raises(BadFieldError, match="seven days"):
        begin(NEW, OFFERED, AT + timedelta(days=8))
    full = replace(call, told=(OFFERED,) * MOST_EVENTS)
    with pytest.raises(BadFieldError, match="at most"):
        hear(full, event("held", 55), AT)


def test_the_first_seat_to_answer_has_the_call() -> None:
    call = begin(NEW, RINGING, AT)
    taken, _ = take(call, "anna", AT + timedelta(seconds=4))
    assert (taken.state, taken.agent) == ("talking", "anna")
    assert take(taken, "anna", AT)[1] == "repeated"
    with pytest.raises(NotPossibleError, match="anna answered"):
        take(taken, "ben", AT)
    later, told = hear(taken, event("answered", 30, "ben"), AT + timedelta(seconds=30))
    assert (told, later.agent) == ("taken", "anna")
    over, _ = hear(taken, ENDED, AT)
    with pytest.raises(NotPossibleError, match="over"):
        take(over, "ben", AT)


def test_who_gave_up_is_called_back_once() -> None:
    call = begin(NEW, ABANDONED, AT)
    done = called_back(call, "anna", "说没事了", AT)
    assert (done.call_back, done.called_back_by, done.note) == ("done", "anna", "说没事了")
    assert hear(done, OFFERED, AT)[0].call_back == "done"
    for wrong in (done, begin(NEW, OFFERED, AT)):
        with pytest.raises(NotPossibleError, match="nothing to call back"):
            called_back(wrong, "ben", "", AT)
