"""Read what may be measured of a person, in which units, and how other systems name persons."""

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from data.errors import BadCatalogueError
from data.rules.columns import CODE, NAMES, Field, Table
from data.rules.files import rows, section
from dispatch.health.code import HealthCode
from dispatch.health.result import HealthRules

CODES = "health_codes.csv"
YES = "Y"
HEALTH = (
    Table(
        file=CODES,
        key="code",
        told="What is measured of a person, a sample: codes of LOINC, units of UCUM, and from where a value stands out.",
        fields=(
            CODE,
            Field(name="loinc", type="code", told="code of LOINC, with its check digit"),
            *NAMES,
            Field(name="unit", type="code", told="unit of UCUM that limits are in"),
            Field(
                name="units",
                empty=True,
                told="other units, `unit=factor`, ; between them; a factor is a whole number or a fraction, and exact",
            ),
            Field(name="least", type="number", told="a smaller value is a slip and refused"),
            Field(name="most", type="number", told="a greater one is too"),
            Field(name="low", type="number", empty=True, told="below it a value stands out"),
            Field(name="high", type="number", empty=True, told="from it on a value stands out"),
            Field(name="source", empty=True, told="where the limits come from"),
            Field(name="sample", type="yes or no", told="to be confirmed or replaced by the district"),
        ),
    ),
    Table(
        file="settings.toml",
        section="health",
        told="How other health systems name persons.",
        fields=(
            Field(name="resident_system", told="address that goes with numbers of our register"),
            Field(name="identity_system", told="address that goes with identity numbers"),
        ),
    ),
)


def health_rules(folder: Path, settings: Mapping[str, Any]) -> HealthRules:
    """Read the codes of results and how persons are named.

    Raises
    ------
    BadCatalogueError
        Naming file and line of a code whose units or limits cannot hold, or whose code of LOINC stands twice.
    """
    codes = tuple(rows(folder / CODES, _code))
    if twice := [loinc for loinc, times in Counter(code.loinc for code in codes).items() if times > 1]:
        raise BadCatalogueError(f"{CODES}: {twice[0]} stands twice")
    named = section(folder, settings, "health", _systems)
    return HealthRules(codes={code.code: code for code in codes}, **named)


def _systems(told: Mapping[str, Any]) -> dict[str, str]:
    named = {name: str(told[name]) for name in ("resident_system", "identity_system")}
    if len(set(named.values())) < len(named):
        raise ValueError("resident_system and identity_system have to differ")
    return named


def _code(row: Mapping[str, str]) -> HealthCode:
    units = {row["unit"]: Fraction(1)}
    for told in filter(None, row["units"].split(";")):
        unit, _, factor = told.strip().partition("=")
        if unit in units:
            raise ValueError(f"units: {unit} stands twice")
        units[unit] = Fraction(factor)
    words = {name: row[name] for name in ("code", "loinc", "name_zh", "name_en", "unit", "source")}
    return HealthCode(
        **words,
        units=units,
        least=float(row["least"]),
        most=float(row["most"]),
        low=float(row["low"]) if row["low"] else None,
        high=float(row["high"]) if row["high"] else None,
        sample=row["sample"] == YES,
    )
