"""Whom the rules ask next for an order to a provider, when they wait, and when the desk has it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from dispatch.errors import DispatchError, NotPossibleError
from dispatch.lifecycle import Action, Actor
from dispatch.orders import life
from dispatch.orders.life import RULES
from dispatch.orders.offers import Best, whom_next
from dispatch.orders.order import Order
from dispatch.orders.rules import OfferRules, Scene
from dispatch.orders.supervision import next_rung_at, wait_of
from geo.place import LonLat
from tests.conftest import rules

NOW = datetime.fromisoformat("2026-11-18T10:30:00+08:00")
NIGHT = NOW.replace(hour=4)
DESK, SHOP = Actor(user="dispatcher", role="dispatcher"), Actor(user="shop7", role="provider", provider="7")
BEST = Best(
    provider=7,
    hours="Mo-Su 09:00-20:00",
    travel_s=300.0,
    price_fen=300,
    cost=15.0,
    factors={"travel_min": 5.0, "rating_min": 10.0},
)


def waiting(**more: Any) -> Order:
    told: dict[str, Any] = {"route_mode": "provider", "route_why": "sphere", "offer_at": NOW}
    return Order(
        no="S1",
        item="SV-E15",
        state="placed",
        channel="web",
        created_at=NOW,
        place=LonLat(120.17, 30.25),
        **told | more,
    )


def done(order: Order, name: str, by: Actor, at: datetime = NOW, **fields: Any) -> Order:
    return life.act(order, Action(name=name, by=by, fields=fields), rules().orders, Scene(), at)[0]


@pytest.mark.parametrize(
    ("order", "best", "now", "name", "told"),
    [
        (waiting(), BEST, NOW, "contact", {"provider": 7, "cost": 15.0}),
        (waiting(offers=2, route_why="declined"), BEST, NOW, "contact", {"provider": 7}),
        (waiting(offers=3, route_why="declined"), BEST, NOW, "to_desk", {"route_why": "declined"}),
        (waiting(offers=3, route_why="late"), BEST, NOW, "to_desk", {"route_why": "late"}),
        (waiting(), None, NOW, "to_desk", {"route_why": "nobody", "cause": "all_full"}),
        (waiting(), BEST, NIGHT, "put_off", {"until": "2026-11-18T09:00:00+08:00"}),
        (
            waiting(arrive_due_at=NIGHT.replace(hour=9)),
            BEST,
            NIGHT,
            "put_off",
            {"until": "2026-11-18T09:00:00+08:00"},
        ),
        (
            waiting(arrive_due_at=NIGHT.replace(hour=6)),  # it opens when somebody has to be there
            BEST,
            NIGHT,
            "to_desk",
            {"route_why": "nobody", "cause": "all_closed"},
        ),
        (waiting(), replace(BEST, hours="off"), NOW, "to_desk", {"cause": "all_closed"}),
        (  # somebody had to be there by now
            waiting(offers=1, route_why="declined", arrive_due_at=NOW),
            BEST,
            NOW,
            "to_desk",
            {"route_why": "declined"},
        ),
        (waiting(arrive_due_at=NIGHT), BEST, NOW, "contact", {"provider": 7}),
    ],
)
def test_whom_the_rules_ask(
    order: Order, best: Best | None, now: datetime, name: str, told: dict[str, Any]
) -> None:
    cause = "" if best else "all_full"
    action = whom_next(order, best, cause, OfferRules(most=3), now)
    assert (action.name, action.by) == (name, RULES)
    assert told.items() <= action.fields.items()


def test_where_offers_were_switched_off_the_desk_has_what_waits() -> None:
    action = whom_next(waiting(), BEST, "", OfferRules(most=0), NOW)
    assert (action.name, action.fields) == ("to_desk", {"route_why": "recalled"})


def test_fewer_than_nobody_cannot_be_asked() -> None:
    with pytest.raises(DispatchError, match="most is -1"):
        OfferRules(most=-1)


def test_who_declines_or_is_late_makes_room_for_the_next() -> None:
    asked = done(waiting(), "contact", RULES, provider=7)
    assert (asked.state, asked.provider, asked.offers, asked.offer_at) == ("contacted", 7, 1, NOW)
    for name, by, why in (("decline", SHOP, "declined"), ("lapse", RULES, "late")):
        later = NOW + timedelta(minutes=5)
        fields = {"reason": "忙"} if name == "decline" else {}
        left = done(asked, name, by, later, **fields)
        assert (left.state, left.provider, left.declined_by) == ("located", None, (7,))
        assert (left.route_why, left.offer_at, left.offers) == (why, later, 1)
        wait = wait_of(left, rules().orders.supervision)
        assert wait is not None
        assert wait.red_at == later + timedelta(seconds=180)  # the next is asked before the desk is called
        given = done(left, "to_desk", RULES, later, route_why=why)
        assert (given.state, given.offer_at, given.route_why) == ("located", None, why)
        wait = wait_of(given, rules().orders.supervision)
        assert wait is not None
        assert wait.red_at == NOW + timedelta(seconds=180)  # from the press
        with pytest.raises(NotPossibleError, match="the desk chooses"):
            done(given, "contact", RULES, provider=8)


@pytest.mark.parametrize(
    ("name", "fields"),
    [("contact", {"provider": 8}), ("route", {"department": "DP02", "reason": "民政代办"})],
)
def test_what_the_desk_does_by_hand_ends_the_offers(name: str, fields: dict[str, Any]) -> None:
    order = done(waiting(), name, DESK, **fields)
    assert (order.state, order.offer_at, order.offers) == ("contacted", None, 0)
    left = done(order, "decline", DESK, reason="没有人手")
    assert left.offer_at is None


def test_the_desk_takes_back_what_the_rules_offered_and_nothing_else() -> None:
    asked = done(waiting(), "contact", RULES, provider=7)
    back = done(asked, "recall", DESK, reason="居民要熟人")
    assert (back.state, back.provider, back.declined_by) == ("located", None, ())
    assert (back.offer_at, back.route_why, back.flags) == (None, "recalled", ("overruled",))
    by_hand = done(back, "contact", DESK, provider=7)  # it declined nothing
    with pytest.raises(NotPossibleError, match="the rules did not send"):
        done(by_hand, "recall", DESK, reason="误派")
    lifecycle = rules().orders.lifecycle
    for order, can in ((asked, True), (by_hand, False)):
        moves = life.possible(order, lifecycle, "dispatcher", emergency=False)
        assert ("recall" in [m.action for m in moves]) is can


def test_only_whom_the_rules_asked_is_passed_over_by_the_clock() -> None:
    supervision = rules().orders.supervision
    asked = done(waiting(), "contact", RULES, provider=7)
    by_hand = done(waiting(), "contact", DESK, provider=7)
    for order, fires in ((asked, True), (by_hand, False)):
        told = tuple(f"accept/0/{rung}" for rung in ("amber", "red"))
        due = next_rung_at(replace(order, told=told), supervision)
        assert due == NOW + timedelta(seconds=300 if fires else 1200)
