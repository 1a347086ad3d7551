"""Verification, joint handling, whistles, first receivers and supervision through HTTP."""

from api.timers import run_overdue
from data.store.kinds import KINDS
from data.store.verify import verify
from tests.conftest import Site
from tests.flows.test_ticket_life import report

CONTACT = {"name": "王小明", "phone": "13812345678"}


def called_in(site: Site) -> str:
    body = {"category": "E0102", "channel": "phone", "contact": CONTACT} | site.inside()
    return str(site.post("dispatcher", "/api/v1/tickets", 201, **body)["no"])


def test_the_nearest_free_worker_is_asked_to_look(site: Site) -> None:
    no = called_in(site)
    choices = site.get("dispatcher", f"/api/v1/tickets/{no}/workers")["items"]
    times = [c["travel_s"] for c in choices if c["travel_s"] is not None]
    assert times == sorted(times)
    assert all(c["free"] for c in choices)
    nearest = choices[0]["user"]
    assert site.call(site.clerk("DP30"), "GET", f"/api/v1/tickets/{no}/workers").status_code == 403
    asked = site.act("dispatcher", "ticket", no, "visit")
    assert (asked["worker"], asked["visit_due_at"]) == (nearest, "2026-11-19T10:30:00+08:00")
    day = site.get(nearest, "/field/day")
    assert [(t["no"], t["visit_due_at"] is not None) for t in day["tasks"]] == [(no, True)]
    seen = site.act(nearest, "ticket", no, "verify", found="exists", note="确有一堆")
    assert (seen["found"], seen["visit_due_at"]) == ("exists", None)
    steps = site.get("dispatcher", f"/api/v1/tickets/{no}")["timeline"]
    assert [(s["name"], s["payload"].get("worker"), s["payload"].get("found")) for s in steps[1:]] == [
        ("visit", nearest, None),
        ("verify", None, "exists"),
    ]


def test_only_a_worker_is_asked_to_look(site: Site) -> None:
    no = called_in(site)
    body = {"action": "visit", "worker": "nobody"}
    refused = site.call("dispatcher", "POST", f"/api/v1/tickets/{no}/actions", json=body)
    assert (refused.status_code, refused.json()["field"]) == (422, "worker")
    assert site.get("dispatcher", f"/api/v1/tickets/{no}")["visit_due_at"] is None


def test_a_worker_with_enough_visits_is_busy_and_an_unanswered_visit_is_flagged(site: Site) -> None:
    numbers = [called_in(site) for _ in range(3)]
    asked = [site.act("dispatcher", "ticket", no, "visit")["worker"] for no in numbers]
    assert asked[0] == asked[1] != asked[2]
    site.clock.turn(hours=25)
    site.sign_in_anew()
    run_overdue(site.world, site.clock())
    shown = site.get("dispatcher", f"/api/v1/tickets/{numbers[0]}")
    assert shown["visit_missed"]
    assert "未按时核实" in site.call("dispatcher", "GET", f"/desk/case/{numbers[0]}").text


def test_departments_whistled_and_joined_see_their_part_and_no_more(site: Site) -> None:
    no = report(site)["no"]
    lead, other = site.clerk("DP30"), site.clerk("DP33")
    site.act(lead, "ticket", no, "receive")
    assert site.call(other, "GET", f"/api/v1/tickets/{no}").status_code == 404
    site.act(site.worker(), "ticket", no, "whistle", department="DP33", reason="请来现场")
    site.act("dispatcher", "ticket", no, "join", department="DP33", reason="修剪树木")
    assert [t["no"] for t in site.get(other, "/api/v1/tickets")["items"]] == [no]
    page = site.call(other, "GET", f"/work?no={no}").text
    assert "会办与吹哨" in page
    assert "处置完毕" not in page
    done = {"action": "done", "evidence": [site.photo(other)], "note": "好了"}
    assert site.call(other, "POST", f"/api/v1/tickets/{no}/actions", json=done).status_code == 403
    place = {"lon": site.inside()["lon"], "lat": site.inside()["lat"]}
    site.act(other, "ticket", no, "arrive", evidence=[site.photo(other)], **place)
    blocked = {"action": "done", "evidence": [site.photo(lead)], "note": "好了"}
    assert site.call(lead, "POST", f"/api/v1/tickets/{no}/actions", json=blocked).status_code == 409
    site.act(other, "ticket", no, "part_done", evidence=[site.photo(other)], note="已修剪")
    assert site.act(lead, "ticket", no, "done", evidence=[site.photo(lead)], note="好了")["state"] == "done"
    parts = site.get("leader", f"/api/v1/tickets/{no}")["parts"]
    assert [(p["kind"], p["department"], p["late"]) for p in parts] == [
        ("whistle", "DP33", False),
        ("joint", "DP33", False),
    ]
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


def test_who_does_not_come_pays_and_who_received_first_answers(site: Site) -> None:
    no = report(site)["no"]
    site.act(site.clerk("DP30"), "ticket", no, "receive")
    site.act("dispatcher", "ticket", no, "whistle", department="DP26", reason="请来现场")
    site.act("dispatcher", "ticket", no, "transfer", department="DP33", reason="属园林")
    assert [t["no"] for t in site.get(site.clerk("DP30"), "/api/v1/tickets")["items"]] == [
        no
    ]  # answers still
    site.clock.turn(hours=7)  # 17:30; whistled until 14:30, due 16:30
    run_overdue(site.world, site.clock())

    def kinds(unit: str) -> list[str]:
        found = site.get("leader", f"/api/v1/scores/{unit}/entries", month="2026-11")["items"]
        return [e["kind"] for e in found]

    assert kinds("DP26") == ["whistle_late"]
    assert kinds("DP30") == ["overdue"]
    assert kinds("DP33") == ["response_missed"]
    site.act(site.clerk("DP33"), "ticket", no, "receive")
    assert site.get(site.clerk("DP30"), "/api/v1/tickets")["items"] == []


def test_supervised_and_urged_tickets_are_listed_and_marked(site: Site) -> None:
    no, other = report(site)["no"], report(site)["no"]
    site.act("leader", "ticket", no, "urge", note="抓紧")
    site.act("leader", "ticket", no, "supervise", note="我盯这一件")
    assert [t["no"] for t in site.get("leader", "/api/v1/tickets", supervised=True)["items"]] == [no]
    assert site.get("leader", "/api/v1/tickets/count", urged=True) == {"count": 1}
    clerk = site.clerk("DP30")
    assert "催办 1" in site.call(clerk, "GET", f"/work?no={no}").text
    listed = site.call(clerk, "GET", "/work?watched=supervised").text
    assert no in listed
    assert other not in listed
    up = site.act("leader", "ticket", no, "escalate", reason="超出本级")
    assert up["level"] == "street"
    assert site.act("leader", "ticket", no, "lower", reason="基层可办")["level"] == "community"
