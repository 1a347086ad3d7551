"""Indicators of registers: providers that stay, elders, visits, records, devices."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from data.rules.catalogue import read_catalogue
from dispatch.errors import BadFieldError
from grid.errors import BadRuleError
from grid.figures.facts import Facts, People, ProviderFact
from grid.figures.measures import measure
from grid.reasons import Reason, read_reason
from grid.registers import Edition, ElderRules, RegisterRules, months_before

CATALOGUE = read_catalogue()
TABLE = {i.id: i for i in CATALOGUE.indicators}
START = datetime(2026, 9, 30, 16, tzinfo=UTC)  # October in Beijing
END = datetime(2026, 10, 31, 16, tzinfo=UTC)
HERE, THERE = "330102001001001", "330102002001001"
EMPTY = Facts(start=START, end=END, rulebook=CATALOGUE.rulebook)


def provider(number: int, joined: date | None, *, serving: bool, state: str = "active") -> ProviderFact:
    return ProviderFact(
        id=number, area=HERE, state=state, categories=("barber",), joined_on=joined, serving=serving
    )


def test_survivors_are_those_of_the_year_before_last_who_still_serve() -> None:
    providers = [
        provider(1, date(2024, 11, 1), serving=True),  # the first day of the twelve months
        provider(2, date(2025, 10, 31), serving=False),  # the last
        provider(3, date(2025, 11, 1), serving=True),  # joined too late
        provider(4, date(2024, 10, 31), serving=True),  # too early
        provider(5, date(2025, 5, 1), serving=False, state="left"),  # who left did not survive
        provider(6, date(2025, 5, 1), serving=True),
        provider(7, None, serving=True),
    ]
    found = measure(TABLE["K15"], replace(EMPTY, providers=providers))
    assert (found.value, found.rows, found.left_out) == (50.0, 4, 1)
    assert measure(TABLE["K15"], replace(EMPTY, providers=providers[6:])).value is None


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 11, 1), 12, date(2025, 11, 1)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2028, 1, 31), 2, date(2027, 11, 30)),
    ],
)
def test_months_before(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before


NEW, OLD = "GB/T 42195-2022", "MZ/T 039-2013"


def test_elders_are_disabled_by_the_levels_of_their_own_edition() -> None:
    editions = {
        e.name: e for e in (Edition(name=NEW, worst=4, moderate=3), Edition(name=OLD, worst=3, moderate=1))
    }
    rules = RegisterRules(elders=ElderRules(editions=editions))
    abilities = [
        (HERE, NEW, 2, 5),
        (HERE, NEW, 3, 2),
        (THERE, OLD, 1, 3),
        (THERE, OLD, 0, 4),
        (HERE, "else", 4, 1),
    ]
    people = {HERE: People(aged_60=20), THERE: People(aged_60=10)}
    rulebook = replace(CATALOGUE.rulebook, registers=rules)
    facts = replace(EMPTY, rulebook=rulebook, people=people, abilities=abilities)
    found = measure(TABLE["Q06"], facts)
    assert (found.value, found.rows, found.left_out, found.normalised) == (5, 15, 15, pytest.approx(500 / 3))
    assert f"{NEW} level 3 or worse: 2; {OLD} level 1 or worse: 3" in found.filter
    assert measure(TABLE["Q06"], facts.of_area(HERE)).value == 2
    assert measure(TABLE["Q06"], replace(facts, abilities=())).value is None


@pytest.mark.parametrize(
    ("edition", "level", "field"),
    [("GB/T 1", 2, "edition"), (NEW, 5, "level"), (OLD, 4, "level"), (NEW, -1, "level")],
)
def test_levels_that_an_edition_does_not_have_are_refused(edition: str, level: int, field: str) -> None:
    with pytest.raises(BadFieldError, match=f"ability_{field}"):
        CATALOGUE.rulebook.registers.elders.check(edition, level)


def test_an_edition_whose_moderate_is_no_level_is_refused() -> None:
    with pytest.raises(BadRuleError, match="not within 1 to 4"):
        Edition(name=NEW, worst=4, moderate=5)


def test_visits_by_household_and_special_elders_seen() -> None:
    visits = [(HERE, "H1"), (HERE, "H1"), (HERE, "H2"), (THERE, "H1"), (HERE, "")]
    people = {HERE: People(special=4, special_seen=3), THERE: People(special=1)}
    facts = replace(EMPTY, visits=visits, people=people)
    assert [measure(TABLE[name], facts).value for name in ("Q11", "Q12", "K18")] == [5, 3, 60.0]
    assert measure(TABLE["Q12"], facts).left_out == 1
    assert measure(TABLE["K18"], facts.of_area(THERE)).value == 0.0


def test_records_are_counted_by_kind() -> None:
    records = [
        (HERE, "residents", 10, 4),
        (THERE, "residents", 5, 5),
        (HERE, "cells", 1, 1),
        (HERE, "providers", 4, 0),
    ]
    found = measure(TABLE["K19"], replace(EMPTY, records=records))
    assert (found.value, found.rows) == (50.0, 20)
    assert read_reason(found.filter) == Reason(
        "K19", {"each": "residents 9 of 15; providers 0 of 4; cells 1 of 1"}
    )
