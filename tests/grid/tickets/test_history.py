"""What the events tell is what the ticket became, whatever happened to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from data.rules.catalogue import read_catalogue
from dispatch.errors import DispatchError
from dispatch.lifecycle import Action, Actor, Event
from geo.place import LonLat
from grid.plain import pack
from grid.tickets.history import read_history
from grid.tickets.ticket import Report, Ticket, act, report
from tests.grid.tickets.plain_history import plain_history

BARE = read_catalogue().rulebook
START = datetime(2026, 10, 9, 2, 0, tzinfo=UTC)
CELL, OTHER_CELL = "330102001001001", "330102001001002"
# In the other cell one department answers for everything.
OTHERS = replace(BARE.responsibility[0], cells=OTHER_CELL, category="", department="DP21", priority=99)
RULES = replace(BARE, responsibility=(*BARE.responsibility, OTHERS))
FIELDS = {
    "reason": "why",
    "note": "note",
    "evidence": ("a" * 64,),
    "limit": "1 work_hour",
    "review_on": "2027-03-01",
    "parent": "T2",
    "rating": 4,
    "stage": "repair",
    "found": "exists",
    "worker": "w9",
    "message": "closed",
    "cell": OTHER_CELL,
    "line": "line12343",
    "doubts": ({"kind": "photo_far", "detail": "900 m", "photo": "a" * 64},),
    "child": {
        "no": "T0",
        "due_at": (START + timedelta(hours=3)).isoformat(),
        "yellow_at": (START + timedelta(hours=1)).isoformat(),
        "orange_at": (START + timedelta(hours=2)).isoformat(),
    },
}


def actor(role: str, n: int, department: str = "") -> Actor:
    user = "line12343" if role == "hotline" else f"{role}{n}"
    return Actor(user=user, role=role, department=department if role == "department" else "")


def live(steps: list[tuple[int, int, int]], category: str = "E0102") -> tuple[Ticket, list[Event]]:
    """Let a ticket live by chance; steps are picks of a possible move, of a person, and hours to wait."""
    place = LonLat(120.17, 30.25)
    new = Report(no="T1", category=category, place=place, cell=CELL, channel="phone")
    outcome = report(new, actor("dispatcher", 0), RULES, START)
    ticket, events, now = outcome.ticket, list(outcome.events), START
    for pick, person, hours in steps:
        now += timedelta(hours=hours)
        moves = RULES.lifecycle.possible(ticket.state)
        if not moves:
            break
        move = moves[pick % len(moves)]
        roles = sorted(move.roles)
        department = ("DP30", "DP33", "DP21")[person % 3]
        given = {name: FIELDS.get(name, department) for name in move.needs}
        by = actor(roles[person % len(roles)], person, ticket.department if person % 2 else department)
        action = Action(name=move.action, by=by, fields=given)
        try:
            outcome = act(ticket, action, RULES, now)
        except DispatchError:
            continue
        ticket = outcome.ticket
        events += outcome.events
    return ticket, events


def newest(events: list[Event], name: str, first: Any) -> Any:
    """Give what was told of something last."""
    return next((e.payload[name] for e in reversed(events) if name in e.payload), first)


STEPS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5), st.integers(0, 60)), max_size=30)


@settings(max_examples=300, deadline=None)
@given(STEPS, st.sampled_from(["E0102", "P0101", "E0508"]))
def test_the_fold_of_the_events_is_the_ticket(steps: list[tuple[int, int, int]], category: str) -> None:
    ticket, events = live(steps, category)
    told = read_history(ticket.no, ticket.category, ticket.cell, ticket.channel, events)
    assert told is not None
    assert told == plain_history(ticket.no, ticket.category, ticket.cell, ticket.channel, events)
    assert told.state == ticket.state
    assert told.department == ticket.department
    assert told.due_at == ticket.due_at
    assert told.dispatches == ticket.dispatches
    assert told.returns == ticket.sent_back
    assert newest(events, "stages", []) == [pack(stage) for stage in ticket.stages]
    assert newest(events, "parts", []) == [pack(part) for part in ticket.parts]
    assert newest(events, "level", "community") == ticket.level
    assert ticket.told_at == max(e.at for e in events if e.name != "tick")
    if ticket.accepted_at:
        assert told.response_due_at == ticket.response_due_at
    assert (told.reworks, told.extensions) == (ticket.reworks, ticket.extensions)
    assert len(told.returns) == ticket.returns
    if ticket.state not in ("void", "merged"):
        assert (told.received_at, told.done_at, told.closed_at) == (
            ticket.received_at,
            ticket.done_at,
            ticket.closed_at,
        )
