"""Alarms through HTTP on both databases: messages of devices, the ladder, people who go, the closing."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from api.alarm_timers import run_alarms
from data.desk.care import PutCarePlan, PutKin
from data.desk.devices import PutDevice
from data.models import (
    AlarmRow,
    CountdownRow,
    EventRow,
    MessageRow,
    NoticeRow,
    ResidentRow,
    TaskRow,
)
from data.store.kinds import KINDS
from data.store.kinds.alarms import ALARM
from data.store.verify import verify
from dispatch.alarms.care import CarePlan, Kin
from dispatch.alarms.device import AlarmDevice
from dispatch.lifecycle import Action, Actor
from grid.account import Account
from tests.conftest import Site

ADMIN = Actor(user="admin", role="admin")
RESIDENT = "R000001"


def equip(site: Site, **devices: str) -> None:
    """Give the first resident devices by number and kind, and a gateway that speaks for them."""
    now = site.clock()
    account = Account(user="gateway", name="网关", role="device", area=site.world.city.district.code)
    site.enrol(account)
    for no, kind in devices.items():
        device = AlarmDevice(no=no, kind=kind, resident=RESIDENT, since=now - timedelta(days=1))
        site.world.desk.start(PutDevice(device=device), ADMIN, now)


def tell(site: Site, device: str, kind: str, status: int = 201, number: str = "", **more: Any) -> Any:
    body = {"id": number or f"m{site.clock().timestamp():.0f}-{kind}", "kind": kind, **more}
    return site.post("gateway", f"/api/v1/devices/{device}/messages", status, **body)


def press(site: Site, device: str = "X1", key: str = "emergency", **more: Any) -> str:
    return str(tell(site, device, "press", key=key, **more)["alarm"])


def shown(site: Site, no: str, user: str = "dispatcher") -> dict[str, Any]:
    found: dict[str, Any] = site.get(user, f"/api/v1/alarms/{no}")
    return found


def steps(site: Site, no: str) -> dict[str, float]:
    """Step -> seconds after the raising at which it was due, of the steps that told somebody or found nobody."""
    found = shown(site, no)
    begun = datetime.fromisoformat(found["raised_at"])
    return {
        e["payload"]["step"]: (datetime.fromisoformat(e["at"]) - begun).total_seconds()
        for e in found["timeline"]
        if e["name"] == "step"
    }


def run_until(site: Site, seconds: float, pace_s: float = 5) -> None:
    end = site.clock() + timedelta(seconds=seconds)
    while site.clock() < end:
        site.clock.turn(seconds=min(pace_s, (end - site.clock()).total_seconds()))
        run_alarms(site.world, site.clock())


def test_a_press_is_an_alarm_with_identity_and_place_and_rings_the_agent(site: Site) -> None:
    equip(site, X1="pendant")
    answer = tell(site, "X1", "press", key="emergency", number="gw-1")
    assert (answer["answer"], answer["faults"]) == ("raised", [])
    found = shown(site, answer["alarm"])
    assert (found["state"], found["queue"], found["cause"]) == ("raised", "emergency", "emergency_key")
    assert (found["resident"], found["person"]["no"]) == (RESIDENT, RESIDENT)
    assert found["lon"] is not None
    assert found["told"] == ["agent:dispatcher"]
    assert [n["person"] for n in found["notices"]] == ["dispatcher"]
    again = tell(site, "X1", "press", 201, key="emergency", number="gw-2")
    assert again["alarm"] == answer["alarm"]
    assert shown(site, answer["alarm"])["pressed"] == 2
    repeat = tell(site, "X1", "press", 200, key="emergency", number="gw-2")
    assert (repeat["answer"], repeat["alarm"]) == ("repeated", answer["alarm"])
    assert shown(site, answer["alarm"])["pressed"] == 2
    with site.world.database.read() as session:
        assert session.scalar(select(func.count()).select_from(MessageRow)) == 2
        assert verify(session, KINDS) == []


@pytest.mark.parametrize(
    ("key", "queue"), [("emergency", "emergency"), ("community", "community"), ("life", "life")]
)
def test_each_key_has_its_queue(sqlite_site: Site, key: str, queue: str) -> None:
    site = sqlite_site
    equip(site, X1="key_box")
    no = press(site, key=key)
    listed = site.get("dispatcher", "/api/v1/alarms", queue=queue, open="true")["items"]
    assert [a["no"] for a in listed] == [no]


def test_messages_that_cannot_be_taken_are_refused_and_kept(site: Site) -> None:
    equip(site, X1="pendant")
    assert tell(site, "X1", "enter", 422)["field"] == "kind"
    assert tell(site, "X1", "press", 422, key="red")["field"] == "key"
    big = site.call("gateway", "POST", "/api/v1/devices/X1/messages", content=b"x" * 5000)
    assert big.status_code == 413
    torn = site.call("gateway", "POST", "/api/v1/devices/X1/messages", content=b"{")
    assert torn.status_code == 422
    assert site.call(None, "POST", "/api/v1/devices/X1/messages", json={}).status_code == 401
    with site.world.database.read() as session:
        kept = list(session.scalars(select(MessageRow).where(MessageRow.answer == "refused")))
    assert [bool(row.refused) for row in kept] == [True, True, True]


def test_an_unknown_device_raises_an_alarm_for_the_desk(sqlite_site: Site) -> None:
    site = sqlite_site
    equip(site)
    answer = tell(site, "NOBODY", "press", key="emergency")
    assert answer["answer"] == "unbound"
    found = shown(site, answer["alarm"])
    assert (found["cause"], found["person"], found["cell"]) == ("unbound", None, "")
    assert tell(site, "NOBODY", "heartbeat")["alarm"] == ""


def test_an_untaken_alarm_climbs_its_ladder_at_the_second(site: Site) -> None:
    equip(site, X1="pendant")
    son = Kin(no="", resident=RESIDENT, turn=1, name="严平", phone="13800138000", relation="长子")
    site.world.desk.start(PutKin(kin=son), ADMIN, site.clock())
    no = press(site)
    run_until(site, 200)
    found = steps(site, no)
    assert found["ring:agent:1"] == 0
    assert found["contacts:family:1"] <= 90
    assert found["community:community:1"] <= 90
    assert {"community:responder:1", "street:street:1", "rescue:rescue:1"} <= set(found)
    with site.world.database.read() as session:
        keys = session.execute(
            select(NoticeRow.alarm, NoticeRow.rung, NoticeRow.person, NoticeRow.channel)
        ).all()
        assert len(keys) == len(set(keys))
        tasks = list(session.scalars(select(TaskRow)))
    assert {t.post for t in tasks} >= {"family", "community", "responder"}
    assert all(t.state == "unanswered" for t in tasks if t.accept_by_at <= site.clock())


def test_who_takes_it_ends_the_ringing_and_a_worker_goes(site: Site) -> None:
    equip(site, X1="pendant")
    no = press(site)
    site.clock.turn(seconds=9)
    site.act("dispatcher", "alarm", no, "take")
    refused = site.act("admin", "alarm", no, "take", 409)
    assert "dispatcher" in refused["detail"] or "not possible" in refused["detail"]
    site.act("dispatcher", "alarm", no, "no_answer")
    run_until(site, 100)
    tasks = [t for t in shown(site, no)["tasks"] if t["state"] == "offered" and t["post"] != "family"]
    worker, task = tasks[0]["person"], tasks[0]["no"]
    path = f"/api/v1/alarms/{no}/tasks/{task}/actions"
    mine = site.get(worker, "/api/v1/alarms/tasks")["items"]
    assert (mine[0]["no"], mine[0]["file"]) == (task, None)  # the file opens with the acceptance
    site.post(worker, path, action="accept")
    assert site.get(worker, "/api/v1/alarms/tasks")["items"][0]["file"]["person"]["no"] == RESIDENT
    site.post(worker, path, action="depart", lon=120.1, lat=30.2)
    site.post(worker, path, action="arrive")
    found = shown(site, no)
    assert (found["state"], found["accepted_by"], found["arrived_by"]) == ("attended", [worker], [worker])
    site.act(worker, "alarm", no, "seen")
    note = site.get("dispatcher", f"/api/v1/alarms/{no}/file")["note"]
    assert any("GCJ-02" in line for line in note)
    site.act("dispatcher", "alarm", no, "hand_over", service="120", note="\n".join(note))
    site.act("dispatcher", "alarm", no, "close", closing="rescue")
    after = shown(site, no)
    assert (after["state"], after["handed_to"], after["closing"]) == ("closed", ["120"], "rescue")
    assert after["visit_due_at"] is not None
    assert {t["state"] for t in after["tasks"]} <= {"withdrawn", "unanswered", "declined", "done"}
    with site.world.database.read() as session:
        assert (
            session.scalar(
                select(func.count()).select_from(AlarmRow).where(AlarmRow.next_step_at.is_not(None))
            )
            == 0
        )
        assert verify(session, KINDS) == []


def test_a_toilet_stay_is_an_alarm_at_ten_minutes_and_not_before(site: Site) -> None:
    equip(site, X2="toilet_door")
    assert tell(site, "X2", "enter")["answer"] == "started"
    (line,) = site.get("dispatcher", "/api/v1/devices/inside")["items"]
    assert (line["resident"], line["left_s"]) == (RESIDENT, 600)
    site.clock.turn(seconds=599)
    run_alarms(site.world, site.clock())
    assert site.get("dispatcher", "/api/v1/alarms", open="true")["items"] == []
    site.clock.turn(seconds=3)
    run_alarms(site.world, site.clock())
    (alarm,) = site.get("dispatcher", "/api/v1/alarms", open="true")["items"]
    begun = datetime.fromisoformat(line["since"])
    assert datetime.fromisoformat(alarm["raised_at"]) == begun + timedelta(seconds=600)
    assert alarm["cause"] == "toilet_stay"
    assert {n["post"] for n in shown(site, alarm["no"])["notices"]} >= {"agent", "community"}  # together
    assert site.get("dispatcher", "/api/v1/devices/inside")["items"][0]["alarm"] == alarm["no"]
    out = tell(site, "X2", "exit")
    assert (out["answer"], out["alarm"]) == ("cleared", alarm["no"])
    assert shown(site, alarm["no"])["state"] == "raised"
    assert site.get("dispatcher", "/api/v1/devices/inside")["items"] == []


def test_a_stay_that_ends_in_time_raises_nothing_and_a_plan_moves_its_limit(site: Site) -> None:
    equip(site, X2="toilet_door")
    plan = CarePlan(resident=RESIDENT, limits_s={"toilet_stay": 1200}, medicines="华法林")
    site.world.desk.start(PutCarePlan(plan=plan), ADMIN, site.clock())
    tell(site, "X2", "enter")
    site.clock.turn(seconds=601)
    run_alarms(site.world, site.clock())
    assert tell(site, "X2", "exit")["answer"] == "ended"
    run_until(site, 1300, pace_s=100)
    assert site.get("dispatcher", "/api/v1/alarms", open="true")["items"] == []
    with site.world.database.read() as session:
        assert session.scalars(select(CountdownRow)).one().ended_by == "undone"


def test_two_presses_at_once_are_one_alarm(site: Site) -> None:
    equip(site, X1="pendant", X3="pendant")
    site.token("gateway")
    answers: list[Any] = []

    def pressed(device: str, number: str) -> None:
        answers.append(tell(site, device, "press", key="emergency", number=number))

    threads = [threading.Thread(target=pressed, args=(d, f"{d}-{n}")) for d in ("X1", "X3") for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({a["alarm"] for a in answers}) == 1
    assert shown(site, answers[0]["alarm"])["pressed"] == 8


def test_an_alarm_of_any_position_or_none_is_taken(site: Site) -> None:
    far = site.post("dispatcher", "/api/v1/alarms", 201, lon=122.2, lat=29.95)
    assert (far["cell"], far["lon"]) == ("", 122.2)
    site.act("dispatcher", "alarm", far["no"], "take")
    site.act("dispatcher", "alarm", far["no"], "need")
    site.act("dispatcher", "alarm", far["no"], "close", closing="safe")
    none = site.post("dispatcher", "/api/v1/alarms", 201, cause="gas", drill=True)
    assert (none["lon"], none["drill"]) == (None, True)
    assert site.post("r000001", "/api/v1/alarms", 201)["resident"] == RESIDENT
    site.post("d-dp24", "/api/v1/alarms", 403)


def test_what_one_may_not_see_is_not_there(sqlite_site: Site) -> None:
    site = sqlite_site
    equip(site, X1="pendant")
    no = press(site)
    with site.world.database.read() as session:
        cell = session.scalar(select(ResidentRow.cell).where(ResidentRow.no == RESIDENT))
    other = next(
        c.worker for c in site.world.city.cells.values() if c.worker and c.community[:12] != str(cell)[:12]
    )
    assert site.call(other, "GET", f"/api/v1/alarms/{no}").status_code == 404
    assert site.call("r000002", "GET", f"/api/v1/alarms/{no}").status_code == 404
    assert site.call("d-dp24", "GET", f"/api/v1/alarms/{no}").status_code == 403  # for no department
    assert site.call("leader", "GET", f"/api/v1/alarms/{no}/file").status_code == 403
    assert shown(site, no)["person"]["phone"].count("*") >= 4


def test_the_clock_set_back_moves_what_waits(sqlite_site: Site) -> None:
    site = sqlite_site
    equip(site, X1="pendant")
    no = press(site)
    run_until(site, 20)
    with site.world.database.read() as session:
        told = session.scalar(select(func.count()).select_from(NoticeRow))
    site.clock.set(hours=-1)
    site.clock.turn(seconds=1)
    run_alarms(site.world, site.clock())
    with site.world.database.read() as session:
        assert session.scalar(select(func.count()).select_from(NoticeRow)) == told
        moved = session.scalars(select(EventRow).where(EventRow.name == "clock_moved")).all()
    assert len(moved) == 1
    run_until(site, 100)
    assert "contacts:family:1" in steps(site, no)


def test_a_device_that_falls_silent_becomes_a_repair_once(site: Site) -> None:
    equip(site, X1="pendant")
    tell(site, "X1", "battery", battery=12)
    run_alarms(site.world, site.clock())
    mine = [r for r in site.get("dispatcher", "/api/v1/devices/repairs")["items"] if r["device"] == "X1"]
    assert [r["fault"] for r in mine] == ["battery_low"]
    site.clock.turn(hours=25)
    site.sign_in_anew()
    run_alarms(site.world, site.clock())
    found = site.get("dispatcher", "/api/v1/devices/repairs")
    assert [r["fault"] for r in found["items"] if r["device"] == "X1"] == ["battery_low", "silent"]
    assert found["live"] < found["devices"]
    tell(site, "X1", "battery", battery=90)
    site.clock.turn(minutes=11)
    run_alarms(site.world, site.clock())
    assert [
        r for r in site.get("dispatcher", "/api/v1/devices/repairs")["items"] if r["device"] == "X1"
    ] == []


def test_a_silent_home_is_an_alarm_of_the_time_it_was_due(site: Site) -> None:
    equip(site, X4="motion")
    tell(site, "X4", "enter")
    begun = site.clock()
    site.clock.turn(hours=4, minutes=2)
    run_alarms(site.world, site.clock())
    found = [
        a for a in site.get("dispatcher", "/api/v1/alarms", open="true")["items"] if a["resident"] == RESIDENT
    ]
    assert [a["cause"] for a in found] == ["inactivity"]
    assert datetime.fromisoformat(found[0]["raised_at"]) == begun.replace(microsecond=0) + timedelta(hours=4)
    site.clock.turn(minutes=2)
    run_alarms(site.world, site.clock())
    again = site.get("dispatcher", "/api/v1/alarms", open="true")["items"]
    assert len([a for a in again if a["resident"] == RESIDENT]) == 1


def test_nobody_on_duty_is_no_waiting(site: Site) -> None:
    """An agent's shift that nobody holds: the leader is rung at once, and the gap was warned of."""
    layer = {
        "code": "day",
        "post": "agent",
        "start": "20:00",
        "end": "08:00",
        "members": [["dispatcher"]],
        "first_day": "2026-11-01",
    }
    site.post("admin", "/api/v1/shifts", 201, **layer)
    assert (
        site.post("admin", "/api/v1/shifts", 422, **layer | {"members": [["nobody"]]})["field"] == "members"
    )
    equip(site, X1="pendant")
    assert shown(site, press(site))["told"] == ["shift_leader:admin"]
    site.clock.turn(hours=21, minutes=-10)  # 07:20, an hour before the empty shift
    site.sign_in_anew()
    run_alarms(site.world, site.clock())
    now = site.get("dispatcher", "/api/v1/shifts/now")
    assert [p["user"] for p in now["on"]["agent"]] == ["dispatcher"]
    assert len(now["empty"]) == 2
    note = site.post("dispatcher", "/api/v1/shifts/hand_over", 201, post="agent", note="1 床待回访")
    assert len(note["open_alarms"]) == 1


def test_an_action_with_a_key_is_done_once(site: Site) -> None:
    equip(site, X1="pendant")
    no = press(site)
    site.act("dispatcher", "alarm", no, "take")
    body = {"action": "note", "note": "已联系物业"}
    path, headers = f"/api/v1/alarms/{no}/actions", {"Idempotency-Key": "once"}
    for _ in range(2):
        assert site.call("dispatcher", "POST", path, json=body, headers=headers).status_code == 200
    assert [e["name"] for e in shown(site, no)["timeline"]].count("note") == 1


def test_a_device_may_not_act_on_alarms_and_a_bad_field_is_named(sqlite_site: Site) -> None:
    site = sqlite_site
    equip(site, X1="pendant")
    no = press(site)
    site.post("gateway", f"/api/v1/alarms/{no}/actions", 403, action="take")
    site.act("dispatcher", "alarm", no, "take")
    assert site.act("dispatcher", "alarm", no, "close", 422, closing="fun")["field"] == "closing"
    assert site.act("dispatcher", "alarm", no, "close", 409, closing="safe")["detail"].startswith(no)
    with pytest.raises(ValueError, match="possible"):
        site.world.desk.act(ALARM, no, Action(name="visit", by=ADMIN), site.clock())
