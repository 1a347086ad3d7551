"""Read the rules of money: the standard of assessment, and subsidies."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from data.rules.files import guard, toml
from dispatch.money.assessment import AssessmentItem, Standard
from dispatch.money.eligibility import Policy
from dispatch.money.rules import MoneyRules, TopUp

SETS = ("kinds", "any_tag", "no_tag")


def money_rules(folder: Path, items: Collection[str], tags: Collection[str]) -> MoneyRules:
    """Read everything money is decided by; policies name items and marks of residents that there are.

    Raises
    ------
    BadCatalogueError
        Naming the file at fault.
    """
    path = folder / "subsidies.toml"
    standard = guard(folder / "assessment.toml", lambda: _standard(toml(folder / "assessment.toml")))
    rules = guard(path, lambda: _subsidies(toml(path), standard, items))
    guard(path, lambda: _check_tags(rules.policies, tags))
    return rules


def _standard(table: Mapping[str, Any]) -> Standard:
    return Standard(
        edition=table["edition"],
        items=tuple(AssessmentItem(**row) for row in table["item"]),
        least=tuple(table["least"]),
        worse=dict(table["worse"]),
        risk_events=table["risk_events"],
        raised=table["raised"],
        coma_level=table["coma_level"],
    )


def _subsidies(table: Mapping[str, Any], standard: Standard, items: Collection[str]) -> MoneyRules:
    policies = tuple(_policy(row, items) for row in table.get("policy", ()))
    seen: set[tuple[str, str, str]] = set()
    for policy in policies:
        if (key := (policy.code, policy.version, policy.area)) in seen:
            raise ValueError(
                f"policy {policy.code} {policy.version} is listed twice for area {policy.area!r}"
            )
        seen.add(key)
    share = dict(table.get("share_percent", {}))
    _check_percent("share_percent", share, items)
    return MoneyRules(
        standard=standard,
        policies=policies,
        top_ups=tuple(TopUp(**row) for row in table.get("top_up", ())),
        share_percent=share,
        headroom_percent=int(table["headroom_percent"]),
    )


def _policy(row: Mapping[str, Any], items: Collection[str]) -> Policy:
    given = dict(row) | {name: frozenset(row.get(name, ())) for name in SETS}
    given["month_fen"] = {int(level): fen for level, fen in row.get("month_fen", {}).items()}
    policy = Policy(**given)
    if not (isinstance(policy.first, date) and policy.first <= policy.last):
        raise ValueError(f"policy {policy.code}: first and last are days, the first not after the last")
    if bool(policy.month_fen) == bool(policy.flat_fen):
        raise ValueError(
            f"policy {policy.code}: give month_fen by level, or flat_fen for everybody, and not both"
        )
    if policy.month_fen and not policy.edition:
        raise ValueError(f"policy {policy.code}: month_fen goes by levels; say of which edition")
    _check_percent(f"policy {policy.code}: percent", policy.percent, items)
    return policy


def _check_percent(where: str, percent: Mapping[str, int], items: Collection[str]) -> None:
    for item, share in percent.items():
        if item not in items:
            raise ValueError(f"{where}: {item!r} is not in items.csv")
        if type(share) is not int or not 0 < share <= 100:
            raise ValueError(f"{where} of {item}: {share!r} is no whole number from 1 to 100")


def _check_tags(policies: Iterable[Policy], tags: Collection[str]) -> None:
    for policy in policies:
        if odd := sorted((policy.any_tag | policy.no_tag) - set(tags)):
            raise ValueError(f"policy {policy.code}: {odd[0]!r} is no tag of people.toml")
