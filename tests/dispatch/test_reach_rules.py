"""Rules of reach: what counts as near, and tables that cannot be right are refused."""

from dataclasses import replace

import pytest

from data.rules.catalogue import read_catalogue

CATALOGUE = read_catalogue()
RULES, ITEMS = CATALOGUE.reach, CATALOGUE.items
PEOPLE = frozenset({"permanent", "aged_60"})


@pytest.mark.parametrize(
    ("item", "limit_min"),
    [
        ("SV-E05", 60),
        ("SV-B13", 15.0),
        ("SV-H05", None),
    ],  # comes within its promise; one goes there; no promise
)
def test_what_comes_keeps_its_promise_and_what_one_goes_to_is_a_walk_away(
    item: str, limit_min: float | None
) -> None:
    assert RULES.limit_min(ITEMS[item]) == limit_min


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"core_items": ()}, "name at least one"),
        ({"core_items": ("SV-Z99",)}, "'SV-Z99' is not in items.csv"),
        ({"core_items": ("SV-H05",)}, "promises no arrival"),
        ({"eligible": {"9": "aged_60"}}, "no item has the function '9'"),
        ({"eligible": {"2": "giants"}}, "'giants' is not one of"),
    ],
)
def test_a_table_that_cannot_be_right_is_refused(changed: dict, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        replace(RULES, **changed).check(ITEMS, PEOPLE)
