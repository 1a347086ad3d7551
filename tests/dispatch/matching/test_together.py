"""All that waits planned together: dearest never, as many served as can be, and better than one after the other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from test_matching import AT, HERE, TAP, provider

from dispatch.item import ServiceItem
from dispatch.matching.candidates import Found
from dispatch.matching.match import match
from dispatch.matching.need import Need
from dispatch.matching.together import plan_together
from geo.place import LonLat


class Roads:
    """Travel seconds from each need's place, told apart by longitude, to each provider."""

    def __init__(self, travel: list[dict[int, int]]) -> None:
        self.travel = travel

    def nearest(self, item: ServiceItem, place: LonLat, k: int, at: datetime) -> Sequence[Found]:
        del item, at
        rows = self.travel[round(place.lon - HERE.lon)]
        return [Found(p, float(t)) for p, t in sorted(rows.items(), key=lambda row: (row[1], row[0]))[:k]]

    def leaving(self, item: ServiceItem, provider: object, place: LonLat, at: datetime) -> Found | None:
        del item, provider, place, at
        raise AssertionError


def needs(count: int, item: ServiceItem = TAP) -> list[Need]:
    return [
        Need(item=item, place=LonLat(HERE.lon + i, HERE.lat), area="330102001001001", at=AT)
        for i in range(count)
    ]


URGENT = replace(TAP, urgency="urgent")
ways = st.lists(st.dictionaries(st.integers(1, 4), st.integers(1, 1800), max_size=4), min_size=1, max_size=4)


@settings(max_examples=150, deadline=None)
@given(ways, st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=4, max_size=4))
def test_no_plan_serves_more_or_costs_less(travel: list[dict[int, int]], room: list[tuple[int, int]]) -> None:
    register = {n: provider(n, capacity=c, load=load) for n, (c, load) in enumerate(room, start=1)}
    asked, roads = needs(len(travel), URGENT), Roads(travel)
    plan = plan_together(asked, register, roads)
    suits = [
        {None: None} | {c.provider: c for c in match(need, register, roads, k=9).candidates} for need in asked
    ]
    best = max(
        (len(going), -round(sum(c.cost for c in going), 2))
        for chosen in product(*suits)
        for going in [[s[p] for s, p in zip(suits, chosen, strict=True) if p is not None]]
        if all(
            chosen.count(p) <= register[p].capacity - register[p].load for p in set(chosen) if p is not None
        )
    )
    assert (plan.sums.served, -plan.sums.cost_min) == best
    assert (plan.sums_one_by_one.served, -plan.sums_one_by_one.cost_min) <= best
    assert plan.proof.bound == plan.proof.total
    for one, cause in zip(plan.together, plan.causes, strict=True):
        assert (one is None) == bool(cause)


def test_the_plan_shows_what_one_by_one_would_have_cost() -> None:
    register = {n: provider(n, capacity=1) for n in (1, 2)}
    plan = plan_together(needs(2, URGENT), register, Roads([{1: 600, 2: 660}, {1: 660, 2: 3600}]))
    assert [c.provider for c in plan.together if c] == [2, 1]
    assert [c.provider for c in plan.one_by_one if c] == [1, 2]
    assert (plan.sums.travel_min, plan.sums_one_by_one.travel_min) == (22.0, 70.0)
    assert (plan.sums.in_time, plan.sums_one_by_one.in_time) == (2, 2)


def test_what_is_urgent_goes_before() -> None:
    register = {1: provider(1, capacity=1)}
    asked = [*needs(1), needs(2, URGENT)[1]]
    plan = plan_together(asked, register, Roads([{1: 60}, {1: 1200}]))
    assert plan.together[0] is None
    assert plan.causes == ("all_full", "")
    assert plan.together[1] is not None


def test_nothing_waits() -> None:
    plan = plan_together([], {}, Roads([]))
    assert (plan.together, plan.sums.served, plan.proof.total) == ((), 0, 0)
