"""Datums: known pairs, round trips, identity abroad, refusal of unknown names."""

from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.datum import DATUMS, from_wgs84, in_china, to_wgs84
from geo.errors import BadPlaceError
from geo.place import great_circle_m

SHIFTED = ("gcj02", "bd09")
MAINLAND = {"lon": st.floats(75.0, 134.0), "lat": st.floats(18.5, 53.0)}


@pytest.mark.parametrize(
    ("datum", "lon", "lat"),
    [
        ("gcj02", 116.410244, 39.916027),  # Tian'anmen as published with the formulas
        ("bd09", 116.416617, 39.922350),
    ],
)
def test_a_known_place_is_shifted_as_published(datum: str, lon: float, lat: float) -> None:
    found = from_wgs84(116.404, 39.914627, datum)
    assert great_circle_m(*found, lon, lat) < 8.0


@given(**MAINLAND, datum=st.sampled_from(SHIFTED))
def test_there_and_back_is_the_same_place(lon: float, lat: float, datum: str) -> None:
    back_lon, back_lat = to_wgs84(*from_wgs84(lon, lat, datum), datum)
    assert abs(float(back_lon) - lon) < 1e-8
    assert abs(float(back_lat) - lat) < 1e-8


@given(**MAINLAND, datum=st.sampled_from(SHIFTED))
def test_back_and_there_is_the_same_place(lon: float, lat: float, datum: str) -> None:
    again_lon, again_lat = from_wgs84(*to_wgs84(lon, lat, datum), datum)
    assert great_circle_m(again_lon, again_lat, lon, lat) < 0.01


@given(**MAINLAND)
def test_the_shift_is_some_hundred_metres(lon: float, lat: float) -> None:
    moved_m = float(great_circle_m(*from_wgs84(lon, lat, "gcj02"), lon, lat))
    assert 20 < moved_m < 1500


@pytest.mark.parametrize("datum", DATUMS)
@pytest.mark.parametrize(("lon", "lat"), [(8.68, 49.41), (-74.0, 40.7), (151.2, -33.9), (180.0, 90.0)])
def test_abroad_nothing_moves(datum: str, lon: float, lat: float) -> None:
    assert not in_china(lon, lat)
    assert from_wgs84(lon, lat, datum) == (lon, lat)
    assert to_wgs84(lon, lat, datum) == (lon, lat)


@pytest.mark.parametrize("datum", ["wgs84", "cgcs2000"])
def test_geodetic_datums_are_taken_as_equal(datum: str) -> None:
    assert to_wgs84(120.17, 30.25, datum) == (120.17, 30.25)


def test_shapes_broadcast_and_the_input_is_left_alone() -> None:
    lon, lat = np.array([[120.1], [120.2]]), np.array([30.1, 30.2, 30.3])
    out_lon, out_lat = from_wgs84(lon, lat, "gcj02")
    assert out_lon.shape == out_lat.shape == (2, 3)
    assert lon[0, 0] == 120.1
    alone = from_wgs84(120.2, 30.3, "gcj02")
    assert (out_lon[1, 2], out_lat[1, 2]) == alone


def test_nothing_in_nothing_out() -> None:
    lon, lat = to_wgs84([], [], "bd09")
    assert len(lon) == len(lat) == 0


@pytest.mark.parametrize("convert", [to_wgs84, from_wgs84])
def test_an_unknown_datum_is_refused_with_the_known_ones(convert) -> None:  # noqa: ANN001 - either direction
    with pytest.raises(BadPlaceError, match="'wgs-84' is unknown; allowed are wgs84, cgcs2000, gcj02, bd09"):
        convert(120.0, 30.0, "wgs-84")


def test_a_million_points_take_seconds_at_most() -> None:
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(75, 134, 1_000_000), rng.uniform(18, 53, 1_000_000)
    start = perf_counter()
    to_wgs84(lon, lat, "bd09")
    assert perf_counter() - start < 5.0  # about 0.8 s on a free core
