"""Read what may be told of residents, and who sees what of it."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from data.rules.columns import NAMES, Field, Table
from data.rules.files import guard, toml
from data.rules.lifecycles import ROLES
from dispatch.particulars import Particulars, PeopleRules, TagRule
from grid.registers import TAGS

FILE = "people.toml"
RIGHTS = ("health", "minor", "identity")
FIELDS = tuple(field.name for field in fields(Particulars))
PEOPLE = (
    Table(
        file=FILE,
        open=True,
        told="What may be told of residents, and who sees what of it.",
        fields=(Field(name="adult_at", type="whole number", unit="years", told="younger ones are minors"),),
    ),
    Table(
        file=FILE,
        section="right.*",
        told="A right, who has it, and what stands behind it: " + ", ".join(RIGHTS) + ".",
        fields=(
            *NAMES,
            Field(name="roles", type="list", allowed=tuple(sorted(ROLES))),
            Field(name="fields", type="list", allowed=FIELDS, empty=True, told="nobody else sees them"),
        ),
    ),
    Table(
        file=FILE,
        section="tag.*",
        told="What residents may be marked as.",
        fields=(
            *NAMES,
            Field(name="right", type="code", allowed=RIGHTS, empty=True, told="needed to see it"),
        ),
    ),
    Table(file=FILE, section="relation.*", told="What somebody is to a resident.", fields=NAMES),
    Table(file=FILE, section="care_mode.*", told="How somebody is cared for.", fields=NAMES),
)


def people_rules(folder: Path) -> PeopleRules:
    """Read ``people.toml``.

    Raises
    ------
    BadCatalogueError
        Naming the file and what is wrong in it.
    """
    path = folder / FILE
    return guard(path, lambda: _rules(toml(path)))


def _rules(table: Mapping[str, Any]) -> PeopleRules:
    rights = table["right"]
    if sorted(rights) != sorted(RIGHTS):
        raise ValueError(f"rights are {', '.join(RIGHTS)}, not {', '.join(rights) or 'none'}")
    behind = {name: right for right, told in rights.items() for name in told["fields"]}
    tags = {
        code: TagRule(code=code, name_zh=told["name_zh"], right=told.get("right", ""))
        for code, told in table["tag"].items()
    }
    if lacking := sorted(set(TAGS) - set(tags)):
        raise ValueError(f"[tag.{lacking[0]}] is missing; figures count by it")
    return PeopleRules(
        tags=tags,
        relations={code: told["name_zh"] for code, told in table["relation"].items()},
        care_modes={code: told["name_zh"] for code, told in table["care_mode"].items()},
        rights={right: frozenset(told["roles"]) for right, told in rights.items()},
        behind=behind,
        adult_at=int(table["adult_at"]),
    )
