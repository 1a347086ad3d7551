"""Read when chronic cases are opened and followed up."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from data.rules.columns import CODE, NAMES, Field, Table
from data.rules.files import rows
from data.rules.lifecycles import read_lifecycle
from dispatch.health import chronic
from dispatch.health.chronic import ChronicRule, ChronicRules

CONDITIONS = "chronic_conditions.csv"
YES = "Y"
CHRONIC = (
    Table(
        file=CONDITIONS,
        key="code",
        told="Chronic conditions, a sample: which readings open a case, and when it is followed up.",
        fields=(
            CODE,
            *NAMES,
            Field(
                name="high", told="codes of health_codes.csv, a space between; a high result of any counts"
            ),
            Field(name="readings", type="whole number", unit="days", told="with a high result open a case"),
            Field(name="within_days", type="whole number", unit="days", told="that these lie within"),
            Field(name="first_days", type="whole number", unit="days", told="to the first follow-up"),
            Field(name="every_days", type="whole number", unit="days", told="from one to the next"),
            Field(
                name="grace_days",
                type="whole number",
                unit="days",
                told="after the due day until it is missed",
            ),
            Field(name="source", empty=True, told="where the rule comes from"),
            Field(name="sample", type="yes or no", told="to be confirmed or replaced by the district"),
        ),
    ),
)
DAYS = ("readings", "within_days", "first_days", "every_days", "grace_days")


def chronic_rules(folder: Path, codes: Collection[str]) -> ChronicRules:
    """Read the conditions, and what can happen to a case.

    Raises
    ------
    BadCatalogueError
        Naming file and line of a condition whose readings are of a code that there is not, or never open a case.
    """
    found = {one.code: one for one in rows(folder / CONDITIONS, lambda row: _condition(row, codes))}
    lifecycle = read_lifecycle(folder / "chronic_lifecycle.toml", chronic.EFFECTS, chronic.FIELDS)
    return ChronicRules(conditions=found, lifecycle=lifecycle)


def _condition(row: Mapping[str, str], codes: Collection[str]) -> ChronicRule:
    high = tuple(row["high"].split())
    if unknown := [code for code in high if code not in codes]:
        raise ValueError(f"{row['code']}: there is no code {unknown[0]} in health_codes.csv")
    told: dict[str, Any] = {name: row[name] for name in ("code", "name_zh", "name_en", "source")}
    told |= {name: int(row[name]) for name in DAYS}
    return ChronicRule(**told, high=high, sample=row["sample"] == YES)
