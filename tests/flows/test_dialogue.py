"""Duplicates, repeats and the words between reporter and handlers, through HTTP."""

from datetime import datetime

from api.timers import run_review
from data.store.kinds import KINDS
from data.store.verify import verify
from tests.conftest import Site
from tests.flows.test_ticket_life import report

CONTACT = {"name": "王小明", "phone": "13812345678"}


def reported(site: Site, **more: object) -> dict:
    body = {"category": "E0102", "channel": "web", "contact": CONTACT} | site.inside() | more
    return dict(site.post(None, "/api/v1/tickets", 201, **body))


def finish(site: Site, no: str, department: str = "DP30") -> None:
    clerk = site.clerk(department)
    if site.get("dispatcher", f"/api/v1/tickets/{no}")["state"] == "dispatched":
        site.act(clerk, "ticket", no, "receive")
    site.act(clerk, "ticket", no, "done", evidence=[site.photo(clerk)], note="好了")
    site.act(site.worker(), "ticket", no, "pass", evidence=[site.photo(site.worker())])
    site.act("dispatcher", "ticket", no, "close")


def test_a_merged_report_keeps_the_earlier_deadline_and_every_reporter_hears(site: Site) -> None:
    first = reported(site)
    site.clock.turn(minutes=30)
    second = reported(site)
    accepted = site.act("dispatcher", "ticket", second["no"], "accept")
    assert accepted["due_at"] > first["due_at"]
    site.act("dispatcher", "ticket", first["no"], "merge", parent=second["no"])
    parent = site.get("dispatcher", f"/api/v1/tickets/{second['no']}")
    assert parent["due_at"] == first["due_at"]  # what the first reporter was promised binds
    assert parent["children"] == [first["no"]]
    followed = site.get(None, f"/api/v1/follow/{first['no']}", key=first["follow_key"])
    assert followed["merged_into"]["no"] == second["no"]
    assert [(w["message"], w["about"]) for w in followed["dialogue"]] == [("merged", second["no"])]
    other = site.get(None, f"/api/v1/follow/{second['no']}", key=second["follow_key"])
    assert [(w["message"], w["about"]) for w in other["dialogue"]] == [("absorbed", first["no"])]
    finish(site, second["no"])
    closed = site.get(None, f"/api/v1/follow/{first['no']}", key=first["follow_key"])
    assert closed["merged_into"]["state"] == "closed"
    assert [w["message"] for w in closed["dialogue"]] == ["merged", "closed"]
    page = site.client.get(f"/follow/{first['no']}", params={"key": first["follow_key"]}).text
    assert "合并办理" in page
    assert f"合并办理的 {second['no']} 已结案" in page
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


def test_nothing_is_merged_into_itself_a_duplicate_or_a_closed_ticket(site: Site) -> None:
    numbers = [reported(site)["no"] for _ in range(3)]
    site.act("dispatcher", "ticket", numbers[0], "merge", parent=numbers[1])
    for child, parent in ((numbers[2], numbers[2]), (numbers[2], numbers[0]), (numbers[2], "T000")):
        body = {"action": "merge", "parent": parent}
        refused = site.call("dispatcher", "POST", f"/api/v1/tickets/{child}/actions", json=body)
        assert (refused.status_code, refused.json()["field"]) == (422, "parent")
    site.act("dispatcher", "ticket", numbers[1], "accept")
    finish(site, numbers[1])
    waiting, running = reported(site)["no"], reported(site)["no"]
    site.act("dispatcher", "ticket", running, "accept")
    body = {"action": "merge", "parent": waiting}
    early = site.call("dispatcher", "POST", f"/api/v1/tickets/{running}/actions", json=body)
    assert "accept it first" in early.json()["detail"]
    body = {"action": "merge", "parent": numbers[1]}
    late = site.call("dispatcher", "POST", f"/api/v1/tickets/{numbers[2]}/actions", json=body)
    assert "repeat, not a duplicate" in late.json()["detail"]
    absorb = {"action": "absorb"}
    assert (
        site.call("dispatcher", "POST", f"/api/v1/tickets/{numbers[2]}/actions", json=absorb).status_code
        == 422
    )


def test_a_repeat_is_shown_with_what_was_closed_before(site: Site) -> None:
    first = report(site)["no"]
    finish(site, first)
    site.clock.turn(hours=2)
    again = report(site)["no"]
    assert site.get("dispatcher", f"/api/v1/tickets/{again}")["repeats"] == [first]
    assert site.get("dispatcher", f"/api/v1/tickets/{first}")["repeats"] == []
    assert "重复投诉" in site.call("dispatcher", "GET", f"/desk/case/{again}").text
    assert "重复投诉" in site.call("leader", "GET", f"/ticket/{again}").text


def test_reporter_and_department_speak_and_nobody_else_reads(site: Site) -> None:
    ticket = reported(site)
    no, key = ticket["no"], ticket["follow_key"]
    site.act("dispatcher", "ticket", no, "accept")
    clerk = site.clerk("DP30")
    site.act(clerk, "ticket", no, "say", note="请问在哪个门口？")
    assert "dialogue" not in site.get(None, f"/api/v1/follow/{no}")
    assert "dialogue" not in site.get(None, f"/api/v1/follow/{no}", key="wrong")
    site.post(None, f"/api/v1/follow/{no}/messages", 201, text="东门", key=key)
    words = site.get(None, f"/api/v1/follow/{no}", key=key)["dialogue"]
    assert [(w["role"], w["text"]) for w in words] == [
        ("department", "请问在哪个门口？"),
        ("resident", "东门"),
    ]
    assert "d-dp30" not in str(words)  # no account names for the public
    wrong = site.call(None, "POST", f"/api/v1/follow/{no}/messages", json={"text": "x", "key": "wrong"})
    assert wrong.status_code == 404
    empty = site.call(None, "POST", f"/api/v1/follow/{no}/messages", json={"text": " ", "key": key})
    assert empty.status_code == 422
    page = site.call(clerk, "GET", f"/work?no={no}").text
    assert "与上报人对话" in page
    assert "东门" in page
    public = site.client.get(f"/follow/{no}", params={"key": key}).text
    assert "请问在哪个门口？" in public
    assert "请问在哪个门口？" not in site.client.get(f"/follow/{no}").text
    assert [s["name"] for s in site.get("dispatcher", f"/api/v1/tickets/{no}")["timeline"]] == [
        "reported",
        "accept",
        "say",
        "say",
    ]


def test_the_clock_waits_for_the_reporter_and_runs_on_with_the_answer(site: Site) -> None:
    ticket = reported(site)
    no, key = ticket["no"], ticket["follow_key"]
    site.act("dispatcher", "ticket", no, "accept")  # Wednesday 10:30, due 16:30
    site.act(site.clerk("DP30"), "ticket", no, "receive")
    site.clock.turn(hours=1)
    waiting = site.act("dispatcher", "ticket", no, "wait", note="请补充具体楼栋")
    assert (waiting["state"], waiting["waiting"], waiting["review_on"]) == ("shelved", True, "2026-11-21")
    assert site.get(None, f"/api/v1/follow/{no}", key=key)["waiting"]
    site.clock.turn(hours=22)  # Thursday 09:30
    site.sign_in_anew()
    site.post(None, f"/api/v1/follow/{no}/messages", 201, text="3 号楼", key=key)
    back = site.get("dispatcher", f"/api/v1/tickets/{no}")
    assert (back["state"], back["waiting"]) == ("handling", False)
    assert back["due_at"] == "2026-11-19T14:30:00+08:00"  # three working hours were left: 2.5 until noon
    answer = {"action": "answer", "note": "x"}
    assert site.call("dispatcher", "POST", f"/api/v1/tickets/{no}/actions", json=answer).status_code == 409


def test_without_an_answer_the_clock_runs_on_after_the_waiting_time(site: Site) -> None:
    ticket = reported(site)
    no = ticket["no"]
    site.act("dispatcher", "ticket", no, "accept")
    site.act(site.clerk("DP30"), "ticket", no, "receive")
    site.act("dispatcher", "ticket", no, "wait", note="请补充具体楼栋")
    site.clock.now = datetime.fromisoformat("2026-11-21T08:00:00+08:00")
    assert run_review(site.world, site.clock()) == 1
    site.sign_in_anew()
    back = site.get("dispatcher", f"/api/v1/tickets/{no}")
    assert (back["state"], back["waiting"]) == ("handling", False)


def test_words_to_a_merged_report_go_to_the_one_that_is_handled(site: Site) -> None:
    child, parent = reported(site), reported(site)
    site.act("dispatcher", "ticket", child["no"], "merge", parent=parent["no"])
    key = child["follow_key"]
    site.post(None, f"/api/v1/follow/{child['no']}/messages", 201, text="味道很大", key=key)
    heard = site.get("dispatcher", f"/api/v1/tickets/{parent['no']}")["dialogue"]
    assert [(w["text"], w["about"]) for w in heard][-1] == ("味道很大", child["no"])
