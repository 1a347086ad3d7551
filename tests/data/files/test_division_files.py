"""A division that exists already is taken as it is; faults are named by file and row."""

from dataclasses import replace
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from data.errors import BadFileError
from data.files.division import DivisionFiles, division_from_files
from data.files.grounding import Ground
from data.rules.catalogue import Catalogue
from geo.datum import from_wgs84
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


def given(areas: Path, cells: Path, catalogue: Catalogue) -> DivisionFiles:
    return DivisionFiles(areas=areas, cells=cells, forms=catalogue.files.forms)


def test_what_stands_above_is_joined(tmp_path: Path, catalogue: Catalogue) -> None:
    areas, cells = files(tmp_path)
    made = division_from_files(given(areas, cells, catalogue), "330102", "区", CodeScheme())
    assert [a.code for a in made.areas[:4]] == [
        "330100000000",
        "330102000000",
        "330102001000",
        "330102002000",
    ]
    assert [a.level for a in made.areas].count("community") == 3
    assert made.areas[2].polygon.area == pytest.approx(2 * SIDE * 0.01)
    assert check_tiling(made.areas, made.cells) == []


def test_datum_and_heights_are_taken_off(tmp_path: Path, catalogue: Catalogue) -> None:
    areas, cells = files(tmp_path)
    right = division_from_files(given(areas, cells, catalogue), "330102", "区", CodeScheme())
    for path in (areas, cells):
        frame = geopandas.read_file(path)
        frame.geometry = [
            shapely.force_3d(
                shapely.transform(s, lambda xy: np.column_stack(from_wgs84(*xy.T, "gcj02"))), 12.5
            )
            for s in frame.geometry
        ]
        frame.to_crs(4490).to_file(path, driver="GeoJSON")
    shifted = replace(given(areas, cells, catalogue), ground=Ground(datum="gcj02"))
    found = division_from_files(shifted, "330102", "区", CodeScheme())
    for ours, theirs in zip(right.cells, found.cells, strict=True):
        assert not theirs.polygon.has_z
        assert shapely.hausdorff_distance(ours.polygon, theirs.polygon) < 1e-7


def test_a_code_that_stands_twice_is_named(tmp_path: Path, catalogue: Catalogue) -> None:
    areas, cells = files(tmp_path)
    frame = geopandas.read_file(cells)
    frame.loc[1, "code"] = frame.loc[0, "code"]
    frame.to_file(cells, driver="GeoJSON")
    with pytest.raises(BadFileError, match=r"cells.geojson row 2: code 330102001001001 stands in row 1"):
        division_from_files(given(areas, cells, catalogue), "330102", "区", CodeScheme())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"code": "33010200100100"}, "cells.geojson row 1: cell code"),
        ({"code": "330102009001001"}, "row 1: 330102009001001 belongs to 330102009001"),
        ({"code": "440102001001001"}, "does not begin with the county"),
        ({"geometry": shapely.Point(120, 30)}, "row 1: the shape is a Point; a polygon is needed"),
    ],
)
def test_faults_are_named_by_row(
    tmp_path: Path, catalogue: Catalogue, changes: dict[str, object], said: str
) -> None:
    areas, cells = files(tmp_path, **changes)
    with pytest.raises(BadFileError, match=said):
        division_from_files(given(areas, cells, catalogue), "330102", "区", CodeScheme())
