"""Files in: a verdict for every row, rejects with reasons, and the same file again changes nothing."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import geopandas
import openpyxl
import pytest
import shapely
from sqlalchemy import func, select, update

from data.city.cells import CellMap
from data.desk.door import Desk
from data.errors import BadFileError
from data.figures.histories import altered
from data.files.fields import Desks, Fields, Reading, Taken
from data.files.imports import IMPORTS
from data.files.intake import Intake, take_in
from data.models import AreaRow, ProviderRow, ResidentRow, TicketRow
from data.store.home import Home
from data.store.kinds import KINDS
from data.store.verify import verify
from dispatch.errors import BadFieldError
from geo.place import LonLat
from grid.errors import OutsideDistrictError
from tests.conftest import NOW, SHARED

BEIJING = ZoneInfo("Asia/Shanghai")


def take(path: Path, kind: str, desk: Desk, home: Home, **how: object) -> Intake:
    return take_in(path, IMPORTS[kind], Reading(**how), desk, home, NOW, lambda _: None)


def write_csv(path: Path, *rows: dict[str, str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


RESIDENT = {
    "no": "R1",
    "name": "王小明",
    "phone": "13812345678",
    "lon": "120.005",
    "lat": "30.005",
    "birth_year": "1950",
}


def test_each_row_gets_its_verdict_and_the_same_file_again_changes_nothing(
    tmp_path: Path, desk: Desk, place: Home
) -> None:
    rows = [
        RESIDENT,
        RESIDENT | {"no": "R2", "phone": "123"},
        RESIDENT | {"no": "R3", "lon": "121"},
        RESIDENT | {"no": "R4", "lon": ""},
        RESIDENT,
        RESIDENT | {"name": "李四"},
        RESIDENT | {"no": "R5", "lon": "0", "lat": "0"},
        RESIDENT | {"no": "R6", "birth_year": "2999"},
        RESIDENT | {"no": "", "name": "无号"},
        RESIDENT | {"no": "R7", "lon": "120.00999"},
    ]
    path = write_csv(tmp_path / "people.csv", *rows)
    first = take(path, "residents", desk, place)
    assert [v.outcome for v in first.verdicts] == ["new"] + ["refused"] * 8 + ["new"]
    assert first.verdicts[4].note == "repeats row 2"
    assert first.verdicts[5].note == "contradicts row 2"
    assert first.verdicts[9].note == "near a border"
    assert first.rejects is not None
    with first.rejects.open(encoding="utf-8-sig", newline="") as file:
        rejects = list(csv.DictReader(file))
    assert [r["row"] for r in rejects] == ["3", "4", "5", "6", "7", "8", "9", "10"]
    assert "phone" in rejects[0]["reason"]
    assert "lies in no cell" in rejects[1]["reason"]
    again = take(path, "residents", desk, place)
    assert [v.outcome for v in again.verdicts][::9] == ["same", "same"]
    with desk.database.read() as session:
        assert session.scalar(select(func.count()).select_from(ResidentRow)) == 2


def test_a_row_that_is_refused_half_way_leaves_nothing(tmp_path: Path, desk: Desk, place: Home) -> None:
    """A ticket that was filed already when the next thing of its row turns out wrong is not there afterwards."""
    tickets = IMPORTS["tickets"]

    def take_and_stumble(fields: Fields, desks: Desks, target: str) -> Taken:
        done = tickets.take(fields, desks, target)
        if fields.text("address") == "?":
            raise BadFieldError("address", "?", "an address")
        return done

    row = {
        "no": "1",
        "category": "E0102",
        "lon": "120.005",
        "lat": "30.005",
        "reported_at": "2026-11-10T09:00:00+08:00",
    }
    path = write_csv(tmp_path / "t.csv", row | {"address": "A"}, row | {"no": "2", "address": "?"})
    found = take_in(
        path, replace(tickets, take=take_and_stumble), Reading(), desk, place, NOW, lambda _: None
    )
    assert [v.outcome for v in found.verdicts] == ["new", "refused"]
    with desk.database.read() as session:
        assert session.scalar(select(func.count()).select_from(TicketRow)) == 1
        assert verify(session, KINDS) == []
        assert altered(session) == []


def test_a_changed_row_changes_the_entry_and_keeps_its_id(tmp_path: Path, desk: Desk, place: Home) -> None:
    shop = {
        "no": "P1",
        "name": "王记理发",
        "categories": "barber",
        "lon": "120.005",
        "lat": "30.005",
        "hours": "Mo-Su 09:00-20:00",
        "joined_on": "2025-03-01",
    }
    take(write_csv(tmp_path / "a.csv", shop), "providers", desk, place)
    with desk.database.read() as session:
        before = session.scalars(select(ProviderRow)).one().id
    suspended = {"state": "suspended", "load": 2, "rating": 3.1, "rating_count": 9}
    desk.database.write(lambda session: session.execute(update(ProviderRow).values(**suspended)))
    renamed = {name: value for name, value in shop.items() if name != "joined_on"} | {"name": "王记美发"}
    changed = take(write_csv(tmp_path / "a.csv", renamed), "providers", desk, place)
    assert changed.verdicts[0].outcome == "changed"
    with desk.database.read() as session:
        row = session.scalars(select(ProviderRow)).one()
        assert (row.id, row.name, row.joined_on) == (before, "王记美发", date(2025, 3, 1))
        assert [(c.field, c.old, c.new) for c in changed.verdicts[0].changes] == [
            ("name", "王记理发", "王记美发")
        ]
        assert {name: getattr(row, name) for name in suspended} == suspended  # what came about here stays


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("categories", "wizard"),
        ("categories", ""),
        ("hours", "whenever"),
        ("capacity", "-1"),
        ("capacity", "2.5"),
        ("phone", "12"),
        ("joined_on", "18/11/2026"),
        ("joined_on", "2026-11-19"),
    ],
)
def test_bad_providers_are_refused_by_field(
    tmp_path: Path, desk: Desk, place: Home, field: str, value: str
) -> None:
    shop = {
        "no": "P1",
        "name": "铺",
        "categories": "barber",
        "lon": "120.005",
        "lat": "30.005",
        "hours": "24/7",
    }
    shop |= {"capacity": "3", "phone": ""}
    found = take(write_csv(tmp_path / "a.csv", shop | {field: value}), "providers", desk, place)
    assert found.verdicts[0].outcome == "refused"
    assert found.verdicts[0].note.startswith(field)


def test_areas_come_from_geopackage_and_get_numbers_under_a_parent(
    tmp_path: Path, desk: Desk, place: Home
) -> None:
    shapes = [shapely.box(120 + n / 100, 30, 120 + (n + 1) / 100, 30.01) for n in range(3)]
    frame = geopandas.GeoDataFrame({"label": ["甲", "乙", "丙"]}, geometry=shapes, crs=4326)
    path = tmp_path / "areas.gpkg"
    frame.to_file(path)
    how = {"columns": {"name": "label"}, "level": "street", "parent": "330102000000"}
    assert take(path, "areas", desk, place, **how).counts == {"new": 3}
    assert take(path, "areas", desk, place, **how).counts == {"same": 3}
    with desk.database.read() as session:
        codes = list(
            session.scalars(select(AreaRow.code).where(AreaRow.level == "street").order_by(AreaRow.code))
        )
    assert codes == ["330102001000", "330102002000", "330102003000"]


def test_tickets_come_from_excel_with_their_own_times(tmp_path: Path, desk: Desk, place: Home) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["id", "kind", "when", "x", "y", "wish"])
    sheet.append(["A1", "rubbish", "2026-11-17T09:00", 120.005, 30.005, "angry"])
    sheet.append(["A2", "rubbish", "2026-11-17T10:00", 120.0051, 30.005, ""])
    sheet.append(["A3", "dragon", "2026-11-17T10:00", 120.005, 30.005])
    sheet.append(["A4", "rubbish", "2027-01-01T10:00", 120.005, 30.005])
    path = tmp_path / "cases.xlsx"
    book.save(path)
    columns = {
        "no": "id",
        "category": "kind",
        "reported_at": "when",
        "lon": "x",
        "lat": "y",
        "nature": "wish",
    }
    how = {"columns": columns, "zone": BEIJING, "categories": {"rubbish": "E0102"}}
    how |= {"natures": {"angry": "complaint"}}
    found = take(path, "tickets", desk, place, **how)
    assert [v.outcome for v in found.verdicts] == ["new", "new", "refused", "refused"]
    assert found.verdicts[1].note == "like case of T330102-261117-00001"
    assert take(path, "tickets", desk, place, **how).counts == {"same": 2, "refused": 2}
    with desk.database.read() as session:
        assert list(session.scalars(select(TicketRow.nature).order_by(TicketRow.id))) == ["complaint", ""]
        assert verify(session, KINDS) == []


def test_times_without_offset_need_a_declared_zone(tmp_path: Path, desk: Desk, place: Home) -> None:
    row = {
        "no": "A1",
        "category": "E0102",
        "reported_at": "2026-11-17T09:00",
        "lon": "120.005",
        "lat": "30.005",
    }
    found = take(write_csv(tmp_path / "t.csv", row), "tickets", desk, place)
    assert "write an offset" in found.verdicts[0].note


@pytest.mark.parametrize("name", ["a.csv", "a.geojson", "a.xlsx", "a.gpkg", "a.doc"])
def test_files_that_cannot_be_read_are_refused_whole(
    tmp_path: Path, desk: Desk, place: Home, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(b"\xff\xfe\x00broken\x80")
    with pytest.raises(BadFileError):
        take(path, "residents", desk, place)


def test_the_los_angeles_polygons_overlap_and_say_so(desk: Desk, place: Home) -> None:
    path = SHARED / "tickets" / "la_nc_2019.geojson"
    if not path.exists():
        pytest.skip("the Los Angeles polygons are not at hand")
    how = {"columns": {"code": "nc_id"}, "level": "community", "parent": "060137001000"}
    found = take(path, "areas", desk, place, **how)
    assert found.counts == {"new": 99}
    assert found.notes["overlaps"] == 25


def test_without_any_cell_a_position_is_told_to_take_them_in(desk: Desk) -> None:
    rulebook = desk.catalogue.rulebook
    empty = CellMap({}, rulebook.scheme, rulebook.settings.gps_error_m)
    with pytest.raises(OutsideDistrictError, match="take the cells in first"):
        empty.locate(LonLat(120.1, 30.2))
