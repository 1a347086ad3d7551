"""What lies within minutes of a place, over HTTP: a closed bridge, boats by the hour, people within."""

import pytest
from shapely import Point
from shapely.geometry import shape

from geo.place import LonLat
from tests.conftest import Site

ADDRESS = "/api/v1/isochrone"


def rings(site: Site, **asked: object) -> list[dict]:
    return site.get("leader", ADDRESS, **{**site.inside(), "minutes": [15, 5, 10], **asked})["features"]


@pytest.mark.parametrize("direction", ["from", "towards"])
def test_longer_rings_hold_shorter_ones(site: Site, direction: str) -> None:
    found = rings(site, direction=direction)
    assert [ring["properties"]["minutes"] for ring in found] == [5, 10, 15]
    km, people = ([ring["properties"][name] for ring in found] for name in ("street_km", "people"))
    assert km == sorted(km)
    assert 0 < people[0] <= people[1] <= people[2]
    areas = [shape(ring["geometry"]).buffer(1e-6) for ring in found]
    assert areas[2].covers(areas[1].buffer(-2e-6))
    assert areas[0].covers(Point(*site.inside().values()))
    lines = rings(site, direction=direction, drawn="streets")
    assert [ring["properties"] for ring in lines] == [ring["properties"] for ring in found]
    assert areas[2].covers(shape(lines[2]["geometry"]))


def test_a_closure_makes_the_ring_smaller_and_lifting_it_gives_all_back(sqlite_site: Site) -> None:
    site = sqlite_site
    before = rings(site, drawn="streets")
    spot = Point(*site.inside().values())
    around = spot.buffer(0.004).difference(spot.buffer(0.0015))
    drawn = {
        "type": "Polygon",
        "coordinates": [list(ring.coords) for ring in (around.exterior, *around.interiors)],
    }
    made = site.post("dispatcher", "/api/v1/closures", 201, reason="修路", shape=drawn)
    shut = rings(site, drawn="streets")
    assert shut[2]["properties"]["street_km"] < before[2]["properties"]["street_km"]
    site.act("dispatcher", "closure", made["no"], "lift", reason="已通行")
    assert rings(site, drawn="streets") == before


def test_people_within_are_those_whose_home_is_reached(sqlite_site: Site) -> None:
    site = sqlite_site
    place = LonLat(**site.inside())
    told = rings(site, profile="drive")[0]["properties"]["people"]
    index, homes = site.world.city.engine.indexes["drive"], site.world.surveyor.homes
    by_home = zip(homes.lon.tolist(), homes.lat.tolist(), homes.people.tolist(), strict=True)
    away = [(index.travel_ms(place, LonLat(lon, lat)), people) for lon, lat, people in by_home]
    near = sum(people for travel_ms, people in away if travel_ms is not None and travel_ms <= 5 * 60_000)
    assert 0.99 * near <= told <= near  # on the street of the place itself the engine knows a shorter way


def test_the_boat_carries_the_ring_over_the_water(sqlite_site: Site) -> None:
    site = sqlite_site
    north, island = (pier.place for pier in site.world.city.engine.ferries["walk"].timetable.piers)
    asked = {"lon": north.lon, "lat": north.lat, "minutes": 60, "at": "2026-11-18T10:31:00+08:00"}
    by_day = shape(site.get("leader", ADDRESS, **asked)["features"][0]["geometry"])
    by_night = shape(
        site.get("leader", ADDRESS, **(asked | {"at": "2026-11-18T22:31:00+08:00"}))["features"][0][
            "geometry"
        ]
    )
    assert by_day.covers(Point(island.lon, island.lat))
    assert not by_night.covers(Point(island.lon, island.lat))


def test_what_cannot_be_drawn_is_refused(sqlite_site: Site) -> None:
    site = sqlite_site
    for wrong in ({"minutes": 0}, {"minutes": 500}, {"profile": "swim"}, {"lon": 999}, {"direction": "up"}):
        answer = site.call("leader", "GET", ADDRESS, params={**site.inside(), **wrong})
        assert answer.status_code == 422, wrong
    far = site.call("leader", "GET", ADDRESS, params={"lon": 10, "lat": 10})
    assert far.status_code == 422
    assert far.json()["detail"]
