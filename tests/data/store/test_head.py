"""What is taken out whole, chain, row and counter, shows against a head that was kept outside."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from data.desk.door import Desk
from data.desk.tickets import NewTicket
from data.errors import BadFileError
from data.models import CounterRow, EventRow
from data.store.head import head_faults, make_head, read_head, root_of, write_head
from data.store.home import Home
from data.store.kinds import KINDS
from data.store.kinds.cases import TICKET
from data.store.verify import verify
from dispatch.lifecycle import Action, Actor
from geo.place import LonLat
from grid.tickets.ticket import Report
from tests.conftest import NOW

WORKER = Actor(user="w1", role="worker")


def report(desk: Desk) -> str:
    new = Report(
        no="", category="E0102", place=LonLat(120.005, 30.005), cell="330102001001001", channel="worker"
    )
    return desk.start(NewTicket(report=new), WORKER, NOW).fact.no


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_a_head_holds_while_only_more_happens(desk: Desk, home: Home) -> None:
    no = report(desk)
    with desk.database.read() as session:
        head = make_head(session, home, NOW)
    report(desk)
    clerk = Actor(user="c", role="department", department="DP30")
    desk.act(TICKET, no, Action(name="receive", by=clerk), NOW)
    with desk.database.read() as session:
        assert head_faults(session, head, head.key) == []
        assert make_head(session, home, NOW).root != head.root


def test_the_last_ticket_taken_out_whole_is_found_by_the_head_alone(desk: Desk, home: Home) -> None:
    numbers = [report(desk) for _ in range(3)]
    with desk.database.read() as session:
        head = make_head(session, home, NOW)
    gone = numbers[-1]
    for statement in (
        delete(EventRow).where(EventRow.aggregate == gone),
        delete(TICKET.table).where(TICKET.table.c.no == gone),
        update(CounterRow).values(last=2),
    ):
        desk.database.write(lambda session, s=statement: session.execute(s))
    with desk.database.read() as session:
        assert [f for f in verify(session, KINDS) if f.kind == "ticket"] == []
        (fault,) = head_faults(session, head)
    assert "1 chains went whole" in fault


def test_a_number_that_was_drawn_and_is_not_there_is_a_fault(desk: Desk) -> None:
    numbers = [report(desk) for _ in range(3)]
    for statement in (
        delete(EventRow).where(EventRow.aggregate == numbers[1]),
        delete(TICKET.table).where(TICKET.table.c.no == numbers[1]),
    ):
        desk.database.write(lambda session, s=statement: session.execute(s))
    with desk.database.read() as session:
        (fault,) = [f for f in verify(session, KINDS) if f.kind == "ticket"]
    assert fault.detail == "drawn and not there: 00002 (1 in all)"


def test_a_counter_that_was_turned_back_is_a_fault(desk: Desk) -> None:
    for _ in range(3):
        report(desk)
    desk.database.write(lambda session: session.execute(update(CounterRow).values(last=1)))
    with desk.database.read() as session:
        (fault,) = [f for f in verify(session, KINDS) if f.kind == "ticket"]
    assert fault.detail == "00003 was never drawn; the counter stands at 1"


@pytest.mark.parametrize("field", ["made_at", "last", "events", "chains", "root", "key"])
def test_a_head_that_was_altered_is_told(desk: Desk, home: Home, field: str) -> None:
    report(desk)
    with desk.database.read() as session:
        head = make_head(session, home, NOW)
        value = getattr(head, field)
        other = value + 1 if isinstance(value, int) else f"0{value[1:]}x"
        assert head_faults(session, replace(head, **{field: other})) != []


def test_a_head_of_another_installation_is_told(desk: Desk, home: Home, tmp_path: Path) -> None:
    report(desk)
    with desk.database.read() as session:
        ours = make_head(session, home, NOW)
        theirs = make_head(session, Home(tmp_path / "other"), NOW)
        assert head_faults(session, theirs) == []
        assert "signed by" in head_faults(session, theirs, ours.key)[0]


def test_a_head_is_written_and_read(desk: Desk, home: Home, tmp_path: Path) -> None:
    report(desk)
    with desk.database.read() as session:
        head = make_head(session, home, NOW)
    path = tmp_path / "head.json"
    write_head(head, path)
    assert read_head(path) == head
    assert (home.keys / "seal.key").stat().st_mode & 0o077 == 0
    for wrong in ("{", "[]", json.dumps({"root": 1})):
        path.write_text(wrong)
        with pytest.raises(BadFileError, match="jinlin seal"):
            read_head(path)


def test_an_empty_log_has_a_root(desk: Desk) -> None:
    with desk.database.read() as session:
        assert root_of(session, 0)[:2] == (0, 0)
