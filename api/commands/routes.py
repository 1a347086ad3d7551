"""``jinlin rules routes``: to whom an order of each item goes at a place and time, and how past ones went."""

from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.clock import system_clock
from api.commands.show import as_json
from api.commands.store import looking_at
from api.settings import Settings
from data.figures.market.asked import Market
from data.figures.market.routed import routed_orders
from data.models import CellRow
from data.registers.checks import route_faults
from data.rules.catalogue import Catalogue, read_catalogue
from dispatch.orders.routing import DISTRICT, KINDS, STREET, Case, route
from grid.period import Period

BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
"""No order is older."""


@click.command("routes")
@click.option("--database", default="", help="Database address.")
@click.option("--cell", default="", help="Code of the cell to judge for; the first one when left out.")
@click.option("--at", default="", help="Time to judge by, such as 2026-11-18T10:30+08:00; now when left out.")
def command(database: str, cell: str, at: str) -> None:
    """Tell to whom the rules send an order of each item, what share they take, and how the orders so far went."""
    catalogue = read_catalogue(Settings().catalogue)
    when = catalogue.local(_time(at))
    with looking_at(database) as store, store.read() as session:
        code = _cell(session, cell)
        rows = _decisions(catalogue, code, when)
        modes = Counter(row["mode"] for row in rows)
        market = Market(
            area="",
            prefix="",
            period=Period(start=BEFORE_ALL, end=when),
            now=when,
        )
        past = routed_orders(session, catalogue, market)
        faults = route_faults(session, catalogue)
    whole, asked = len(rows), catalogue.orders.offers.most > 0
    direct = sum(row["mode"] in KINDS or (asked and row["offers"]) for row in rows)
    as_json(
        {
            "cell": code,
            "at": when.isoformat(),
            "items": rows,
            "modes": dict(modes),
            "by_rule_percent": round(100 * (whole - modes["desk"]) / whole, 1),
            "direct_percent": round(100 * direct / whole, 1),
            "orders": {
                "judged": past.judged,
                "by_rule": past.by_rule,
                "direct": past.direct,
                "offered": past.offered,
                "overruled": past.overruled,
                "passed_over": past.passed_over,
                "spheres": {one.sphere: dict(one.modes) for one in past.spheres},
            },
            "faults": [asdict(fault) for fault in faults],
        }
    )


def _decisions(catalogue: Catalogue, cell: str, at: datetime) -> list[dict[str, Any]]:
    scheme = catalogue.rulebook.scheme
    offices = {STREET: scheme.street_of(cell), DISTRICT: scheme.district_of(cell)}
    rows = []
    for item in catalogue.items.values():
        found = route(catalogue.routing, Case(item=item, cell=cell, at=at, offices=offices))
        told = {name: getattr(found, name) for name in ("mode", "party", "deputy", "rule", "why", "offers")}
        rows.append({"item": item.code, "name": item.name_zh, "sphere": item.sphere, **told})
    return rows


def _cell(session: Session, cell: str) -> str:
    query = select(CellRow.code).order_by(CellRow.code).limit(1)
    found = session.scalar(query.where(CellRow.code == cell) if cell else query)
    if found is None:
        raise click.BadParameter(f"there is no cell {cell or 'yet'}", param_hint="--cell")
    return found


def _time(text: str) -> datetime:
    if not text:
        return system_clock()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise click.BadParameter(f"{text!r} is no time such as 2026-11-18T10:30+08:00", param_hint="--at")
    return at
