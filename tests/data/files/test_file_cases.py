"""Files that went wrong once, each with its right answer; the checks of kinds stand in the tests beside."""

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from data.desk.door import Desk
from data.errors import BadFileError
from data.files.fields import Reading
from data.files.imports import IMPORTS
from data.files.intake import Intake, take_in
from data.models import CellRow, ProviderRow, ResidentRow
from data.rules.catalogue import Catalogue
from data.store.home import Home
from data.store.session import Database
from tests.conftest import NOW, SHARED

FILES = SHARED / "cases" / "files"
TICKETS = SHARED / "cases" / "tickets"
LOS_ANGELES = {"zone": ZoneInfo("America/Los_Angeles")}
pytestmark = pytest.mark.skipif(not FILES.exists(), reason="the cases are not at hand")


@pytest.fixture
def desk(database_url: str, catalogue: Catalogue) -> Iterator[Desk]:
    database = Database(database_url)
    yield Desk(database, catalogue, "330102")
    database.close()


def take(path: Path, kind: str, desk: Desk, home: Home, **how: object) -> Intake:
    return take_in(path, IMPORTS[kind], Reading(**how), desk, home, NOW, lambda _: None)


TAKEN = [
    ("providers", "prov_minimal.csv", {}, ["changed"]),
    ("residents", "res_minimal.csv", {}, ["changed"]),
    ("cells", "cells_gcj02.geojson", {"datum": "gcj02"}, ["same"] * 2),
    ("residents", "residents_gcj02.geojson", {"datum": "gcj02"}, ["new"]),
    ("residents", "residents_gcj02.csv", {"datum": "gcj02"}, ["new"]),
    ("cells", "cells_metres_nocrs.geojson", {}, ["refused"] * 3),
    ("cells", "cell_swapped.geojson", {}, ["refused"]),
    ("cells", "cells_far.geojson", {}, ["refused"]),
    ("cells", "cell_unclosed.geojson", {}, ["new"]),
    ("cells", "cells_ring2.geojson", {}, ["refused", "new"]),
    ("cells", "cells_z.gpkg", {}, ["same"] * 3),
    ("cells", "cells_4549.gpkg", {}, None),
    ("cells", "shp/网格.shp", {}, None),
    ("cells", "two_layers.gpkg", {"layer": "网格"}, None),
    ("cells", "cells_sci.csv", {}, ["refused"] * 3),
    ("areas", "areas_fullwidth.csv", {}, ["changed"]),
    ("providers", "prov_date.xlsx", {}, ["new"] * 6),
    ("providers", "prov_dates.geojson", {}, ["new"] * 2),
    ("providers", "prov_dates.gpkg", {}, ["new"] * 2),
    ("residents", "res_date_cells.xlsx", {}, ["new"]),
    ("residents", "res_id18_number.xlsx", {}, ["refused"] * 3),
    ("residents", "res_title_merged.xlsx", {}, ["new"]),
    ("residents", "res_two_row_head.xlsx", {}, ["new"]),
    ("residents", "res_second_sheet.xlsx", {}, ["new"]),
    ("residents", "residents_zh_head.csv", {}, ["new"]),
    ("residents", "residents_tab.csv", {}, ["new"]),
    ("residents", "residents_semicolon.csv", {}, ["new"]),
    ("residents", "residents_utf-16.csv", {}, ["new"]),
    ("residents", "residents_gbk.csv", {}, None),
    ("residents", "residents_gb18030.csv", {}, None),
    (
        "residents",
        "residents_odd.csv",
        {},
        [*["refused"] * 3, *["new"] * 3, *["refused"] * 4, *["new"] * 3, "refused"],
    ),
]


@pytest.mark.filterwarnings("ignore:Measured:RuntimeWarning")
@pytest.mark.parametrize(
    ("kind", "name", "how", "outcomes"), TAKEN, ids=lambda v: v if isinstance(v, str) else ""
)
def test_each_row_of_a_case_gets_the_right_verdict(
    desk: Desk, home: Home, kind: str, name: str, how: dict[str, object], outcomes: list[str] | None
) -> None:
    found = take(FILES / name, kind, desk, home, **how)
    told = [(v.outcome, v.note) for v in found.verdicts]
    if outcomes is not None:
        assert [v.outcome for v in found.verdicts] == outcomes, told
    else:
        assert {v.outcome for v in found.verdicts} <= {"new", "changed", "same"}, told


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("providers", "prov_dupcols.csv", "both name"),
        ("cells", "two_layers.gpkg", "说明, 网格"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(
    desk: Desk, home: Home, kind: str, name: str, said: str
) -> None:
    with pytest.raises(BadFileError, match=said):
        take(FILES / name, kind, desk, home)


def test_a_column_that_is_not_there_changes_nothing(desk: Desk, home: Home) -> None:
    def stored(row: type) -> dict[str, object]:
        key = row.no == ("P00001" if row is ProviderRow else "R000001")
        with desk.database.read() as session:
            return dict(session.execute(select(row.__table__).where(key)).mappings().one())

    before = {row: stored(row) for row in (ProviderRow, ResidentRow)}
    take(FILES / "prov_minimal.csv", "providers", desk, home)
    (told,) = take(FILES / "res_minimal.csv", "residents", desk, home).verdicts
    after = {row: stored(row) for row in (ProviderRow, ResidentRow)}
    for row, told_of in ((ProviderRow, {"categories", "name"}), (ResidentRow, {"phone", "name"})):
        named = told_of | {"lon", "lat", "cell", "area", "initials", "pinyin", "folded", "phone_end"}
        assert {k: v for k, v in after[row].items() if k not in named} == {
            k: v for k, v in before[row].items() if k not in named
        }
    changed = {change.field: (change.old, change.new) for change in told.changes}
    assert changed["phone"] == (before[ResidentRow]["phone"], "13911112222")


def test_a_shifted_file_is_shifted_back_in_every_format(desk: Desk, home: Home) -> None:
    take(FILES / "residents_gcj02.geojson", "residents", desk, home, datum="gcj02")
    take(FILES / "residents_gcj02.csv", "residents", desk, home, datum="gcj02")
    with desk.database.read() as session:
        first, second = (
            session.scalars(select(ResidentRow).where(ResidentRow.no == no)).one() for no in ("B1G1", "B1C1")
        )
        shape = session.scalars(select(CellRow.shape).where(CellRow.code == "330102001001001")).one()
    assert (first.lon, first.lat) == pytest.approx((second.lon, second.lat), abs=1e-5)
    take(FILES / "cells_gcj02.geojson", "cells", desk, home, datum="gcj02")
    with desk.database.read() as session:
        again = session.scalars(select(CellRow.shape).where(CellRow.code == "330102001001001")).one()
    assert again.centroid.distance(shape.centroid) < 1e-5


def test_times_where_the_clock_was_changed_do_not_contradict_each_other(desk: Desk, home: Home) -> None:
    found = take(TICKETS / "dst.csv", "tickets", desk, home, **LOS_ANGELES)
    assert not any("reported at" in v.note for v in found.verdicts), [v.note for v in found.verdicts]
