"""The market of providers: small trades, who pays, what stands still, and what a fair share costs."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.errors import BadFieldError, DispatchError
from dispatch.matching.fair_share import Choice, Offer, share_out
from dispatch.matching.need import Weights
from dispatch.providers.market import (
    MarketRules,
    Sale,
    SmallTrade,
    payers,
    percents,
    standing_still,
    stocks,
)
from dispatch.providers.provider import Provider
from geo.place import LonLat

NOW = datetime(2026, 11, 18, tzinfo=UTC)
FOOD = SmallTrade(
    code="food", name_zh="小餐饮", name_en="food", categories=frozenset({"catering", "deli"}), least=2
)
MEND = SmallTrade(
    code="mend", name_zh="小修补", name_en="mending", categories=frozenset({"cobbler"}), least=1
)


def provider(number: int, area: str, *categories: str, state: str = "active") -> Provider:
    return Provider(
        id=number,
        no=f"P{number}",
        name="x",
        categories=categories,
        place=LonLat(120, 30),
        area=area,
        state=state,
    )


def test_small_trades_of_each_community() -> None:
    register = [
        provider(1, "A01", "catering", "deli"),  # of two categories, counted once
        provider(2, "A", "catering", state="suspended"),
        provider(3, "A", "deli", state="trial"),
        provider(4, "B07", "catering"),
        provider(5, "C", "cobbler"),  # of a community that is not asked for
    ]
    found = [
        (s.community, s.trade.code, s.providers, s.gap) for s in stocks(register, ["A", "B"], [FOOD, MEND])
    ]
    assert found == [
        ("A", "food", (1, 3), 0),
        ("A", "mend", (), 1),
        ("B", "food", (4,), 1),
        ("B", "mend", (), 1),
    ]


def test_rules_that_cannot_be_are_refused() -> None:
    with pytest.raises(BadFieldError):
        SmallTrade(code="x", name_zh="x", name_en="x", categories=frozenset(), least=1)
    day = timedelta(days=1)
    with pytest.raises(DispatchError):
        MarketRules(trades=(), return_within=timedelta(0), silent_after=day)
    with pytest.raises(DispatchError):
        MarketRules(trades=(), return_within=day, silent_after=day, low_support=101)


def test_who_paid() -> None:
    found = payers(
        [
            Sale(order="1", provider=1, payer="gov", public_fen=3000, own_fen=0),
            Sale(order="2", provider=1, payer="mixed", public_fen=1000, own_fen=4000),
            Sale(order="3", provider=1, payer="self", public_fen=0, own_fen=2000),
            Sale(order="4", provider=1, payer="self"),
        ]
    )
    assert dict(found.orders) == {"gov": 1, "self": 2, "mixed": 1, "free": 0}
    assert (found.public_fen, found.own_fen, found.billed) == (4000, 6000, 3)
    assert found.dependence == pytest.approx(40)
    assert payers([]).dependence is None
    assert set(payers([]).shares.values()) == {0.0}


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 50_000), min_size=1, max_size=6))
def test_shares_add_up_to_100(counts: dict[str, int]) -> None:
    shares = percents(counts)
    whole = sum(counts.values())
    assert round(sum(shares.values()), 1) == (100.0 if whole else 0.0)
    for name, count in counts.items():
        assert abs(shares[name] - (100 * count / whole if whole else 0)) <= 0.1


def test_what_stands_still() -> None:
    def days(number: float) -> datetime:
        return NOW - timedelta(days=number)

    last = {
        "moving": (days(30), days(400)),
        "on the day": (days(31), days(400)),
        "long": (days(90.5), days(400)),
        "never": (None, days(40)),
        "new": (None, days(5)),
    }
    found = standing_still("button", last, NOW, timedelta(days=31))
    assert [(one.key, one.days, one.last is None) for one in found] == [
        ("long", 90, False),
        ("never", 40, True),
        ("on the day", 31, False),
    ]


def choice(number: int, *offers: tuple[int, float, float]) -> Choice:
    made = tuple(Offer(provider=p, cost=cost, minutes=minutes) for p, cost, minutes in offers)
    return Choice(order=f"S{number}", category="barber", peers=3, offers=made)


WEIGHTS = Weights(fair_share_min=5.0)


def test_equals_share_and_residents_wait_a_little() -> None:
    """Two barbers half a minute apart: without a share one has all, with it both work, and the far third one never."""
    found = share_out(
        [choice(n, (1, 10.0, 10.0), (2, 10.5, 10.5), (3, 15.0, 15.0)) for n in range(10)], WEIGHTS
    )
    assert found is not None
    assert (found.able, found.unshared.providers, found.unshared.most, found.unshared.minutes) == (
        3,
        1,
        10,
        10.0,
    )
    assert found.shared.providers >= 2
    assert found.shared.spread < found.unshared.spread
    assert 0 < found.mean_extra_min <= 5
    assert sum(found.extra_min.values()) == pytest.approx(10 * found.mean_extra_min)


def test_without_a_bonus_or_an_order_nothing_changes() -> None:
    orders = [choice(n, (1, 10.0, 10.0), (2, 10.5, 10.5)) for n in range(5)]
    found = share_out(orders, Weights(fair_share_min=0.0))
    assert found is not None
    assert found.shared == found.unshared
    assert share_out([], WEIGHTS) is None


offers_of = st.lists(
    st.tuples(st.integers(1, 8), st.floats(0, 5)), min_size=1, max_size=6, unique_by=lambda o: o[0]
)


@given(st.lists(offers_of, min_size=1, max_size=30))
def test_no_resident_waits_longer_than_the_bonus(days: list[list[tuple[int, float]]]) -> None:
    """Where cost is time alone, the share costs nobody more than it is worth, and nobody waits less."""
    orders = [
        choice(n, *sorted(((p, 10 + more, 10 + more) for p, more in offers), key=lambda o: (o[1], o[0])))
        for n, offers in enumerate(days)
    ]
    found = share_out(orders, WEIGHTS)
    assert found is not None
    assert all(-1e-9 <= extra <= WEIGHTS.fair_share_min + 1e-9 for extra in found.extra_min.values())
    assert found.unshared.providers == len(Counter(o.offers[0].provider for o in orders))
