"""The life of a ticket through HTTP, on both databases."""

from datetime import datetime, timedelta

import pytest

from api.timers import run_overdue
from data.store.kinds import KINDS
from data.store.verify import verify
from tests.conftest import Site


def report(site: Site, category: str = "E0102", **more: object) -> dict:
    body = {"category": category, "channel": "worker", "description": "路边垃圾一堆"} | site.inside() | more
    return site.post(site.worker(), "/api/v1/tickets", 201, **body)


def test_a_report_is_answered_with_number_department_deadline_and_reason(site: Site) -> None:
    ticket = report(site)
    assert ticket["no"] == "T330102-261118-00001"
    assert ticket["state"] == "dispatched"
    assert ticket["department"] == "DP30"
    assert ticket["why"] == "in charge of the place"
    # Wednesday 10:30 and 4 working hours: 1.5 h until noon, 2.5 h from 14:00.
    assert ticket["due_at"] == "2026-11-18T16:30:00+08:00"
    assert sum(s["counted_s"] for s in ticket["explanation"]) == 4 * 3600
    assert ticket["lamp"] == "green"


def test_from_report_to_closed(site: Site) -> None:
    no = report(site)["no"]
    clerk = site.clerk("DP30")
    site.clock.turn(minutes=20)
    assert [t["no"] for t in site.get(clerk, "/api/v1/tickets")["items"]] == [no]
    site.act(clerk, "ticket", no, "receive")
    site.act(clerk, "ticket", no, "handle")
    site.clock.turn(hours=1)
    done = site.act(clerk, "ticket", no, "done", evidence=[site.photo(clerk)], note="已清理")
    assert done["state"] == "done"
    site.clock.turn(minutes=30)
    site.act(site.worker(), "ticket", no, "pass", evidence=[site.photo(site.worker(), (60, 200, 60))])
    closed = site.act("dispatcher", "ticket", no, "close")
    assert closed["state_name"] == "已结案"
    steps = [s["name"] for s in site.get("dispatcher", f"/api/v1/tickets/{no}")["timeline"]]
    assert steps == ["reported", "accept", "receive", "handle", "done", "pass", "close"]
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


def test_a_late_department_loses_points_that_the_clock_wrote_with_the_time_they_were_due(site: Site) -> None:
    no = report(site)["no"]
    site.clock.turn(
        days=2
    )  # Friday 10:30: overdue since Wednesday 16:30, one working day more on Thursday 16:30
    run_overdue(site.world, site.clock())
    entries = site.get("leader", "/api/v1/scores/DP30/entries", month="2026-11")["items"]
    assert [(e["kind"], e["points"], e["at"]) for e in entries] == [
        ("response_missed", -0.2, "2026-11-18T14:30:00+08:00"),
        ("overdue", -0.5, "2026-11-18T16:30:00+08:00"),
        ("overdue", -0.1, "2026-11-19T16:30:00+08:00"),
    ]
    table = site.get("leader", "/api/v1/scores", month="2026-11")["items"]
    # 0.8 points in one case are 80 in a hundred; one case is not ranked.
    told = [(r["department"], r["deducted"], r["lost_per_100"], r["score"], r["rank"]) for r in table]
    assert told == [("DP30", 0.8, 80.0, 20.0, None)]
    assert site.get("leader", f"/api/v1/tickets/{no}")["lamp"] == "red"
    assert run_overdue(site.world, site.clock()) == 0  # nothing is charged twice


def test_the_lamp_turns_yellow_and_orange_before_it_turns_red(site: Site) -> None:
    no = report(site)["no"]
    seen = []
    for minutes in (0, 240, 40, 30, 60):  # 10:30 14:30 15:10 15:40 16:40
        site.clock.turn(minutes=minutes)
        run_overdue(site.world, site.clock())
        seen.append(site.get("dispatcher", f"/api/v1/tickets/{no}")["lamp"])
    assert seen == ["green", "yellow", "yellow", "yellow", "red"]


def test_two_returns_end_in_arbitration_and_the_ruling_binds(site: Site) -> None:
    no = report(site)["no"]
    clerk = site.clerk("DP30")
    photo = site.photo(clerk)
    site.act(clerk, "ticket", no, "return", reason="不是我们的", evidence=[photo])
    refused = site.act("dispatcher", "ticket", no, "refuse", reason="按清单是你们的")
    due = refused["due_at"]
    again = site.act(clerk, "ticket", no, "return", reason="还是不是", evidence=[photo])
    assert again["state"] == "arbitration"
    ruled = site.act("leader", "ticket", no, "rule", department="DP30", reason="裁定归你们")
    assert ruled["state"] == "dispatched"
    assert ruled["due_at"] == due  # the clock went on all the time
    third = site.call(
        clerk,
        "POST",
        f"/api/v1/tickets/{no}/actions",
        json={"action": "return", "reason": "不", "evidence": [photo]},
    )
    assert third.status_code == 409
    assert "ruling binds" in third.json()["detail"]
    kinds = [e["kind"] for e in site.get("leader", "/api/v1/scores/DP30/entries", month="2026-11")["items"]]
    assert kinds == ["groundless_return", "kick"]


def test_a_granted_return_moves_the_department_s_deadline_but_not_the_promise(site: Site) -> None:
    first = report(site)
    clerk = site.clerk("DP30")
    site.clock.turn(hours=1)
    site.act(clerk, "ticket", first["no"], "return", reason="属园林", evidence=[site.photo(clerk)])
    site.clock.turn(minutes=30)
    moved = site.act("dispatcher", "ticket", first["no"], "grant", department="DP33", reason="确属园林")
    assert moved["department"] == "DP33"
    assert moved["promised_at"] == first["promised_at"]
    assert datetime.fromisoformat(moved["due_at"]) > datetime.fromisoformat(first["due_at"])


def test_extension_only_before_the_deadline_and_only_once(site: Site) -> None:
    first = report(site)
    no, clerk = first["no"], site.clerk("DP30")
    site.act(clerk, "ticket", no, "receive")
    site.act(clerk, "ticket", no, "extend", limit="2 work_hour", reason="车坏了")
    longer = site.act("dispatcher", "ticket", no, "grant_extension")
    span = datetime.fromisoformat(longer["due_at"]) - datetime.fromisoformat(first["due_at"])
    assert span > timedelta(hours=2)  # 16:30 and 2 working hours: Thursday 08:30
    second = {"action": "extend", "limit": "1 work_hour", "reason": "又坏了"}
    refused = site.call(clerk, "POST", f"/api/v1/tickets/{no}/actions", json=second)
    assert refused.status_code == 409


def test_shelving_stops_the_clock_and_resuming_gives_back_what_was_left(site: Site) -> None:
    first = report(site)
    no, clerk = first["no"], site.clerk("DP30")
    site.act(clerk, "ticket", no, "receive")
    site.clock.turn(hours=1)  # 11:30, three working hours are left
    site.act("dispatcher", "ticket", no, "shelve", reason="冬季不能施工", review_on="2026-12-01")
    site.clock.now = datetime.fromisoformat("2026-12-01T09:00:00+08:00")  # a Tuesday
    site.sign_in_anew()
    back = site.act("dispatcher", "ticket", no, "resume")
    assert back["due_at"] == "2026-12-01T12:00:00+08:00"


def test_nobody_checks_their_own_work(site: Site) -> None:
    no = report(site, channel="worker")["no"]
    clerk = site.clerk("DP30")
    site.act(clerk, "ticket", no, "receive")
    site.act(clerk, "ticket", no, "done", evidence=[site.photo(clerk)], note="好了")
    body = {"action": "pass", "evidence": [site.photo(clerk)]}
    assert site.call(clerk, "POST", f"/api/v1/tickets/{no}/actions", json=body).status_code == 403


def test_the_public_reports_with_a_phone_number_and_follows_by_number(site: Site) -> None:
    body = {"category": "E0102", "channel": "web"} | site.inside()
    bare = site.call(None, "POST", "/api/v1/tickets", json=body)
    assert bare.status_code == 422
    assert bare.json()["field"] == "contact"
    contact = {"name": "王小明", "phone": "13812345678"}
    ticket = site.post(None, "/api/v1/tickets", 201, contact=contact, **body)
    assert ticket["state"] == "reported"
    followed = site.get(None, f"/api/v1/follow/{ticket['no']}")
    assert followed["promised_at"] == ticket["promised_at"]
    assert "13812345678" not in str(followed)
    assert "王小明" not in str(followed)


def test_outside_one_s_area_a_ticket_does_not_exist(site: Site) -> None:
    no = report(site)["no"]
    other = next(c.worker for c in site.world.city.cells.values() if c.worker != site.worker())
    assert site.call(other, "GET", f"/api/v1/tickets/{no}").status_code == 404
    assert site.call(site.clerk("DP33"), "GET", f"/api/v1/tickets/{no}").status_code == 404
    act = {"action": "receive"}
    assert site.call(site.clerk("DP33"), "POST", f"/api/v1/tickets/{no}/actions", json=act).status_code == 404
    assert site.get(site.clerk("DP33"), "/api/v1/tickets")["items"] == []


def test_like_cases_are_shown_before_filing(site: Site) -> None:
    first = report(site)
    near = {"category": "E0102", "lon": first["lon"] + 0.0002, "lat": first["lat"]}
    found = site.get(site.worker(), "/api/v1/tickets/like", **near)["items"]
    assert [f["no"] for f in found] == [first["no"]]
    assert 15 < found[0]["distance_m"] < 25
    assert site.get(site.worker(), "/api/v1/tickets/like", **(near | {"category": "E0104"}))["items"] == []


def test_a_list_turns_pages_without_losing_or_repeating(site: Site) -> None:
    made = {report(site)["no"] for _ in range(7)}
    seen: list[str] = []
    after: str | None = None
    while True:
        ask = {"limit": 3, "sort": "-reported_at"} | ({"after": after} if after else {})
        page = site.get("dispatcher", "/api/v1/tickets", **ask)
        seen += [t["no"] for t in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert sorted(seen) == sorted(made)
    assert len(seen) == 7
    assert site.get("dispatcher", "/api/v1/tickets/count") == {"count": 7}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"category": "X9999"}, "category"),
        ({"lon": 200}, "lon"),
        ({"colour": "red"}, "colour"),
        ({"photos": ["0" * 64]}, "photos"),
        ({"channel": "web"}, "channel"),
        ({"datum": "mars"}, "datum"),
        ({"accuracy_m": -1}, "accuracy_m"),
    ],
)
def test_bad_reports_name_the_field_and_leave_nothing(site: Site, changed: dict, field: str) -> None:
    body = {"category": "E0102", "channel": "worker"} | site.inside() | changed
    answer = site.call(site.worker(), "POST", "/api/v1/tickets", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["field"] == field
    assert answer.json()["allowed"]
    assert site.get("dispatcher", "/api/v1/tickets")["items"] == []


def test_a_point_outside_the_district_is_refused_with_its_bounds(site: Site) -> None:
    body = {"category": "E0102", "channel": "worker", "lon": 116.4, "lat": 39.9}
    answer = site.call(site.worker(), "POST", "/api/v1/tickets", json=body)
    assert answer.status_code == 422
    assert "spans lon" in answer.json()["detail"]


def test_an_idempotency_key_makes_one_ticket_of_many_tries(site: Site) -> None:
    body = {"category": "E0102", "channel": "worker"} | site.inside()
    headers = {"Idempotency-Key": "phone-1-draft-7"}
    first = site.call(site.worker(), "POST", "/api/v1/tickets", json=body, headers=headers)
    again = site.call(site.worker(), "POST", "/api/v1/tickets", json=body, headers=headers)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    other = site.call(
        site.worker(), "POST", "/api/v1/tickets", json=body | {"description": "x"}, headers=headers
    )
    assert other.status_code == 409
    assert len(site.get("dispatcher", "/api/v1/tickets")["items"]) == 1


def test_near_a_border_both_cells_are_shown_and_who_chose_is_recorded(site: Site) -> None:
    cells = site.world.city.cell_shapes
    code = min(cells)
    place = next(
        {"lon": round(x, 6), "lat": round(y, 6)}
        for x, y in cells[code].exterior.coords
        if site.get("dispatcher", "/api/v1/cells/locate", lon=x, lat=y, accuracy_m=20)["border_cells"]
    )
    located = site.get("dispatcher", "/api/v1/cells/locate", accuracy_m=20, **place)
    other = located["border_cells"][0]
    body = {"category": "E0102", "channel": "phone", "accuracy_m": 20} | place
    taken = site.post("dispatcher", "/api/v1/tickets", 201, **body)
    chosen = site.post("dispatcher", "/api/v1/tickets", 201, cell=other, **body)
    assert (taken["cell"], chosen["cell"]) == (located["cell"], other)
    assert located["cell"] in chosen["border_cells"]
    shown = [site.get("dispatcher", f"/api/v1/tickets/{t['no']}") for t in (taken, chosen)]
    assert [t["cell_chosen_by"] for t in shown] == ["", "dispatcher"]
    page = site.call("dispatcher", "GET", f"/ticket/{chosen['no']}").text
    assert site.world.city.cells[located["cell"]].name in page
    assert "认定人 dispatcher" in page
    far = next(c for c in cells if c not in (located["cell"], *located["border_cells"]))
    refused = site.call("dispatcher", "POST", "/api/v1/tickets", json=body | {"cell": far})
    assert (refused.status_code, refused.json()["field"]) == (422, "cell")


def test_the_response_deadline_is_what_the_rules_said_at_filing(site: Site) -> None:
    no = report(site)["no"]
    accepted = site.get("dispatcher", f"/api/v1/tickets/{no}")
    told = next(s["payload"] for s in accepted["timeline"] if s["name"] == "accept")
    assert datetime.fromisoformat(told["response_due_at"]) == datetime.fromisoformat(
        accepted["response_due_at"]
    )
