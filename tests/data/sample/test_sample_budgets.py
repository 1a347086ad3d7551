"""A rehearsed year has money for each of its policies, granted once."""

from datetime import UTC, datetime

from data.sample.budgets import GRANT_FEN, open_budgets
from tests.conftest import Site


def test_each_policy_and_year_has_one_budget(site: Site) -> None:
    desk, area = site.world.desk, site.world.city.district.code
    start, until = datetime(2026, 12, 30, tzinfo=UTC), datetime(2027, 1, 5, tzinfo=UTC)
    rules = site.world.catalogue.money
    policies = {policy.code for policy in rules.policies} | {top_up.policy for top_up in rules.top_ups}
    assert open_budgets(desk, area, start, until) == 2 * len(policies)
    assert open_budgets(desk, area, start, until) == 0
    listed = site.get("admin", "/api/v1/budgets")["items"]
    assert {(b["policy"], b["year"]) for b in listed} == {(p, y) for p in policies for y in (2026, 2027)}
    assert {b["granted_fen"] for b in listed} == {GRANT_FEN}
