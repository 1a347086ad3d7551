"""The installed command tells by its exit code whether it found something; scripts and timers go by nothing else."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from data.rules.files import FOLDER
from data.store.home import Home
from tests.conftest import ROOT

JINLIN = Path(sys.executable).parent / "jinlin"


def run(home: Home, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "JINLIN_HOME": str(home.folder), **settings}
    return subprocess.run(
        [str(JINLIN), *words], env=env, capture_output=True, text=True, check=False, cwd=ROOT
    )


def alter(home: Home, statement: str) -> None:
    database = sqlite3.connect(home.folder / "jinlin.sqlite")
    with database:
        database.execute(statement)
    database.close()


EVENT = (
    "INSERT INTO events (kind, aggregate, seq, name, at, by, role, rules, payload, hash) "
    "VALUES ('ticket', 'T1', 1, 'report', '2026-11-18 00:00:00', 'x', 'x', 'x', '{}', 'x')"
)
ENTRY = (
    "INSERT INTO entries (unit, subject, kind, step, points_centi, at, rules, evidence) "
    "VALUES ('DP30', 'T1', 'overdue', 1, -50, '2026-10-18 00:00:00', 'x', 'x')"
)


@pytest.mark.parametrize(
    ("words", "statement"),
    [
        (("verify",), EVENT),
        (("check",), "UPDATE assessments SET edition = 'x'"),
        (("check",), "DELETE FROM cells WHERE code = (SELECT min(code) FROM cells)"),
        (("scores", "recompute", "--month", "2026-10"), ENTRY),
    ],
)
def test_what_is_found_is_told_by_the_exit_code(home: Home, words: tuple[str, ...], statement: str) -> None:
    right = run(home, *words)
    assert right.returncode == 0, right.stderr
    alter(home, statement)
    found = run(home, *words)
    assert found.returncode == 1, found.stderr
    told = json.loads(found.stdout)
    if words == ("verify",):
        assert [fault["aggregate"] for fault in told["faults"]][:1] == ["T1"]


def test_rules_with_a_gap_are_told_by_the_exit_code(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "catalogue"
    folder.mkdir()
    for path in FOLDER.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    words = ("rules", "check", "--catalogue", str(folder))
    assert run(home, *words).returncode == 0
    table = folder / "responsibility.csv"
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    table.write_text("".join([lines[0], *lines[2:5]]), encoding="utf-8")
    assert run(home, *words).returncode == 1


def test_a_demo_that_cannot_be_built_fails(tmp_path: Path) -> None:
    extract = tmp_path / "broken.osm"
    extract.write_text("<osm>", encoding="utf-8")
    failed = run(Home(tmp_path / "home"), "demo", "--no-serve", "--osm", str(extract))
    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize(
    ("words", "code"), [(("--help",), 0), (("verify", "--nonsense"), 2), (("nothing",), 2)]
)
def test_wrong_use_is_told_by_the_exit_code(tmp_path: Path, words: tuple[str, ...], code: int) -> None:
    assert run(Home(tmp_path), *words).returncode == code


def test_a_database_that_is_none_is_told_in_one_line(tmp_path: Path) -> None:
    for url in (
        f"sqlite:///{tmp_path / 'no' / 'where.sqlite'}",
        "postgresql://nobody@127.0.0.1:1/x",
        "nonsense",
    ):
        failed = run(Home(tmp_path), "verify", JINLIN_DATABASE=url)
        assert failed.returncode == 1
        assert failed.stderr.startswith("jinlin: ")
        assert failed.stderr.count("\n") == 1


def test_a_file_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere" / "secret.key"
    failed = run(Home(tmp_path), "backup", "--new-key", str(nowhere), LANG="zh_CN.UTF-8", LC_ALL="")
    assert failed.returncode == 1
    assert failed.stderr.startswith(f"jinlin: 打不开 {nowhere}：")
    assert failed.stderr.count("\n") == 1
