"""Levels of ability at their boundaries, by the catalogue's own table, and by the rules on which sources differ."""

from dataclasses import replace

import pytest

from data.rules.catalogue import Catalogue
from dispatch.errors import BadFieldError
from dispatch.money.assessment import Standard


@pytest.fixture(scope="module")
def standard(catalogue: Catalogue) -> Standard:
    return catalogue.money.standard


def test_twenty_six_items_add_up_to_ninety_points(standard: Standard) -> None:
    groups: dict[str, int] = {}
    for item in standard.items:
        groups[item.group[:3]] = groups.get(item.group[:3], 0) + item.most
    assert groups == {"B.1": 32, "B.2": 15, "B.3": 28, "B.4": 15}
    assert (len(standard.items), standard.most) == (26, 90)


@pytest.mark.parametrize(
    ("score", "level"),
    [(90, 0), (89, 1), (66, 1), (65, 2), (46, 2), (45, 3), (30, 3), (29, 4), (0, 4)],
)
def test_levels_at_their_boundaries(standard: Standard, score: int, level: int) -> None:
    assert standard.level(score) == level


def test_reasons_make_the_level_one_worse_together_or_each(standard: Standard) -> None:
    assert standard.level(66, ["dementia"]) == 2
    assert standard.level(66, ["dementia"], events=3) == 2
    assert standard.level(90, events=2) == 1
    assert standard.level(90, events=1) == 0
    assert standard.level(0, ["dementia"]) == 4
    assert replace(standard, raised="each").level(66, ["dementia"], events=3) == 3


def test_a_coma_is_a_level_of_its_own(standard: Standard) -> None:
    assert standard.level(80, coma=True) == 4
    assert replace(standard, coma_level=3).level(80, coma=True) == 3


def test_only_a_whole_assessment_has_a_score(standard: Standard) -> None:
    whole = {item.code: item.most for item in standard.items}
    assert standard.score(whole) == 90
    assert standard.score(whole | {"walking": 0}) == 86
    for wrong in (
        {code: points for code, points in whole.items() if code != "walking"},
        whole | {"walking": 5},
        whole | {"walking": -1},
        whole | {"walking": True},
        whole | {"cooking": 1},
        {},
    ):
        with pytest.raises(BadFieldError):
            standard.score(wrong)
    for score in (-1, 91):
        with pytest.raises(BadFieldError):
            standard.level(score)
    with pytest.raises(BadFieldError, match="dementia"):
        standard.level(66, ["tired"])
