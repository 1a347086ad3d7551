"""Documents say what the code says: contracts and rooms, lifecycles, words, links."""

import re
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

from api.commands.rules import drawn_lifecycles
from data.rules.catalogue import Catalogue

ROOT = Path(__file__).parent.parent.parent
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
HOUSE = (ROOT / "docs" / "house.md").read_text("utf-8")
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
PATH = re.compile(r"`((?:api|data|grid|dispatch|geo|maps|tests|docs|\.ci)/[A-Za-z0-9_./-]+)`")


def test_the_house_lists_every_contract_and_no_other() -> None:
    told = re.findall(r"^\| ([A-Z][^|]+) \| ", HOUSE.split("## Contracts")[1].split("## ")[0], re.MULTILINE)
    assert told == [contract["name"] for contract in CONTRACTS]


@pytest.mark.parametrize(
    "contract", [c for c in CONTRACTS if c["name"].startswith("Rooms")], ids=lambda c: c["name"]
)
def test_the_house_tells_the_rooms_in_their_order(contract: dict) -> None:
    (row,) = (line for line in HOUSE.splitlines() if line.startswith(f"| {contract['name']} |"))
    order = {room.split(".")[1]: at for at, row in enumerate(contract["layers"]) for room in row.split(" | ")}
    places = [
        [order[room] for room in re.findall(r"`(\w+)`", layer)] for layer in row.split("|")[2].split(" > ")
    ]
    assert [min(layer) for layer in places] == sorted({at for layer in places for at in layer})


@pytest.mark.parametrize("document", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_points_to_is_there(document: Path) -> None:
    text = document.read_text("utf-8")
    lost = [to for to in LINK.findall(text) if not (document.parent / to).exists()]
    assert lost == []
    if document.name in {"house.md", "glossary.md", "tutorial.md", "CONTRIBUTING.md"}:
        assert [path for path in PATH.findall(text) if not (ROOT / path).exists()] == []


def test_the_lifecycles_are_drawn_from_their_tables(catalogue: Catalogue) -> None:
    told = (ROOT / "docs" / "lifecycles.md").read_text("utf-8")
    assert told == drawn_lifecycles(catalogue), "write it anew: jinlin rules lifecycles > docs/lifecycles.md"


def test_the_glossary_says_where_each_word_stands() -> None:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", _glossary(), re.MULTILINE)[2:]
    words = [row[0] for row in rows]
    assert len(words) > 50
    assert words == sorted(words, key=str.lower)
    assert [row for row in rows if not re.search(r"[\u3400-\u9fff]", row[1])] == []
    places = {place for row in rows for place in re.findall(r"`([^`]+)`", row[3])}
    assert {place for place in places if not (ROOT / place).exists() and not _is_name(place)} == set()


def _glossary() -> str:
    return (ROOT / "docs" / "glossary.md").read_text("utf-8")


def _is_name(place: str) -> bool:
    """Tell whether a dotted name is a module, or something a module has."""
    module, _, name = place.rpartition(".")
    try:
        return find_spec(place) is not None
    except ModuleNotFoundError:
        return bool(find_spec(module)) and f"{name}" in Path(str(find_spec(module).origin)).read_text("utf-8")
