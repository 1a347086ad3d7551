"""Drills through HTTP: they ring at the desk alone, stand behind what is real, and count nowhere but in their report."""

from datetime import timedelta

from sqlalchemy import select

from api.alarm_timers import run_alarms
from data.desk.webhooks import NewWebhook
from data.models import AlarmRow, DeliveryRow, NoticeRow, TaskRow
from dispatch.lifecycle import Actor
from tests.conftest import Site
from tests.flows.test_alarms import RESIDENT, equip, press, run_until

DRILLS = "/api/v1/alarms/drills"
ADMIN = Actor(user="admin", role="admin")


def begin(site: Site, user: str = "dispatcher", status: int = 201, **body: str) -> dict[str, object]:
    made: dict[str, object] = site.post(user, DRILLS, status, **body)
    return made


def test_a_drill_tells_nobody_but_the_desk_and_meets_no_real_alarm(site: Site) -> None:
    equip(site, X1="pendant")
    hook = NewWebhook(name="outside", url="https://127.0.0.1:1/", secret="s" * 32)
    site.world.desk.start(hook, ADMIN, site.clock())
    drill = begin(site, "leader", device="X1")
    assert (drill["drill"], drill["resident"], drill["device"]) == (True, "", "X1")
    assert drill["lon"] is not None
    no = press(site)  # of the same key: an alarm of its own, in front
    assert no != drill["no"]
    assert press(site, number="again") == no
    queue = site.call("dispatcher", "GET", "/desk/queue").text
    assert 0 < queue.index(f'data-no="{no}"') < queue.index(f'data-no="{drill["no"]}"')
    site.act("dispatcher", "alarm", no, "take")
    run_until(site, 600)
    run_alarms(site.world, site.clock())
    with site.world.database.read() as session:
        told = session.execute(
            select(NoticeRow.post, NoticeRow.channel).where(NoticeRow.alarm == drill["no"])
        ).all()
        tasks = session.scalars(select(TaskRow.post).where(TaskRow.alarm == drill["no"])).all()
        assert {row.post for row in told} <= {"agent", "shift_leader", "holder", "street"}
        assert {row.channel for row in told} == {"live"}
        assert not {"family", "community", "responder"} & set(tasks)
        outside = set(session.scalars(select(DeliveryRow.aggregate)))
        assert no in outside
        assert drill["no"] not in outside
    lines = site.call("dispatcher", "GET", f"/person/{RESIDENT}").text
    assert no in lines
    assert str(drill["no"]) not in lines


def test_the_report_counts_by_agent_and_no_figure_counts_a_drill(site: Site) -> None:
    empty = site.get("leader", DRILLS)
    assert (empty["drills"], empty["agents"], empty["untaken"]) == ([], [], 0)
    month = site.world.local(site.clock()).strftime("%Y-%m")
    before = site.get("leader", "/api/v1/alarms/answering", month=month)
    first, second = begin(site), begin(site, cause="gas")
    assert first["no"] != second["no"]
    site.clock.turn(seconds=12)
    site.act("dispatcher", "alarm", str(first["no"]), "take")
    site.clock.turn(seconds=20)
    site.act("dispatcher", "alarm", str(first["no"]), "well")
    site.clock.turn(seconds=5)
    site.act("dispatcher", "alarm", str(first["no"]), "close", closing="test")
    told = site.get("leader", DRILLS)
    assert told["agents"] == [{"agent": "dispatcher", "taken": 1, "take_s": 12.0, "call_back_s": 32.0}]
    assert told["untaken"] == 1
    one = next(d for d in told["drills"] if d["no"] == first["no"])
    assert (one["take_s"], one["close_s"], one["cause"]) == (12.0, 37.0, "emergency_key")
    assert site.get("leader", "/api/v1/alarms/answering", month=month) == before
    later = (site.clock() + timedelta(seconds=1)).isoformat()
    assert site.get("leader", DRILLS, since=later)["drills"] == []
    begin(site, status=422, cause="nothing")
    begin(site, status=404, device="D-nowhere")
    begin(site, "d-dp24", status=403)


def test_a_drill_of_silence_moves_no_real_silence(sqlite_site: Site) -> None:
    """A drill names no person, so that timers of their home do not see it."""
    site = sqlite_site
    equip(site, X1="pendant")
    drill = begin(site, cause="inactivity", device="X1")
    site.act("dispatcher", "alarm", str(drill["no"]), "take")
    with site.world.database.read() as session:
        assert session.scalars(select(AlarmRow.resident)).all() == [""]
    page = site.call("leader", "GET", "/desk/drills?lang=en").text
    assert "Begin a drill" in page
    assert str(drill["no"]) in page
