"""Registers through HTTP, on both databases: who joined, who was visited, what was heard of."""

from datetime import date, datetime
from types import SimpleNamespace

from sqlalchemy import select, update

from data.models import AssessmentRow, CellRow, ProviderRow, ResidentRow
from data.store.kinds import KINDS
from data.store.verify import verify
from tests.conftest import Site
from tests.flows.test_indicators_flow import told
from tests.flows.test_order_life import place


def test_admission_is_the_day_of_joining(site: Site) -> None:
    number = min(site.world.city.providers)
    applied = update(ProviderRow).where(ProviderRow.id == number).values(state="verified", joined_on=None)
    site.world.database.write(lambda session: session.execute(applied))
    site.clock.turn(hours=14)  # half past midnight of the next day in Beijing
    site.sign_in_anew()
    site.post("admin", f"/api/v1/providers/{number}/actions", action="admit")
    assert site.get(None, f"/api/v1/providers/{number}")["joined_on"] == "2026-11-19"


def test_a_provider_survives_by_serving(site: Site) -> None:
    no = place(site)["no"]
    best = site.get("dispatcher", f"/api/v1/orders/{no}/candidates", k=1)["items"][0]["provider"]
    site.act("dispatcher", "order", no, "contact", provider=best)
    for action in ("accept", "call_back", "depart", "arrive"):
        site.act("dispatcher", "order", no, action)
    two = [best, next(p for p in site.world.city.providers if p != best)]

    def join(session: object) -> None:
        session.execute(update(ProviderRow).values(joined_on=date(2026, 1, 1)))
        session.execute(update(ProviderRow).where(ProviderRow.id.in_(two)).values(joined_on=date(2025, 5, 1)))

    site.world.database.write(join)
    assert told(site)["K15"]["value"] == 0.0
    site.act("dispatcher", "order", no, "finish", evidence=[site.photo("dispatcher")])
    site.clock.turn(minutes=1)
    found = told(site)["K15"]
    assert (found["value"], found["provenance"]["rows"], found["few"]) == (50.0, 2, True)


def test_disabled_elders_are_those_of_their_last_valid_assessment(site: Site) -> None:
    """Against the same counted one by one."""
    end, rules = date(2026, 11, 18), site.world.catalogue.rulebook.registers.elders
    with site.world.database.read() as session:
        elders = set(session.scalars(select(ResidentRow.no).where(ResidentRow.birth_year <= 1966)))
        rows = list(session.scalars(select(AssessmentRow).order_by(AssessmentRow.assessed_on)))
    last = {r.resident: r for r in rows if r.resident in elders and date(2024, 11, 18) < r.assessed_on <= end}
    disabled = sum(rules.disabled(r.edition, r.level) for r in last.values())
    found = told(site)["Q06"]
    assert (found["value"], found["provenance"]["rows"]) == (disabled, len(last))
    assert found["provenance"]["left_out"] == len(elders) - len(last)
    assert 0 < disabled < len(last) < len(rows)


def test_fresh_are_the_complete_records_found_right_in_time(site: Site) -> None:
    """Against the same counted one by one; then one of each kind is confirmed."""
    now, rules = site.clock(), site.world.catalogue.rulebook.registers.records
    with site.world.database.read() as session:
        everything = {
            "residents": list(session.scalars(select(ResidentRow))),
            "providers": list(session.scalars(select(ProviderRow).where(ProviderRow.state != "left"))),
            "cells": list(session.scalars(select(CellRow))),
        }

    def fine(kind: str, row: object) -> bool:
        at, rule = row.verified_at, rules[kind]
        return at is not None and at >= now - rule.fresh and all(getattr(row, name) for name in rule.needs)

    good = {kind: sum(fine(kind, row) for row in rows) for kind, rows in everything.items()}
    total = sum(map(len, everything.values()))
    found = told(site)["K19"]
    assert found["value"] == round(100 * sum(good.values()) / total, 4)
    assert found["provenance"]["rows"] == total
    assert all(0 < good[kind] < len(rows) for kind, rows in everything.items())
    own = site.world.city.cells[min(site.world.city.cells)].community
    stale = {
        kind: next(r for r in rows if r.verified_at is None and fine(kind, _verified(r, now)))
        for kind, rows in everything.items()
        if kind != "cells"
    }
    site.act("dispatcher", "provider", str(stale["providers"].id), "confirm")
    body = {"resident": stale["residents"].no, "visited_at": now.isoformat(), "finding": "well"}
    site.post("dispatcher", "/api/v1/visits", 201, **body, confirmed=True)
    code = next(c.code for c in everything["cells"] if not fine("cells", c))
    site.post("admin", f"/api/v1/cells/{code}/confirm")
    site.clock.turn(minutes=1)
    assert told(site)["K19"]["value"] == round(100 * (sum(good.values()) + 3) / total, 4)
    other = next(c for c in site.world.city.cells if not c.startswith(own))
    site.post(site.worker(), f"/api/v1/cells/{other}/confirm", 404)
    site.post("leader", f"/api/v1/cells/{code}/confirm", 403)
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


def _verified(row: object, at: datetime) -> object:
    """Give a record as if it had been verified."""
    told = {column.key: getattr(row, column.key) for column in row.__table__.columns}
    return SimpleNamespace(**told | {"verified_at": at})
