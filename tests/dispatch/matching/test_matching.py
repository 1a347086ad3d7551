"""Matching: exact against looking at everybody, reasons for all, factors that add up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.errors import DispatchError
from dispatch.item import ServiceItem
from dispatch.matching.candidates import Found
from dispatch.matching.match import match
from dispatch.matching.need import Need, Tastes, Weights
from dispatch.matching.wishes import WISHES
from dispatch.providers.provider import Provider
from geo.place import LonLat

AT = datetime.fromisoformat("2026-11-18T10:30+08:00")  # Wednesday
HERE = LonLat(120.17, 30.25)
TAP = ServiceItem(
    code="X",
    name_zh="修",
    name_en="repair",
    function="5",
    function_zh="便民",
    sphere="gov",
    mode="on_demand",
    urgency="normal",
    department="DP14",
    category="repair",
    direction="provider_to_resident",
    profile="ebike",
    payer="self",
    promise_arrive_min=60,
    price_fen=4000,
)


def provider(number: int, **changes: object) -> Provider:
    made = Provider(id=number, no=f"P{number}", name="铺", categories=("repair",), place=HERE)
    return replace(made, **changes)


class Road:
    """Travel times as given, nearest first."""

    def __init__(self, travel: dict[int, float]) -> None:
        self.order = sorted(((t, p) for p, t in travel.items()))
        self.asked: list[int] = []

    def nearest(self, item: ServiceItem, place: LonLat, k: int, at: datetime) -> Sequence[Found]:
        del item, place
        if at == AT:
            self.asked.append(k)
        return [Found(p, t) for t, p in self.order[:k]]

    def leaving(self, item: ServiceItem, provider: Provider, place: LonLat, at: datetime) -> Found:
        del item, place
        assert at > AT
        return next(Found(p, t) for t, p in self.order if p == provider.id)


def need(item: ServiceItem = TAP, **changes: object) -> Need:
    return replace(Need(item=item, place=HERE, area="330102001001001", at=AT), **changes)


@pytest.mark.parametrize(
    ("changes", "given", "reason"),
    [
        ({"categories": ("barber",)}, {}, "skill"),
        ({"state": "suspended"}, {}, "state"),
        ({}, {"item": replace(TAP, licences=("gas",))}, "licence"),
        ({}, {"tastes": Tastes(blocked=frozenset({1}))}, "blocked"),
        ({}, {"declined": frozenset({1})}, "declined"),
        ({"service_areas": ("330102002",)}, {}, "area"),
        ({"load": 3}, {}, "full"),
        ({"hours": "Mo-Su 20:00-22:00"}, {}, "closed"),
        ({"prices_fen": {"X": 9000}}, {"max_price_fen": 5000}, "price"),
        ({"max_travel_min": 5}, {}, "far"),
    ],
)
def test_each_obstacle_is_named(changes: dict, given: dict, reason: str) -> None:
    found = match(need(**given), {1: provider(1, **changes)}, Road({1: 600.0}))
    assert found.candidates == ()
    assert [r.reason for r in found.refused] == [reason]
    assert found.refused[0].detail
    assert found.unmet_cause


def test_opening_soon_may_wait_within_the_promise_but_not_when_urgent() -> None:
    soon = {1: provider(1, hours="Mo-Su 11:00-20:00")}
    found = match(need(), soon, Road({1: 60.0}))
    assert found.candidates[0].wait_s == 1800
    assert match(need(replace(TAP, urgency="urgent")), soon, Road({1: 60.0})).candidates == ()


def test_urgent_needs_look_at_time_alone() -> None:
    dear_and_near = provider(1, prices_fen={"X": 90000}, rating=1.0)
    cheap_and_far = provider(2, prices_fen={"X": 100}, rating=5.0)
    road = Road({1: 300.0, 2: 900.0})
    register = {1: dear_and_near, 2: cheap_and_far}
    assert match(need(replace(TAP, urgency="urgent")), register, road).candidates[0].provider == 1
    assert match(need(), register, road).candidates[0].provider == 2


def test_nobody_at_all_is_no_provider() -> None:
    assert match(need(), {}, Road({})).unmet_cause == "no_provider"


providers = st.lists(
    st.tuples(
        st.floats(0, 7200),
        st.floats(1, 5),
        st.integers(0, 20000),
        st.integers(0, 4),
        st.integers(0, 30),
        st.sampled_from(["24/7", "Mo-Fr 08:00-18:00", "Mo-Su 11:00-20:00", "Sa-Su 08:00-12:00"]),
    ),
    max_size=90,
)


@settings(max_examples=60, deadline=None)
@given(rows=providers, k=st.integers(1, 8))
def test_the_widening_search_finds_what_looking_at_everybody_finds(rows: list, k: int) -> None:
    register = {
        n: provider(n, rating=rating, prices_fen={"X": price}, load=load, recent_orders=recent, hours=hours)
        for n, (_, rating, price, load, recent, hours) in enumerate(rows)
    }
    travel = {n: row[0] for n, row in enumerate(rows)}
    found = match(need(), register, Road(travel), k=k)
    everybody = match(need(), register, Road(travel), k=10_000)
    assert found.candidates == everybody.candidates[:k]
    for candidate in found.candidates:
        assert abs(sum(candidate.factors.values()) - candidate.cost) < 1e-6
        assert candidate.travel_s <= Weights().horizon_min * 60


class Strait(Road):
    """Everybody takes the boat; whoever opens later takes a later one, or finds none."""

    def __init__(self, found: list[Found], later: Found | None = None) -> None:
        super().__init__({})
        self.found, self.later = found, later

    def nearest(self, item: ServiceItem, place: LonLat, k: int, at: datetime) -> Sequence[Found]:
        del item, place
        at_opening = [self.later] if self.later else []
        return self.found[:k] if at == AT else at_opening[:k]

    def leaving(self, item: ServiceItem, provider: Provider, place: LonLat, at: datetime) -> Found | None:
        del item, place, provider
        assert at == AT + timedelta(minutes=30)
        return None


def test_the_boat_is_a_factor_of_its_own_and_the_sum_still_holds() -> None:
    boat = Strait([Found(1, 2400.0, 1500.0), Found(2, 2400.0, 1800.0)])
    first, second = match(need(), {1: provider(1), 2: provider(2)}, boat).candidates
    assert first.provider == 2  # the same boat, the shorter way to the pier
    assert (first.factors["travel_min"], first.factors["ferry_min"]) == (10, 30)
    assert (second.factors["travel_min"], second.factors["ferry_min"]) == (15, 25)
    for candidate in (first, second):
        assert abs(sum(candidate.factors.values()) - candidate.cost) < 1e-6
        assert candidate.travel_s == 2400
    assert "ferry_min" not in match(need(), {1: provider(1)}, Road({1: 60.0})).candidates[0].factors


def test_who_opens_later_takes_the_boat_of_that_hour() -> None:
    soon = {1: provider(1, hours="Mo-Su 11:00-20:00")}
    boat = Strait([Found(1, 2400.0, 1500.0)], later=Found(1, 1200.0, 300.0))
    (candidate,) = match(need(), soon, boat).candidates
    assert (candidate.wait_s, candidate.travel_s, candidate.ferry_s) == (1800, 1200, 300)
    found = match(need(), soon, Strait([Found(1, 2400.0, 1500.0)]))
    assert (found.candidates, [r.reason for r in found.refused]) == ((), ["far"])


def test_who_is_not_among_the_nearest_at_opening_is_timed_alone() -> None:
    class Tide(Strait):
        def leaving(self, item: ServiceItem, provider: Provider, place: LonLat, at: datetime) -> Found:
            del item, place, at
            return Found(provider.id, 600.0)

    soon = {n: provider(n, hours="Mo-Su 11:00-20:00") for n in (1, 2)}
    tide = Tide([Found(1, 2400.0), Found(2, 2400.0)], later=Found(1, 1200.0))
    found = match(need(), soon, tide).candidates
    assert [(c.provider, c.travel_s) for c in found] == [(2, 600), (1, 1200)]


def test_all_of_one_boat_are_looked_at() -> None:
    crowd = [Found(n, 2400.0, 2400.0 - n) for n in range(300)]
    register = {n: provider(n) for n in range(300)}
    urgent = need(replace(TAP, urgency="urgent"))
    assert [c.provider for c in match(urgent, register, Strait(crowd), k=2).candidates] == [0, 1]
    crowd = [Found(n, 2400.0, 2100.0 + n) for n in range(300)]
    assert [c.provider for c in match(urgent, register, Strait(crowd), k=2).candidates] == [299, 298]


TASTES = (Tastes(), Tastes(known=frozenset({1, 7}), dialect="吴语", blocked=frozenset({3})))


@settings(max_examples=60, deadline=None)
@given(
    rows=providers,
    k=st.integers(1, 8),
    wishes=st.lists(st.sampled_from(WISHES), unique=True),
    tastes=st.sampled_from(TASTES),
)
def test_the_widening_search_finds_whom_the_wishes_lift(
    rows: list, k: int, wishes: list, tastes: Tastes
) -> None:
    register = {
        n: provider(
            n,
            rating=rating,
            prices_fen={"X": price},
            load=load,
            recent_orders=recent,
            hours=hours,
            women=n % 3 == 0,
            dialects=("吴语",) if n % 4 == 1 else (),
        )
        for n, (_, rating, price, load, recent, hours) in enumerate(rows)
    }
    travel = {n: row[0] for n, row in enumerate(rows)}
    wanted = need(wishes=tuple(wishes), tastes=tastes)
    found = match(wanted, register, Road(travel), k=k)
    everybody = match(wanted, register, Road(travel), k=10_000)
    assert found.candidates == everybody.candidates[:k]
    for candidate in found.candidates:
        assert abs(sum(candidate.factors.values()) - candidate.cost) < 1e-6


@pytest.mark.parametrize(
    ("wish", "meets", "name", "minutes"),
    [
        ("cheapest", {"prices_fen": {"X": 300}}, "cheapest_min", 30.0),
        ("known", {}, "known_min", -15.0),
        ("woman", {"women": True}, "woman_min", -15.0),
        ("dialect", {"dialects": ("吴语",)}, "dialect_min", -15.0),
    ],
)
def test_each_wish_lifts_who_meets_it(wish: str, meets: dict, name: str, minutes: float) -> None:
    near, meeting = provider(1, prices_fen={"X": 1500}), provider(2, **({"prices_fen": {"X": 1500}} | meets))
    road, tastes = Road({1: 60.0, 2: 660.0}), Tastes(known=frozenset({2}), dialect="吴语")
    plain = match(
        need(tastes=replace(tastes, known=frozenset())), {1: near, 2: replace(meeting, dialects=())}, road
    )
    wished = match(need(wishes=(wish,), tastes=tastes), {1: near, 2: meeting}, road)
    assert plain.candidates[0].provider == 1
    assert wished.candidates[0].provider == 2
    assert wished.candidates[0].factors[name] == minutes


def test_the_soonest_counts_the_minutes_until_somebody_is_there() -> None:
    near_and_poor, far_and_good = provider(1, rating=3.0), provider(2, rating=5.0)
    register, road = {1: near_and_poor, 2: far_and_good}, Road({1: 60.0, 2: 960.0})
    assert match(need(), register, road).candidates[0].provider == 2
    soonest = match(need(wishes=("soonest",)), register, road).candidates
    assert [c.provider for c in soonest] == [1, 2]
    assert soonest[1].factors["soonest_min"] == 32.0


def test_a_known_provider_counts_a_little_without_a_wish_and_nothing_when_it_is_urgent() -> None:
    register, tastes = {1: provider(1), 2: provider(2)}, Tastes(known=frozenset({2}))
    road = Road({1: 60.0, 2: 180.0})
    assert match(need(tastes=tastes), register, road).candidates[0].factors["known_min"] == -3.0
    urgent = match(need(replace(TAP, urgency="urgent"), tastes=tastes, wishes=WISHES), register, road)
    assert [(c.provider, set(c.factors)) for c in urgent.candidates] == [
        (1, {"travel_min", "wait_min"}),
        (2, {"travel_min", "wait_min"}),
    ]


@pytest.mark.parametrize("odd", [{"wish_min": -1.0}, {"soonest_times": 0.5}])
def test_weights_that_cannot_be_are_refused(odd: dict) -> None:
    with pytest.raises(DispatchError, match=next(iter(odd))):
        Weights(**odd)
