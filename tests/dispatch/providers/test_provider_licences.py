"""Licences: which one is lacking on a day, and documents as they are shown anew."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.errors import BadFieldError
from dispatch.providers.licence import Lack, Licence, ProviderRules, check_documents, lacking

TODAY = date(2026, 11, 18)
BOTH = ("li", "wang")


def licence(
    kind: str = "gas", until: date | None = None, by: tuple[str, ...] = BOTH, **more: bool
) -> Licence:
    return Licence(kind=kind, number="A1", authority="城管局", until=until, checked_by=by, **more)


@pytest.mark.parametrize(
    ("held", "needed", "why"),
    [
        ((), (), None),
        ((), ("gas",), "missing"),
        ((licence("food"),), ("gas",), "missing"),
        ((licence(),), ("gas",), None),
        ((licence(until=TODAY),), ("gas",), None),
        ((licence(until=TODAY - timedelta(days=1)),), ("gas",), "expired"),
        ((licence(by=("li",)),), ("gas",), "unchecked"),
        ((licence(by=("li", "li")),), ("gas",), "unchecked"),
        ((licence(suspended=True),), ("gas",), "suspended"),
        ((licence(until=TODAY - timedelta(days=1)), licence(until=TODAY)), ("gas",), None),
        ((licence(),), ("gas", "food"), "missing"),
    ],
)
def test_which_licence_is_lacking(
    held: tuple[Licence, ...], needed: tuple[str, ...], why: str | None
) -> None:
    lack = lacking(held, needed, TODAY)
    assert (lack and lack.why) == why
    assert lack is None or lack.kind in lack.detail


def test_an_ended_licence_tells_its_last_day() -> None:
    lack = lacking((licence(until=date(2026, 1, 31)),), ("gas",), TODAY)
    assert lack == Lack(kind="gas", why="expired", until=date(2026, 1, 31))
    assert "2026-01-31" in lack.detail


@given(st.integers(-400, 400))
def test_a_licence_counts_through_its_last_day_and_not_beyond(days: int) -> None:
    held = (licence(until=TODAY + timedelta(days=days)),)
    assert (lacking(held, ("gas",), TODAY) is None) == (days >= 0)


@pytest.mark.parametrize(
    ("documents", "field"),
    [
        ((licence("unheard"),), "kind"),
        ((licence(), licence()), "kind"),
        ((licence(until=TODAY - timedelta(days=1)),), "until"),
    ],
)
def test_documents_that_cannot_be_shown(documents: tuple[Licence, ...], field: str) -> None:
    with pytest.raises(BadFieldError) as refused:
        check_documents(documents, ("gas", "food"), TODAY)
    assert refused.value.field == field


def test_documents_shown_anew_are_checked_by_nobody() -> None:
    (shown,) = check_documents((licence(suspended=True),), ("gas",), TODAY)
    assert (shown.checked_by, shown.suspended, shown.number) == ((), False, "A1")


@pytest.mark.parametrize("wrong", [{"remind_days": ()}, {"remind_days": (7, -1)}])
def test_rules_that_cannot_hold(wrong: dict) -> None:
    with pytest.raises(BadFieldError):
        ProviderRules(**wrong)
