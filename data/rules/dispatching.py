"""Read from the catalogue's settings how orders are proven and how providers stand."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from data.rules.files import guard, section, toml
from data.rules.lifecycles import read_lifecycle
from dispatch.item import ServiceItem
from dispatch.orders.effects import EFFECTS, FIELDS
from dispatch.orders.rules import Evidence, OfferRules, OrderRules
from dispatch.orders.supervision import Clock, Rung, Supervision
from dispatch.providers.standing import StandingRules


def order_rules(folder: Path, settings: Mapping[str, Any], items: Mapping[str, ServiceItem]) -> OrderRules:
    """Read what orders are decided by.

    Raises
    ------
    BadCatalogueError
        Naming the file and section at fault.
    """
    path = folder / "supervision.toml"
    return OrderRules(
        lifecycle=read_lifecycle(folder / "order_lifecycle.toml", frozenset(EFFECTS), FIELDS),
        evidence=section(folder, settings, "evidence", _evidence),
        on_call=section(folder, settings, "on_call", lambda told: _on_call(told, items)),
        offers=section(folder, settings, "offers", _offers),
        supervision=guard(path, lambda: _supervision(toml(path))),
    )


def _supervision(told: Mapping[str, Any]) -> Supervision:
    clocks = (_spans(row, red_s="red", party_red_s="party_red") for row in told["clock"])
    rungs = (_spans(row, after_s="after") for row in told["rung"])
    return Supervision(
        clocks=tuple(Clock(**row) for row in clocks), ladder=tuple(Rung(**row) for row in rungs)
    )


def _spans(row: Mapping[str, Any], **named: str) -> dict[str, Any]:
    """Return a row with its seconds as spans, under other names, and its lists as tuples."""
    read: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in row.items()}
    spans = {name: float(read.pop(seconds)) for seconds, name in named.items() if seconds in read}
    return read | {name: timedelta(seconds=span) for name, span in spans.items()}


def _evidence(told: Mapping[str, Any]) -> Evidence:
    return Evidence(
        check_in_m=float(told["check_in_m"]),
        least_way=float(told["least_way"]),
        least_work=timedelta(seconds=float(told["least_work_s"])),
        early=timedelta(minutes=float(told["early_min"])),
    )


def _offers(told: Mapping[str, Any]) -> OfferRules:
    return OfferRules(most=int(told["most"]))


def _on_call(told: Mapping[str, Any], items: Mapping[str, ServiceItem]) -> frozenset[str]:
    categories = frozenset(told["categories"])
    if unknown := sorted(categories - {item.category for item in items.values()}):
        raise ValueError(f"categories: no item of items.csv is of {unknown[0]!r}")
    return categories


def standing(told: Mapping[str, Any]) -> StandingRules:
    """Read what ratings are drawn to and how they fade.

    Raises
    ------
    DispatchError
        When a number cannot hold.
    """
    return StandingRules(
        prior_stars=float(told["prior_stars"]),
        prior_weight=float(told["prior_weight"]),
        half_life=timedelta(days=float(told["half_life_days"])),
    )
