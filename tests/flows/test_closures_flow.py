"""Streets that are closed for a time: the ways of orders, coverage and other processes follow, and come back."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
import shapely

from api.settings import Settings
from api.world import World, open_world
from data.desk.closures import CloseStreets
from data.store.home import Home
from data.store.kinds import KINDS
from data.store.kinds.places import CLOSURE
from data.store.verify import verify
from dispatch.closures import Wish
from dispatch.lifecycle import Action, Actor
from geo.place import LonLat
from tests.conftest import NOW, HandClock, Site

REASON = "燃气抢修"


def two_places(world: World) -> tuple[LonLat, LonLat]:
    """Give two homes some way apart, both on the mainland."""
    homes = world.surveyor.homes
    places = [LonLat(lon, lat) for lon, lat in zip(homes.lon.tolist(), homes.lat.tolist(), strict=True)]
    index = world.city.engine.indexes["walk"]
    return next(
        (a, b)
        for a in places[:40]
        for b in places[-40:]
        if (route := index.route(a, b)) is not None and route.travel_ms > 600_000
    )


def travel_s(world: World, ends: tuple[LonLat, LonLat], profile: Any = "walk") -> float | None:
    return world.city.engine.travel_s(profile, *ends, world.local(world.clock()))


def on_the_way(world: World, ends: tuple[LonLat, LonLat]) -> list[float]:
    """Give a point in the middle of the way between two places."""
    route = world.city.engine.indexes["walk"].route(*ends)
    assert route is not None
    point = shapely.LineString(np.column_stack((route.lon, route.lat))).interpolate(0.5, normalized=True)
    return [point.x, point.y]


def close(site: Site, at: list[float] | None = None, **more: Any) -> dict[str, Any]:
    """Close the street at a point, or the whole district."""
    box = site.world.city.district.box
    shape = shapely.Point(at) if at else shapely.box(box.west, box.south, box.east, box.north)
    body = {"reason": REASON, "shape": json.loads(shapely.to_geojson(shape))} | more
    return site.post("dispatcher", "/api/v1/closures", 201, **body)


def test_a_street_closed_lengthens_the_way_at_once_and_lifting_gives_it_back(site: Site) -> None:
    world, ends = site.world, two_places(site.world)
    before = travel_s(world, ends)
    shut = close(site, on_the_way(world, ends))
    assert shut["holds"]
    assert shut["lines"]["coordinates"]
    after = travel_s(world, ends)
    assert before is not None
    assert after is None or after > before
    lifted = site.act("dispatcher", "closure", shut["no"], "lift", reason="抢修完成")
    assert (lifted["state"], lifted["holds"], lifted["lift_reason"]) == ("lifted", False, "抢修完成")
    assert travel_s(world, ends) == before
    with world.database.read() as session:
        assert verify(session, KINDS) == []


def test_a_planned_closure_begins_and_ends_by_the_clock(site: Site) -> None:
    world, ends = site.world, two_places(site.world)
    before = travel_s(world, ends)
    starts_at, ends_at = site.clock() + timedelta(hours=1), site.clock() + timedelta(hours=3)
    times = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
    no = close(site, on_the_way(world, ends), **times)["no"]
    assert travel_s(world, ends) == before
    assert [c["no"] for c in site.get("dispatcher", "/api/v1/closures", when="planned")["items"]] == [no]
    site.clock.turn(minutes=61)
    assert travel_s(world, ends) != before
    assert [c["no"] for c in site.get("dispatcher", "/api/v1/closures", when="now")["items"]] == [no]
    later = (site.clock() + timedelta(hours=4)).isoformat()
    moved = site.act("leader", "closure", no, "move", ends_at=later)
    assert datetime.fromisoformat(moved["ends_at"]) == datetime.fromisoformat(later)
    site.clock.turn(hours=3)
    assert travel_s(world, ends) != before
    site.clock.turn(hours=2)
    assert travel_s(world, ends) == before
    site.sign_in_anew()
    assert site.get("dispatcher", "/api/v1/closures")["items"] == []
    assert [c["no"] for c in site.get("dispatcher", "/api/v1/closures", when="over")["items"]] == [no]


def test_of_some_ways_of_travelling_alone_and_slowed(site: Site) -> None:
    world, ends = site.world, two_places(site.world)
    walk, drive = travel_s(world, ends), travel_s(world, ends, "drive")
    close(site, effect="slow", speed_percent=50, profiles=["walk"])
    assert travel_s(world, ends, "drive") == drive
    slowed = travel_s(world, ends)
    assert walk is not None
    assert slowed is not None
    assert 1.9 * walk < slowed <= 2.01 * walk  # the few steps between door and street are not slowed


def test_coverage_and_candidates_follow(sqlite_site: Site) -> None:
    site, world = sqlite_site, sqlite_site.world
    item = next(i for i in world.catalogue.items.values() if i.code == "SV-E05")
    at = world.local(world.clock())
    before = world.surveyor.survey(item, at)
    slow = close(site, effect="slow", speed_percent=25)
    slowed = world.surveyor.survey(item, at)
    assert before.median_min is not None
    assert slowed.median_min is None or slowed.median_min > before.median_min
    site.act("dispatcher", "closure", slow["no"], "lift", reason="完")
    again = world.surveyor.survey(item, at)
    assert np.array_equal(before.minutes, again.minutes, equal_nan=True)


def test_a_street_by_its_name(site: Site) -> None:
    name = site.world.city.engine.changes.names[0]
    shut = site.post("dispatcher", "/api/v1/closures", 201, reason=REASON, streets=[name])
    assert shut["streets"] == [name]
    assert shut["lines"]["coordinates"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "shape"),
        ({"streets": ["没有这条路"]}, "streets"),
        ({"shape": {"type": "Point", "coordinates": [0, 0]}}, "shape"),
        ({"shape": {"type": "Point", "coordinates": ["x"]}}, "shape"),
        ({"shape": {"type": "Polygon", "coordinates": [[[120, 30], [120.1, 30.1]]]}}, "shape"),
        ({"effect": "slow"}, "speed_percent"),
        ({"speed_percent": 40}, "speed_percent"),
        ({"ends_at": "2020-01-01T00:00:00+08:00"}, "ends_at"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_kept(site: Site, body: dict[str, Any], field: str) -> None:
    if "streets" not in body and "shape" not in body and field != "shape":
        body |= {"streets": [site.world.city.engine.changes.names[0]]}
    told = site.post("dispatcher", "/api/v1/closures", 422, reason=REASON, **body)
    assert told["field"] == field
    assert site.get("dispatcher", "/api/v1/closures", when="all")["items"] == []


def test_workers_see_it_and_may_not_close(site: Site) -> None:
    name = site.world.city.engine.changes.names[0]
    shut = site.post("dispatcher", "/api/v1/closures", 201, reason=REASON, streets=[name])
    worker = site.worker()
    (seen,) = site.get(worker, "/api/v1/closures")["items"]
    assert seen["no"] == shut["no"]
    assert "made_by" not in seen
    assert seen["actions"] == []
    site.post(worker, "/api/v1/closures", 403, reason=REASON, streets=[name])
    site.act(worker, "closure", shut["no"], "lift", 403, reason="x")
    site.act("dispatcher", "closure", shut["no"], "lift", 422)
    site.act("dispatcher", "closure", "C0", "lift", 404, reason="x")


@pytest.fixture
def two(home: Home, database_url: str) -> Iterator[tuple[World, World]]:
    settings = Settings(home=home.folder, database=database_url, timers=False, follow=False)
    one, other = (open_world(settings, HandClock(NOW)) for _ in range(2))
    yield one, other
    one.database.close()
    other.database.close()


def test_another_process_follows_and_one_that_starts_later_knows(
    two: tuple[World, World], home: Home, database_url: str
) -> None:
    one, other = two
    ends = two_places(one)
    by = Actor(user="dispatcher", role="dispatcher")
    before = travel_s(other, ends)
    shape = {"type": "Point", "coordinates": on_the_way(one, ends)}
    wish = Wish(effect="close", reason=REASON, starts_at=NOW, shape=shape)
    no = one.desk.start(CloseStreets(wish=wish), by, NOW).fact.no
    shut = travel_s(one, ends)
    assert shut != before
    assert travel_s(other, ends) == before
    other.follower.look()
    assert travel_s(other, ends) == shut
    settings = Settings(home=home.folder, database=database_url, timers=False, follow=False)
    later = open_world(settings, HandClock(NOW))
    assert travel_s(later, ends) == shut
    later.database.close()
    one.desk.act(CLOSURE, no, Action(name="lift", by=by, fields={"reason": "完"}), NOW)
    other.follower.look()
    assert travel_s(one, ends) == travel_s(other, ends) == before
