"""A table of responsibility put in force by the command, while two processes serve the same database."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from api.cli import jinlin
from api.world import World, open_world
from data.desk.door import Desk
from data.desk.rule_tables import PutResponsibility
from data.errors import BadCatalogueError
from data.models import EventRow
from data.rules.files import FOLDER
from data.rules.in_force import InForce
from data.rules.responsibility import as_csv, read_text
from data.store.kinds import KINDS
from data.store.kinds.upkeep import RULE_TABLE
from data.store.session import Database
from data.store.verify import verify
from dispatch.errors import NotPossibleError, WrongRoleError
from dispatch.lifecycle import Action, Actor
from tests.conftest import NOW, HandClock, Site, rules
from tests.flows.test_ticket_life import report

ADMIN = Actor(user="admin", role="admin")
USUAL = (FOLDER / "responsibility.csv").read_text(encoding="utf-8")
OTHER = USUAL.replace("E0102,DP30", "E0102,DP33")


def run(site: Site, *arguments: str) -> Result:
    where = {"JINLIN_HOME": str(site.world.home.folder)}
    return CliRunner().invoke(
        jinlin, [*arguments, "--database", str(site.world.settings.database)], env=where
    )


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output + repr(result.exception)
    return json.loads(result.stdout)


def file_of(folder: Path, text: str) -> str:
    path = folder / "new.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def sound(world: World) -> bool:
    with world.database.read() as session:
        return verify(session, KINDS) == []


@pytest.fixture
def second(site: Site) -> Iterator[World]:
    """Another process of the same district."""
    world = open_world(site.world.settings, HandClock(NOW), catalogue=rules())
    yield world
    world.database.close()


def department(world: World) -> str:
    """Say who answers for a category in the cell of `Site.inside`."""
    return world.city.department(min(world.city.cells), "E0102", NOW).department


def test_a_table_put_in_force_is_followed_without_a_restart(
    site: Site, second: World, tmp_path: Path
) -> None:
    before = report(site)
    version = site.world.catalogue.version
    assert site.get(None, "/healthz")["rules_since"] is None
    answer = told(run(site, "rules", "import", file_of(tmp_path, OTHER), "--by", "admin"))
    assert (answer["changed"], answer["edition"], answer["by"]) == (True, 1, "admin")
    for world in (site.world, second):
        world.follower.look()
        assert world.catalogue.version == world.catalogue.rulebook.version == answer["version"] != version
        assert department(world) == "DP33"
    after = report(site)
    assert (before["department"], after["department"]) == ("DP30", "DP33")
    kept = site.get("dispatcher", f"/api/v1/tickets/{before['no']}")
    assert (kept["department"], kept["due_at"]) == ("DP30", before["due_at"])  # as it was promised
    health = site.get(None, "/healthz")
    assert (health["catalogue"], health["rules_since"]) == (answer["version"], answer["since"])
    line = next(x for x in site.get("admin", "/api/v1/operations")["lines"] if x["name"] == "rules")
    assert (line["state"], line["note"], line["at"]) == ("ok", answer["version"], answer["since"])
    with site.world.database.read() as session:
        put = session.scalars(select(EventRow).where(EventRow.kind == RULE_TABLE.name)).one()
        filed = session.scalars(select(EventRow).where(EventRow.aggregate == after["no"])).first()
    assert (put.name, put.by, put.role, put.rules) == ("put_in_force", "admin", "admin", version)
    assert json.loads(put.payload)["added"] == [",E0102,DP33,place,,,0"]
    assert filed is not None
    assert filed.rules == answer["version"]
    assert told(run(site, "rules", "check"))["version"] == answer["version"]
    out = tmp_path / "out.csv"
    told(run(site, "rules", "export", str(out)))
    assert out.read_text(encoding="utf-8") == as_csv(site.world.catalogue.rulebook.responsibility)
    assert sound(site.world)
    third = open_world(site.world.settings, HandClock(NOW), catalogue=rules())  # as after a restart
    assert third.catalogue.version == answer["version"]
    third.database.close()


def test_a_table_with_a_hole_changes_nothing_and_says_why(site: Site, second: World, tmp_path: Path) -> None:
    version = site.world.catalogue.version
    without = USUAL.replace(",,@district,district,,,0\n", "")
    assert without != USUAL
    gaps = run(site, "rules", "import", file_of(tmp_path, without.replace(",E0102,DP30,place,,,0\n", "")))
    assert gaps.exit_code == 1
    found = json.loads(gaps.stdout)["findings"]
    assert ("gap", "nobody answers") in {(f["kind"], f["detail"]) for f in found if "E0102" in f["where"]}
    later = without.replace("E0102,DP30,place,,,0", "E0102,DP30,place,,2030-01-01,0")
    ends = run(site, "rules", "import", file_of(tmp_path, later))
    assert ends.exit_code == 1
    assert any(f["where"].endswith(" from 2030-01-01") for f in json.loads(ends.stdout)["findings"])
    bad = run(
        site, "rules", "import", file_of(tmp_path, USUAL + ",E0102,DP99,place,,,0\n,X9,DP30,place,,,0\n")
    )
    assert bad.exit_code == 1
    assert "(department)" in str(bad.exception)
    assert "(category)" in str(bad.exception)  # every fault at once
    stranger = run(site, "rules", "import", file_of(tmp_path, OTHER), "--by", "dispatcher")
    assert stranger.exit_code == 2
    for world in (site.world, second):
        world.follower.look()
        assert world.catalogue.version == version
    with site.world.database.read() as session:
        assert session.scalar(select(EventRow.id).where(EventRow.kind == RULE_TABLE.name)) is None
    assert report(site)["department"] == "DP30"


def test_it_is_taken_back_and_the_same_table_again_changes_nothing(
    site: Site, second: World, tmp_path: Path
) -> None:
    version = site.world.catalogue.version
    assert told(run(site, "rules", "import", file_of(tmp_path, USUAL)))["changed"] is False
    refused = run(site, "rules", "revert")
    assert refused.exit_code == 1
    assert told(run(site, "rules", "import", file_of(tmp_path, OTHER)))["edition"] == 1
    again = told(run(site, "rules", "import", file_of(tmp_path, OTHER)))
    assert (again["changed"], again["edition"]) == (False, 1)
    second.follower.look()
    assert department(second) == "DP33"
    back = told(run(site, "rules", "revert"))
    assert (back["edition"], back["version"]) == (2, version)
    second.follower.look()
    assert (department(second), second.catalogue.version) == ("DP30", version)
    listed = told(run(site, "rules", "history"))
    assert [(x["event"], x["edition"], x["by"]) for x in listed] == [
        ("reverted", 2, "operator"),
        ("put_in_force", 1, "operator"),
    ]
    assert sound(second)


def test_what_is_in_hand_ends_by_the_rules_it_began_with(sqlite_site: Site) -> None:
    world = sqlite_site.world
    other = read_text(OTHER, world.catalogue.rulebook)
    began = world.catalogue
    heard: list[str] = []
    with world.rules.held():
        world.desk.start(PutResponsibility(rules=other), ADMIN, NOW)
        assert world.catalogue is began
        assert report(sqlite_site)["department"] == "DP33"  # a request that comes now
        asked = threading.Thread(target=lambda: heard.append(world.catalogue.version))
        asked.start()
        asked.join()
        assert department(world) == "DP30"
    assert heard == [world.catalogue.version] != [began.version]
    assert department(world) == "DP33"


def test_a_table_that_does_not_fit_a_process_is_told_and_not_followed(sqlite_site: Site) -> None:
    world = sqlite_site.world
    elsewhere = InForce(
        replace(
            rules(),
            rulebook=replace(
                rules().rulebook,
                departments={
                    **rules().rulebook.departments,
                    "DP99": replace(rules().rulebook.departments["DP30"], code="DP99"),
                },
            ),
        )
    )
    text = USUAL.replace("E0102,DP30", "E0102,DP99")
    new = PutResponsibility(rules=read_text(text, elsewhere.catalogue.rulebook))
    with pytest.raises(BadCatalogueError, match="DP99"):
        world.desk.start(new, ADMIN, NOW)
    database = Database(world.settings.database_url())
    Desk(database, elsewhere, world.desk.county).start(new, ADMIN, NOW)
    world.follower.look()
    assert department(world) == "DP30"
    health = sqlite_site.get(None, "/healthz")
    assert health["status"] == "degraded"
    assert "DP99" in " ".join(health["problems"])
    lines = sqlite_site.get("admin", "/api/v1/operations")["lines"]
    assert next(x for x in lines if x["name"] == "rules")["finding"] == "rules_unfit"
    with pytest.raises(BadCatalogueError, match="DP99"):
        Desk(database, rules(), world.desk.county)
    mended = PutResponsibility(rules=read_text(OTHER, rules().rulebook))
    Desk(database, InForce(rules()), world.desk.county).start(mended, ADMIN, NOW)
    world.follower.look()
    assert (department(world), world.rules.unfit) == ("DP33", "")
    database.close()


def test_only_an_administrator_puts_rules_in_force(sqlite_site: Site) -> None:
    desk = sqlite_site.world.desk
    new = PutResponsibility(rules=read_text(OTHER, desk.catalogue.rulebook))
    clerk = Actor(user="dispatcher", role="dispatcher")
    with pytest.raises(WrongRoleError):
        desk.start(new, clerk, NOW)
    desk.start(new, ADMIN, NOW)
    with pytest.raises(NotPossibleError):
        desk.act(RULE_TABLE, "responsibility.csv", Action(name="forget", by=ADMIN), NOW)
