"""Sessions at a counter through HTTP, on both databases: all items or none, papers, hand-over list, scope, follow."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from data.models import CounterSessionRow, EventRow, OrderRow, QuestionRow, TicketRow
from data.store.kinds import KINDS
from data.store.verify import verify
from grid.account import Account
from tests.conftest import Site
from tests.flows.test_residents import register

COUNTER = "/api/v1/counter"
SESSIONS = f"{COUNTER}/sessions"
PERSON = {"name": "许大伟", "phone": "13900131007"}
AID_PAPERS = ("id_card", "household_book", "bank_card", "ability_report", "income_proof")


@pytest.fixture
def counter(site: Site) -> Site:
    """The application with a community hall at which one sits."""
    site.hall = site.post(
        "admin", "/api/v1/stations", 201, name="春江便民中心", kind="hall", **site.inside()
    )["no"]  # type: ignore[attr-defined]
    return site


def body(site: Site, **more: Any) -> dict[str, Any]:
    items = [
        {"kind": "order", "code": "SV-B16", **site.inside()},
        {"kind": "report", "code": "P0118", "text": "楼道灯不亮", **site.inside()},
        {"kind": "question", "text": "社保卡怎么补办"},
    ]
    told = {
        "station": site.hall,  # type: ignore[attr-defined]
        "person": PERSON,
        "items": items,
        "consents": ["handle"],
        "papers": [{"paper": code, "state": "shown"} for code in AID_PAPERS],
    }
    return told | more


def opened(site: Site, user: str = "dispatcher", status: int = 201, **more: Any) -> Any:
    return site.post(user, SESSIONS, status, **body(site, **more))


def act(site: Site, no: str, action: str, status: int = 200, user: str = "dispatcher", **more: Any) -> Any:
    return site.post(user, f"{SESSIONS}/{no}/actions", status, action=action, **more)


def counts(site: Site) -> list[int]:
    with site.world.database.read() as session:
        rows = (CounterSessionRow, TicketRow, OrderRow, QuestionRow, EventRow)
        return [session.scalar(select(func.count()).select_from(row)) or 0 for row in rows]


def test_three_items_of_three_departments_in_one_press_with_one_key(counter: Site) -> None:
    seen = counter.post("dispatcher", f"{COUNTER}/check", person=PERSON, items=body(counter)["items"])
    assert [paper["code"] for paper in seen["papers"]] == list(AID_PAPERS)
    assert all(paper["of"] == [0] and paper["sample"] for paper in seen["papers"])
    promised = seen["items"][1]["promise"]
    made = opened(counter)
    assert (made["no"][0], made["state"], made["late"]) == ("I", "settled", 0)
    kinds = {item["kind"]: item for item in made["items"]}
    assert kinds["report"]["due_at"] == promised["done_by"]  # what was told before
    assert (
        kinds["report"]["name_en"]
        == counter.world.catalogue.rulebook.category(kinds["report"]["code"]).name_en
    )
    assert kinds["report"]["department_name"] != kinds["order"]["department_name"]
    ticket = counter.get("dispatcher", f"/api/v1/tickets/{kinds['report']['no']}")
    order = counter.get("dispatcher", f"/api/v1/orders/{kinds['order']['no']}")
    question = counter.get("dispatcher", f"/api/v1/questions/{kinds['question']['no']}")
    assert {ticket["channel"], order["channel"], question["channel"]} == {"counter"}
    key = made["follow_key"]
    numbers = [item["no"] for item in made["items"]]
    for no in (made["no"], *numbers):
        assert counter.get(None, f"/api/v1/follow/{no}")["opened"] is False
        assert counter.get(None, f"/api/v1/follow/{no}", key=key)["opened"] is True
        assert counter.get(None, f"/api/v1/follow/{no}", key="1007")["opened"] is True
    whole = counter.get(None, f"/api/v1/follow/{made['no']}", key=key)
    assert (whole["kind"], whole["items"]) == ("counter_session", numbers)
    assert "items" not in counter.get(None, f"/api/v1/follow/{made['no']}")
    shown = counter.get("dispatcher", f"{SESSIONS}/{made['no']}")
    assert (shown["person"]["name"], shown["came"]) == ("许**", None)
    revealed = counter.post("dispatcher", f"{SESSIONS}/{made['no']}/reveal", reason="打印回执")
    assert (revealed["name"], revealed["phone"]) == ("许大伟", "13900131007")
    with counter.world.database.read() as session:
        assert verify(session, KINDS) == []
        events = session.scalars(select(EventRow).where(EventRow.aggregate == made["no"])).all()
    told = json.dumps([event.payload for event in events])
    assert PERSON["phone"] not in told
    assert PERSON["name"] not in json.dumps(told, ensure_ascii=False)


BROKEN: tuple[tuple[dict[str, Any], str], ...] = (
    ({"kind": "report", "code": "P0118", "lon": 0.0, "lat": 0.0}, "items.1"),  # outside the district
    ({"kind": "report", "code": "P9999"}, "items.1"),
    ({"words": "弄弄头"}, "items.1.code"),
    ({"kind": "order", "code": "SV-E01"}, "items.1.code"),  # an alarm
    ({"kind": "question", "text": ""}, "items.1.text"),  # refused at the door, after the first was taken
)


def test_one_item_refused_says_which_and_nothing_is_kept(counter: Site) -> None:
    before = counts(counter)
    first, _, last = body(counter)["items"]
    for broken, field in BROKEN:
        refused = opened(counter, status=422, items=[first, counter.inside() | broken, last])
        assert refused["field"] == field
        assert counts(counter) == before
    made = opened(counter)
    assert [item["no"][-1] for item in made["items"]] == ["1", "1", "1"]  # no number was lost


def test_a_counter_takes_no_order_where_orders_are_off(counter: Site) -> None:
    off = {"area": "330102000000", "on": False, "reason": "先不开通"}
    assert counter.call("admin", "PUT", "/api/v1/modules/orders", json=off).status_code == 200
    before = counts(counter)
    assert "Services is switched off in" in opened(counter, status=409)["detail"]
    assert counts(counter) == before


def test_the_same_key_twice_takes_the_items_once(counter: Site) -> None:
    headers = {"Idempotency-Key": "one-press"}
    first, again = (
        counter.call("dispatcher", "POST", SESSIONS, json=body(counter), headers=headers) for _ in range(2)
    )
    assert (first.status_code, again.json()) == (201, first.json())
    assert counts(counter)[:4] == [1, 1, 1, 1]
    other = counter.call("dispatcher", "POST", SESSIONS, json=body(counter, consents=[]), headers=headers)
    assert other.status_code == 409


def test_somebody_acts_for_a_person_and_the_list_is_open_until_each_paper_is_back(counter: Site) -> None:
    who = register(counter)
    today = counter.clock().date()
    late = (today + timedelta(days=2)).isoformat()
    papers = [{"paper": code, "state": "shown"} for code in AID_PAPERS[1:]]
    proxied = {
        "person": None,
        "resident": who["no"],
        "came": {"name": "王小平", "phone": "13700131234", "relation": "child"},
        "agent": counter.worker(),
        "papers": [{"paper": "id_card", "state": "promised", "until": late}, *papers],
        "held": [{"paper": "household_book", "pieces": 1, "due_on": late, "signed": True}],
    }
    refused = opened(counter, status=422, **proxied, consents=["handle", "papers"])
    assert refused["field"] == "consents"
    unsigned = {"held": [{"paper": "household_book", "due_on": late, "signed": False}]}
    opened(counter, status=422, **(proxied | unsigned), consents=["handle", "papers", "proxy"])
    stranger = opened(
        counter, status=422, **(proxied | {"agent": "leader"}), consents=["handle", "proxy", "papers"]
    )
    assert stranger["field"] == "agent"
    made = opened(counter, **proxied, consents=["handle", "proxy", "papers"], consent_how="signed")
    assert (made["state"], made["proxied"], made["agent"]) == ("open", True, counter.worker())
    assert made["items"][0]["no"] in {
        one["no"] for one in counter.get("dispatcher", f"/api/v1/residents/{who['no']}/timeline")["items"]
    }
    shown = counter.get("dispatcher", f"{SESSIONS}/{made['no']}")
    assert (shown["person"]["name"], shown["came"]["name"], shown["came"]["relation"]) == (
        "王**",
        "王**",
        "child",
    )
    no = made["no"]
    act(counter, no, "settle", 409, reason="不等了")
    act(counter, no, "show", paper="id_card")
    listed = counter.get(counter.worker(), SESSIONS, which="open")["items"]
    assert [(one["no"], one["late"]) for one in listed] == [(no, 0)]
    counter.clock.turn(days=4)
    counter.sign_in_anew()
    (old,) = counter.get(counter.worker(), SESSIONS, which="late")["items"]
    assert (old["no"], old["late"] > 0) == (no, True)
    assert counter.get(counter.worker(), SESSIONS, which="today")["items"] == []
    act(counter, no, "give_back", 422, paper="id_card")
    back = act(counter, no, "give_back", paper="household_book", to="本人")
    assert (back["state"], back["held"][0]["state"], back["actions"]) == ("settled", "given_back", [])
    act(counter, no, "show", 409, paper="id_card")
    with counter.world.database.read() as session:
        assert verify(session, KINDS) == []


def test_a_counter_stands_in_ones_area_and_others_have_none(counter: Site) -> None:
    made = opened(counter, user=counter.worker())
    assert made["clerk"] == counter.worker()
    other = next(
        cell.worker
        for cell in counter.world.city.cells.values()
        if cell.worker
        and counter.world.scheme.community_of(cell.code) not in made["area"]
        and not made["area"].startswith(counter.world.scheme.community_of(cell.code))
    )
    refused = opened(counter, user=other, status=422)
    assert refused["field"] == "station"
    counter.call(other, "GET", f"{SESSIONS}/{made['no']}")
    assert counter.call(other, "GET", f"{SESSIONS}/{made['no']}").status_code == 404
    assert counter.get(other, SESSIONS)["items"] == []
    for user in ("leader", counter.clerk("DP01"), "r000001"):
        assert counter.call(user, "POST", SESSIONS, json=body(counter)).status_code == 403
    of_leader = counter.get("leader", f"{SESSIONS}/{made['no']}")
    assert (of_leader["person"], of_leader["resident"]) == (None, "")
    assert (
        counter.call("leader", "POST", f"{SESSIONS}/{made['no']}/actions", json={"action": "x"}).status_code
        == 403
    )


def test_a_hall_that_closed_takes_nothing(counter: Site) -> None:
    counter.call(
        "admin",
        "PATCH",
        f"/api/v1/stations/{counter.hall}",
        json={"closed": True, "reason": "搬走了"},  # type: ignore[attr-defined]
    )
    assert opened(counter, status=422)["field"] == "station"
    counter.enrol(Account(user="c2", name="前台", role="dispatcher", area=counter.world.city.district.code))
    assert opened(counter, user="c2", status=422, station="F0")["field"] == "station"
