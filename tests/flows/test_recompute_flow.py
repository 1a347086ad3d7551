"""A year's calendar is loaded: the server or a command counts the provisional deadlines again."""

import json
import shutil
from pathlib import Path

from click.testing import CliRunner

from api.cli import jinlin
from api.timers import run_calendar
from api.world import open_world
from data.chain import verify
from data.rules import FOLDER
from tests.conftest import Site
from tests.flows.test_ticket_life import report

CALENDAR = """
year = 2027
source = "a trial"
workdays = [2027-01-02]
[[holiday]]
name = "元旦"
from = 2027-01-01
to = 2027-01-01
"""


def test_provisional_deadlines_are_counted_again_once(site: Site, tmp_path: Path) -> None:
    site.clock.turn(days=42)  # Wednesday 30 December, 10:30
    first, second = report(site, category="E2115"), report(site, category="E2115")
    closed = report(site, category="E2115")["no"]
    site.act("dispatcher", "ticket", closed, "void", reason="重复")
    assert first["provisional"]
    assert first["due_at"] == "2027-01-04T10:30:00+08:00"  # Thursday, Friday, Monday
    assert run_calendar(site.world, site.clock()) == 0  # the year is still not known
    folder = tmp_path / "catalogue"
    shutil.copytree(FOLDER, folder)
    (folder / "calendar_2027.toml").write_text(CALENDAR, encoding="utf-8")
    settings = site.world.settings.model_copy(update={"catalogue": folder})
    world = open_world(settings, site.clock)
    world.desk.recompute(first["no"], site.clock())
    url = site.world.settings.database_url()
    ask = ["rules", "recompute-deadlines", "--database", url, "--catalogue", str(folder)]
    told = CliRunner().invoke(jinlin, ask)
    assert told.exit_code == 0, told.exception
    # Friday became a holiday, Saturday a workday: the third working day is Monday still, and no longer a guess.
    assert [(i["no"], i["new"], i["final"]) for i in json.loads(told.output)["items"]] == [
        (second["no"], "2027-01-04T10:30:00+08:00", True)
    ]
    assert run_calendar(world, site.clock()) == 0  # nothing is left
    for no in (first["no"], second["no"]):
        shown = site.get("dispatcher", f"/api/v1/tickets/{no}")
        assert not shown["provisional"]
        step = shown["timeline"][-1]
        assert (step["name"], step["role"]) == ("recompute", "clock")
        assert "holiday" in {part["why"] for part in shown["explanation"]}
    assert "节假日公布" in site.call("dispatcher", "GET", f"/ticket/{first['no']}").text
    assert site.get("dispatcher", f"/api/v1/tickets/{closed}")["timeline"][-1]["name"] == "void"
    with site.world.database.read() as session:
        assert verify(session) == []
    world.database.close()
