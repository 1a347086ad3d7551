"""Read the checks of records, and what their words hold for."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from data.rules.columns import CODE, NAMES, Field, Table
from data.rules.files import rows, section
from grid.correction import CHECKED, CHECKS, KEEPERS, CheckRule, CheckRules

FILE, YES = "checks.csv", "Y"
RECORD_CHECKS = (
    Table(
        file=FILE,
        key="code",
        told="Checks of the records of registers, run every night and by `jinlin check`; a check left out is not run.",
        fields=(
            CODE,
            Field(name="register", type="code", allowed=CHECKED),
            *NAMES,
            Field(name="field", told="where to look"),
            Field(name="keeper", type="code", allowed=KEEPERS, told="the role that corrects the record"),
            Field(name="wrong", type="yes or no", told="certainly wrong; otherwise somebody has to look"),
        ),
    ),
    Table(
        file="settings.toml",
        section="checks",
        told="When records are checked, and how long a word of the keeper counts.",
        fields=(
            Field(name="hour", type="whole number", told="of the day, in the district's zone"),
            Field(name="right_days", type="whole number", unit="days", told='how long "it is right" holds'),
        ),
    ),
)


def check_rules(folder: Path, settings: Mapping[str, Any]) -> CheckRules:
    """Read the checks.

    Raises
    ------
    BadCatalogueError
        Naming file and line of a check that no function makes.
    """
    checks = {one.code: one for one in rows(folder / FILE, _check)}
    return section(
        folder,
        settings,
        "checks",
        lambda told: CheckRules(
            checks=checks, hour=int(told["hour"]), right_holds=timedelta(days=int(told["right_days"]))
        ),
    )


def _check(row: Mapping[str, str]) -> CheckRule:
    if row["code"] not in CHECKS:
        raise ValueError(f"no function makes the check {row['code']!r}; there are {', '.join(CHECKS)}")
    return CheckRule(**{**row, "wrong": row["wrong"] == YES})  # type: ignore[arg-type]  # one column is no text
