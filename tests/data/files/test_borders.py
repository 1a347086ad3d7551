"""Cells as a file in hand sees them: what it changed itself, what others changed, and what was taken back."""

import pytest
import shapely
from sqlalchemy.orm import Session

from data.desk.cells import PutCell
from data.desk.door import Desk
from data.files.borders import Borders
from data.files.fields import IMPORTER
from data.rules.catalogue import Catalogue
from data.store.done import Done
from geo.place import LonLat
from grid.area import Cell
from grid.errors import OutsideDistrictError
from tests.conftest import NOW

CODE = "330102001001001"
FAR = shapely.box(121.0, 31.0, 121.01, 31.01)
THERE = LonLat(121.005, 31.005)


def moved_to(desk: Desk, shape: shapely.Polygon, code: str = CODE) -> Done[Cell]:
    cell = Cell(code=code, name="移", community=code[:12], households=400, worker="w1")
    return desk.start(PutCell(cell=cell, shape=shape), IMPORTER, NOW)


class TakenBackError(Exception):
    """Takes back what was written."""


def test_what_the_file_moves_is_seen_at_once_and_not_after_it_is_taken_back(
    desk: Desk, catalogue: Catalogue
) -> None:
    borders = Borders(catalogue)

    def move(session: Session) -> None:
        borders.follow(session)
        assert list(borders.near(session, FAR)) == []
        for code in (CODE, "330102001001009"):
            borders.kept(moved_to(desk, FAR, code))
        assert [code for code, _ in borders.near(session, FAR)] == [CODE, "330102001001009"]
        assert borders.map(session).locate(THERE).cell == CODE
        raise TakenBackError

    with pytest.raises(TakenBackError), desk.database.batch():
        desk.database.write(move)
    borders.take_back()
    with desk.database.read() as session:
        borders.follow(session)
        assert list(borders.near(session, FAR)) == []
        with pytest.raises(OutsideDistrictError):
            borders.map(session).locate(THERE)


def test_what_others_move_is_seen_with_the_next_transaction(desk: Desk, catalogue: Catalogue) -> None:
    borders = Borders(catalogue)
    with desk.database.read() as session:
        borders.follow(session)
        before = {code for code, _ in borders.near(session, shapely.box(119, 29, 122, 32))}
    borders.kept(moved_to(desk, FAR))
    moved_to(desk, shapely.box(121.1, 31.0, 121.2, 31.1), "330102001001009")
    with desk.database.read() as session:
        borders.follow(session)
        assert [code for code, _ in borders.near(session, FAR)] == [CODE]
        everywhere = {code for code, _ in borders.near(session, shapely.box(119, 29, 122, 32))}
    assert everywhere == before | {"330102001001009"}
