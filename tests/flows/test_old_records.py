"""Entries from before codes were kept: the chain holds, scores are the same, and pages tell them as they are."""

from sqlalchemy.orm import Session

from api.demo_accounts import PASSWORD
from data.figures.appraisals import recompute
from data.store.chain import Told, append
from data.store.kinds import KINDS
from data.store.verify import verify
from dispatch.lifecycle import Event
from grid.scores.scoring import Entry
from tests.conftest import Site
from tests.flows.test_appeal_flow import MONTH, late_ticket
from tests.flows.test_ticket_life import report

OLD = "due 2026-11-18T08:30:00+00:00, 3 working days over"


def write_old(site: Site, no: str) -> None:
    """Charge a ticket as it was done before: with an English sentence."""
    entry = Entry(
        unit="DP30",
        subject=no,
        kind="overdue",
        step=9,
        points_centi=-10,
        at=site.clock(),
        rules="0123456789abcdef",
        evidence=OLD,
    )
    told = Event(name="tick", at=site.clock(), by="clock", role="clock", payload={})

    def keep(session: Session) -> None:
        append(session, "ticket", no, Told(events=(told,), entries=(entry,), rules=entry.rules))

    site.world.database.write(keep)


def test_old_entries_stay_valid_and_readable(site: Site) -> None:
    lines = late_ticket(site)
    assert {line["reason"]["code"] for line in lines} == {"not_received", "overdue"}
    write_old(site, lines[0]["subject"])
    site.clock.turn(minutes=1)
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []
        assert all(
            row.agrees for row in recompute(session, site.world.catalogue.appraisal, MONTH, site.clock())
        )
    new = site.get("leader", "/api/v1/scores/DP30/entries", month=MONTH)["items"]
    old = next(line for line in new if line["step"] == 9)
    assert (old["evidence"], old["reason"], old["told_en"]) == (OLD, None, OLD)
    assert old["told_zh"] == "应于 11-18 16:30 前办结，已超期 3 个工作日"
    told = {line["told_zh"] for line in new}
    assert {"截至 11-18 14:30 未签收", "应于 11-18 16:30 前办结，已超期 1 个工作日"} <= told
    site.client.post("/api/v1/session", json={"user": "leader", "password": PASSWORD})
    ask = {"period": MONTH, "department": "DP30"}
    page = site.client.get("/board/ledger", params=ask).text
    assert old["told_zh"] in page
    assert "截至 11-18 14:30 未签收" in page
    english = site.client.get("/board/ledger", params=ask | {"lang": "en"}).text
    assert OLD in english
    assert "not received by 11-18 14:30" in english


def test_what_is_written_holds_a_code_and_no_sentence(site: Site) -> None:
    report(site)
    for line in late_ticket(site):
        assert line["evidence"].startswith('{"')
        assert set(line["reason"]) <= {"code", "by", "due_at", "days"}
