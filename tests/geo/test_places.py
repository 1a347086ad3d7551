"""Doors joined with open streets, and search and routes between them."""

import numpy as np
import pytest
from road_cases import grid

from geo.errors import BadNetworkError, BadPlaceError, NoStreetError, UnknownMemberError
from geo.hierarchy import Hierarchy
from geo.place import LonLat, distance_m
from geo.places import PlaceIndex
from geo.roads import CLOSED_MS
from geo.site import Site
from geo.streets import Streets


@pytest.fixture
def town() -> PlaceIndex:
    network = grid(10, seed=6)
    return PlaceIndex(Streets(network), Hierarchy.build(network), walk_m_per_s=1.0, reach_m=500.0)


def test_members_and_questions_move_to_open_streets_and_back(town: PlaceIndex) -> None:
    network, place, asked = town.streets.network, LonLat(120.2045, 30.30402), LonLat(120.2045, 30.30398)
    town.insert(1, place, 7)
    town.insert(2, LonLat(120.2085, 30.3085), 7)
    before, site = town.nearest(asked, 7, 2), town.site(place)
    hierarchy = town.router.hierarchy
    hierarchy.update([site.arc, site.twin], CLOSED_MS)
    assert town.site(place).arc not in (site.arc, site.twin)
    fresh = PlaceIndex(
        Streets(network.with_weights(hierarchy.weight_ms)),
        Hierarchy.build(network.with_weights(hierarchy.weight_ms)),
        walk_m_per_s=1.0,
        reach_m=500.0,
    )
    fresh.insert(1, place, 7)
    fresh.insert(2, LonLat(120.2085, 30.3085), 7)
    for index, wanted in ((town, fresh.nearest(asked, 7, 2)),):
        np.testing.assert_array_equal(index.nearest(asked, 7, 2), wanted)
    hierarchy.customise(network.weight_ms)
    np.testing.assert_array_equal(town.nearest(asked, 7, 2), before)
    town.remove(1)
    hierarchy.update([site.arc], CLOSED_MS)
    assert town.nearest(asked, 7, 2)[0].tolist() == [2]


def test_many_places_are_answered_like_each_one(town: PlaceIndex) -> None:
    rng = np.random.default_rng(3)
    for number in range(30):
        town.insert(number, LonLat(120.2 + rng.random() * 0.009, 30.3 + rng.random() * 0.009), number % 2)
    lon, lat = 120.2 + rng.random(80) * 0.009, 30.3 + rng.random(80) * 0.009
    lon[7] = 121.0  # far from every street
    members, travel = town.nearest_many(lon, lat, 1, 4, inbound=True)
    assert members[7].tolist() == travel[7].tolist() == [-1] * 4
    for row in set(range(80)) - {7}:
        one = town.nearest(LonLat(lon[row], lat[row]), 1, 4, inbound=True)
        assert (members[row].tolist(), travel[row].tolist()) == (one[0].tolist(), one[1].tolist())
    assert town.nearest_many([], [], 1, 4)[0].shape == (0, 4)


def test_doors_count_the_walk_at_both_ends(town: PlaceIndex) -> None:
    network = town.streets.network
    here, there = LonLat(120.2002, 30.3001), LonLat(120.2006, 30.3001)
    street = town.site(here)
    weight = network.weight_ms[street.arc if network.tail[street.arc] == 0 else street.twin]
    walk_m = distance_m(here, LonLat(120.2002, 30.3))
    assert town.travel_ms(here, there) == pytest.approx(0.4 * weight + 2000 * walk_m, abs=25)
    route = town.route(here, there)
    assert route.travel_ms == town.travel_ms(here, there)
    assert route.length_m == pytest.approx(distance_m(here, there), rel=1e-3)


def test_the_nearest_door_agrees_with_asking_for_each(town: PlaceIndex) -> None:
    rng = np.random.default_rng(9)
    places = [LonLat(120.2 + rng.random() * 0.009, 30.3 + rng.random() * 0.009) for _ in range(60)]
    for number, place in enumerate(places[:40]):
        town.insert(number, place, number % 2, cost_ms=number, flags=number % 3)
    assert len(town) == 40
    for place in places[40:]:
        for inbound in (False, True):
            pairs = [(other, place) if inbound else (place, other) for other in places[:40]]
            times = sorted(
                (town.travel_ms(*pair) + number, number)
                for number, pair in enumerate(pairs)
                if number % 2 == 1 and number % 3 & 1
            )
            members, travel = town.nearest(place, 1, 4, flags=1, inbound=inbound)
            assert list(zip(travel.tolist(), members.tolist(), strict=True)) == times[:4]


def test_members_come_move_change_and_go(town: PlaceIndex) -> None:
    place, far = LonLat(120.2, 30.3), LonLat(120.2089, 30.3089)
    town.insert(5, place, {1, 2})
    town.insert(6, far, 1)
    assert town.nearest(place, 1, 1)[0].tolist() == [5]
    town.move(5, far)
    town.update(6, cost_ms=1, flags=4)
    assert town.nearest(place, 1, 2)[0].tolist() == [5, 6]
    assert town.nearest(place, 1, 2, flags=4)[0].tolist() == [6]
    town.remove(5)
    assert 5 not in town
    assert 6 in town
    with pytest.raises(UnknownMemberError):
        town.move(5, place)


def test_members_who_come_together_stand_as_those_who_come_one_by_one(town: PlaceIndex) -> None:
    rng = np.random.default_rng(5)
    places = [LonLat(120.2 + rng.random() * 0.009, 30.3 + rng.random() * 0.009) for _ in range(30)]
    one_by_one = PlaceIndex(town.streets, town.members.hierarchy, walk_m_per_s=1.0, reach_m=500.0)
    for number, place in enumerate(places):
        one_by_one.insert(number, place, {number % 2, 7})
    town.insert(3, LonLat(120.2, 30.3), 9)
    given = [(number, place, {number % 2, 7}) for number, place in enumerate(places)]
    assert town.insert_many([*given, (99, LonLat(121.0, 30.3), 7)]) == [99]
    assert 99 not in town
    assert town.insert_many([]) == []
    for category in (0, 1, 7):
        found, wanted = (index.nearest(places[0], category, 30) for index in (town, one_by_one))
        np.testing.assert_array_equal(found, wanted)
    assert not len(town.nearest(places[0], 9, 1)[0])


def test_members_who_move_together_are_found_as_by_a_plain_search(town: PlaceIndex) -> None:
    """The nearest after each wave of moves are those of the least way from door to door, each asked by itself."""
    rng = np.random.default_rng(11)

    def spread() -> list[LonLat]:
        return [LonLat(120.2 + rng.random() * 0.009, 30.3 + rng.random() * 0.009) for _ in range(25)]

    town.insert_many([(number, place, 0) for number, place in enumerate(spread())])
    for _ in range(4):
        places = spread()
        assert town.move_many([*enumerate(places[:20]), (20, LonLat(121.0, 30.3))]) == [20]
        asked = spread()[0]
        members, travel_ms = town.nearest(asked, 0, 5, inbound=True)
        stands = {n: town.site_of(n) for n in range(25)}
        ways = [
            ms
            for at in stands.values()
            if at and (ms := town.router.travel_ms(at, town.site(asked))) is not None
        ]
        assert travel_ms.tolist() == sorted(ways)[:5]
        assert len(set(members.tolist())) == 5
    with pytest.raises(UnknownMemberError):
        town.move_many([(99, places[0])])


def test_what_cannot_be_is_refused(town: PlaceIndex) -> None:
    with pytest.raises(NoStreetError, match="allowed are 500 m"):
        town.site(LonLat(121.0, 30.3))
    with pytest.raises(BadNetworkError, match="different networks"):
        PlaceIndex(Streets(grid(4)), town.members.hierarchy)
    with pytest.raises(BadPlaceError, match="no pace"):
        PlaceIndex(town.streets, town.members.hierarchy, walk_m_per_s=0)
    with pytest.raises(BadPlaceError, match="fraction"):
        Site(0, fraction=1.5)
    with pytest.raises(BadPlaceError, match="walk_ms"):
        Site(0, walk_ms=-1)
