"""Hand-overs to outside lines: who holds, who answers, when a silence is too long; tables and properties."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.rules.catalogue import read_catalogue
from dispatch.errors import BadFieldError, DispatchError, NotPossibleError, WrongRoleError
from dispatch.lifecycle import Action, Actor, Event
from dispatch.worktime import Limit
from geo.place import LonLat
from grid.errors import BadRuleError
from grid.hotline import Hotline, hotlines_of
from grid.rulebook import Rulebook
from grid.scores.scoring import Entry
from grid.tickets.handover import AT_WORK, held
from grid.tickets.holders import holdings
from grid.tickets.ticket import Report, Ticket, act, possible, report, tick_at

BARE = read_catalogue().rulebook
STATES = dict.fromkeys(BARE.lifecycle.labels, "在办")
LINE = Hotline(
    name="12343", categories={}, natures={}, states=STATES, takes=True, silence=Limit.parse("2 work_day")
)
GIVER = Hotline(name="12345", categories={}, natures={}, states=STATES)
RULES = replace(BARE, lines={"l": LINE, "giver": GIVER})
START = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)  # Wednesday 10:30 in Beijing
PHOTO = "a" * 64
DISPATCHER = Actor(user="dispatcher", role="dispatcher")
WORKER = Actor(user="w1", role="worker")
CLERK = Actor(user="d-dp30", role="department", department="DP30")
OTHER = Actor(user="d-dp33", role="department", department="DP33")
ON_LINE = Actor(user="l", role="hotline")
CLOCK = Actor(user="clock", role="clock")


class Life:
    """A ticket of DP30, accepted at once, with what was told and charged."""

    def __init__(self, rules: Rulebook = RULES, by: Actor = WORKER) -> None:
        self.rules = rules
        channel = "worker" if by.role == "worker" else "hotline"
        new = Report(
            no="T1",
            category="E0102",
            place=LonLat(120.17, 30.25),
            cell="330102001001001",
            channel=channel,
        )
        begun = report(new, by, rules, START)
        self.ticket: Ticket = begun.ticket
        self.events: list[Event] = list(begun.events)
        self.entries: list[Entry] = list(begun.entries)

    def do(self, name: str, hours: float, by: Actor, **fields: object) -> "Life":
        at = START + timedelta(hours=hours)
        done = act(self.ticket, Action(name=name, by=by, fields=fields), self.rules, at)
        self.ticket = done.ticket
        self.events += done.events
        self.entries += done.entries
        return self

    def handed(self) -> "Life":
        return self.do("receive", 0.1, CLERK).do("hand_to", 0.2, DISPATCHER, line="l", reason="theirs")


def test_a_line_takes_reports_and_closes_and_somebody_checks() -> None:
    life = Life().handed()
    assert (life.ticket.holder, life.ticket.department, life.ticket.state) == ("l", "DP30", "received")
    before = life.ticket.due_at
    life.do("line_take", 0.3, ON_LINE, number="A-1").do(
        "line_report", 0.5, ON_LINE, note="on the way", word="x"
    )
    one = held(life.ticket)
    assert one is not None
    assert (one.number, one.state, one.word, one.note) == ("A-1", "taken", "x", "on the way")
    life.do("line_done", 1, ON_LINE, note="mended", evidence=(PHOTO,))
    ticket = life.ticket
    assert (ticket.state, ticket.holder, ticket.evidence, ticket.handler) == ("done", "", (PHOTO,), "l")
    assert (ticket.handovers[0].state, ticket.handovers[0].note) == ("done", "mended")
    assert ticket.due_at == before
    life.do("pass", 1.1, WORKER, evidence=(PHOTO,)).do("close", 1.2, DISPATCHER)
    assert life.entries == []


def test_who_held_it_and_how_long() -> None:
    life = Life().handed().do("line_take", 0.3, ON_LINE, number="A-1")
    life.do("line_done", 1.2, ON_LINE, note="mended").do("pass", 1.7, WORKER, evidence=(PHOTO,))
    life.do("close", 2.2, DISPATCHER)
    found = holdings(life.events, START + timedelta(hours=9))
    assert [(h.where, h.holder, h.minutes) for h in found] == [
        ("department", "DP30", 12),
        ("line", "l", 60),
        ("check", "", 60),
    ]
    assert (found[1].why, found[1].number, found[1].answer) == ("theirs", "A-1", "mended")
    assert found[-1].until == START + timedelta(hours=2.2)
    assert holdings([], START) == []
    (open_one,) = holdings(Life().events, START + timedelta(minutes=5))
    assert (open_one.minutes, open_one.until) == (5, None)


@pytest.mark.parametrize(
    ("by", "line", "said"),
    [
        (WORKER, "nobody", "lines that take this ticket: l"),
        (WORKER, "giver", "lines that take this ticket: l"),  # gives cases, takes none
        (replace(ON_LINE), "l", "lines that take this ticket: none"),  # it came from there
    ],
)
def test_a_line_that_does_not_take_it_is_refused(by: Actor, line: str, said: str) -> None:
    life = Life(by=by)
    if by.role == "hotline":
        life.do("accept", 0.1, DISPATCHER)
    with pytest.raises(BadFieldError, match=said):
        life.do("hand_to", 0.2, DISPATCHER, line=line, reason="x")


def test_one_line_at_a_time_and_only_the_one_that_holds_speaks() -> None:
    life = Life().handed()
    with pytest.raises(NotPossibleError, match="is with l"):
        life.do("hand_to", 0.3, DISPATCHER, line="l", reason="x")
    for name, fields in (("line_take", {"number": "1"}), ("line_done", {"note": "x"})):
        with pytest.raises(WrongRoleError, match="not with giver"):
            life.do(name, 0.4, Actor(user="giver", role="hotline"), **fields)
    life.do("line_take", 0.4, ON_LINE, number="A-1")
    with pytest.raises(BadFieldError, match="taken as A-1 before"):
        life.do("line_report", 0.5, ON_LINE, note="x", number="A-2")
    life.do("recall", 0.6, CLERK, reason="ours after all")
    assert (life.ticket.holder, life.ticket.handovers[0].state) == ("", "recalled")
    with pytest.raises(WrongRoleError, match="not with l now"):
        life.do("line_done", 0.7, ON_LINE, note="x")
    with pytest.raises(NotPossibleError, match="with no line"):
        life.do("recall", 0.8, CLERK, reason="x")
    life.do("hand_to", 0.9, DISPATCHER, line="l", reason="again")
    assert [one.state for one in life.ticket.handovers] == ["recalled", "handed"]


def test_a_refusal_comes_back_to_be_looked_at() -> None:
    life = Life().handed().do("line_refuse", 0.5, ON_LINE, reason="not our pipe")
    assert (life.ticket.holder, life.ticket.line_fault, life.ticket.state) == ("", "refused", "received")
    assert life.ticket.handovers[0].note == "not our pipe"
    life.do("done", 1, CLERK, note="x", evidence=(PHOTO,))
    assert life.ticket.line_fault == ""


def test_a_silence_is_flagged_once_and_anew_after_the_next_word() -> None:
    life = Life().handed()
    at = tick_at(life.ticket)
    faults = []
    while at is not None and at < START + timedelta(days=9):
        life.do("tick", (at - START).total_seconds() / 3600, CLOCK)
        if "line_silent" in life.events[-1].payload:
            faults.append(BARE.worktime.local(life.events[-1].at).strftime("%a %H:%M:%S"))
        at = tick_at(life.ticket)
    assert faults == ["Fri 10:42:01"]  # two working days after Wednesday 10:42
    assert (life.ticket.line_fault, life.ticket.holder) == ("silent", "l")
    life.do("line_report", 24 * 9, ON_LINE, note="sorry")
    assert (life.ticket.line_fault, life.ticket.handovers[0].silent) == ("", False)
    life.do("urge", 24 * 14, DISPATCHER, note="x")
    assert life.ticket.line_fault == "silent"
    assert sum("line_silent" in e.payload for e in life.events) == 2


def test_a_line_that_stands_for_a_department_gets_its_tickets_and_receives_for_it() -> None:
    rules = replace(RULES, lines={"l": replace(LINE, departments=("DP30",))})
    life = Life(rules)
    assert (life.ticket.holder, life.ticket.state) == ("l", "dispatched")
    life.do("line_take", 0.1, ON_LINE, number="A-1")
    assert (life.ticket.state, life.ticket.received_at) == ("received", START + timedelta(hours=0.1))
    life.do("transfer", 0.5, DISPATCHER, department="DP33", reason="theirs")
    assert (life.ticket.holder, life.ticket.handovers[0].state) == ("", "recalled")
    life.do("transfer", 0.6, DISPATCHER, department="DP30", reason="not theirs")
    assert (life.ticket.holder, len(life.ticket.handovers)) == ("l", 2)
    late = Life(rules).do("urge", 24, DISPATCHER, note="x")
    assert [(e.kind, e.unit) for e in late.entries] == [("response_missed", "DP30"), ("overdue", "DP30")]


@pytest.mark.parametrize(
    ("name", "by", "fields"),
    [
        ("return", CLERK, {"reason": "x", "evidence": (PHOTO,)}),
        ("shelve", DISPATCHER, {"reason": "x", "review_on": "2026-12-01"}),
        ("wait", DISPATCHER, {"note": "which door?"}),
        ("done", CLERK, {"note": "x", "evidence": (PHOTO,)}),
    ],
)
def test_what_leads_elsewhere_takes_it_back(name: str, by: Actor, fields: dict[str, object]) -> None:
    life = Life().handed().do(name, 0.5, by, **fields)
    assert life.ticket.state not in AT_WORK
    assert (life.ticket.holder, life.ticket.handovers[0].state) == ("", "recalled")
    assert life.events[-1].payload["handovers"][0]["ended_at"]


def test_other_departments_still_at_work_hold_the_end_back() -> None:
    life = Life().handed().do("join", 0.3, DISPATCHER, department="DP33", reason="the wall")
    life.do("line_done", 0.5, ON_LINE, note="our part is done")
    assert (life.ticket.state, life.ticket.holder, life.ticket.handovers[0].state) == ("received", "", "done")
    life.do("part_done", 0.6, OTHER, note="x", evidence=(PHOTO,)).do(
        "done", 0.7, CLERK, note="x", evidence=(PHOTO,)
    )
    assert life.ticket.state == "done"


def test_what_each_can_do_now() -> None:
    def names(ticket: Ticket, by: Actor) -> set[str]:
        mine = {"hand_to", "recall", "line_take", "line_report", "line_done", "line_refuse"}
        return {m.action for m in possible(ticket, by, RULES)} & mine

    free, taken = Life().do("receive", 0.1, CLERK).ticket, Life().handed().ticket
    assert (names(free, CLERK), names(taken, CLERK)) == ({"hand_to"}, {"recall"})
    assert (names(free, ON_LINE), len(names(taken, ON_LINE))) == (set(), 4)
    assert names(taken, Actor(user="giver", role="hotline")) == set()
    none = replace(RULES, lines={})
    assert "hand_to" not in {m.action for m in possible(free, CLERK, none)}


MOVES: list[tuple[str, Actor, dict[str, object]]] = [
    ("receive", CLERK, {}),
    ("handle", CLERK, {}),
    ("transfer", DISPATCHER, {"department": "DP33", "reason": "x"}),
    ("transfer", DISPATCHER, {"department": "DP30", "reason": "x"}),
    ("receive", OTHER, {}),
    ("return", CLERK, {"reason": "x", "evidence": (PHOTO,)}),
    ("refuse", DISPATCHER, {"reason": "x"}),
    ("grant", DISPATCHER, {"department": "DP33", "reason": "x"}),
    ("shelve", DISPATCHER, {"reason": "x", "review_on": "2027-03-01"}),
    ("resume", DISPATCHER, {}),
    ("fail", DISPATCHER, {"evidence": (PHOTO,), "reason": "x"}),
    ("done", CLERK, {"evidence": (PHOTO,), "note": "x"}),
]
BESIDE: list[tuple[str, Actor, dict[str, object]]] = [
    ("hand_to", DISPATCHER, {"line": "l", "reason": "x"}),
    ("recall", DISPATCHER, {"reason": "x"}),
    ("line_take", ON_LINE, {"number": "A"}),
    ("line_report", ON_LINE, {"note": "x"}),
    ("line_refuse", ON_LINE, {"reason": "x"}),
]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(MOVES) + len(BESIDE) - 1), st.integers(0, 40)), max_size=14))
def test_no_points_change_hands_and_no_clock_stands_still_by_a_handover(steps: list[tuple[int, int]]) -> None:
    """Two lives that differ in the hand-overs alone have the same deadlines, departments and entries."""
    life, twin = Life(), Life()
    hours = 0.0
    for number, pause in steps:
        hours += pause
        name, by, fields = (MOVES + BESIDE)[number]
        for each in (life, twin) if number < len(MOVES) else (life,):
            try:
                each.do(name, hours, by, **fields)
            except DispatchError:
                each.do("say", hours, DISPATCHER, note="x")
        one = held(life.ticket)
        assert (one is not None) == bool(life.ticket.holder)
        assert one is None or (one.ended_at is None and life.ticket.state in AT_WORK)
        assert all(h.ended_at is not None for h in life.ticket.handovers[:-1])
    for each in (life, twin):
        each.do("say", hours, DISPATCHER, note="x")
    same = ("state", "department", "due_at", "answers", "returns", "overdue_steps", "lamp")
    assert [getattr(life.ticket, n) for n in same] == [getattr(twin.ticket, n) for n in same]
    assert sorted(map(repr, life.entries)) == sorted(map(repr, twin.entries))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"silence": "2 work_day"}, "takes = true"),
        ({"takes": True}, "how long may it say nothing"),
        ({"takes": True, "silence": "2 work_day", "departments": ["DP99"]}, "DP99"),
        ({"takes": True, "silence": "2 work_day", "answers": {"好了": "finish"}}, "'finish' is none of"),
        ({"take": True}, "unknown key 'take'"),
    ],
)
def test_a_line_that_takes_is_proved(row: dict[str, object], said: str) -> None:
    table = {"x": {"name": "X", "states": STATES} | row}
    with pytest.raises(BadRuleError, match=said):
        hotlines_of(table, (), (), STATES, ("DP30",))


def test_a_department_goes_to_one_line() -> None:
    row = {"name": "X", "states": STATES, "takes": True, "silence": "2 work_day", "departments": ["DP30"]}
    assert hotlines_of({"x": row}, (), (), STATES, ("DP30",))["x"].departments == ("DP30",)
    with pytest.raises(BadRuleError, match="line y: DP30 goes to x already"):
        hotlines_of({"x": row, "y": row}, (), (), STATES, ("DP30",))
