"""A small register of two communities and four cells, for tests that need no streets."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from sqlalchemy import insert

from data.desk.door import Desk
from data.models import AreaRow, CellRow
from data.rules.catalogue import Catalogue
from data.store.home import Home
from data.store.session import Database

SIDE = 0.01


@pytest.fixture(scope="session")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The register, written once; never written to again."""
    file = tmp_path_factory.mktemp("small") / "small.sqlite"
    database = Database(f"sqlite:///{file}")
    database.create()
    areas, cells = [], []
    for community in (1, 2):
        code = f"33010200100{community}"
        west = 120 + (community - 1) * 2 * SIDE
        shape = shapely.box(west, 30, west + 2 * SIDE, 30 + SIDE)
        areas.append(
            {
                "code": code,
                "name": f"社区{community}",
                "level": "community",
                "parent": "330102001000",
                "shape": shape,
            }
        )
        for cell in (1, 2):
            left = west + (cell - 1) * SIDE
            cells.append(
                {
                    "code": f"{code}00{cell}",
                    "name": f"网格{cell}",
                    "community": code,
                    "households": 400,
                    "worker": "w1",
                    "shape": shapely.box(left, 30, left + SIDE, 30 + SIDE),
                }
            )

    def fill(session: object) -> None:
        session.execute(insert(AreaRow), areas)
        session.execute(insert(CellRow), cells)

    database.write(fill)
    database.close()  # the last one to close writes all into the one file
    assert not file.with_name("small.sqlite-wal").exists()
    return file


@pytest.fixture
def small(filled_file: Path, tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{shutil.copy(filled_file, tmp_path / 'small.sqlite')}")
    yield database
    database.close()


@pytest.fixture
def desk(small: Database, catalogue: Catalogue) -> Desk:
    return Desk(small, catalogue, "330102")


@pytest.fixture
def place(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")
