"""Staged deadlines through HTTP, the timer and the command line, on both databases."""

import json

from click.testing import CliRunner

from api.cli import jinlin
from api.timers import run_overdue
from api.views.reasons import evidence
from data.store.kinds import KINDS
from data.store.verify import verify
from tests.conftest import Site
from tests.flows.test_ticket_life import report


def test_each_stage_has_its_own_clock_and_is_told_done(site: Site) -> None:
    ticket = report(site, category="P0101")
    no, clerk = ticket["no"], site.clerk(ticket["department"])
    shown = site.get(clerk, f"/api/v1/tickets/{no}/deadline")
    assert [(s["name"], s["due_at"]) for s in shown["stages"]] == [
        ("protect", "2026-11-18T12:30:00+08:00"),  # Wednesday, by day and night
        ("repair", "2026-11-18T18:30:00+08:00"),
        ("restore_road", "2026-11-25T10:30:00+08:00"),  # the same clock on the fifth working day after
    ]
    assert shown["due_at"] == shown["stages"][-1]["due_at"]
    assert [sum(p["counted_s"] for p in s["explanation"]) for s in shown["stages"]][:2] == [7200, 28800]
    assert "stage_done" not in {a["action"] for a in ticket["actions"]}
    site.act(clerk, "ticket", no, "receive")
    site.clock.turn(hours=1)
    after = site.act(clerk, "ticket", no, "stage_done", stage="protect", evidence=[site.photo(clerk)])
    assert after["next_due_at"] == "2026-11-18T18:30:00+08:00"
    wrong = {"action": "stage_done", "stage": "protect", "evidence": [site.photo(clerk)]}
    refused = site.call(clerk, "POST", f"/api/v1/tickets/{no}/actions", json=wrong)
    assert (refused.status_code, refused.json()["field"]) == (422, "stage")
    site.clock.turn(hours=8)
    run_overdue(site.world, site.clock())
    late = site.get("leader", f"/api/v1/scores/{ticket['department']}/entries", month="2026-11")["items"]
    assert [(e["kind"], e["points"], e["at"]) for e in late] == [
        ("stage_late", -0.6, "2026-11-18T18:30:00+08:00")
    ]
    stages = site.get(clerk, f"/api/v1/tickets/{no}")["stages"]
    assert [(s["name"], s["late"], s["done_at"] is not None, s["lamp"]) for s in stages] == [
        ("protect", False, True, "green"),
        ("repair", True, False, "red"),
        ("restore_road", False, False, "green"),
    ]
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


def test_the_pages_show_the_stages(site: Site) -> None:
    ticket = report(site, category="P0101")
    clerk = site.clerk(ticket["department"])
    site.act(clerk, "ticket", ticket["no"], "receive")
    for path in (f"/ticket/{ticket['no']}", f"/work?no={ticket['no']}"):
        page = site.call(clerk, "GET", path)
        assert page.status_code == 200
        for word in ("分阶段时限", "现场防护", "恢复路面", "阶段完成"):
            assert word in page.text, (path, word)
    panel = site.call("dispatcher", "GET", f"/desk/case/{ticket['no']}")
    assert "现场防护" in panel.text
    english = site.call(clerk, "GET", f"/ticket/{ticket['no']}?lang=en").text
    assert "Guard the place" in english


def test_the_queue_is_ordered_by_what_presses_next(site: Site) -> None:
    plain = report(site)["no"]  # due 16:30
    staged = report(site, category="P0101")["no"]  # whole due in a week, first stage at 12:30
    found = site.get("dispatcher", "/api/v1/tickets", sort="next_due_at")["items"]
    assert [t["no"] for t in found] == [staged, plain]


def test_the_command_explains_every_stage() -> None:
    ask = ["deadline", "--start", "2026-11-18T10:30+08:00"]
    told = json.loads(CliRunner().invoke(jinlin, [*ask, "--category", "P0101"]).output)
    assert [(s["name"], s["due_at"]) for s in told["stages"]] == [
        ("protect", "2026-11-18T12:30:00+08:00"),
        ("repair", "2026-11-18T18:30:00+08:00"),
        ("restore_road", "2026-11-25T10:30:00+08:00"),
    ]
    assert told["response"]["due_at"] == "2026-11-18T11:00:00+08:00"
    both = CliRunner().invoke(jinlin, [*ask, "--category", "P0101", "--limit", "1 work_day"])
    assert "either" in str(both.exception)


def test_evidence_of_a_late_stage_is_told_in_chinese(site: Site) -> None:
    zone = site.world.catalogue.rulebook.worktime.zone
    told = evidence("stage repair due 2026-11-18T18:30:00+08:00", "zh", zone)
    assert told == "阶段 repair 应于 11-18 18:30 前完成，未完成"
