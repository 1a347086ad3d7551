"""Layers hold what they were given; classes and colours are right at their edges."""

from io import BytesIO
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from folium.map import FeatureGroup
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from shapely.geometry import MultiLineString, Point

from geo.place import Box
from maps import layers
from maps.basemap import Drawn
from maps.errors import BadLayerError
from maps.facts import CoverageGrid, Isochrone, Pin, RouteLine, ShutStreet
from maps.legend import amounts_legend, caption_box, legend_box, minutes_legend
from maps.raster import coverage_png, mercator_rows
from maps.style import (
    AMOUNT_COLOURS,
    MINUTE_COLOURS,
    amount_colour,
    amount_edges,
    minute_class,
    minute_colour,
)
from tests.maps.map_facts import BOX, candidates, cells, grid, way


def facts_of(made: FeatureGroup) -> Any:
    drawn = [child for child in made._children.values() if isinstance(child, Drawn)]  # noqa: SLF001 - folium has no other way
    assert len(drawn) == 1
    return drawn[0].facts


def test_pins_keep_order_and_leave_out_what_is_empty() -> None:
    facts = facts_of(layers.pins([*candidates(2), Pin(lon=1, lat=2, label="", kind="task")], "候选"))
    assert [f["label"] for f in facts] == ["1", "2", ""]
    assert facts[0]["note"] == "4 分"
    assert set(facts[2]) == {"lon", "lat", "label", "kind"}


def test_tickets_are_drawn_as_clusters() -> None:
    made = layers.tickets(candidates(5), "工单")
    assert len(facts_of(made)) == 5
    assert next(c.method for c in made._children.values() if isinstance(c, Drawn)) == "clusters"  # noqa: SLF001


def test_a_route_keeps_its_points_in_lon_lat() -> None:
    assert facts_of(layers.route(way(), "路线"))["points"][0] == [9.515, 47.13]


@pytest.mark.parametrize("points", [np.empty((0, 2)), np.array([[9.5, 47.1]])])
def test_a_route_of_less_than_two_points_is_empty(points: np.ndarray) -> None:
    assert not layers.route(RouteLine(lonlat=points), "路线")._children  # noqa: SLF001


def test_a_route_of_another_shape_is_refused() -> None:
    with pytest.raises(BadLayerError, match=r"\(n, 2\)"):
        RouteLine(lonlat=np.zeros(4))


def test_cells_are_coloured_by_value_and_unknown_ones_stay_grey() -> None:
    made, edges = layers.cells_by_amount(cells(), "走访")
    features = facts_of(made)["features"]
    by_id = {f["properties"]["id"]: f["properties"]["style"]["fillColor"] for f in features}
    assert len(features) == 9
    assert by_id["00"] == AMOUNT_COLOURS[0]
    assert by_id["22"] == AMOUNT_COLOURS[-1]
    assert by_id["11"] not in AMOUNT_COLOURS
    assert list(edges) == sorted(edges)


def test_cells_by_minutes_and_outlines() -> None:
    filled = facts_of(layers.cells_by_minutes(cells(), "分钟"))["features"]
    assert filled[0]["properties"]["style"]["fillColor"] == MINUTE_COLOURS[0]
    outlined = facts_of(layers.cell_edges(cells(), "网格", named=True))["features"]
    assert all(f["properties"]["show_name"] for f in outlined)


def test_isochrones_draw_the_widest_first() -> None:
    rings = [Isochrone(minutes=m, shape=Point(9.5, 47.1).buffer(m / 1000)) for m in (5, 15, 10)]
    ids = [f["properties"]["id"] for f in facts_of(layers.isochrones(rings, "可达"))["features"]]
    assert ids == ["15", "10", "5"]


def test_closures_are_drawn_over_white_and_thin_before_they_hold() -> None:
    lines = MultiLineString([[(9.51, 47.13), (9.52, 47.13)]])
    facts = [
        ShutStreet(id="C1", lines=lines, tooltip="封路"),
        ShutStreet(id="C2", lines=lines, tooltip="缓行", slow=True, holds=False),
    ]
    features = facts_of(layers.shut_streets(facts, "道路管制"))["features"]
    assert [f["properties"]["id"] for f in features] == ["C1", "C1", "C2", "C2"]
    widths = [f["properties"]["style"]["weight"] for f in features]
    assert widths[0] > widths[1] > widths[3]
    assert features[1]["properties"]["style"]["color"] != features[3]["properties"]["style"]["color"]


def test_heat_of_nothing_is_empty() -> None:
    assert not layers.heat(np.empty((0, 2)), "热力")._children  # noqa: SLF001
    assert layers.heat(np.array([[9.5, 47.1]]), "热力")._children  # noqa: SLF001


@pytest.mark.parametrize(
    ("minutes", "position"),
    [(0, 0), (5, 0), (5.01, 1), (10, 1), (15, 2), (15.1, 3), (20, 3), (30, 4), (30.1, 5), (np.inf, 5)],
)
def test_an_upper_edge_belongs_to_the_lower_class(minutes: float, position: int) -> None:
    assert minute_class(np.array([minutes])).tolist() == [position]
    assert minute_colour(minutes) == MINUTE_COLOURS[position]


def test_the_coverage_picture_shows_each_class_and_leaves_the_empty_clear() -> None:
    picture = Image.open(BytesIO(coverage_png(grid().minutes, BOX))).convert("RGBA")
    assert picture.size == (3, 2)
    assert picture.getpixel((0, 0))[3] == 0  # type: ignore[index] # RGBA pixels are tuples
    colours = [
        "#{:02x}{:02x}{:02x}".format(*picture.getpixel(at)[:3])
        for at in [(1, 0), (2, 0), (0, 1), (1, 1), (2, 1)]
    ]  # type: ignore[index]
    assert colours == [MINUTE_COLOURS[i] for i in (0, 0, 2, 4, 5)]


def test_rows_of_a_tall_box_are_moved_for_mercator() -> None:
    tall = mercator_rows(100, Box(0, 0, 10, 60))
    assert tall[0] == 0
    assert tall[-1] == 99
    assert (np.diff(tall) >= 0).all()
    assert tall[50] != 50
    assert mercator_rows(50, BOX).tolist() == list(range(50))


def test_share_counts_residents_not_squares() -> None:
    assert grid().share_within(15) == pytest.approx(40 / 100)
    assert np.isnan(CoverageGrid(minutes=np.full((2, 2), np.nan), box=BOX).share_within(15))
    assert CoverageGrid(minutes=np.array([[5.0, 20.0]]), box=BOX).share_within(15) == 0.5


@pytest.mark.parametrize(
    ("minutes", "residents"),
    [(np.zeros(3), None), (np.zeros((0, 3)), None), (np.zeros((2, 2)), np.zeros((2, 3)))],
)
def test_a_grid_of_another_shape_is_refused(minutes: np.ndarray, residents: np.ndarray | None) -> None:
    with pytest.raises(BadLayerError):
        CoverageGrid(minutes=minutes, box=BOX, residents=residents)


@given(st.lists(st.floats(0, 1e6), max_size=40))
def test_amounts_never_lose_their_order(values: list[float]) -> None:
    edges = amount_edges(np.array(values, dtype=float))
    ranks = [AMOUNT_COLOURS.index(amount_colour(value, edges)) for value in sorted(values)]
    assert all(a <= b for a, b in pairwise(ranks))
    assert len(amounts_legend("", edges, str).classes) == len(edges) + 1
    if values and min(values) < max(values):
        assert ranks[0] < ranks[-1]  # what differs is never said to be the same everywhere


@pytest.mark.parametrize(
    ("values", "edges"),
    [
        ([0.0] * 540 + [3.0], (3.0,)),
        ([0.0] * 540 + [0.1239], (0.1239,)),
        ([0.0] * 540 + [1.0, 2.0, 5.0], (1.0, 1.5, 2.0, 3.5)),
        ([7.0] * 9, ()),
        ([], ()),
    ],
)
def test_few_cells_with_cases_among_many_without_are_seen(
    values: list[float], edges: tuple[float, ...]
) -> None:
    assert amount_edges(np.array(values)) == pytest.approx(edges)


def test_legends_tell_minutes_and_share() -> None:
    box = legend_box(minutes_legend("步行", grid(), str))
    assert "40.0%" in box
    assert all(colour in box for colour in MINUTE_COLOURS)
    assert minutes_legend("步行", None, str).remark == ""
    assert caption_box("") == ""


def deuteranope(colour: str) -> np.ndarray:
    """Machado, Oliveira and Fernandes 2009, severity 1.0, in linear light."""
    rgb = (np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255) ** 2.2
    seen = np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]) @ rgb
    return np.clip(seen, 0, 1) ** (1 / 2.2)


def test_neighbouring_minutes_differ_for_the_colour_blind() -> None:
    seen = [deuteranope(colour) for colour in MINUTE_COLOURS]
    assert min(float(np.linalg.norm(a - b)) for a, b in pairwise(seen)) > 0.15
    assert np.linalg.norm(seen[0] - seen[-1]) > 0.15
