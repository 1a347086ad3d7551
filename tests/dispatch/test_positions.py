"""What becomes of a position: on time or late, known, of the future, off shift, outside, or rough."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dispatch.errors import DispatchError
from dispatch.positions import Heard, Position, PositionRules, Standing, age_s, judge, judge_all
from geo.place import LonLat

NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
RULES = PositionRules(
    rough_m=100,
    fresh=timedelta(minutes=5),
    shown=timedelta(minutes=30),
    ahead=timedelta(minutes=2),
    late=timedelta(hours=1),
    kept=timedelta(days=30),
    every_s=10,
)
AGREED = Standing(agreed_at=NOW - timedelta(days=3))


def heard(seconds: float = 0, accuracy_m: float = 8, *, on_shift: bool = True, inside: bool = True) -> Heard:
    at = NOW + timedelta(seconds=seconds)
    position = Position(user="w1", at=at, place=LonLat(120.1, 30.2), accuracy_m=accuracy_m)
    return Heard(position=position, on_shift=on_shift, inside=inside)


def since(seconds: float, *known: float) -> Standing:
    """Somebody whose newest position is so old; others of theirs are known too."""
    at = frozenset(NOW + timedelta(seconds=one) for one in (seconds, *known))
    return replace(AGREED, newest=NOW + timedelta(seconds=seconds), known=at)


@pytest.mark.parametrize(
    ("told", "standing", "verdict"),
    [
        (heard(), AGREED, "taken"),
        (heard(-10), since(-40), "taken"),
        (heard(-40), since(-40), "double"),
        (heard(-50), since(-40), "older"),
        (heard(-50), since(-40, -50), "double"),
        (heard(120), AGREED, "taken"),  # the clock of the phone is fast
        (heard(121), AGREED, "future"),
        (heard(-3600), AGREED, "taken"),
        (heard(-3601), AGREED, "late"),
        (heard(accuracy_m=100), AGREED, "taken"),
        (heard(accuracy_m=101), AGREED, "rough"),
        (heard(-50, accuracy_m=101), since(-40), "rough"),
        (heard(accuracy_m=0), AGREED, "taken"),  # the phone does not say
        (heard(on_shift=False), AGREED, "off_shift"),
        (heard(inside=False), AGREED, "outside"),
        (heard(inside=False, on_shift=False), AGREED, "off_shift"),
        (heard(-121), replace(AGREED, agreed_at=NOW), "unagreed"),
        (heard(-120), replace(AGREED, agreed_at=NOW), "taken"),
    ],
)
def test_each_position_has_its_verdict(told: Heard, standing: Standing, verdict: str) -> None:
    assert judge(told, standing, NOW, RULES) == verdict


def test_positions_that_come_together_are_judged_one_after_the_other() -> None:
    sent = [heard(-30), heard(-20), heard(-20), heard(-25), heard(-10, accuracy_m=900), heard(-10)]
    verdicts = judge_all(sent, AGREED, NOW, RULES)
    assert verdicts == ("taken", "taken", "double", "older", "rough", "double")
    assert judge_all([], AGREED, NOW, RULES) == ()


def test_a_position_of_a_fast_clock_is_of_now() -> None:
    assert age_s(NOW + timedelta(seconds=90), NOW) == 0
    assert age_s(NOW - timedelta(seconds=90.9), NOW) == 90


@pytest.mark.parametrize(
    "wrong",
    [
        {"rough_m": 0},
        {"every_s": 0},
        {"ahead": timedelta(seconds=-1)},
        {"fresh": timedelta()},
        {"shown": timedelta(minutes=4)},
        {"kept": timedelta(minutes=20)},
        {"late": timedelta(minutes=4)},
    ],
)
def test_rules_that_cannot_hold_are_refused(wrong: dict[str, timedelta]) -> None:
    with pytest.raises(DispatchError, match="positions:"):
        replace(RULES, **wrong)  # type: ignore[arg-type]  # one of the fields
