"""Rules, checks and exports on the command line, against a built district."""

import csv
import json
import shutil
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from api.cli import jinlin
from api.locale.words import words
from api.settings import Settings
from api.world import open_world
from data.errors import BadCatalogueError
from data.models import CellRow
from data.rules.catalogue import read_catalogue
from data.rules.files import FOLDER
from data.store.home import Home
from data.store.session import Database
from tests.conftest import Site
from tests.flows.test_ticket_life import report

HEAD = "cells,category,department,basis,since,until,priority\n"


def run(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(jinlin, arguments, env={"JINLIN_HOME": str(home.folder)})


def told(result: Result) -> dict:
    return json.loads(result.stdout)


def read_csv(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A catalogue of one's own."""
    return Path(shutil.copytree(FOLDER, tmp_path / "catalogue"))


def test_the_built_district_is_whole(home: Home) -> None:
    result = run(home, "check")
    assert result.exit_code == 0, result.output
    body = told(result)
    assert body["cells"] > 0
    assert set(body["tiling"]) <= {"size"}
    assert body["rules"]["answers"] == body["cells"] * body["rules"]["categories"]


def test_a_cell_twice_on_the_map_fails_the_check(home: Home) -> None:
    database = Database(home.default_database)

    def double(session: object) -> None:
        first, second = list(session.query(CellRow).order_by(CellRow.code).limit(2))  # type: ignore[attr-defined]
        session.execute(update(CellRow).where(CellRow.id == second.id).values(shape=first.shape))  # type: ignore[attr-defined]

    database.write(double)
    database.close()
    result = run(home, "check")
    assert result.exit_code == 1
    assert told(result)["tiling"]["overlap"] == 1
    assert told(result)["tiling"]["gap"] >= 1


def test_check_names_file_and_line_of_an_overlap(home: Home, folder: Path) -> None:
    path = folder / "responsibility.csv"
    path.write_text(path.read_text() + ",E0102,DP21,place,,,0\n")
    result = run(home, "rules", "check", "--catalogue", str(folder))
    assert result.exit_code == 1
    overlap = next(f for f in told(result)["findings"] if f["kind"] == "overlap")
    assert "responsibility.csv line 26 (* x E0102)" in overlap["detail"]
    assert "responsibility.csv line 68 (* x E0102)" in overlap["detail"]


def test_check_tells_every_hole_and_does_not_start(home: Home, folder: Path) -> None:
    for file, old, new in (("items.csv", "DP01,emer", "DP99,emer"), ("natures.csv", "Complaint", "")):
        text = (folder / file).read_text(encoding="utf-8")
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    result = run(home, "rules", "check", "--catalogue", str(folder))
    assert result.exit_code == 1
    assert told(result)["holes"] == [
        "natures.csv line 3: name_en is missing",
        "items.csv line 2: department: 'DP99' is not in departments.csv",
    ]
    settings = Settings(home=home.folder, database=home.default_database, catalogue=folder)
    with pytest.raises(BadCatalogueError, match=r"items\.csv line 2: department"):
        open_world(settings)


def test_a_label_without_english_does_not_start_either(home: Home, folder: Path) -> None:
    path = folder / "visits.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("平安", "一切安好"), encoding="utf-8")
    assert run(home, "rules", "check", "--catalogue", str(folder)).exit_code == 1
    settings = Settings(home=home.folder, database=home.default_database, catalogue=folder)
    with pytest.raises(BadCatalogueError, match=r"visits\.toml line 7: no English"):
        open_world(settings)
    (folder / "english.toml").write_text('"一切安好" = "All is well"\n', encoding="utf-8")
    assert run(home, "rules", "check", "--catalogue", str(folder)).exit_code == 0
    world = open_world(settings)
    world.database.close()
    assert words("en").gettext("一切安好") == "All is well"


def test_the_reference_is_written(home: Home) -> None:
    result = run(home, "rules", "reference")
    assert result.exit_code == 0
    assert result.stdout.startswith("# Tables of rules")


def test_check_finds_gaps_and_dead_rules(home: Home, folder: Path) -> None:
    (folder / "responsibility.csv").write_text(HEAD + ",P,DP21,owner,,,0\n9999,E,DP30,place,,,0\n")
    result = run(home, "rules", "check", "--catalogue", str(folder), "--day", "2026-11-18")
    kinds = {f["kind"] for f in told(result)["findings"]}
    assert (result.exit_code, kinds) == (1, {"gap", "unused"})


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_table_goes_out_and_in_unchanged(home: Home, folder: Path, tmp_path: Path, ending: str) -> None:
    before = read_catalogue(folder)
    file = tmp_path / f"rules.{ending}"
    assert run(home, "rules", "export", str(file), "--catalogue", str(folder)).exit_code == 0
    result = run(home, "rules", "import", str(file), "--catalogue", str(folder))
    assert result.exit_code == 0, result.output
    after = read_catalogue(folder)
    assert after.rulebook.responsibility == before.rulebook.responsibility
    assert told(result)["version"] == before.version


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (",E0102,DP99,place,,,0", "C3 (department)"),
        (",E0102,DP30,place,2026-13-01,,0", "E3 (since)"),
        (",E0102,DP30,nobody,,,0", "D3 (basis)"),
        (",X9,DP30,place,,,0", "B3 (category)"),
        ("33o1,E0102,DP30,place,,,0", "A3 (cells)"),
        (",E0102,DP30,place,,,high", "G3 (priority)"),
        (",E0102,DP30,place,2026-11-02,2026-11-02,0", "F3 (until)"),
    ],
)
def test_a_bad_cell_is_named_and_nothing_changes(
    home: Home, folder: Path, tmp_path: Path, line: str, named: str
) -> None:
    file = tmp_path / "rules.csv"
    file.write_text(f"{HEAD},,@district,district,,,0\n{line}\n")
    before = (folder / "responsibility.csv").read_bytes()
    result = run(home, "rules", "import", str(file), "--catalogue", str(folder))
    assert result.exit_code == 1
    assert f"rules.csv {named}: " in str(result.exception)
    assert (folder / "responsibility.csv").read_bytes() == before


def test_a_table_with_a_gap_is_not_taken_in(home: Home, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "rules.csv"
    file.write_text(HEAD + ",P,DP21,owner,,,0\n")
    before = (folder / "responsibility.csv").read_bytes()
    assert run(home, "rules", "import", str(file), "--catalogue", str(folder)).exit_code == 1
    assert (folder / "responsibility.csv").read_bytes() == before


def test_a_dry_run_tells_which_tickets_would_have_gone_elsewhere(site: Site, tmp_path: Path) -> None:
    no = report(site)["no"]
    report(site, category="P0101")
    file = tmp_path / "rules.csv"
    lines = (FOLDER / "responsibility.csv").read_text().replace("E0102,DP30", "E0102,DP33")
    file.write_text(lines)
    url = str(site.world.settings.database)
    result = run(site.world.home, "rules", "dry-run", str(file), "--month", "2026-11", "--database", url)
    assert result.exit_code == 0, result.output
    body = told(result)
    assert (body["tickets"], body["moved"]) == (2, 1)
    assert body["flows"] == [{"from": "DP30", "to": "DP33", "tickets": 1}]
    assert body["items"][0]["no"] == no
    assert body["items"][0]["rule"].startswith("rules.csv line 26")


@pytest.mark.parametrize("kind", ["tickets", "orders", "providers", "areas", "cells", "events", "scores"])
def test_every_kind_goes_out_in_its_formats(site: Site, tmp_path: Path, kind: str) -> None:
    report(site, description="=1+1")
    url = str(site.world.settings.database)
    counts = []
    for ending in ("csv", "xlsx", *(() if kind in ("events", "scores") else ("geojson",))):
        file = tmp_path / f"{kind}.{ending}"
        more = ("--month", "2026-11") if kind in ("tickets", "events", "scores") else ()
        result = run(site.world.home, "export", kind, str(file), "--database", url, *more)
        assert result.exit_code == 0, result.output + repr(result.exception)
        counts.append(told(result)["rows"])
        if ending == "csv":
            rows = read_csv(file)
            assert len(rows) == counts[0]
            assert {"reporter", "resident", "phone"}.isdisjoint(
                rows[0] if kind in ("tickets", "orders") and rows else {}
            )
        elif ending == "xlsx":
            sheet = openpyxl.load_workbook(file).worksheets[0]
            assert sheet.max_row == counts[0] + 1
        else:
            assert len(json.loads(file.read_text())["features"]) == counts[0]
    assert len(set(counts)) == 1
    assert counts[0] > 0 or kind == "orders"


def test_what_looks_like_a_formula_is_made_harmless(site: Site, tmp_path: Path) -> None:
    report(site, description="=1+1")
    file = tmp_path / "t.csv"
    run(site.world.home, "export", "tickets", str(file), "--database", str(site.world.settings.database))
    assert read_csv(file)[0]["description"] == "'=1+1"


def test_scores_need_a_month_and_events_have_no_map(home: Home, tmp_path: Path) -> None:
    no_month = run(home, "export", "scores", str(tmp_path / "s.csv"))
    assert "--month" in str(no_month.exception)
    no_map = run(home, "export", "events", str(tmp_path / "e.geojson"))
    assert "no place" in str(no_map.exception)
    assert list(tmp_path.glob("*.part")) == []
