"""Scoring, appeals, appraisal, indicators."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data.rules.files import guard, toml
from data.rules.lifecycles import ROLES
from dispatch.lifecycle import Lifecycle, Vocabulary
from dispatch.worktime import Limit, WorkTime
from grid.figures.indicators import Indicator
from grid.scores import appeal, appraisal
from grid.scores.appeal import AppealRules
from grid.scores.appraisal import AppraisalRules, Rater
from grid.scores.scoring import Deduction, by_kind


def read_indicator(row: Mapping[str, str]) -> Indicator:
    """Read one row of the indicators."""
    told: dict[str, Any] = dict(row)
    told |= {"least": int(row["least"] or 0), "stock": row["stock"] == "Y"}
    return Indicator(**told)


def least_compared(section: Mapping[str, Any]) -> int:
    """Read the smallest number of cases of a period that another one is compared with."""
    least = section["least_compared"]
    if type(least) is not int or least < 1:
        raise ValueError(f"least_compared: {least!r} is no whole number of at least 1")
    return least


def read_deductions(path: Path) -> Mapping[str, Deduction]:
    """Read the table of deductions, by kind."""
    return by_kind(Deduction(**row) for row in toml(path)["deduction"])


def appeal_rules(path: Path, worktime: WorkTime) -> AppealRules:
    """Read the lifecycle and limits of appeals."""
    words = Vocabulary(effects=frozenset(appeal.EFFECTS), roles=ROLES, fields=appeal.FIELDS)
    table = toml(path)

    def make() -> AppealRules:
        terms = {name: Limit.parse(table["terms"][name]) for name in appeal.TERMS}
        return AppealRules(lifecycle=Lifecycle.parse(table, words), terms=terms, worktime=worktime)

    return guard(path, make)


def appraisal_rules(path: Path, worktime: WorkTime) -> AppraisalRules:
    """Read weights, raters and dates of the monthly appraisal."""
    words = Vocabulary(effects=frozenset(appraisal.EFFECTS), roles=ROLES, fields=appraisal.FIELDS)
    table = toml(path)

    def make() -> AppraisalRules:
        return AppraisalRules(
            lifecycle=Lifecycle.parse(table["lifecycle"], words),
            worktime=worktime,
            ledger_name_zh=table["ledger_name_zh"],
            ledger_weight=table["ledger_weight"],
            raters=tuple(Rater(**row) for row in table["rater"]),
            open_for_appeal=Limit.parse(table["open_for_appeal"]),
            least_cases=table["least_cases"],
            per_cases=table["per_cases"],
        )

    return guard(path, make)
