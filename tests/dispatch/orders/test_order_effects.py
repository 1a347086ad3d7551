"""What actions do to an order: prices, check-ins, who may rate."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rules.catalogue import read_catalogue
from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.lifecycle import Action, Actor
from dispatch.orders.life import act, possible
from dispatch.orders.order import Order, ceiling_fen
from dispatch.orders.rules import Scene
from geo.place import LonLat

RULES = read_catalogue().orders
NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
DOOR = LonLat(120.17, 30.25)
SHOP = Actor(user="shop", role="provider", provider="7")
DESK, OTHER = Actor(user="d1", role="dispatcher"), Actor(user="d2", role="dispatcher")
RESIDENT = Actor(user="r1", role="resident", resident="R1")
AT_DOOR = Scene(spot=DOOR, published_fen=4000)
ON_THE_WAY = Order(
    no="S1", item="X", state="on_the_way", channel="phone", created_at=NOW, place=DOOR, provider=7,
    accepted_at=NOW, departed_at=NOW, callback_at=NOW, travel_s=600.0, quoted_fen=4000, price_fen=4000,
)  # fmt: skip


def do(
    order: Order, name: str, by: Actor, minutes: float = 30, scene: Scene = AT_DOOR, **fields: object
) -> Order:
    return act(
        order, Action(name=name, by=by, fields=fields), RULES, scene, NOW + timedelta(minutes=minutes)
    )[0]


@pytest.mark.parametrize(
    ("changes", "minutes", "lat", "flags"),
    [
        ({}, 10, 30.25, ()),
        ({}, 10, 30.2517, ()),  # 189 m
        ({}, 10, 30.2519, ("far",)),  # 211 m
        ({}, 10, 28.75, ("far",)),  # 166 km
        ({}, 10, None, ("no_position",)),
        ({}, 2, 30.25, ("too_soon",)),  # 2 of 10 minutes
        ({"travel_s": None}, 0, 30.25, ()),
        ({"wanted_at": NOW + timedelta(hours=2)}, 60, 30.25, ("early",)),
        ({"wanted_at": NOW + timedelta(hours=2)}, 91, 30.25, ()),
    ],
)
def test_check_ins(changes: dict, minutes: float, lat: float | None, flags: tuple[str, ...]) -> None:
    given_place = {} if lat is None else {"lon": 120.17, "lat": lat}
    there = do(replace(ON_THE_WAY, **changes), "arrive", SHOP, minutes, **given_place)
    assert there.flags == flags
    assert (there.check_in_m is None) == (lat is None)


def test_what_one_goes_to_is_checked_in_at_the_shop_however_soon() -> None:
    scene = Scene(spot=LonLat(120.2, 30.25), travels=False)
    assert do(ON_THE_WAY, "arrive", SHOP, 0, scene, lon=120.2, lat=30.25).flags == ()


@given(
    quoted=st.none() | st.integers(0, 9000),
    wished=st.none() | st.integers(0, 9000),
    agreed=st.none() | st.integers(0, 9000),
    price=st.integers(0, 10_000),
)
def test_no_price_is_above_what_was_published_wished_or_agreed(
    quoted: int | None, wished: int | None, agreed: int | None, price: int
) -> None:
    order = replace(ON_THE_WAY, state="done", quoted_fen=quoted, max_price_fen=wished)
    if agreed is not None:
        order = do(order, "consent", RESIDENT, price_fen=agreed, who="self", how="online")
    most = ceiling_fen(order)
    if most is not None and price > most:
        with pytest.raises(BadFieldError):
            do(order, "settle", SHOP, price_fen=price)
        return
    assert do(order, "settle", SHOP, price_fen=price).price_fen == price
    for limit in (quoted, wished):
        assert agreed is not None or limit is None or price <= limit


def test_who_told_a_step_in_the_shop_s_place_does_not_tell_the_rating() -> None:
    there = do(ON_THE_WAY, "arrive", DESK, 10, lon=120.17, lat=30.25)
    order = do(do(there, "finish", SHOP, evidence=("p",)), "settle", SHOP, price_fen=4000)
    assert order.stood_in == ("d1",)
    with pytest.raises(NotPossibleError, match="d1 told the steps"):
        do(order, "rate", DESK, rating=5, reference="REC")
    with pytest.raises(BadFieldError, match="recording"):
        do(order, "rate", OTHER, rating=5)
    heard = do(order, "rate", OTHER, rating=2, reference="REC")
    assert (heard.rating, heard.rated_by, heard.reference) == (2, "phone", "REC")
    with pytest.raises(NotPossibleError, match="once"):
        do(heard, "rate", OTHER, rating=5, reference="REC")
    own = do(heard, "rate", RESIDENT, rating=1)
    assert (own.rating, own.rated_by, own.reference) == (1, "resident", "")


def test_the_desk_is_asked_for_a_reference_and_only_while_nobody_rated() -> None:
    settled = replace(ON_THE_WAY, state="settled")
    (move,) = possible(settled, RULES.lifecycle, "dispatcher", emergency=False)
    assert move.needs == ("rating", "reference")
    assert possible(replace(settled, rating=3), RULES.lifecycle, "dispatcher", emergency=False) == ()
    (own,) = possible(replace(settled, rating=3), RULES.lifecycle, "resident", emergency=False)
    assert own.needs == ("rating",)


def test_the_next_shop_begins_with_its_own_price_and_news() -> None:
    accepted = replace(ON_THE_WAY, state="called_back", callback_at=NOW + timedelta(minutes=1))
    agreed = do(accepted, "consent", DESK, price_fen=9000, who="self", how="phone")
    free = do(agreed, "give_up", SHOP, reason="x")
    assert (free.quoted_fen, free.consent_fen, free.consented_at, free.callback_at) == (None,) * 4
    asked = do(free, "contact", DESK, scene=Scene(published_fen=3000), provider=8)
    assert (asked.quoted_fen, asked.price_fen, ceiling_fen(asked)) == (3000, 3000, 3000)
    left = do(do(asked, "accept", SHOP), "depart", SHOP)
    assert left.flags == ("no_call_back",)
