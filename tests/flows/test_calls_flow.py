"""Telephone calls through HTTP, on both databases: told by an exchange, answered, given up, called back, counted."""

from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import pytest

from data.models import EventRow
from data.store.kinds import KINDS
from data.store.verify import verify
from grid.account import Account
from tests.conftest import Site
from tests.flows.test_residents import register

CALLS, EVENTS = "/api/v1/calls", "/api/v1/calls/events"
CALLER = "0571-8888 1234"


@pytest.fixture
def desk(site: Site) -> Site:
    """The application with an exchange that speaks to it, and a second seat."""
    district = site.world.city.district.code
    site.enrol(Account(user="pbx", name="交换机", role="device", area=district))
    site.enrol(Account(user="seat2", name="坐席", role="dispatcher", area=district))
    return site


def tell(site: Site, event: str, call: str = "c1", status: int = 200, **more: Any) -> Any:
    at = more.pop("at", site.clock()).isoformat()
    body = {
        "id": f"{call}-{event}",
        "call": call,
        "event": event,
        "at": at,
        "called": "12349",
        "caller": CALLER,
    }
    return site.post("pbx", EVENTS, status, **{**body, **more})


def test_a_call_rings_is_answered_and_its_times_are_kept(desk: Site) -> None:
    no = tell(desk, "offered")["call"]
    desk.clock.turn(seconds=2)
    assert tell(desk, "ringing")["answer"] == "taken"
    (ringing,) = desk.get("dispatcher", CALLS, state="ringing")["items"]
    assert (ringing["no"], ringing["called_name"], ringing["greeting"][:2]) == (no, "养老服务热线", "您好")
    assert ringing["items"] == ["SV-E01", "SV-E15"]
    assert ringing["caller"].endswith("34")
    assert "8888" not in ringing["caller"]
    desk.clock.turn(seconds=7)
    path = f"{CALLS}/{no}/actions"
    assert desk.post("seat2", path, action="take")["agent"] == "seat2"
    assert desk.post("seat2", path, action="take")["agent"] == "seat2"  # pressed twice is once
    desk.post("dispatcher", path, 409, action="take")
    desk.clock.turn(seconds=100)
    assert tell(desk, "ended")["state"] == "ended"
    over = desk.get("dispatcher", f"{CALLS}/{no}")
    assert (over["wait_s"], over["talk_s"], over["call_back"]) == (9, 100, "")
    with desk.world.database.read() as session:
        assert verify(session, KINDS) == []
        told = [row.payload for row in session.query(EventRow).filter(EventRow.kind == "call")]
    assert told
    assert not any("8888" in payload for payload in told)


def test_events_twice_late_and_out_of_order_have_their_answers(desk: Site) -> None:
    begun = desk.clock()
    assert tell(desk, "ended", at=begun + timedelta(seconds=60))["state"] == "abandoned"
    assert tell(desk, "offered", at=begun) == {
        "id": "c1-offered",
        "answer": "late",
        "call": desk.get("dispatcher", CALLS)["items"][0]["no"],
        "state": "abandoned",
    }
    assert len(desk.get("dispatcher", CALLS, state="call_back")["items"]) == 1
    assert tell(desk, "answered", at=begun + timedelta(seconds=5), agent="seat2")["state"] == "ended"
    assert tell(desk, "answered", at=begun + timedelta(seconds=5))["answer"] == "repeated"
    tell(desk, "answered", status=422, at=begun + timedelta(seconds=6))
    tell(desk, "held", status=422, at=begun + timedelta(hours=1))
    tell(desk, "held", status=422, caller="13900139000")
    (call,) = desk.get("dispatcher", CALLS)["items"]
    assert (call["agent"], call["wait_s"], call["talk_s"], call["call_back"]) == ("seat2", 5, 55, "")
    assert desk.get("dispatcher", CALLS, state="call_back")["items"] == []


def test_who_gave_up_waits_in_a_list_until_called_back(desk: Site) -> None:
    tell(desk, "offered", caller="private")  # a number that cannot be read is taken as withheld
    desk.clock.turn(seconds=40)
    no = tell(desk, "abandoned", caller="")["call"]
    assert [c["no"] for c in desk.get("dispatcher", CALLS, state="call_back")["items"]] == [no]
    path = f"{CALLS}/{no}/actions"
    done = desk.post("dispatcher", path, action="called_back", note="没事了")
    assert (done["call_back"], done["called_back_by"], done["note"]) == ("done", "dispatcher", "没事了")
    desk.post("seat2", path, 409, action="called_back")
    desk.post("seat2", path, 409, action="take")
    assert desk.get("dispatcher", CALLS, state="call_back")["items"] == []


def test_two_seats_press_at_once_and_one_has_it(desk: Site) -> None:
    no = tell(desk, "ringing")["call"]
    users = ("dispatcher", "seat2")
    for user in users:
        desk.token(user)
    found: list[int] = []

    def press(user: str) -> None:
        body = {"action": "take"}
        found.append(desk.call(user, "POST", f"{CALLS}/{no}/actions", json=body).status_code)

    seats = [Thread(target=press, args=(user,)) for user in users]
    for seat in seats:
        seat.start()
    for seat in seats:
        seat.join()
    assert sorted(found) == [200, 409]


def test_the_form_knows_who_calls_by_the_call(desk: Site) -> None:
    who = register(desk)
    no = tell(desk, "ringing", caller="+86 138 0013 8000")["call"]
    shown = desk.get("dispatcher", f"{CALLS}/{no}")
    assert (shown["resident"], shown["contact"]["name"], shown["caller"]) == (
        who["no"],
        "王**",
        "138****8000",
    )
    assert (
        desk.get("leader", f"{CALLS}/{no}")["contact"] is None
    )  # who has it is for those who work with people
    seen = desk.post("dispatcher", "/api/v1/intake/check", words="剪头发", call=no)
    assert (seen["resident"], seen["lacks"]) == (who["no"], [])
    made = desk.post("dispatcher", "/api/v1/intake", 201, words="剪头发", call=no)
    assert (made["resident"], made["channel"]) == (who["no"], "phone")
    desk.post("dispatcher", "/api/v1/intake", 422, words="剪头发", call="L000")
    desk.post(None, "/api/v1/intake/check", 422, words="剪头发", call=no)


def test_calls_noted_by_hand_count_and_seats_follow(desk: Site) -> None:
    noted = desk.post(
        "dispatcher", CALLS, 201, caller="13900139000", called="0571 96345", wait_s=10, talk_s=150
    )
    assert (noted["state"], noted["wait_s"], noted["talk_s"], noted["called"]) == ("ended", 10, 150, "96345")
    missed = desk.post("dispatcher", CALLS, 201, caller="13900139001", wait_s=31, answered=False, note="断线")
    assert (missed["state"], missed["call_back"]) == ("abandoned", "waiting")
    desk.post("dispatcher", CALLS, 422, caller="nobody")
    desk.clock.turn(minutes=1)
    told = desk.get("dispatcher", f"{CALLS}/figures")
    total = told["total"]
    assert (total["offered"], total["in_time"], total["share_abandoned"], told["days"]) == (2, 1, 0.5, 29)
    hour = datetime.fromisoformat(noted["offered_at"]).hour
    assert told["hours"][hour]["offered"] == 2
    assert told["hours"][(hour + 5) % 24]["share_in_time"] is None
    plan = desk.get("dispatcher", f"{CALLS}/seats")
    assert plan["hours"][hour]["handle_s"] == 180  # 150 s and what a seat does after
    assert plan["hours"][hour]["seats"] == 1
    assert plan["hours"][(hour + 5) % 24]["seats"] == 0
    odd = desk.call("dispatcher", "GET", f"{CALLS}/figures", params={"since": "2030-01-01T00:00:00Z"})
    assert odd.status_code == 422
