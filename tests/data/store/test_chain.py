"""The log tells when somebody changed it behind its back."""

import pytest
from sqlalchemy import text

from data.desk.door import Desk
from data.desk.tickets import NewTicket
from data.store.kinds import KINDS
from data.store.kinds.cases import TICKET
from data.store.verify import verify
from dispatch.lifecycle import Action, Actor
from geo.place import LonLat
from grid.tickets.ticket import Report
from tests.conftest import NOW

WORKER = Actor(user="w1", role="worker")


@pytest.fixture
def filed(desk: Desk) -> Desk:
    for _ in range(3):
        new = Report(
            no="", category="E0102", place=LonLat(120.005, 30.005), cell="330102001001001", channel="worker"
        )
        no = desk.start(NewTicket(report=new), WORKER, NOW).fact.no
        clerk = Actor(user="c", role="department", department="DP30")
        desk.act(TICKET, no, Action(name="receive", by=clerk), NOW)
        desk.act(TICKET, no, Action(name="tick", by=Actor(user="clock", role="clock")), NOW.replace(day=25))
    return desk


def faults(desk: Desk) -> list[str]:
    with desk.database.read() as session:
        return [f"{f.kind} {f.aggregate[-5:]} {f.seq}" for f in verify(session, KINDS)]


def test_an_untouched_log_has_no_fault(filed: Desk) -> None:
    assert faults(filed) == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "UPDATE events SET payload = replace(payload, 'E0102', 'E0104') WHERE seq = 1 AND aggregate LIKE '%00002'",
            "ticket 00002 1",
        ),
        (
            "UPDATE events SET at = '2026-11-18 02:31:00.000000' WHERE seq = 2 AND aggregate LIKE '%00001'",
            "ticket 00001 2",
        ),
        ("UPDATE events SET by = 'somebody' WHERE seq = 3 AND aggregate LIKE '%00003'", "ticket 00003 3"),
        ("DELETE FROM events WHERE seq = 2 AND aggregate LIKE '%00001'", "ticket 00001 3"),
        ("UPDATE entries SET points_centi = -1 WHERE subject LIKE '%00002' AND step = 1", "entry 00002 6"),
        ("DELETE FROM entries WHERE subject LIKE '%00003' AND step = 2", "entry 00003 0"),
    ],
)
def test_what_was_altered_is_found(filed: Desk, statement: str, found: str) -> None:
    filed.database.write(lambda session: session.execute(text(statement)))
    told = faults(filed)
    kind, aggregate, _ = found.split()
    assert told
    assert told[0].startswith(f"{kind} {aggregate}")
