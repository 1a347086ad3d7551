"""A district is built whole or not at all, from whatever order its extract comes in."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from data.errors import NotSetUpError
from data.models import CellRow, DistrictRow
from data.rules.catalogue import read_catalogue
from data.sample.district import Plan, build_district
from data.store.home import Home
from data.store.session import Database
from geo.errors import BadExtractError

NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
GRID = 5


def town(*, limit: str = "50") -> str:
    """Write a town of residential streets with houses, ways before nodes."""
    lines, at = [], lambda x, y: x * GRID + y + 1
    for line in range(GRID):
        for refs in ([at(line, y) for y in range(GRID)], [at(x, line) for x in range(GRID)]):
            nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs)
            tags = f'<tag k="highway" v="residential"/><tag k="name" v="街{refs[1]}"/><tag k="maxspeed" v="{limit}"/>'
            lines.append(f'<way id="{len(lines) + 1}">{nodes}{tags}</way>')
    for x in range(GRID):
        lines += [
            f'<node id="{at(x, y)}" lon="{120.17 + x * 0.002}" lat="{30.25 + y * 0.002}"/>'
            for y in range(GRID)
        ]
    for house in range(16):
        west, south = 120.1705 + house % 4 * 0.002, 30.2505 + house // 4 * 0.002
        corners = [(0, 0), (5e-4, 0), (5e-4, 5e-4), (0, 5e-4)]
        first = 100 + house * 4
        lines += [
            f'<node id="{first + i}" lon="{west + dx}" lat="{south + dy}"/>'
            for i, (dx, dy) in enumerate(corners)
        ]
        nodes = "".join(f'<nd ref="{first + i % 4}"/>' for i in range(5))
        lines.append(f'<way id="{100 + house}">{nodes}<tag k="building" v="apartments"/></way>')
    return f'<osm version="0.6">{"".join(lines)}</osm>'


@pytest.fixture
def place(tmp_path: Path) -> tuple[Database, Home, Plan]:
    extract = tmp_path / "town.osm"
    extract.write_text(town(), "utf-8")
    database = Database(f"sqlite:///{tmp_path / 'town.sqlite'}")
    return database, Home(tmp_path / "home"), Plan(extract=extract, name="小城", sample=False)


def files(home: Home) -> dict[str, bytes]:
    return {str(p.relative_to(home.folder)): p.read_bytes() for p in home.folder.rglob("*") if p.is_file()}


def drawn(_extract: Path, folder: Path) -> None:
    (folder / "district.pmtiles").write_bytes(b"map")


def test_the_figures_tell_what_became_of_the_streets(place: tuple[Database, Home, Plan]) -> None:
    database, home, plan = place
    figures = build_district(database, home, read_catalogue(), plan, NOW, draw=drawn)
    assert figures["streets_km"]["walk"] == pytest.approx(8.3, abs=0.2)  # type: ignore[index]
    assert figures["ignored_values"] == []
    assert (home.tiles / "district.pmtiles").read_bytes() == b"map"
    with database.read() as session:
        stored = session.scalars(select(DistrictRow)).one()
        assert stored.figures["streets"]["streets_km"] == figures["streets_km"]
    assert not list(home.folder.glob("build-*"))


def test_a_base_map_that_fails_leaves_no_district(place: tuple[Database, Home, Plan]) -> None:
    database, home, plan = place

    def fail(extract: Path, folder: Path) -> None:
        drawn(extract, folder)
        raise BadExtractError("no ink")

    with pytest.raises(BadExtractError, match="no ink"):
        build_district(database, home, read_catalogue(), plan, NOW, draw=fail)
    database.create()
    with pytest.raises(NotSetUpError):
        database.district()
    assert files(home) == {}


def test_an_earlier_district_stays_whole_when_the_next_fails(place: tuple[Database, Home, Plan]) -> None:
    database, home, plan = place
    build_district(database, home, read_catalogue(), plan, NOW, draw=drawn)
    before = files(home)
    plan.extract.write_text(town()[:-200], "utf-8")
    with pytest.raises(BadExtractError):
        build_district(database, home, read_catalogue(), plan, NOW, draw=drawn)
    assert files(home) == before
    with database.read() as session:
        assert len(session.scalars(select(CellRow)).all()) > 0


def test_one_wrong_limit_stops_nothing(place: tuple[Database, Home, Plan]) -> None:
    database, home, plan = place
    plan.extract.write_text(town(limit="0"), "utf-8")
    figures = build_district(database, home, read_catalogue(), plan, NOW)
    assert [each["tag"] for each in figures["ignored_values"]] == ["maxspeed=0"]  # type: ignore[attr-defined]
