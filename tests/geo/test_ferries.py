"""Ferries: sailings by day and hour, and journeys, nearest members and coverage against trying every boat."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from road_cases import grid

from geo.crossing import FerryPlaces
from geo.errors import BadNetworkError, BadPlaceError
from geo.ferries import Closure, Crossing, Pier, Sailings, Season, Timetable
from geo.hierarchy import Hierarchy
from geo.place import LonLat
from geo.places import PlaceIndex
from geo.reach import UNREACHED
from geo.roads import CLOSED_MS, RoadNetwork
from geo.site import Site
from geo.streets import Streets

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAILY = frozenset(range(7))
HOUR_S = 3600


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def boat(**changes: object) -> Crossing:
    facts: dict = {
        "name": "轮渡",
        "origin": 0,
        "target": 1,
        "duration_s": 480,
        "boarding_s": 120,
        "sailings": (
            Sailings.every(range(5), 6 * HOUR_S, 21 * HOUR_S, 1800),
            Sailings(frozenset({5, 6}), (8 * HOUR_S, 12 * HOUR_S, 24 * HOUR_S + 600)),
        ),
    }
    return Crossing(**(facts | changes))


def timetable(*crossings: Crossing) -> Timetable:
    return Timetable(
        (Pier("北岸", LonLat(120.2, 30.3)), Pier("岛", LonLat(120.2, 30.2))), crossings, SHANGHAI
    )


@pytest.mark.parametrize(
    ("ready", "sails"),
    [
        ("2026-11-18T10:00", "2026-11-18T10:30"),  # Wednesday: boarding takes two minutes
        ("2026-11-18T09:58", "2026-11-18T10:00"),
        ("2026-11-18T03:00", "2026-11-18T06:00"),  # before the first
        ("2026-11-18T20:58", "2026-11-18T21:00"),  # the last
        ("2026-11-18T20:59", "2026-11-19T06:00"),  # the last is gone: next morning
        ("2026-11-20T21:00", "2026-11-21T08:00"),  # Friday night: Saturday's later first boat
        ("2026-11-21T13:00", "2026-11-22T00:10"),  # Saturday's boat after midnight
        ("2026-11-23T00:05", "2026-11-23T00:10"),  # Sunday's boat leaves on Monday
        ("2026-11-23T00:09", "2026-11-23T06:00"),
        ("2026-11-21T00:00", "2026-11-21T08:00"),  # Friday has no boat after midnight
    ],
)
def test_the_next_boat_by_day_and_hour(ready: str, sails: str) -> None:
    found = timetable(boat()).next_ms(0, round(local(ready).timestamp() * 1000))
    assert datetime.fromtimestamp(found / 1000, SHANGHAI) == local(sails)


SUMMER = (Season(date(2026, 4, 1), date(2026, 10, 31)),)
WINTER = (Season(date(2026, 1, 1), date(2026, 3, 31)), Season(date(2026, 11, 1), date(2027, 3, 31)))
NATIONAL_DAY, NEW_YEAR = date(2026, 10, 1), date(2027, 1, 1)  # a Thursday and a Friday


@pytest.mark.parametrize(
    ("ready", "sails"),
    [
        ("2026-10-30T07:30", "2026-10-30T08:00"),  # Friday, the last working day of summer
        ("2026-10-31T07:30", "2026-10-31T09:00"),  # Saturday
        ("2026-11-01T07:30", "2026-11-01T10:00"),  # winter has the same boat every day
        ("2026-10-31T23:00", "2026-11-01T00:30"),  # the boat after the midnight of summer's last day
        ("2027-03-31T10:00", None),  # nothing published for later
        ("2026-10-01T07:30", "2026-10-01T09:00"),  # a holiday has the hours of the weekend
        ("2027-01-01T07:30", "2027-01-01T12:00"),  # a boat on holidays alone
    ],
)
def test_the_next_boat_by_season_and_holiday(ready: str, sails: str | None) -> None:
    hours = (
        Sailings(frozenset(range(5)), (8 * HOUR_S,), SUMMER, holidays=False),
        Sailings(frozenset({5, 6}), (9 * HOUR_S, 24 * HOUR_S + 1800), SUMMER, holidays=True),
        Sailings(DAILY, (10 * HOUR_S,), WINTER, holidays=False),
        Sailings(frozenset(), (12 * HOUR_S,), WINTER, holidays=True),
    )
    piers = timetable().piers
    found = Timetable(piers, (boat(sailings=hours),), SHANGHAI, frozenset({NATIONAL_DAY, NEW_YEAR})).next_ms(
        0, round(local(ready).timestamp() * 1000)
    )
    assert (found and datetime.fromtimestamp(found / 1000, SHANGHAI)) == (sails and local(sails))


def test_without_a_word_a_holiday_is_a_day_like_others() -> None:
    daily = boat(sailings=(Sailings(DAILY, (8 * HOUR_S,)),))
    heeding = Timetable(timetable().piers, (daily,), SHANGHAI, frozenset({NATIONAL_DAY}))
    ready_ms = round(local("2026-10-01T07:00").timestamp() * 1000)
    assert heeding.next_ms(0, ready_ms) == timetable(daily).next_ms(0, ready_ms)
    with pytest.raises(BadNetworkError, match="ends before it begins"):
        Season(date(2026, 5, 2), date(2026, 5, 1))


def test_no_boat_in_a_weather_stop() -> None:
    storm = Closure(date(2026, 11, 18), date(2026, 11, 19), "大风")
    stopped = timetable(boat(closures=(storm,)))
    ready = round(local("2026-11-17T22:00").timestamp() * 1000)
    found = stopped.next_ms(0, ready)
    assert datetime.fromtimestamp(found / 1000, SHANGHAI) == local("2026-11-20T06:00")
    season = Closure(date(2026, 11, 1), date(2027, 3, 1))
    assert timetable(boat(closures=(season,))).next_ms(0, ready) is None
    assert timetable(boat(sailings=())).next_ms(0, ready) is None


def test_boats_between_two_times() -> None:
    begin, end = (round(local(f"2026-11-18T{hour}").timestamp() * 1000) for hour in ("09:30", "11:00"))
    hours = [
        datetime.fromtimestamp(ms / 1000, SHANGHAI).strftime("%H:%M")
        for ms in timetable(boat()).between_ms(0, begin, end)
    ]
    assert hours == ["10:00", "10:30", "11:00"]


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Sailings(frozenset({7}), ()), "days of the week"),
        (lambda: Sailings(DAILY, (-1,)), "before midnight"),
        (lambda: Sailings.every(DAILY, 0, 10, 0), "no interval"),
        (lambda: boat(duration_s=0), "allowed is more than zero"),
        (lambda: timetable(boat(target=2)), "outside 0 .. 1"),
    ],
)
def test_what_cannot_sail_is_refused(make: object, told: str) -> None:
    with pytest.raises(BadNetworkError, match=told):
        make()


WEST, SOUTH, SIDE = 120.2, 30.3, 8


def islands(seed: int) -> RoadNetwork:
    """Three islands side by side, each with a few closed streets."""
    town = grid(SIDE, seed=seed, closed=0.1)
    column = np.searchsorted((2, 5), np.arange(SIDE * SIDE) % SIDE)
    return town.with_weights(np.where(column[town.tail] == column[town.head], town.weight_ms, CLOSED_MS))


class World:
    """Islands, piers on them, and boats between the piers at odd hours."""

    def __init__(self, seed: int, piers: int = 6, boats: int = 8) -> None:
        self.rng = np.random.default_rng(seed)
        network = islands(seed)
        self.index = PlaceIndex(Streets(network), Hierarchy.build(network), walk_m_per_s=1.0)
        self.places = [self.place() for _ in range(piers)]
        crossings = [self.boat(piers) for _ in range(boats)]
        self.timetable = Timetable([Pier(str(n), p) for n, p in enumerate(self.places)], crossings, UTC)
        self.ferries = FerryPlaces(self.index, self.timetable)
        berths = [self.berth(p) for p in range(piers)] if boats else []
        self.legs = [[0 if a is b else self.street_ms(a, b) for b in berths] for a in berths]
        self.at = datetime(2026, 11, 18, int(self.rng.integers(4, 12)), 7, 11, tzinfo=UTC)

    def place(self) -> LonLat:
        return LonLat(
            WEST + self.rng.random() * 1e-3 * (SIDE - 1), SOUTH + self.rng.random() * 1e-3 * (SIDE - 1)
        )

    def boat(self, piers: int) -> Crossing:
        origin, target = self.rng.choice(piers, 2, replace=False).tolist()
        departs = sorted(self.rng.integers(3 * HOUR_S, 14 * HOUR_S, 12).tolist())
        return boat(
            origin=origin,
            target=target,
            duration_s=int(self.rng.integers(1, 900)),
            boarding_s=int(self.rng.integers(0, 300)),
            sailings=(Sailings(DAILY, tuple(departs)),),
        )

    def street_ms(self, source: int | Site, target: int | Site) -> int:
        found = self.index.router.travel_ms(source, target)
        return CLOSED_MS if found is None else found

    def by_boat_ms(self, source: int | Site, target: int | Site) -> int:
        """Earliest arrival with at least one boat, every boat of three days tried in the order it sails."""
        now = round(self.at.timestamp() * 1000)
        midnight = datetime(2026, 11, 18, tzinfo=UTC)
        sailings = sorted(
            (round((midnight + timedelta(days=day, seconds=second)).timestamp() * 1000) - now, number)
            for number, each in enumerate(self.timetable.crossings)
            for day in range(3)
            for second in each.sailings[0].departs_s
        )
        piers = range(len(self.places))
        there = [self.street_ms(source, self.berth(p)) for p in piers]
        ashore = [self.street_ms(self.berth(p), target) for p in piers]
        best = CLOSED_MS
        for departs_ms, number in sailings:
            taken = self.timetable.crossings[number]
            if there[taken.origin] + taken.boarding_s * 1000 <= departs_ms:
                landed = departs_ms + taken.duration_s * 1000
                best = min(best, landed + ashore[taken.target])
                there = [min(there[p], landed + self.legs[taken.target][p]) for p in piers]
        return best

    def berth(self, pier: int) -> int | Site:
        return self.ferries._berths[pier]  # noqa: SLF001 - the oracle stands at the same spot

    def earliest_ms(self, source: int | Site, target: int | Site) -> int:
        return min(self.street_ms(source, target), self.by_boat_ms(source, target))


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_journeys_agree_with_trying_every_boat(seed: int) -> None:
    world = World(seed)
    for _ in range(6):
        source, target = world.place(), world.place()
        wanted = world.earliest_ms(world.index.site(source), world.index.site(target))
        found = world.ferries.journey(source, target, world.at)
        if wanted >= CLOSED_MS:
            assert found is None
            assert world.ferries.route(source, target, world.at) is None
            continue
        assert found.travel_ms == wanted
        ends = [round(world.at.timestamp() * 1000), *(leg.arrive_ms for leg in found.legs)]
        assert [leg.depart_ms for leg in found.legs] == ends[:-1]
        assert ends[-1] - ends[0] == wanted
        afloat = sum(leg.arrive_ms - leg.depart_ms for leg in found.legs if leg.kind != "street")
        assert found.ferry_ms == afloat
        way = world.ferries.route(source, target, world.at)
        assert way.travel_ms == wanted
        assert ("ferry" in [step.turn for step in way.steps]) == (afloat > 0)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), k=st.integers(1, 12), inbound=st.booleans())
def test_the_nearest_agree_with_trying_every_member_and_boat(seed: int, k: int, *, inbound: bool) -> None:
    world = World(seed)
    members = [world.place() for _ in range(14)]
    for number, place in enumerate(members):
        world.index.insert(number, place, number % 3)
    asked = world.place()
    here = world.index.site(asked)
    wanted = []
    for number, place in enumerate(members):
        ends = (world.index.site(place), here) if inbound else (here, world.index.site(place))
        travel_ms = world.earliest_ms(*ends)
        if number % 3 and travel_ms < CLOSED_MS:
            wanted.append((travel_ms, number, world.street_ms(*ends) > travel_ms))
    found = world.ferries.nearest(asked, {1, 2}, k, world.at, inbound=inbound)
    rows = list(zip(*(each.tolist() for each in found), strict=True))
    assert [(t, m, f > 0) for m, t, f in rows] == sorted(wanted)[:k]
    for member, travel_ms, ferry_ms in rows:
        ends = (members[member], asked) if inbound else (asked, members[member])
        assert travel_ms == world.ferries.journey(*ends, world.at).travel_ms
        assert 0 <= ferry_ms <= travel_ms


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), inbound=st.booleans())
def test_coverage_agrees_with_trying_every_source_and_boat(seed: int, *, inbound: bool) -> None:
    world = World(seed)
    nodes, costs = world.rng.integers(0, SIDE * SIDE, 2), np.zeros(2, np.int64)
    reach = world.ferries.reach(nodes, costs, world.at, inbound=inbound, limit_ms=2 * 86_400_000)
    total = np.where(reach.node_ms == UNREACHED, CLOSED_MS, reach.node_ms)
    for quay in reach.quays:
        to_pier = np.where(quay.node_ms == UNREACHED, CLOSED_MS, quay.node_ms)
        total = np.minimum(total, quay.onward_ms(to_pier))
    for node in world.rng.integers(0, SIDE * SIDE, 12).tolist():
        pairs = [(source, node) if inbound else (node, source) for source in nodes.tolist()]
        wanted = min(world.earliest_ms(*pair) for pair in pairs)
        assert total[node] == (wanted if wanted <= 2 * 86_400_000 else CLOSED_MS)


def test_boats_ask_for_a_time_with_a_zone() -> None:
    world = World(3)
    with pytest.raises(BadPlaceError, match="no zone"):
        world.ferries.journey(world.place(), world.place(), datetime(2026, 11, 18, 10))  # noqa: DTZ001 - refused


def test_without_boats_the_streets_answer_alone() -> None:
    world = World(3, boats=0)
    assert not world.ferries
    world.index.insert(1, world.places[0], 1)
    members, travel, ferry = world.ferries.nearest(world.places[0], 1, 2, world.at)
    assert (members.tolist(), ferry.tolist()) == ([1], [0])
    assert travel.tolist() == [world.ferries.journey(*[world.places[0]] * 2, world.at).travel_ms]
    reach = world.ferries.reach([], [], world.at, inbound=True, limit_ms=1)
    assert (reach.node_ms == UNREACHED).all()
