"""A year's calendar is loaded: the server or a command counts the provisional deadlines again."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import jinlin
from api.timers import run_calendar, run_overdue
from api.world import World, open_world
from data.desk.tickets import RECOMPUTE
from data.rules.files import FOLDER
from data.store.kinds import KINDS
from data.store.kinds.cases import TICKET
from data.store.verify import verify
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


@pytest.fixture
def published(site: Site, tmp_path: Path) -> Iterator[World]:
    """The same site once the calendar of 2027 is published."""
    folder = tmp_path / "catalogue"
    shutil.copytree(FOLDER, folder)
    text = CALENDAR.replace("2027-01-02]", "]").replace("to = 2027-01-01", "to = 2027-01-04")
    (folder / "calendar_2027.toml").write_text(text, encoding="utf-8")
    world = open_world(site.world.settings.model_copy(update={"catalogue": folder}), site.clock)
    yield world
    world.database.close()


def late(site: Site) -> tuple[str, list[dict]]:
    """Let a ticket be late by the days that are guessed; gives its number and its ledger."""
    site.clock.turn(
        days=42
    )  # Wednesday 30 December, 10:30; due on Monday 4 January, by the new calendar on Wednesday 6
    no = report(site, category="E2115")["no"]
    site.clock.turn(days=8, hours=1)  # Thursday 7 January
    site.sign_in_anew()
    run_overdue(site.world, site.clock())
    return no, ledger(site)


def ledger(site: Site) -> list[dict]:
    unit = site.get("dispatcher", "/api/v1/tickets")["items"][0]["department"]
    lines = site.get(site.clerk(unit), f"/api/v1/scores/{unit}/ledger", month="2027-01")["items"]
    return [line for line in lines if line["kind"] in ("overdue", "reversal")]


def net(site: Site) -> dict[int, float]:
    found: dict[int, float] = {}
    for line in ledger(site):
        found[line["step"]] = round(found.get(line["step"], 0) + line["points"], 2)
    return found


def appeal(site: Site, line: dict, status: int = 201) -> dict:
    path = f"/api/v1/scores/{line['unit']}/entries/{line['id']}/appeals"
    return site.post(site.clerk(line["unit"]), path, status, reason="日历未公布")


def grant(site: Site, no: str) -> dict:
    site.act("dispatcher", "appeal", no, "take_up")
    site.act("dispatcher", "appeal", no, "support", reason="属实")
    return site.act("leader", "appeal", no, "grant", reason="同意")


def test_a_won_appeal_and_then_a_recount(site: Site, published: World) -> None:
    no, lines = late(site)
    assert [line["step"] for line in lines] == [1, 2, 3, 4]
    grant(site, appeal(site, lines[0])["no"])
    assert published.desk.act(TICKET, no, RECOMPUTE, site.clock()).changed
    assert net(site) == {1: 0, 2: -0.1, 3: 0, 4: 0}  # Wednesday and Thursday; the first was won
    site.clock.turn(days=7)
    site.sign_in_anew()
    run_overdue(published, site.clock())
    assert net(site)[1] == 0
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


def test_a_recount_and_then_an_appeal(site: Site, published: World) -> None:
    no, lines = late(site)
    waiting = [appeal(site, lines[0])["no"], appeal(site, lines[3])["no"]]
    assert published.desk.act(TICKET, no, RECOMPUTE, site.clock()).changed
    after = {line["id"]: line for line in ledger(site)}
    reversed_ids = {line["reverses"] for line in after.values()} - {None}
    assert reversed_ids == {line["id"] for line in lines[1:]}  # the first is left to its appeal
    assert not after[lines[1]["id"]]["may_appeal"]
    assert "given back" in appeal(site, lines[1], 409)["detail"]
    for each in waiting:
        assert grant(site, each)["state"] == "granted"
    assert net(site) == {1: 0, 2: -0.1, 3: 0, 4: 0}
    told = site.get("leader", f"/api/v1/appeals/{waiting[1]}")["timeline"][-1]["payload"]
    assert told["given_back_before"]
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


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
    world.desk.act(TICKET, first["no"], RECOMPUTE, site.clock())
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
        assert verify(session, KINDS) == []
    world.database.close()
