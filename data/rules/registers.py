"""Read the rules of the registers from the catalogue's settings."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from data.models import Base, CellRow, ProviderRow, ResidentRow, table_of
from data.rules.files import guard, section, toml
from data.rules.lifecycles import ROLES
from dispatch.alarms.rules import AlarmRules
from dispatch.resident import RevealRules
from grid.home_visits import Finding, VisitRules
from grid.registers import DeviceRules, Edition, ElderRules, RecordRule, RegisterRules

RECORDS: Mapping[str, type[Base]] = {"residents": ResidentRow, "providers": ProviderRow, "cells": CellRow}
"""The registers whose records are verified."""


def register_rules(
    folder: Path, settings: Mapping[str, Any], categories: Collection[str], alarms: AlarmRules
) -> RegisterRules:
    """Read everything registers are read by; findings may name one of the categories of issues.

    The kinds of devices, and after how long one is silent, are those of the alarms.

    Raises
    ------
    BadCatalogueError
        Naming the file and section at fault.
    """
    path = folder / "visits.toml"
    return RegisterRules(
        elders=section(folder, settings, "elders", _elders),
        devices=DeviceRules(kinds=tuple(alarms.devices), silent=alarms.times.silent_device),
        records=section(folder, settings, "records", _records),
        visits=guard(path, lambda: _visits(toml(path), categories)),
    )


def reveal_rules(section: Mapping[str, Any]) -> RevealRules:
    """Read for what and how often personal data may be looked at.

    Raises
    ------
    ValueError
        For a role that there is not, a number below 1, or no purpose.
    """
    purposes, per_day = dict(section["purposes"]), dict(section["per_day"])
    if unknown := sorted(set(per_day) - ROLES):
        raise ValueError(f"per_day names the role {unknown[0]!r}; roles are {', '.join(sorted(ROLES))}")
    if wrong := [role for role, most in per_day.items() if type(most) is not int or most < 1]:
        raise ValueError(f"per_day of {wrong[0]} is {per_day[wrong[0]]!r}; write a whole number from 1")
    if not purposes:
        raise ValueError("purposes are empty; nobody could look at anything")
    return RevealRules(purposes=purposes, per_day=per_day)


def _elders(section: Mapping[str, Any]) -> ElderRules:
    editions = [Edition(**row) for row in section["edition"]]
    return ElderRules(
        editions={e.name: e for e in editions},
        valid_months=int(section["valid_months"]),
        special_tags=tuple(section["special_tags"]),
        special_when_disabled=bool(section["special_when_disabled"]),
    )


def _records(section: Mapping[str, Any]) -> dict[str, RecordRule]:
    if sorted(section) != sorted(RECORDS):
        raise ValueError(f"kinds of records are {', '.join(RECORDS)}, not {', '.join(section) or 'none'}")
    for kind, row in RECORDS.items():
        if unknown := sorted(set(section[kind]["needs"]) - set(table_of(row).columns.keys())):
            raise ValueError(f"{kind}: {unknown[0]!r} is no field of theirs")
    return {
        kind: RecordRule(fresh=timedelta(days=told["fresh_days"]), needs=tuple(told["needs"]))
        for kind, told in section.items()
    }


def _visits(table: Mapping[str, Any], categories: Collection[str]) -> VisitRules:
    findings = [Finding(**row) for row in table["finding"]]
    for finding in findings:
        if finding.category and finding.category not in categories:
            raise ValueError(f"finding {finding.code}: category {finding.category!r} is not in issues.csv")
    return VisitRules(
        findings={f.code: f for f in findings}, told_within=timedelta(days=table["told_within_days"])
    )
