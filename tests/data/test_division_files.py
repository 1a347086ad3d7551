"""A division that exists already is taken as it is; faults are named by file and row."""

from pathlib import Path

import geopandas
import pytest
import shapely

from data.errors import BadFileError
from data.files.division import division_from_files
from geo.partition import check_tiling
from grid.area import CodeScheme

SIDE = 0.01


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    geopandas.GeoDataFrame(rows, crs=4326).to_file(path, driver="GeoJSON")
    return path


def box(n: int, width: float = SIDE) -> shapely.Geometry:
    return shapely.box(120 + n * width, 30, 120 + (n + 1) * width, 30.01)


def files(tmp_path: Path, **changes: object) -> tuple[Path, Path]:
    communities = [
        {"code": f"3301020{street}00{n}", "name": f"社区{n}", "geometry": box(i)}
        for i, (street, n) in enumerate([("01", 1), ("01", 2), ("02", 1)])
    ]
    cells = [
        {"code": f"{c['code']}00{k + 1}", "households": 400, "geometry": box(2 * i + k, SIDE / 2)}
        for i, c in enumerate(communities)
        for k in range(2)
    ]
    cells[0] |= changes
    return write(tmp_path / "areas.geojson", communities), write(tmp_path / "cells.geojson", cells)


def test_what_stands_above_is_joined(tmp_path: Path) -> None:
    areas, cells = files(tmp_path)
    made = division_from_files(areas, cells, "330102", "区", CodeScheme())
    assert [a.code for a in made.areas[:4]] == [
        "330100000000",
        "330102000000",
        "330102001000",
        "330102002000",
    ]
    assert [a.level for a in made.areas].count("community") == 3
    assert made.areas[2].polygon.area == pytest.approx(2 * SIDE * 0.01)
    assert check_tiling(made.areas, made.cells) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"code": "33010200100100"}, "cells.geojson row 1: cell code"),
        ({"code": "330102009001001"}, "row 1: 330102009001001 belongs to 330102009001"),
        ({"code": "440102001001001"}, "does not begin with the county"),
        ({"geometry": shapely.Point(120, 30)}, "row 1: a polygon is needed"),
    ],
)
def test_faults_are_named_by_row(tmp_path: Path, changes: dict[str, object], said: str) -> None:
    areas, cells = files(tmp_path, **changes)
    with pytest.raises(BadFileError, match=said):
        division_from_files(areas, cells, "330102", "区", CodeScheme())
