"""Streets brought up to date by a change file: what is registered stays, wrong files change nothing."""

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data.city.city import City
from data.errors import BadFileError, NotSetUpError
from data.files.district_update import Update, update_district
from data.models import CellRow, DistrictRow, EventRow, ProviderRow, ResidentRow
from data.rules.catalogue import Catalogue
from data.sample.district import Plan, build_district
from data.store.home import Home
from data.store.kinds import KINDS
from data.store.session import Database
from data.store.verify import verify
from geo.errors import BadExtractError
from geo.place import LonLat
from tests.data.sample.test_district_build import NOW, drawn, files, town

LATER = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
START, END = LonLat(120.1741, 30.2501), LonLat(120.1741, 30.2579)  # along the street of x = 2
OF_STREET = '<tag k="highway" v="residential"/><tag k="name" v="新街"/>'


def osc(*parts: str) -> str:
    return f'<osmChange version="0.6">{"".join(parts)}</osmChange>'


def created(inside: str) -> str:
    return f"<create>{inside}</create>"


NEW_STREET = created(
    '<node id="900" version="1" lon="120.1750" lat="30.2500"/><node id="901" version="1" lon="120.1750" lat="30.2510"/>'
    f'<way id="900" version="1"><nd ref="11"/><nd ref="900"/><nd ref="901"/>{OF_STREET}</way>'
)
FAR_AWAY = created(
    '<node id="950" version="1" lon="121.9" lat="31.9"/><node id="951" version="1" lon="121.91" lat="31.9"/>'
    f'<way id="950" version="1"><nd ref="950"/><nd ref="951"/>{OF_STREET}</way>'
)
GONE_STREET = '<delete><way id="5" version="2"/></delete>'


@pytest.fixture
def place(tmp_path: Path, catalogue: Catalogue) -> tuple[Database, Home, Path]:
    """A town with people in it, and the extract that it was built from."""
    extract = tmp_path / "town.osm"
    extract.write_text(town(), "utf-8")
    database, home = Database(f"sqlite:///{tmp_path / 'town.sqlite'}"), Home(tmp_path / "home")
    plan = Plan(extract=extract, name="小城", sample=True, residents=50)
    build_district(database, home, catalogue, plan, NOW, draw=drawn)
    return database, home, extract


def told(folder: Path, text: str, name: str = "week.osc.gz") -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def kept(database: Database) -> list[list[Any]]:
    with database.read() as session:
        return [
            [tuple(row) for row in session.execute(select(table.__table__).order_by(table.id))]
            for table in (CellRow, ResidentRow, ProviderRow)
        ]


def test_streets_follow_and_all_that_is_registered_stays(
    place: tuple[Database, Home, Path], tmp_path: Path, catalogue: Catalogue
) -> None:
    database, home, extract = place
    before, drive = kept(database), City(database, catalogue, home, lambda: NOW).engine
    changes = told(tmp_path, osc(NEW_STREET, FAR_AWAY, GONE_STREET))
    answer = update_district(
        database, home, catalogue, Update(changes=changes, base=extract), LATER, draw=drawn
    )
    assert answer["changes"] == {
        "added": {"nodes": 2, "ways": 1},
        "changed": {},
        "deleted": {"ways": 1},
        "older": {},
        "outside": {"nodes": 2, "ways": 1},
    }
    assert kept(database) == before
    after = City(database, catalogue, home, lambda: LATER).engine
    assert drive.travel_s("walk", START, END, NOW) < after.travel_s(
        "walk", START, END, LATER
    )  # that street is gone
    names = {name for names in after.indexes["walk"].streets.network.names for name in [str(names)]}
    assert "新街" in names
    with database.read() as session:
        row = session.scalars(select(DistrictRow)).one()
        assert row.figures["streets"]["streets_km"] == answer["streets_km"]
        assert answer["streets_km_before"] != answer["streets_km"]
        assert session.scalars(select(EventRow.name).where(EventRow.kind == "district")).all() == [
            "built",
            "streets_updated",
        ]
        assert verify(session, KINDS) == []
        assert (home.extracts / row.extract).is_file()
    # the next week knows its extract, keeps one, and the same file again changes nothing
    again = update_district(database, home, catalogue, Update(changes=changes), LATER, draw=drawn)
    assert (again["changes"]["added"], again["changes"]["older"]) == ({}, {"nodes": 2, "ways": 1})  # type: ignore[index]
    moved = osc('<modify><node id="901" version="2" lon="120.1750" lat="30.2512"/></modify>')
    update_district(
        database, home, catalogue, Update(changes=told(tmp_path, moved, "next.osc")), LATER, draw=drawn
    )
    assert len(list(home.extracts.iterdir())) == 1
    assert not list(home.folder.glob("update-*"))


@pytest.mark.parametrize(
    ("name", "text", "error", "says"),
    [
        ("week.osc.gz", "no XML", BadExtractError, "cannot be read"),
        ("week.osc", osc(NEW_STREET)[:-30], BadExtractError, "cannot be read"),
        ("week.osm", town(), BadExtractError, "allowed endings"),
        ("week.osc", town(), BadExtractError, "holds a map"),
        ("none.osc", None, BadExtractError, "does not exist"),
    ],
)
def test_a_file_that_is_none_changes_nothing(
    name: str,
    text: str | None,
    error: type[Exception],
    says: str,
    place: tuple[Database, Home, Path],
    tmp_path: Path,
    catalogue: Catalogue,
) -> None:
    database, home, extract = place
    before, stored = files(home), kept(database)
    path = tmp_path / name if text is None else told(tmp_path, text, name)
    with pytest.raises(error, match=says):
        update_district(database, home, catalogue, Update(changes=path, base=extract), LATER, draw=drawn)
    assert (files(home), kept(database)) == (before, stored)


def test_changes_fit_the_extract_of_the_district_alone(
    place: tuple[Database, Home, Path], tmp_path: Path, catalogue: Catalogue
) -> None:
    database, home, _ = place
    changes, other = told(tmp_path, osc(NEW_STREET)), tmp_path / "other.osm"
    other.write_text(town(limit="30"), "utf-8")
    with pytest.raises(BadFileError, match="is not the extract"):
        update_district(database, home, catalogue, Update(changes=changes, base=other), LATER)
    with pytest.raises(BadFileError, match="--extract"):
        update_district(database, home, catalogue, Update(changes=changes), LATER)
    empty = Database(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    empty.create()
    with pytest.raises(NotSetUpError):
        update_district(empty, home, catalogue, Update(changes=changes), LATER)
