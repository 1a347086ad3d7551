"""Steps of a provider: the table proves them, the past decides between moves of a name, the trial ends by its rule."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rules.catalogue import Catalogue
from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError
from dispatch.lifecycle import Action, Actor
from dispatch.providers.licence import Licence, ending
from dispatch.providers.provider import TAKING_ORDERS, Provider, act
from dispatch.providers.reviews import (
    RULED,
    Past,
    Trial,
    TrialRules,
    failures,
    ruled,
    trial_faults,
    waits_for_ruling,
)
from geo.place import LonLat

NOW = datetime(2026, 11, 18, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = NOW.date()
ROLES = {"d1": "dispatcher", "a1": "admin", "a2": "admin", "shop": "provider", "clock": "clock"}


def walk(catalogue: Catalogue, state: str, *steps: tuple[str, str]) -> list[str]:
    """Take steps by users, as the desk does: the past rules, the table decides; gives the states."""
    provider = Provider(id=1, no="P1", name="x", categories=("barber",), place=LonLat(120, 30), state=state)
    past: list[Past] = []
    states = []
    for user, name in steps:
        fields = {"reason": "试", "note": "试"}
        action = Action(name=name, by=Actor(user=user, role=ROLES[user]), fields=fields)
        if name in RULED:
            action = ruled(action, past)
        after, _ = act(provider, action, catalogue.provider_lifecycle, NOW)
        past.append(Past(name=action.name, by=user, before=provider.state))
        provider = after
        states.append(provider.state)
    return states


@pytest.mark.parametrize(
    ("state", "steps", "states"),
    [
        # two failed reviews in a row suspend
        ("active", [("d1", "fail_review"), ("d1", "fail_review")], ["warned", "suspended"]),
        ("active", [("d1", "fail_review"), ("d1", "pass_review"), ("d1", "fail_review")], ["warned", "active", "warned"]),
        # a warning is no review: one failed review after it does not suspend
        ("active", [("d1", "warn"), ("d1", "fail_review"), ("d1", "fail_review")], ["warned", "warned", "suspended"]),
        # nobody asks for the second one by name while there was no first
        ("active", [("d1", "fail_again")], ["warned"]),
        # one on trial that fails a review is suspended, and goes back on trial when that was wrong
        ("trial", [("d1", "fail_review"), ("shop", "appeal"), ("a1", "grant_appeal")], ["suspended", "suspended", "trial"]),
        ("trial", [("clock", "fail_trial"), ("shop", "appeal"), ("a1", "grant_appeal")], ["suspended", "suspended", "trial"]),
        ("trial", [("clock", "pass_trial")], ["active"]),
        # an appeal that is upheld restores what was before the step
        ("active", [("d1", "warn"), ("shop", "appeal"), ("a1", "grant_appeal")], ["warned", "warned", "active"]),
        ("active", [("a1", "suspend"), ("shop", "appeal"), ("a2", "grant_appeal")], ["suspended", "suspended", "active"]),
        (
            "active",
            [("d1", "fail_review"), ("d1", "fail_review"), ("shop", "appeal"), ("a1", "grant_appeal"), ("d1", "fail_review")],
            ["warned", "suspended", "suspended", "warned", "suspended"],  # the first failure stands
        ),
        # one that fails does not
        ("active", [("d1", "warn"), ("shop", "appeal"), ("a1", "deny_appeal")], ["warned", "warned", "warned"]),
        # who left comes back on trial
        ("active", [("shop", "leave"), ("a1", "return")], ["left", "trial"]),
    ],
)  # fmt: skip
def test_steps(catalogue: Catalogue, state: str, steps: list[tuple[str, str]], states: list[str]) -> None:
    assert walk(catalogue, state, *steps) == states


@pytest.mark.parametrize(
    ("state", "steps", "why"),
    [
        ("active", [("a1", "suspend"), ("shop", "appeal"), ("a1", "grant_appeal")], "another one decides"),
        ("active", [("a1", "suspend"), ("a2", "grant_appeal")], "no appeal waits"),
        ("active", [("a1", "suspend"), ("shop", "appeal"), ("shop", "appeal")], "appealed already"),
        ("active", [("a1", "suspend"), ("shop", "appeal"), ("a2", "deny_appeal"), ("a2", "grant_appeal")], "no appeal waits"),
        ("suspended", [("shop", "appeal")], "no step"),  # as an old register says, without a step in the log
        ("active", [("a1", "suspend"), ("a1", "restore"), ("shop", "appeal")], "no step"),
    ],
)  # fmt: skip
def test_steps_that_cannot_be(
    catalogue: Catalogue, state: str, steps: list[tuple[str, str]], why: str
) -> None:
    with pytest.raises(NotPossibleError, match=why):
        walk(catalogue, state, *steps)


def test_only_the_clock_ends_a_trial_and_the_suspended_take_no_orders(catalogue: Catalogue) -> None:
    with pytest.raises(WrongRoleError):
        walk(catalogue, "trial", ("a1", "fail_trial"))
    assert "suspended" not in TAKING_ORDERS
    assert {"trial", "warned"} <= TAKING_ORDERS


names = st.sampled_from(["fail_review", "pass_review", "warn", "appeal", "grant_appeal", "clear"])


@given(st.lists(names, max_size=12))
def test_two_standing_failures_in_a_row_suspend_and_nothing_else_does(told: list[str]) -> None:
    """Whatever happens, a failed review is the second one exactly when one before it stands."""
    past: list[Past] = []
    standing = 0
    for name in told:
        by = "d1" if name in ("fail_review", "warn", "pass_review") else "a1"
        action = Action(name=name, by=Actor(user=by, role=ROLES[by]))
        if name in RULED:
            try:
                action = ruled(action, past)
            except NotPossibleError:
                continue
        if name == "fail_review":
            assert (action.name == "fail_again") == (standing > 0)
        past.append(Past(name=action.name, by=by, before="active"))
        standing = failures(past)
        assert standing >= 0
        assert not waits_for_ruling(past) or name != "clear"


@pytest.mark.parametrize(
    ("trial", "faults"),
    [
        (Trial(done=9, rated=9, stars=9, promised=9), None),
        (Trial(done=10, rated=4, stars=14, promised=10, on_time=7), 0),  # just enough
        (Trial(done=10), 0),  # nobody rated, nothing was promised
        (Trial(done=10, rated=4, stars=13, promised=10, on_time=7), 1),
        (Trial(done=10, rated=4, stars=13, promised=10, on_time=6), 2),
    ],
)
def test_how_a_trial_ends(trial: Trial, faults: int | None) -> None:
    found = trial_faults(trial, TrialRules())
    assert (None if found is None else len(found)) == faults


@pytest.mark.parametrize("wrong", [{"orders": 0}, {"least_stars": 0.5}, {"least_on_time": 1.2}])
def test_trial_rules_that_cannot_hold(wrong: dict[str, float]) -> None:
    with pytest.raises(BadFieldError):
        TrialRules(**wrong)  # type: ignore[arg-type]


def licence(left: int | None, kind: str = "gas", **more: object) -> Licence:
    until = None if left is None else TODAY + timedelta(days=left)
    return Licence(
        kind=kind, number=f"{kind}{left}", authority="x", until=until, checked_by=("a", "b"), **more
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("held", "found"),
    [
        ([licence(31)], []),
        ([licence(30)], [("gas", 30)]),
        ([licence(8)], [("gas", 30)]),
        ([licence(7)], [("gas", 7)]),
        ([licence(0)], [("gas", 7)]),
        ([licence(-1)], []),  # over: refused, no reminder
        ([licence(5), licence(400)], []),  # renewed
        ([licence(5), licence(None)], []),
        ([licence(5, suspended=True)], []),
        ([licence(5), licence(20, "food")], [("food", 30), ("gas", 7)]),
    ],
)
def test_which_reminders_are_due(held: list[Licence], found: list[tuple[str, int]]) -> None:
    assert [(one.kind, one.days) for one in ending(held, TODAY, (30, 7))] == found
    assert isinstance(TODAY, date)
