"""Moving points and standing shapes, against plain scans over everything."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import BadShapeError, UnknownMemberError
from geo.index import PointIndex, ShapeIndex
from geo.place import Box, LonLat, distance_m

HERE = LonLat(120.17, 30.25)
places = st.builds(LonLat, lon=st.floats(120.0, 120.4), lat=st.floats(30.1, 30.4))


@settings(max_examples=40, deadline=None)
@given(members=st.lists(places, max_size=30), where=places, radius_m=st.floats(0, 20_000))
def test_within_is_what_a_scan_finds(members: list[LonLat], where: LonLat, radius_m: float) -> None:
    index = PointIndex(enumerate(members))
    scan = {k for k, place in enumerate(members) if distance_m(place, where) <= radius_m}
    assert {member for member, _ in index.within_m(where, radius_m)} == scan


@settings(max_examples=40, deadline=None)
@given(members=st.lists(places, max_size=30), where=places, count=st.integers(0, 8))
def test_nearest_is_what_a_scan_finds(members: list[LonLat], where: LonLat, count: int) -> None:
    index = PointIndex(enumerate(members))
    scan = sorted(distance_m(place, where) for place in members)[:count]
    found = [away_m for _, away_m in index.nearest(where, count)]
    assert found == pytest.approx(scan)


def test_members_come_move_and_go() -> None:
    index = PointIndex[str]()
    assert index.nearest(HERE, 3) == []
    index.insert("wang", HERE)
    index.insert("li", LonLat(120.18, 30.25))
    assert [who for who, _ in index.nearest(HERE, 2)] == ["wang", "li"]
    index.move("wang", LonLat(120.30, 30.25))
    assert [who for who, _ in index.nearest(HERE, 2)] == ["li", "wang"]
    assert index.place_of("wang") == LonLat(120.30, 30.25)
    index.insert("wang", HERE)  # entering again is moving
    assert len(index) == 2
    index.remove("li")
    assert "li" not in index
    assert [who for who, _ in index.within_m(HERE, 1e5)] == ["wang"]


changes = st.lists(st.tuples(st.integers(0, 199), st.none() | places, st.floats(-3e-3, 3e-3)), max_size=60)


@settings(max_examples=60, deadline=None)
@given(first=st.lists(places, max_size=200), changes=changes, where=places, radius_m=st.floats(0, 20_000))
def test_after_moves_and_removals_every_answer_is_what_a_scan_finds(
    first: list[LonLat],
    changes: list[tuple[int, LonLat | None, float]],
    where: LonLat,
    radius_m: float,
) -> None:
    index = PointIndex(enumerate(first), slack_m=150)
    known = dict(enumerate(first))
    box = Box(where.lon - 0.05, where.lat - 0.04, where.lon + 0.1, where.lat + 0.03)
    for member, chosen, near in changes:
        at = known.get(member, where)
        # without a place a few steps, most of them within the box of the tree, or gone
        place = chosen or LonLat(at.lon + near, at.lat - near / 2)
        if chosen is None and member in known and near > 0:
            del known[member]
            index.remove(member)
        else:
            known[member] = place
            index.move_many([(member, where), (member, place)])
        assert sorted(index.inside(box)) == sorted(m for m, at in known.items() if box.contains(at))
    away = {member: distance_m(place, where) for member, place in known.items()}
    assert {m for m, _ in index.within_m(where, radius_m)} == {m for m, m_ in away.items() if m_ <= radius_m}
    assert [m for _, m in index.nearest(where, 7)] == pytest.approx(sorted(away.values())[:7])
    assert {member: index.place_of(member) for member in known} == known
    assert len(index) == len(known)


def test_a_crowd_that_walks_on_is_found_where_it_is() -> None:
    crowd = {n: LonLat(120.1 + n % 50 * 1e-3, 30.2 + n // 50 * 1e-3) for n in range(2000)}
    index = PointIndex(crowd.items(), slack_m=50)
    box = Box(120.12, 30.21, 120.13, 30.22)
    for _ in range(30):
        crowd = {n: LonLat(at.lon + 2e-4, at.lat + 1e-4) for n, at in crowd.items()}
        index.move_many(crowd.items())
        assert sorted(index.inside(box)) == [n for n, at in crowd.items() if box.contains(at)]


@pytest.mark.parametrize("act", ["remove", "place_of"])
def test_strangers_are_refused(act: str) -> None:
    with pytest.raises(UnknownMemberError, match="'zhao' is not in the index of 0 points"):
        getattr(PointIndex[str](), act)("zhao")


def cells() -> ShapeIndex[str]:
    """Two squares of about a kilometre with a common border."""
    return ShapeIndex(
        ["west", "east"], [shapely.box(120.0, 30.0, 120.01, 30.01), shapely.box(120.01, 30.0, 120.02, 30.01)]
    )


def test_each_place_is_told_its_shapes() -> None:
    found = cells().containing([120.005, 120.015, 120.01, 121.0], [30.005, 30.005, 30.005, 30.005])
    assert found == [("west",), ("east",), ("west", "east"), ()]


def test_one_place_counts_as_a_batch_of_one() -> None:
    assert cells().containing(120.005, 30.005) == [("west",)]


def test_first_gives_positions() -> None:
    found = cells().first([120.015, 120.01, 121.0], [30.005, 30.005, 30.005])
    assert found.tolist() == [1, 0, -1]


def test_a_position_with_error_sees_both_sides_of_a_border() -> None:
    place = LonLat(120.0099, 30.005)  # 9.6 m west of the border
    assert [cell for cell, _ in cells().within_m(place, 5.0)] == ["west"]
    both = cells().within_m(place, 20.0)
    assert [cell for cell, _ in both] == ["west", "east"]
    assert both[0][1] == 0.0
    assert both[1][1] == pytest.approx(distance_m(place, LonLat(120.01, 30.005)), rel=1e-3)


def test_outside_everything_there_may_still_be_something_near() -> None:
    assert [cell for cell, _ in cells().within_m(LonLat(120.0201, 30.005), 20.0)] == ["east"]


def test_an_empty_index_answers_nothing() -> None:
    index = ShapeIndex[str]([], [])
    assert index.containing([120.0], [30.0]) == [()]
    assert index.first([120.0], [30.0]).tolist() == [-1]
    assert index.within_m(HERE, 100.0) == []


def test_each_shape_needs_an_id() -> None:
    with pytest.raises(BadShapeError, match="1 ids for 0 polygons"):
        ShapeIndex(["a"], [])


@settings(max_examples=20, deadline=None)
@given(st.lists(places, min_size=1, max_size=20))
def test_batch_and_single_agree(where: list[LonLat]) -> None:
    rng = np.random.default_rng(3)
    corners = rng.uniform((120.0, 30.1), (120.35, 30.35), (25, 2))
    shapes = [shapely.box(x, y, x + 0.05, y + 0.05) for x, y in corners]
    index = ShapeIndex(range(25), shapes)
    batch = index.containing([place.lon for place in where], [place.lat for place in where])
    for place, found in zip(where, batch, strict=True):
        near = {k for k, away_m in index.within_m(place, 0.0) if away_m == 0.0}
        assert set(found) == near
