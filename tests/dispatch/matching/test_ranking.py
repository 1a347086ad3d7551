"""Why a provider ranks where it does: places, means of those in front, what would lift it."""

from dataclasses import replace

import pytest

from dispatch.matching.candidates import Match
from dispatch.matching.match import match
from dispatch.matching.need import Need, Weights
from dispatch.matching.ranking import BEHIND, Lift, placed, ranked
from dispatch.providers.provider import Provider
from tests.dispatch.matching.test_matching import AT, HERE, TAP, Road, provider

MORNING = (2, 10)
PLAIN = Weights(minutes_per_yuan=2.0, minutes_per_star=10.0, fair_share_min=0.0)


def answer(travel_s: dict[int, float], *register: Provider, k: int = 5) -> Match:
    need = Need(item=TAP, place=HERE, area="330102001001", at=AT)
    return match(need, {p.id: p for p in register}, Road(travel_s), k=k, weights=PLAIN)


def test_what_costs_most_and_what_would_lift() -> None:
    dear = provider(1, prices_fen={TAP.code: 4600}, rating=4.5)  # six yuan more: 12 minutes
    rival = provider(2, rating=4.5)
    near = answer({1: 240.0, 2: 600.0}, dear, rival)
    alone = answer({1: 240.0}, dear)
    found = ranked([placed(near, 1, MORNING), placed(alone, 1, MORNING)], PLAIN.minutes_per_star)
    assert (found.orders, found.offered, found.first, found.position) == (2, 2, 1, 1.5)
    assert (found.worst, found.worst_min) == ("price_min", 12.0)
    assert found.mine["travel_min"] == 4.0
    assert found.above["travel_min"] == 10.0
    assert found.lifts == (Lift(what="price", first_more=1, position=1.0),)


def test_who_is_not_proposed_is_told_why() -> None:
    shut = provider(1, hours="Mo-Su 18:00-20:00")
    seen = placed(answer({1: 60.0, 2: 600.0}, shut, provider(2)), 1, MORNING)
    behind = placed(answer({1: 600.0, 2: 60.0}, provider(1), provider(2), k=1), 1, MORNING)
    found = ranked([seen, behind], PLAIN.minutes_per_star)
    assert (found.offered, found.position, found.worst, found.lifts) == (0, None, "", ())
    assert found.refused == {"closed": 1, BEHIND: 1}
    assert found.shut == {MORNING: 1}


def test_each_order_weighs_the_same_whoever_many_are_in_front() -> None:
    me = provider(9)
    crowd = [provider(n) for n in range(1, 5)]
    far = answer({**dict.fromkeys(range(1, 5), 1200.0), 9: 1260.0}, me, *crowd)
    close = answer({1: 60.0, 9: 120.0}, me, crowd[0])
    found = ranked([placed(far, 9, MORNING), placed(close, 9, MORNING)], PLAIN.minutes_per_star)
    assert found.position == pytest.approx(3.5)
    assert found.mine["travel_min"] - found.above["travel_min"] == pytest.approx(1.0)
    assert found.worst == "travel_min"
    assert {lift.what for lift in found.lifts} == {"rating"}


def test_no_orders_are_no_place() -> None:
    found = ranked([], PLAIN.minutes_per_star)
    assert (found.orders, found.position, found.worst, found.lifts) == (0, None, "", ())
    assert replace(found, orders=1) != found
