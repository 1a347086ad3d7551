"""Read by which rules orders go to whom, and the spheres that say who may fulfil what; refuse holes and contradictions."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import cast

from data.errors import BadCatalogueError
from data.rules.columns import CODE, NAMES, Field, Table
from data.rules.files import guard, numbered, one_of, rows
from dispatch.item import SPHERES, ServiceItem
from dispatch.orders.routing import (
    DESK_WHYS,
    KINDS,
    MODES,
    OFFICE,
    OFFICES,
    OWN,
    Mode,
    RouteRule,
    Routing,
    Sphere,
    clashes,
)
from dispatch.providers.hours import check_hours
from grid.rulebook import Department

ROUTES, SPHERE_FILE = "order_routes.csv", "spheres.csv"
YES = "Y"
ROUTING = (
    Table(
        file=SPHERE_FILE,
        key="code",
        told="Whose duty items are, and who may fulfil them; a sample.",
        fields=(
            CODE,
            *NAMES,
            Field(name="modes", told="modes of order_routes.csv that may take its items, ; between them"),
        ),
    ),
    Table(
        file=ROUTES,
        key="code",
        told="To whom an order goes, a sample: the most particular row wins, and what none takes goes to the desk. A row is "
        "for an item, a category, a function or a sphere, or for all.",
        fields=(
            CODE,
            Field(name="item", type="code", of="items.csv", empty=True),
            Field(name="category", type="code", empty=True, told="one of items.csv"),
            Field(name="function", type="code", empty=True, told="one of items.csv"),
            Field(name="sphere", type="code", of=SPHERE_FILE, empty=True),
            Field(
                name="areas", type="code", empty=True, told="what cell codes begin with; empty is everywhere"
            ),
            Field(name="hours", empty=True, told="opening hours of local time; empty is always"),
            Field(name="mode", type="code", allowed=MODES, told="who takes it"),
            Field(
                name="party",
                type="code",
                of="departments.csv",
                also=(OWN, *OFFICES),
                empty=True,
                told="whose queue it begins in; none for a provider and the desk",
            ),
            Field(
                name="deputy",
                type="code",
                of="departments.csv",
                also=(OWN, *OFFICES),
                empty=True,
                told="who has it when the party declines or does not answer; then the desk",
            ),
            Field(name="why", type="code", allowed=DESK_WHYS, empty=True, told="why the desk decides"),
            Field(name="beyond", type="yes or no", told="the mode is none of the item's sphere, on purpose"),
            Field(name="priority", type="whole number", empty=True, told="the higher wins among equals"),
            Field(
                name="offers",
                type="yes or no",
                empty=True,
                told="the rules ask providers by themselves, as many as [offers] of settings.toml says; empty where the desk "
                "has to weigh",
            ),
        ),
    ),
)


def routing_rules(
    folder: Path, items: Mapping[str, ServiceItem], departments: Mapping[str, Department]
) -> Routing:
    """Read spheres and routes.

    Parameters
    ----------
    folder : Path
    items : Mapping of str to ServiceItem
    departments : Mapping of str to Department

    Returns
    -------
    Routing

    Raises
    ------
    BadCatalogueError
        Naming file and line: of a sphere without a row, of a row about nothing or about two things, of a party that
        cannot take what it is given, and of two rows of equal rank that fit one case.
    """
    spheres = {one.code: one for one in rows(folder / SPHERE_FILE, _sphere)}
    if missing := [code for code in SPHERES if code not in spheres]:
        raise BadCatalogueError(f"{SPHERE_FILE}: there is no row for the sphere {missing[0]}")
    path, rules = folder / ROUTES, dict[str, tuple[int, RouteRule]]()
    for line, row in numbered(path):
        rule = guard(path, lambda row=row: _rule(row), line)  # type: ignore[misc]  # default binds the row
        rules[rule.code] = line, rule
    for line, rule in rules.values():
        guard(path, lambda rule=rule: _check(rule, _left(rule, rules, items), spheres, departments), line)  # type: ignore[misc]  # the same
    for one, other in clashes(rule for _, rule in rules.values()):
        raise BadCatalogueError(
            f"{ROUTES} line {rules[other.code][0]}: {other.code} and {one.code} fit the same orders with equal rank; give one "
            "a higher priority, a smaller area or other hours"
        )
    return Routing(rules=tuple(rule for _, rule in rules.values()), spheres=spheres)


def _sphere(row: Mapping[str, str]) -> Sphere:
    modes = tuple(one_of("modes", mode, MODES) for mode in row["modes"].split(";"))
    one_of("code", row["code"], SPHERES)
    return Sphere(
        code=row["code"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        modes=cast("tuple[Mode, ...]", modes),
    )


def _rule(row: Mapping[str, str]) -> RouteRule:
    about = [name for name in ("item", "category", "function", "sphere") if row[name]]
    if len(about) > 1:
        raise ValueError(f"{about[1]}: a row is about one thing, and this one names its {about[0]} already")
    if row["areas"] and not (row["areas"].isascii() and row["areas"].isdigit()):
        raise ValueError(f"areas: {row['areas']!r} is no prefix of a cell code")
    if row["hours"]:
        check_hours(row["hours"])
    mode = cast("Mode", one_of("mode", row["mode"], MODES))
    if mode in KINDS and not row["party"]:
        raise ValueError(f"party: {mode} needs a party")
    if mode not in KINDS and (row["party"] or row["deputy"]):
        raise ValueError(f"party: {mode} has no party and no deputy")
    if row["party"] and row["party"] == row["deputy"]:
        raise ValueError(f"deputy: {row['deputy']!r} is the party itself")
    if (mode == "desk") != bool(row["why"]):
        raise ValueError("why: the desk is told why it decides, and nobody else")
    offers = row["offers"] == YES
    if offers and mode != "provider":
        raise ValueError(f"offers: {mode} asks no providers; leave it empty")
    named = {name: row[name] for name in ("code", *about, "areas", "hours", "party", "deputy", "why")}
    beyond, priority = row["beyond"] == YES, int(row["priority"] or 0)
    return RouteRule(mode=mode, beyond=beyond, offers=offers, priority=priority, **named)


def _left(
    rule: RouteRule, rules: Mapping[str, tuple[int, RouteRule]], items: Mapping[str, ServiceItem]
) -> list[ServiceItem]:
    """List the items that a row is about and that no more particular row takes everywhere and always.

    Raises
    ------
    ValueError
        When none is left to it: the row decides nothing.
    """
    about = [item for item in items.values() if rule.is_of(item)]
    if not about:
        raise ValueError(f"{rule.took}: no item of items.csv is of {getattr(rule, rule.took, '')!r}")
    always = [one for _, one in rules.values() if not one.areas and not one.hours and one.rank > rule.rank]
    left = [item for item in about if not any(one.is_of(item) for one in always)]
    if not left:
        raise ValueError(f"{rule.took}: every order that it fits goes by a more particular row; leave it out")
    return left


def _check(
    rule: RouteRule,
    items: Iterable[ServiceItem],
    spheres: Mapping[str, Sphere],
    departments: Mapping[str, Department],
) -> None:
    """Refuse a row by which some items go to whom they must not.

    Raises
    ------
    ValueError
        Naming the column at fault.
    """
    for item in items:
        modes = spheres[item.sphere].modes
        if rule.mode not in (*modes, "desk") and not rule.beyond:
            raise ValueError(
                f"mode: {item.code} is of the sphere {item.sphere}, whose items go to {', '.join(modes)}; write Y in "
                "beyond where it is meant so"
            )
        if rule.beyond and rule.mode in modes:
            raise ValueError(f"beyond: {rule.mode} is a mode of the sphere of {item.code}; write N")
        if rule.offers and item.urgency == "emergency":
            raise ValueError(f"offers: {item.code} is an emergency, which the desk weighs; leave it empty")
        if rule.mode not in KINDS:
            continue
        party = item.department if rule.party == OWN else rule.party
        kind = OFFICE if party in OFFICES else departments[party].kind
        if kind not in KINDS[rule.mode]:
            kinds = ", ".join(sorted(KINDS[rule.mode]))
            raise ValueError(
                f"party: {rule.mode} is for {kinds}; {party}, which is to take {item.code}, is {kind}"
            )
