"""Indicators of registers: providers that stay, elders, visits, records, devices."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from data.rules import read_catalogue
from grid.area_facts import Facts, ProviderFact
from grid.measures import measure
from grid.register_measures import years_before

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
    ("day", "years", "before"),
    [
        (date(2026, 11, 1), 1, date(2025, 11, 1)),
        (date(2028, 2, 29), 1, date(2027, 2, 28)),
        (date(2028, 2, 29), 4, date(2024, 2, 29)),
    ],
)
def test_years_before(day: date, years: int, before: date) -> None:
    assert years_before(day, years) == before
