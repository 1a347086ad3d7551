"""Migrations are one chain, numbered in its order."""

import re

from tests.conftest import ROOT

FOLDER = ROOT / "data/migrations/versions"


def test_each_migration_follows_the_one_before() -> None:
    names = sorted(path.name for path in FOLDER.glob("0*.py"))
    numbers = [name[:4] for name in names]
    assert numbers == [f"{n:04d}" for n in range(1, len(names) + 1)]
    for number, name in zip(numbers, names, strict=True):
        text = (FOLDER / name).read_text(encoding="utf-8")
        told = dict(re.findall(r'^(revision|down_revision)(?:: .*?)? = "?(\w+)"?$', text, re.MULTILINE))
        before = "None" if number == "0001" else f"{int(number) - 1:04d}"
        assert told == {"revision": number, "down_revision": before}
