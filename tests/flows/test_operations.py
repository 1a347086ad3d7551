"""What is watched, through HTTP on both databases: whatever stands still, waits too long or is missing turns red."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from api.alarm_timers import ALARM_TIMERS, run_alarms
from api.clockwork import run_due
from api.pages.operations import TODO_WORDS, WATCHED_WORDS
from api.timers import TIMERS
from api.world import TimerState
from data.desk.holds import HoldTimer
from data.store.backup import LAST, make_backup
from data.store.vault import Vault, make_key
from dispatch.lifecycle import Actor
from grid.account import Account
from tests.conftest import Site
from tests.flows.test_alarms import equip, press

CLOCK = Actor(user="clock", role="clock")


def watched(site: Site) -> dict[str, dict[str, Any]]:
    """Give the lines by what they are of."""
    site.sign_in_anew()
    return {f"{x['part']}.{x['name']}": x for x in site.get("admin", "/api/v1/operations")["lines"]}


def with_timers(site: Site) -> None:
    object.__setattr__(site.world, "settings", site.world.settings.model_copy(update={"timers": True}))


def red(site: Site) -> dict[str, str]:
    return {name: line["finding"] for name, line in watched(site).items() if line["state"] == "late"}


def test_any_job_that_stops_is_red_within_two_minutes_when_it_should_run_often(site: Site) -> None:
    with_timers(site)
    assert red(site) == {}
    site.clock.turn(seconds=30)
    run_alarms(site.world, site.clock())
    run_due(site.world, TIMERS, site.clock())
    site.world.timers["webhooks"] = TimerState(last_run=site.clock(), ran_at_s=site.clock.steady())
    steps = watched(site)["jobs.alarm_steps"]
    assert (steps["state"], steps["at"], steps["finding"]) == (
        "ok",
        site.world.local(site.clock()).isoformat(),
        "",
    )
    assert steps["next_at"] >= steps["at"]
    site.clock.turn(seconds=120)
    run_due(site.world, TIMERS, site.clock())
    site.world.timers["webhooks"] = TimerState(last_run=site.clock(), ran_at_s=site.clock.steady())
    often = [f"jobs.{t.name}" for t in ALARM_TIMERS if t.period < timedelta(minutes=1)]
    assert len(often) > 5
    assert red(site) == dict.fromkeys(often, "stands_still")
    problems = site.get(None, "/healthz")["problems"]
    assert [f"the timer {name.removeprefix('jobs.')} stands still" for name in often] == problems
    run_alarms(site.world, site.clock())
    assert red(site) == {}


def test_every_job_has_a_word_and_every_finding_says_what_to_do(sqlite_site: Site) -> None:
    with_timers(sqlite_site)
    sqlite_site.clock.turn(days=3)
    lines = watched(sqlite_site).values()
    assert {line["name"] for line in lines} | {line["part"] for line in lines} <= set(WATCHED_WORDS)
    assert {line["finding"] for line in lines if line["state"] != "ok"} <= set(TODO_WORDS)


def test_a_held_job_says_why_and_one_press_releases_it(site: Site) -> None:
    with_timers(site)
    site.world.desk.start(HoldTimer(name="overdue", why="the clock jumped by -300 s"), CLOCK, site.clock())
    site.clock.turn(seconds=6)
    run_due(site.world, TIMERS, site.clock())
    line = watched(site)["jobs.overdue"]
    assert (line["state"], line["finding"]) == ("late", "held")
    assert "jumped" in line["note"]
    page = site.call("admin", "GET", "/admin/operations?lang=en")
    assert "the clock jumped by -300 s" in page.text
    assert "Check the time of the server" in page.text
    site.post("admin", "/api/v1/timers/overdue/release")
    run_due(site.world, TIMERS, site.clock())
    assert watched(site)["jobs.overdue"]["state"] == "ok"


def test_an_alarm_that_nobody_takes_is_red_after_a_minute(site: Site) -> None:
    equip(site, X1="pendant")
    no = press(site)
    line = watched(site)["backlog.alarms"]
    assert (line["state"], line["count"]) == ("ok", 1)
    site.clock.turn(seconds=61)
    assert red(site) == {"backlog.alarms": "untaken"} | (
        {"backlog.notices": "unsent"} if watched(site)["backlog.notices"]["state"] == "late" else {}
    )
    site.act("dispatcher", "alarm", no, "take")
    assert watched(site)["backlog.alarms"]["count"] == 0


def test_devices_that_are_silent_are_counted(site: Site) -> None:
    total = int(watched(site)["devices.silent"]["note"])
    assert total > 0
    site.clock.turn(days=3)
    line = watched(site)["devices.silent"]
    assert (line["count"], line["finding"], line["state"]) == (total, "silent", "late")


def test_the_last_backup_is_told_and_too_old_or_unreadable_is_red(site: Site, tmp_path: Path) -> None:
    world = site.world
    assert watched(site)["backup.last"]["finding"] == "never"
    key = make_key(tmp_path / "key")
    vault = Vault(tmp_path / "backups", key)
    made = make_backup(world.database, world.home, world.settings.catalogue, vault, site.clock())
    line = watched(site)["backup.last"]
    assert (line["state"], line["at"], line["note"]) == (
        "ok",
        site.world.local(site.clock()).isoformat(),
        str(made.path),
    )
    site.clock.turn(hours=27)
    assert watched(site)["backup.last"]["finding"] == "too_old"
    (world.home.folder / LAST).write_text("{")
    assert red(site)["backup.last"] == "unreadable"


def test_it_is_for_administrators_of_the_whole_district(site: Site) -> None:
    street = next(code for code, area in site.world.city.areas.items() if area.level == "street")
    site.enrol(Account(user="street-admin", name="街道管理员", role="admin", area=street))
    assert site.call("street-admin", "GET", "/api/v1/operations").status_code == 403
    assert site.call("dispatcher", "GET", "/api/v1/operations").status_code == 403
    for path in ("/admin/operations", "/admin/imports"):
        page = site.call("street-admin", "GET", path, headers={"Accept": "text/html"})
        assert page.status_code == 404
        assert "/admin/operations" not in page.text
