"""Closures decided: what is refused, when one holds, how it is moved and lifted."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from data.rules.catalogue import Catalogue
from dispatch.closures import Closure, Wish, act, begin, in_force, next_change
from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError
from dispatch.lifecycle import Action, Actor
from geo.place import LonLat

NOW = datetime.fromisoformat("2026-11-18T10:30+08:00")
HOUR = timedelta(hours=1)
BY = Actor(user="d1", role="dispatcher")
WISH = Wish(effect="close", reason="修路", starts_at=NOW + HOUR, ends_at=NOW + 3 * HOUR, streets=("清波路",))
WHERE = (LonLat(120.17, 30.25), "330102001001001")


def made(catalogue: Catalogue, wish: Wish = WISH) -> Closure:
    return begin("C1", wish, WHERE, BY, catalogue.closure_lifecycle, NOW)[0]


def done(catalogue: Catalogue, closure: Closure, name: str, now: datetime = NOW, **fields: Any) -> Closure:
    return act(closure, Action(name=name, by=BY, fields=fields), catalogue.closure_lifecycle, now)[0]


@pytest.mark.parametrize(
    ("after_h", "holds"),
    [(0.9, False), (1, True), (2.9, True), (3, False)],  # the start is part of it, the end is not
)
def test_it_holds_from_its_start_until_its_end(catalogue: Catalogue, after_h: float, *, holds: bool) -> None:
    assert in_force(made(catalogue), NOW + after_h * HOUR) is holds


def test_the_next_change_is_the_next_start_or_end_of_those_that_stand(catalogue: Catalogue) -> None:
    one = made(catalogue)
    open_end = replace(one, no="C2", starts_at=NOW + 2 * HOUR, ends_at=None)
    times = [next_change((one, open_end), NOW + h * HOUR) for h in (0, 1, 2, 3)]
    assert times == [NOW + HOUR, NOW + 2 * HOUR, NOW + 3 * HOUR, None]
    assert next_change((done(catalogue, one, "lift", reason="完"),), NOW) is None
    assert next_change((), NOW) is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"reason": "长" * 201}, "reason"),
        ({"ends_at": NOW}, "ends_at"),
        ({"ends_at": NOW + HOUR}, "ends_at"),  # as it starts
        ({"effect": "slow"}, "speed_percent"),
        ({"effect": "slow", "speed_percent": 0}, "speed_percent"),
        ({"speed_percent": 50}, "speed_percent"),
        ({"profiles": ()}, "profiles"),
        ({"profiles": ("fly",)}, "profiles"),
    ],
)
def test_what_cannot_be_is_refused(catalogue: Catalogue, change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadFieldError) as told:
        made(catalogue, replace(WISH, **change))
    assert told.value.field == field


def test_a_lifted_one_holds_no_more_and_is_final(catalogue: Catalogue) -> None:
    lifted = done(catalogue, made(catalogue), "lift", NOW + 2 * HOUR, reason="提前完工")
    assert (lifted.state, lifted.lift_reason) == ("lifted", "提前完工")
    assert not in_force(lifted, NOW + 2 * HOUR)
    with pytest.raises(NotPossibleError):
        done(catalogue, lifted, "lift", reason="再来")


def test_times_move_until_it_has_begun_and_then_its_end_alone(catalogue: Catalogue) -> None:
    one = made(catalogue)
    later = done(catalogue, one, "move", starts_at=NOW + 2 * HOUR, ends_at=None)
    assert (later.starts_at, later.ends_at, later.version) == (NOW + 2 * HOUR, None, 2)
    begun = NOW + 1.5 * HOUR
    assert done(catalogue, one, "move", begun, ends_at=NOW + 2 * HOUR).ends_at == NOW + 2 * HOUR
    for fields in ({"starts_at": NOW + 2 * HOUR}, {"ends_at": NOW + HOUR}, {}, {"speed": 3}):
        with pytest.raises(BadFieldError):
            done(catalogue, one, "move", begun, **fields)


def test_workers_lift_nothing(catalogue: Catalogue) -> None:
    action = Action(name="lift", by=Actor(user="w1", role="worker"), fields={"reason": "x"})
    with pytest.raises(WrongRoleError):
        act(made(catalogue), action, catalogue.closure_lifecycle, NOW)
