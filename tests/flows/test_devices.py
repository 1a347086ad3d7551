"""Safety devices through HTTP, on both databases: heartbeats, silences, and which were live at any time."""

import random
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select

from data.models import DeviceRow, EventRow, ResidentRow, SilenceRow, columns_of
from data.registers.devices import live_at
from data.store.kinds import KINDS
from data.store.verify import verify
from dispatch.alarms.device import AlarmDevice
from grid.account import Account
from tests.conftest import Site
from tests.flows.test_indicators_flow import told

DAY = timedelta(hours=24)


def one_device(site: Site) -> str:
    """Leave the district one device, put in and heard of now, and a platform that speaks for it."""
    database, now = site.world.database, site.clock()
    account = Account(user="platform", name="设备平台", role="device", area=site.world.city.district.code)
    site.enrol(account)
    values = columns_of(AlarmDevice(no="D1", kind="fall", resident="R000001", since=now))

    def replace(session: object) -> None:
        session.execute(delete(DeviceRow))
        session.execute(insert(DeviceRow), values)

    database.write(replace)
    return "D1"


def beat(site: Site, no: str, status: int = 200, at: datetime | None = None) -> dict:
    body = {"at": at.isoformat()} if at else {}
    return site.post("platform", f"/api/v1/devices/{no}/heartbeat", status, **body)


def test_a_heartbeat_makes_live_and_a_silence_is_told_in_the_log(site: Site) -> None:
    no, begun = one_device(site), site.clock()
    assert beat(site, no)["live"] is True
    site.clock.turn(hours=24, minutes=1)
    site.sign_in_anew()
    assert site.get("dispatcher", "/api/v1/devices", silent="true")["items"][0]["no"] == no
    assert told(site)["Q32"]["value"] == 0.0
    again = beat(site, no)
    assert (again["live"], again["heard_at"]) == (True, "2026-11-19T10:31:00+08:00")
    assert beat(site, no, at=begun)["heard_at"] == again["heard_at"]  # late after a newer one
    site.clock.turn(minutes=1)
    assert (told(site)["Q32"]["value"], told(site)["Q32"]["provenance"]["left_out"]) == (1.0, 0)
    assert site.get("dispatcher", "/api/v1/devices", silent="true")["items"] == []
    with site.world.database.read() as session:
        silence = session.scalars(select(SilenceRow)).one()
        event = session.scalars(select(EventRow).where(EventRow.kind == "device")).one()
        assert (silence.since, silence.until) == (begun, begun + DAY + timedelta(minutes=1))
        assert (event.aggregate, event.name, event.role) == (no, "heard_again", "device")
        (taken_out,) = verify(session, KINDS)  # the other devices, by hand
        assert (taken_out.kind, taken_out.detail[:35]) == ("device", "of 92 that came with the district 1")


def test_what_is_unknown_ahead_or_not_allowed_is_refused(site: Site) -> None:
    no = one_device(site)
    assert beat(site, no, 422, site.clock() + timedelta(minutes=6))["field"] == "at"
    beat(site, "D999", 404)
    assert site.call("platform", "POST", f"/api/v1/devices/{no}/heartbeat").status_code == 200  # no body
    site.post("dispatcher", f"/api/v1/devices/{no}/heartbeat", 403)
    assert site.call("platform", "GET", "/api/v1/devices").status_code == 403
    assert site.call("platform", "GET", "/api/v1/tickets").json().get("items", []) == []


def test_any_past_time_tells_the_devices_that_were_live_then(sqlite_site: Site) -> None:
    """Against every heartbeat remembered, at random."""
    site, draw = sqlite_site, random.Random(7)
    no, begun = one_device(site), site.clock()
    beats = [begun]
    while len(beats) < 25:
        site.clock.turn(hours=draw.choice((2, 11, 24, 25, 40, 90)))
        site.sign_in_anew()
        beat(site, no)
        beats.append(site.clock())
    with site.world.database.read() as session:
        for _ in range(300):
            end = begun + timedelta(
                hours=draw.randrange(1, round((beats[-1] - begun) / timedelta(hours=1)) + 60)
            )
            live = any(end - DAY <= at < end for at in beats)
            found = session.scalar(select(DeviceRow.no).where(live_at(end, DAY)))
            assert (found == no) is live, end


def test_the_parts_of_the_district_sum_to_the_live_devices(site: Site) -> None:
    site.clock.turn(minutes=1)
    whole = told(site)["Q32"]
    with site.world.database.read() as session:
        devices = list(session.scalars(select(DeviceRow)))
        assert len(list(session.scalars(select(ResidentRow.no)))) > len(devices)
    live = sum(d.heard_at >= site.clock() - DAY for d in devices)
    assert (whole["value"], whole["provenance"]["rows"]) == (live, len(devices))
    assert 0 < live < len(devices)
    streets = [a.code for a in site.world.city.areas.values() if a.level == "street"]
    assert sum(told(site, area=code)["Q32"]["value"] for code in streets) == live
