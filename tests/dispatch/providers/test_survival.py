"""How long providers stay: published hand values, scipy as oracle, late entry by hand, and leaving and coming back."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from dispatch.errors import DispatchError
from dispatch.providers.survival import Spell, Stay, interval, spells, survival

DAY0 = date(2020, 1, 1)
HALF_YEAR = timedelta(days=180)

# Weeks in remission with 6-mercaptopurine, Freireich et al. (1963), as every text book prints them; a plus is cut.
FREIREICH = [
    "6",
    "6",
    "6",
    "6+",
    "7",
    "9+",
    "10",
    "10+",
    "11+",
    "13",
    "16",
    "17+",
    "19+",
    "20+",
    "22",
    "23",
    "25+",
    "32+",
    "32+",
    "34+",
    "35+",
]
PRINTED = [  # week, at risk, lost, share, bounds on the scale of log(-log S)
    (6, 21, 3, 0.8571, 0.6197, 0.9516),
    (7, 17, 1, 0.8067, 0.5631, 0.9228),
    (10, 15, 1, 0.7529, 0.5032, 0.8894),
    (13, 12, 1, 0.6902, 0.4316, 0.8491),
    (16, 11, 1, 0.6275, 0.3675, 0.8049),
    (22, 7, 1, 0.5378, 0.2678, 0.7468),
    (23, 6, 1, 0.4482, 0.1881, 0.6801),
]


def spell(days: int, *, lost: bool, entry: int = 0, number: int = 1) -> Spell:
    return Spell(
        provider=number,
        joined_on=DAY0,
        seen_on=DAY0 + timedelta(days=entry),
        until=DAY0 + timedelta(days=days),
        lost=lost,
    )


def test_the_printed_values() -> None:
    curve = survival(spell(int(told.rstrip("+")), lost=not told.endswith("+")) for told in FREIREICH)
    assert [(s.day, s.at_risk, s.lost) for s in curve.steps] == [row[:3] for row in PRINTED]
    for step, (*_, share, low, high) in zip(curve.steps, PRINTED, strict=True):
        assert (step.share, step.low, step.high) == pytest.approx((share, low, high), abs=6e-5)
    assert (curve.stays, curve.lost, curve.first_day, curve.last_day) == (21, 9, 0, 35)
    before, later = curve.at(5), curve.at(30)
    assert before is not None
    assert later is not None
    assert (before.share, later.share) == pytest.approx((1.0, 0.4482), abs=6e-5)
    assert curve.at(36) is None


stays_of = st.lists(st.tuples(st.integers(1, 60), st.booleans()), min_size=1, max_size=40)


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")  # before the first loss
@given(stays_of)
def test_as_scipy_has_it(told: list[tuple[int, bool]]) -> None:
    curve = survival(spell(days, lost=lost) for days, lost in told)
    data = CensoredData(uncensored=[d for d, lost in told if lost], right=[d for d, lost in told if not lost])
    function = ecdf(data).sf
    for step in curve.steps:
        assert step.share == pytest.approx(float(function.evaluate(step.day)))
    assert [s.share for s in curve.steps] == sorted((s.share for s in curve.steps), reverse=True)
    if any(lost for _, lost in told) and curve.steps[-1].share > 0:
        bounds = function.confidence_interval(method="log-log")
        for step in curve.steps:
            assert step.low == pytest.approx(float(bounds.low.evaluate(step.day)), abs=1e-9)
            assert step.high == pytest.approx(float(bounds.high.evaluate(step.day)), abs=1e-9)


def test_who_was_seen_late_counts_from_then_on() -> None:
    """Three from the start, one lost on day 5 of 3; two more seen from day 8 on, one lost on day 10 of 4."""
    curve = survival(
        [
            spell(5, lost=True),
            spell(20, lost=False),
            spell(20, lost=False),
            spell(10, lost=True, entry=8),
            spell(20, lost=False, entry=8),
        ]
    )
    assert [(s.day, s.at_risk, s.share) for s in curve.steps] == [
        (5, 3, pytest.approx(2 / 3)),
        (10, 4, pytest.approx(1 / 2)),
    ]


def test_nothing_is_told_of_days_that_nobody_saw() -> None:
    late = survival([spell(900, lost=False, entry=700), spell(800, lost=True, entry=700)])
    assert (late.first_day, late.at(750)) == (700, None)
    gap = survival([spell(100, lost=False), spell(400, lost=True, entry=300)])
    assert (gap.last_day, gap.steps, gap.at(100)) == (100, (), gap.at(0))
    assert gap.at(400) is None
    assert survival([]).at(0) is None


@pytest.mark.parametrize(("share", "bounds"), [(1.0, (None, None)), (0.0, (None, None))])
def test_the_ends_have_no_interval(share: float, bounds: tuple[None, None]) -> None:
    assert interval(share, 0.1) == bounds
    with pytest.raises(DispatchError, match="between 0 and 1"):
        interval(1.2, 0.1)


def day(number: int) -> date:
    return DAY0 + timedelta(days=number)


@pytest.mark.parametrize(
    ("moves", "silent", "expected"),
    [
        # (left on day, came back on day): days from joining, lost, returned
        ([], None, [(1000, False, False)]),
        ([(300, True)], None, [(300, True, False)]),
        ([(300, True), (480, False)], None, [(1000, False, False)]),  # back within 180 days: never lost
        ([(300, True), (481, False)], None, [(300, True, False), (519, False, True)]),
        ([(300, True), (481, False), (600, True)], None, [(300, True, False), (119, True, True)]),
        ([(300, True), (310, False), (700, True)], None, [(700, True, False)]),
        ([], 800, [(800, True, False)]),
        ([(300, True), (600, False)], 900, [(300, True, False), (300, True, True)]),
        ([(300, True)], 200, [(300, True, False)]),  # it left before it was silent long enough to count
        ([(1200, True)], None, [(1000, False, False)]),  # after the end of the records
        ([(300, True), (1100, False)], None, [(300, True, False)]),
    ],
)
def test_leaving_and_coming_back(
    moves: list[tuple[int, bool]], silent: int | None, expected: list[tuple[int, bool, bool]]
) -> None:
    stay = Stay(
        provider=7,
        joined_on=DAY0,
        seen_on=DAY0,
        moves=tuple((day(n), left) for n, left in moves),
        silent_on=None if silent is None else day(silent),
    )
    assert [(s.days, s.lost, s.returned) for s in spells(stay, day(1000), HALF_YEAR)] == expected


def test_a_stay_is_seen_from_when_it_was_kept_and_one_ahead_is_none() -> None:
    kept = Stay(provider=1, joined_on=DAY0, seen_on=day(400))
    (found,) = spells(kept, day(1000), HALF_YEAR)
    assert (found.entry_days, found.days, found.lost) == (400, 1000, False)
    assert spells(Stay(provider=1, joined_on=day(2), seen_on=day(2)), day(1), HALF_YEAR) == ()
