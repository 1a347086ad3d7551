"""A ticket moved to another cell: who answers is found anew, the share of time with it, the promise stays."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from data.rules.catalogue import read_catalogue
from dispatch.errors import BadFieldError, WrongRoleError
from dispatch.lifecycle import Action, Actor, Event
from geo.place import LonLat
from grid.errors import BadCodeError
from grid.responsibility import responsible
from grid.rulebook import Rulebook
from grid.tickets.history import read_history
from grid.tickets.ticket import Report, Ticket, act, report

BARE = read_catalogue().rulebook
START = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)  # Wednesday 10:30 in Beijing
HERE, THERE, FAR = "330102001001001", "330102001001002", "330102002001001"
CATEGORY = "E0102"
USUAL = responsible(BARE.responsibility, HERE, CATEGORY, START.date(), BARE.scheme).department
OWN = replace(
    next(rule for rule in BARE.responsibility if rule.applies(HERE, CATEGORY, START.date())),
    cells=THERE,
    department="DP33",
    priority=99,
)
RULES = replace(BARE, responsibility=(*BARE.responsibility, OWN))
DISPATCHER = Actor(user="dispatcher", role="dispatcher")
WORKER = Actor(user="w1", role="worker")


class Life:
    def __init__(self, by: Actor = WORKER, rules: Rulebook = RULES) -> None:
        channel = "worker" if by.role == "worker" else "phone"
        new = Report(
            no="T1",
            category=CATEGORY,
            place=LonLat(120.17, 30.25),
            cell=HERE,
            channel=channel,
            border_cells=(THERE,),
        )
        begun = report(new, by, rules, START)
        self.rules, self.ticket, self.events = rules, begun.ticket, list(begun.events)

    def do(self, name: str, hours: float, by: Actor = DISPATCHER, **fields: object) -> Ticket:
        action = Action(name=name, by=by, fields=fields)
        done = act(self.ticket, action, self.rules, START + timedelta(hours=hours))
        self.ticket = done.ticket
        self.events += done.events
        return self.ticket

    def move(self, hours: float, cell: str = THERE, reason: str = "the point was off") -> Ticket:
        return self.do("move_cell", hours, cell=cell, reason=reason)

    def last(self) -> Event:
        return self.events[-1]

    def agrees(self) -> None:
        told = read_history("T1", CATEGORY, self.ticket.cell, "worker", self.events)
        assert told is not None
        for name in ("department", "state", "due_at", "received_at", "dispatches", "response_due_at"):
            if name != "response_due_at" or self.ticket.accepted_at is not None:
                assert getattr(told, name) == getattr(self.ticket, name), name


def test_the_rules_of_this_test_part_the_two_cells() -> None:
    def answers(cell: str) -> str:
        return responsible(RULES.responsibility, cell, CATEGORY, START.date(), RULES.scheme).department

    assert (answers(HERE), answers(THERE), answers(FAR)) == (USUAL, "DP33", USUAL)


def test_another_department_gets_its_whole_share_of_time_and_the_promise_stays() -> None:
    life = Life()
    clerk = Actor(user="c", role="department", department=USUAL)
    life.do("receive", 0.2, clerk)
    promised, due_at = life.ticket.promised_at, life.ticket.due_at
    moved = life.move(1)
    assert (moved.cell, moved.border_cells, moved.department) == (THERE, (HERE,), "DP33")
    assert (moved.state, moved.received_at, moved.answers) == ("dispatched", None, "")
    assert moved.due_at > due_at
    assert moved.promised_at == promised
    assert moved.response_due_at > START + timedelta(hours=1)
    told = life.last().payload
    assert (told["cell_before"], told["cell_chosen_by"], told["reason"]) == (
        HERE,
        "dispatcher",
        "the point was off",
    )
    assert told["why"]
    life.agrees()
    back = life.move(2, HERE)
    assert (back.cell, back.border_cells, back.department) == (HERE, (THERE,), USUAL)
    life.agrees()


def test_where_the_same_department_answers_only_the_cell_changes() -> None:
    life = Life()
    before = life.ticket
    moved = life.move(1, FAR)
    assert (moved.cell, moved.border_cells) == (FAR, (HERE, THERE))
    same = ("department", "due_at", "state", "response_due_at", "dispatches")
    assert [getattr(moved, n) for n in same] == [getattr(before, n) for n in same]
    life.agrees()


def test_before_it_is_filed_nobodys_time_begins() -> None:
    life = Life(by=DISPATCHER)
    moved = life.move(0.5)
    assert (moved.state, moved.department, moved.accepted_at, moved.dispatches) == (
        "reported",
        "DP33",
        None,
        (),
    )
    life.agrees()
    life.do("accept", 1)
    assert [d.department for d in life.ticket.dispatches] == ["DP33"]
    life.agrees()


def test_a_ruling_binds_whoever_the_cell_would_name() -> None:
    life = Life()
    photo, clerk = ("a" * 64,), Actor(user="c", role="department", department=USUAL)
    life.do("return", 0.2, clerk, reason="x", evidence=photo)
    life.do("arbitrate", 0.3, reason="x")
    life.do("rule", 0.4, Actor(user="leader", role="leader"), department=USUAL, reason="x")
    moved = life.move(0.5)
    assert (moved.cell, moved.department, moved.ruled) == (THERE, USUAL, True)
    life.agrees()


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"cell": HERE, "reason": "x"}, BadFieldError),
        ({"cell": "12", "reason": "x"}, BadCodeError),
        ({"cell": THERE}, BadFieldError),
        ({"reason": "x"}, BadFieldError),
    ],
)
def test_what_cannot_be_is_refused(fields: dict[str, str], error: type[Exception]) -> None:
    life = Life()
    with pytest.raises(error):
        life.do("move_cell", 0.5, **fields)
    with pytest.raises(WrongRoleError):
        life.do("move_cell", 0.5, WORKER, cell=THERE, reason="x")
