"""Polygons from files, repaired and measured; overlaps and gaps of a set."""

import json
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from geo.errors import BadShapeError
from geo.place import LocalPlane
from geo.shape_files import read_shapes
from geo.shapes import area_m2, as_array, gaps, overlaps, repair

SQUARE = shapely.box(120.0, 30.0, 120.01, 30.01)
EAST = shapely.box(120.01, 30.0, 120.02, 30.01)
BOW = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])


def geojson(shapes: list[dict | None]) -> str:
    features = [
        {"type": "Feature", "properties": {"name": f"地块{k}"}, "geometry": s} for k, s in enumerate(shapes)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_geojson_is_read_row_by_row(tmp_path: Path) -> None:
    path = tmp_path / "cells.geojson"
    line = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
    path.write_text(geojson([SQUARE.__geo_interface__, BOW.__geo_interface__, line, None]), encoding="utf-8")
    found = read_shapes(path)
    assert found.row.tolist() == [1, 2]
    assert found.repaired == (2,)
    assert [row for row, _ in found.refused] == [3, 4]
    assert "LineString" in found.refused[0][1]
    assert found.columns[0]["name"] == "地块0"
    assert all(shapely.is_valid(found.polygon))


def test_geopackage_in_another_projection_comes_in_degrees(tmp_path: Path) -> None:
    path = tmp_path / "cells.gpkg"
    frame = geopandas.GeoDataFrame({"code": ["1"]}, geometry=[SQUARE], crs="EPSG:4326").to_crs("EPSG:3857")
    frame.to_file(path, layer="cells", driver="GPKG")
    found = read_shapes(path, layer="cells")
    assert found.polygon[0].equals_exact(SQUARE, 1e-7, normalize=True)
    assert found.columns == ({"code": "1"},)


@pytest.mark.parametrize("header", ["wkt", "WKT", "the_geom", "geometry"])
def test_csv_with_well_known_text(tmp_path: Path, header: str) -> None:
    path = tmp_path / "cells.csv"
    path.write_text(f'code,{header}\n001,"{SQUARE.wkt}"\n002,nonsense\n003,\n', encoding="utf-8-sig")
    found = read_shapes(path)
    assert found.columns == ({"code": "001"},)
    assert [row for row, _ in found.refused] == [2, 3]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("cells.csv", "code,name\n1,2\n", "no column of shapes"),
        ("cells.txt", "x", "allowed endings"),
        ("cells.geojson", "{ not json", "damaged"),
        ("cells.gpkg", "no database", "damaged"),
    ],
)
def test_unusable_files_are_refused_with_the_reason(tmp_path: Path, name: str, text: str, says: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadShapeError, match=says):
        read_shapes(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadShapeError, match="does not exist"):
        read_shapes(tmp_path / "none.geojson")


def test_a_valid_shape_is_returned_as_it_is() -> None:
    assert repair(SQUARE) is SQUARE


def test_a_bow_tie_becomes_two_triangles() -> None:
    fixed = repair(BOW)
    assert fixed.is_valid
    assert fixed.area == pytest.approx(0.5)


@pytest.mark.parametrize(
    "shape",
    [
        None,
        shapely.Polygon(),
        shapely.Point(1, 1),
        shapely.Polygon([(0, 0), (1, 1), (2, 2)]),
        shapely.box(300000, 3000000, 300100, 3000100),  # metres of some projection
    ],
)
def test_shapes_without_usable_area_are_refused(shape: shapely.Geometry | None) -> None:
    with pytest.raises(BadShapeError):
        repair(shape)


@pytest.mark.parametrize("lat", [0.0, 30.0, 60.0])
def test_area_agrees_with_the_local_plane(lat: float) -> None:
    square = shapely.box(120.0, lat, 120.01, lat + 0.01)
    kx, ky = LocalPlane(120.0, lat + 0.005).scale_m
    assert float(area_m2(square)) == pytest.approx(0.01 * kx * 0.01 * ky, rel=1e-6)


def test_area_of_nothing() -> None:
    assert area_m2(as_array([])).shape == (0,)


def test_neighbours_with_a_common_border_do_not_overlap() -> None:
    assert overlaps(as_array([SQUARE, EAST])) == []


def test_overlaps_name_the_pair_and_the_area() -> None:
    wide = shapely.box(120.005, 30.0, 120.02, 30.01)
    (found,) = overlaps(as_array([SQUARE, wide]))
    assert (found.first, found.second) == (0, 1)
    assert found.area_m2 == pytest.approx(float(area_m2(SQUARE)) / 2, rel=1e-6)


def test_a_gap_inside_a_boundary_is_found() -> None:
    whole = shapely.box(120.0, 30.0, 120.02, 30.01)
    (found,) = gaps(as_array([SQUARE]), whole)
    assert found.area_m2 == pytest.approx(float(area_m2(EAST)), rel=1e-6)
    assert gaps(as_array([SQUARE, EAST]), whole) == []
    assert len(gaps(as_array([]), whole)) == 1


def test_without_a_boundary_enclosed_holes_are_gaps() -> None:
    ring = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    assert [round(float(np.sqrt(gap.shape.area)), 6) for gap in gaps(as_array([ring]))] == [1.0]
