"""The walks of ``docs/changing.md`` can be walked: each is applied to a copy of the source and tried."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.walks import ROOT, Walk, apply, read_walks

WALKS = read_walks()


@pytest.mark.parametrize("walk", WALKS, ids=[walk.name for walk in WALKS])
def test_a_walk_leads_where_it_says(walk: Walk, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    apply(walk, tmp_path)
    plain = {k: v for k, v in os.environ.items() if not k.startswith("JINLIN_")}
    place = {"JINLIN_HOME": str(request.getfixturevalue("home").folder)} if walk.needs_district else {}
    done = subprocess.run(
        [sys.executable, "-c", walk.trial],
        cwd=tmp_path,
        env=plain | place | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("walk", WALKS, ids=[walk.name for walk in WALKS])
def test_the_house_says_how_many_files_a_walk_touches(walk: Walk) -> None:
    told = re.search(
        rf"^\| {re.escape(walk.name)} \| (\d+) \|", (ROOT / "docs/house.md").read_text(), re.MULTILINE
    )
    assert told, f"docs/house.md does not tell how many files {walk.name!r} touches"
    assert int(told[1]) == len(walk.touched)
