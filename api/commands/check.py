"""``jinlin check``: areas, cells, registers and rules, proved whole."""

from collections import Counter
from dataclasses import asdict
from datetime import date
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.clock import system_clock
from api.commands.rules import checked
from api.commands.show import as_json
from api.commands.store import looking_at
from api.settings import Settings
from data.models import AreaRow, CellRow
from data.queries.corrections import unended
from data.registers.checks import register_faults, route_faults
from data.registers.truth import look_through
from data.rules.catalogue import read_catalogue
from data.rules.in_force import rules_of
from geo.partition import DrawnArea, DrawnCell
from geo.tiling import Finding, check_tiling
from grid.correction import CheckRules, number_of
from grid.responsibility import fatal

ADVICE = frozenset({"size"})  # a small or large cell is a matter of taste, not a hole
MOST_SHOWN = 200


@click.command("check")
@click.option("--database", default="", help="Database address.")
def command(database: str) -> None:
    """Check that cells tile their areas, registers fit and rules answer for all; exit 1 when something is wrong."""
    settings = Settings()
    catalogue = read_catalogue(settings.catalogue)
    day = catalogue.local(system_clock()).date()
    with looking_at(database) as store:
        store.district()
        catalogue = rules_of(store, catalogue).catalogue
        with store.read() as session:
            areas, cells = drawn(session)
            faults = register_faults(session, catalogue.rulebook)
            routes = route_faults(session, catalogue)
            records = checked_records(session, catalogue.checks, day)
        rules, findings = checked(store, catalogue, catalogue.rulebook.responsibility, day)
    tiling = check_tiling(areas, cells)
    as_json(
        {
            "areas": len(areas),
            "cells": len(cells),
            "tiling": dict(Counter(f.kind for f in tiling)),
            "tiling_findings": [asdict(f) for f in tiling[:MOST_SHOWN]],
            "registers": [asdict(fault) for fault in faults],
            "records": records,
            "rules": rules,
            "routes": [asdict(fault) for fault in routes],
        }
    )
    if fatal(findings) or broken(tiling) or faults or any(one["wrong"] for one in records):
        raise click.exceptions.Exit(1)


def checked_records(session: Session, rules: CheckRules, day: date) -> list[dict[str, Any]]:
    """Look through the records of all registers, check by check; those said to be right as they are do not count."""
    right = {one.no for one in unended(session) if one.state == "right"}
    told = []
    for rule in rules.checks.values():
        found = look_through(session, rule, day)
        numbers = [one for one in found if number_of(rule.code, one.record, one.other) not in right]
        if numbers:
            about = {"check": rule.code, "fault": rule.name_en, "fault_zh": rule.name_zh, "wrong": rule.wrong}
            told.append(
                about | {"rows": len(numbers), "records": [one.record for one in numbers[:MOST_SHOWN]]}
            )
    return told


def drawn(session: Session) -> tuple[list[DrawnArea], list[DrawnCell]]:
    """Read areas and cells with their borders."""
    areas = [
        DrawnArea(code=r.code, name=r.name, level=r.level, parent=r.parent, polygon=r.shape)  # type: ignore[arg-type]  # levels are checked at intake
        for r in session.scalars(select(AreaRow).order_by(AreaRow.code))
    ]
    cells = [
        DrawnCell(code=r.code, name=r.name, community=r.community, households=r.households, polygon=r.shape)
        for r in session.scalars(select(CellRow).order_by(CellRow.code))
    ]
    return areas, cells


def broken(tiling: list[Finding]) -> bool:
    """Tell whether some finding is more than advice."""
    return any(f.kind not in ADVICE for f in tiling)
