"""What a report is to its reporter, and what the reporter says of the result, through HTTP on both databases."""

import pytest

from api.demo_accounts import PASSWORD
from grid.account import Account
from tests.conftest import Site
from tests.flows.test_indicators_flow import community, told
from tests.flows.test_rates_flow import finish
from tests.flows.test_ticket_life import report


def test_complaints_are_told_shown_listed_and_counted(site: Site) -> None:
    complaint, fault = report(site, nature="complaint"), report(site, nature="fault")
    unsaid = report(site)
    assert (complaint["nature"], complaint["nature_name"]) == ("complaint", "投诉举报")
    steps = site.get("dispatcher", f"/api/v1/tickets/{complaint['no']}")["timeline"]
    assert steps[0]["payload"]["nature"] == "complaint"
    listed = site.get("dispatcher", "/api/v1/tickets", nature="complaint")["items"]
    assert [t["no"] for t in listed] == [complaint["no"]]
    site.clock.turn(hours=1)
    found = told(site, area=community(site))["Q16"]
    assert found["value"] == 1
    assert (found["provenance"]["left_out"], found["provenance"]["left_out_why"]) == (
        1,
        "nature_not_asked",
    )
    site.client.post("/api/v1/session", json={"user": "leader", "password": PASSWORD})
    page = site.client.get("/board/tickets", params={"nature": "complaint"}).text
    assert complaint["no"] in page
    assert fault["no"] not in page
    assert unsaid["no"] not in page
    cases = site.client.get("/board/indicators/Q16", params={"area": community(site)}).text
    assert (complaint["no"] in cases, fault["no"] in cases) == (True, False)


def test_where_nobody_was_asked_there_is_no_data_instead_of_none(site: Site) -> None:
    report(site)
    site.clock.turn(hours=1)
    found = told(site, area=community(site))["Q16"]
    assert (found["value"], found["why"]) == (None, "nature_not_asked")


def test_an_unknown_nature_is_refused_with_those_there_are(site: Site) -> None:
    body = {"category": "E0102", "channel": "worker", "nature": "joke"} | site.inside()
    problem = site.post(site.worker(), "/api/v1/tickets", 422, **body)
    assert problem["field"] == "nature"
    assert "complaint" in problem["detail"]


def test_a_suggestion_is_answered_in_words_that_the_reporter_reads(site: Site) -> None:
    made = report(site, nature="suggestion")
    no, clerk = made["no"], site.clerk("DP30")
    site.act(clerk, "ticket", no, "receive")
    offered = site.get(clerk, f"/api/v1/tickets/{no}")["actions"]
    assert {"reply", "done"} <= {a["action"] for a in offered}
    assert site.act(clerk, "ticket", no, "reply", note="明年纳入改造计划")["state"] == "done"
    own = site.act(site.worker(), "ticket", no, "confirm", note="电话告知，本人认可")
    assert own["state"] == "checked"
    site.act("dispatcher", "ticket", no, "close")
    heard = site.call(None, "GET", f"/api/v1/follow/{no}?key={made['follow_key']}").json()
    assert [w["text"] for w in heard["dialogue"]] == ["明年纳入改造计划"]


def test_a_fault_wants_proof(site: Site) -> None:
    no, clerk = report(site, nature="fault")["no"], site.clerk("DP30")
    site.act(clerk, "ticket", no, "receive")
    assert "reply" not in {a["action"] for a in site.get(clerk, f"/api/v1/tickets/{no}")["actions"]}
    refused = site.act(clerk, "ticket", no, "reply", status=409, note="知道了")
    assert "more than an answer" in refused["detail"]


@pytest.mark.parametrize("role", ["worker", "dispatcher"])
def test_whoever_rates_says_whether_it_is_solved(site: Site, role: str) -> None:
    user = {"worker": site.worker()}.get(role, role)
    solved, unsolved, unsaid = (report(site)["no"] for _ in range(3))
    for no in (solved, unsolved, unsaid):
        finish(site, no, site.clerk("DP30"))
    assert site.act(user, "ticket", solved, "rate", rating=5, solved=True)["solved"] is True
    site.act(user, "ticket", unsolved, "rate", rating=4, solved=False)
    site.act(user, "ticket", unsaid, "rate", rating=4)
    site.clock.turn(hours=1)
    found = told(site, area=community(site))["K10"]
    assert (found["value"], found["provenance"]["rows"], found["provenance"]["asked"]) == (50.0, 2, 3)
    assert found["provenance"]["left_out_why"] == "solved_not_said"
    kinds = {
        no: [d["kind"] for d in site.get(user, f"/api/v1/tickets/{no}")["doubts"]]
        for no in (solved, unsolved)
    }
    assert [("call_back" in k) for k in kinds.values()] == [False, True]  # it disagrees with the closing


def test_a_line_hands_over_what_its_callers_want_and_say(site: Site) -> None:
    site.enrol(Account(user="line12345", name="12345", role="hotline"))
    case = {"number": "1", "category": "E0102", "content": "垃圾", "nature": "投诉"} | site.inside()
    no = site.post("line12345", "/api/v1/hotline/cases", 201, **case)["no"]
    site.act("dispatcher", "ticket", no, "accept")
    finish(site, no, site.clerk("DP30"))
    path = "/api/v1/hotline/cases/1"
    site.post("line12345", f"{path}/actions", 200, action="rate", rating=5, solved=True)
    shown = site.get("line12345", path)
    assert (shown["nature"], shown["rating"], shown["solved"]) == ("complaint", 5, True)


def test_the_reporter_without_an_account_rates_by_the_key(site: Site) -> None:
    made = report(site)
    finish(site, made["no"], site.clerk("DP30"))
    path = f"/api/v1/follow/{made['no']}/rating"
    site.post(None, path, 404, rating=5, solved=True, key="another one's")
    page = site.client.get(f"/follow/{made['no']}", params={"key": made["follow_key"]}).text
    assert "data-rate" in page
    said = site.post(None, path, 201, rating=4, solved=True, key=made["follow_key"])
    assert (said["rating"], said["solved"]) == (4, True)
    page = site.client.get(f"/follow/{made['no']}", params={"key": made["follow_key"]}).text
    assert ("data-rate" in page, "已解决" in page) == (False, True)
    shown = site.call(None, "GET", f"/api/v1/follow/{made['no']}").json()
    assert "rating" not in shown  # without the key
    site.post(None, f"/api/v1/follow/{report(site)['no']}/rating", 404, rating=5)
