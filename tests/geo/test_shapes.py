"""Polygons repaired and measured; overlaps and gaps of a set."""

import numpy as np
import pytest
import shapely

from geo.errors import BadShapeError
from geo.place import LocalPlane
from geo.shapes import area_m2, as_array, gaps, overlaps, repair

SQUARE = shapely.box(120.0, 30.0, 120.01, 30.01)
EAST = shapely.box(120.01, 30.0, 120.02, 30.01)
BOW = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])


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
