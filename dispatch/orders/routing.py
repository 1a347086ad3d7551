"""To whom an order goes by rule: item, sphere, place and moment give exactly one decision, with its reason.

The most particular row wins: one for the item before one for its category, its function, its sphere, and all of them;
of these the one of the smaller area, then the one with hours, then the higher priority. Where no row fits, the desk
decides and is told so.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, get_args

from dispatch.errors import BadFieldError
from dispatch.item import ServiceItem
from dispatch.providers.hours import is_open

Mode = Literal["provider", "station", "department", "volunteers", "partner", "desk"]
"""Who takes an order: a provider that is chosen among candidates, the office with the station of the place, a
department, an organisation of volunteers, a company with a line of its own, or the desk, which decides itself."""
MODES: tuple[Mode, ...] = get_args(Mode)
OFFICE = "office"
KINDS: Mapping[Mode, frozenset[str]] = {
    "station": frozenset({OFFICE}),
    "department": frozenset({"gov", "mass_org"}),
    "volunteers": frozenset({"mass_org", "charity"}),
    "partner": frozenset({"enterprise"}),
}
"""Modes that name a party, and of which kinds of department it may be."""
OWN, STREET, DISTRICT = "@item", "@street", "@district"
"""Parties told by the case: the department of the item, the offices of the street and of the district of the place."""
OFFICES = (STREET, DISTRICT)
DESK_WHYS = ("emergency", "advice", "night", "judgement")
"""Why a rule leaves an order to the desk: time alone decides, the desk answers itself, nobody is on duty, weighed case by
case."""
OUTCOMES = ("no_rule", "no_place", "nobody", "declined", "late", "recalled", "overruled")
"""Why an order is elsewhere than a rule says: none fits, the place has no office, there is nobody, whom the rules gave it
declined or did not answer in time, the desk took it back, or gave it to another one."""
TOOK = ("item", "category", "function", "sphere", "all")
"""By what a rule took an order, the most particular first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sphere:
    """Whose duty items are, and by which modes those who may fulfil them are found."""

    code: str
    name_zh: str
    name_en: str
    modes: tuple[Mode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRule:
    """One row: which orders, where and when, go by which mode to which party, and who is its deputy.

    At most one of ``item``, ``category``, ``function`` and ``sphere`` is told; ``areas`` is what cell codes begin with;
    ``hours`` are opening hours of local time, empty for always. ``why`` tells why the desk decides. A row that goes
    ``beyond`` its sphere says so. One of the mode provider that ``offers`` lets the rules ask providers by themselves.
    """

    code: str
    mode: Mode
    item: str = ""
    category: str = ""
    function: str = ""
    sphere: str = ""
    areas: str = ""
    hours: str = ""
    party: str = ""
    deputy: str = ""
    why: str = ""
    beyond: bool = False
    offers: bool = False
    priority: int = 0

    @property
    def took(self) -> str:
        """By what it takes orders: one of `TOOK`."""
        return next((name for name in TOOK[:-1] if getattr(self, name)), "all")

    @property
    def rank(self) -> tuple[int, int, bool, int]:
        """How particular it is; of the rows that fit a case the highest wins."""
        return -TOOK.index(self.took), len(self.areas), bool(self.hours), self.priority

    def is_of(self, item: ServiceItem) -> bool:
        """Tell whether it is about an item, wherever and whenever."""
        of = {"item": item.code, "category": item.category, "function": item.function, "sphere": item.sphere}
        return self.took == "all" or getattr(self, self.took) == of[self.took]

    def fits(self, case: "Case") -> bool:
        """Tell whether it fits a case."""
        here = case.cell.startswith(self.areas)
        return here and self.is_of(case.item) and (not self.hours or is_open(self.hours, case.at))


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """All rows, and the spheres by their codes."""

    rules: tuple[RouteRule, ...]
    spheres: Mapping[str, Sphere]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is asked: an item, the cell of the place, when in local time, and the codes of the offices there.

    ``offices`` maps `STREET` and `DISTRICT` to codes, empty where the place has none.
    """

    item: ServiceItem
    cell: str
    at: datetime
    offices: Mapping[str, str]

    def party(self, told: str) -> str:
        """Return whom a row names, empty for nobody."""
        return self.item.department if told == OWN else self.offices.get(told, told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """A decision: the mode, the party and its deputy where it names one, by which row, and why.

    ``why`` is one of `TOOK` where a row took the order, of `DESK_WHYS` where a row leaves it to the desk, of `OUTCOMES`
    where none did; ``rule`` is empty then. ``offers`` tells that the rules ask providers by themselves.
    """

    mode: Mode
    why: str
    rule: str = ""
    party: str = ""
    deputy: str = ""
    beyond: bool = False
    offers: bool = False


def route(routing: Routing, case: Case) -> Routed:
    """Decide where an order goes.

    Parameters
    ----------
    routing : Routing
    case : Case

    Returns
    -------
    Routed
        Always exactly one; the desk with the reason where no row takes it.
    """
    rule = max((r for r in routing.rules if r.fits(case)), key=lambda r: r.rank, default=None)
    if rule is None:
        return Routed(mode="desk", why="no_rule")
    if rule.mode not in KINDS:
        why = rule.why or rule.took
        return Routed(mode=rule.mode, why=why, rule=rule.code, beyond=rule.beyond, offers=rule.offers)
    party, deputy = case.party(rule.party), case.party(rule.deputy)
    if not party:
        return Routed(mode="desk", why="no_place", rule=rule.code, beyond=rule.beyond)
    return Routed(
        mode=rule.mode,
        why=rule.took,
        rule=rule.code,
        party=party,
        deputy=deputy if deputy != party else "",
        beyond=rule.beyond,
    )


def manned(routed: Routed, has_somebody: Collection[str]) -> Routed:
    """Return a decision with who has somebody to take the order: the party, else its deputy, else the desk."""
    if not routed.party:
        return routed
    deputy = routed.deputy if routed.deputy in has_somebody else ""
    if routed.party in has_somebody:
        return replace(routed, deputy=deputy)
    mode: Mode = routed.mode if deputy else "desk"
    return replace(routed, mode=mode, why="nobody", party=deputy, deputy="")


def check_sphere(
    routing: Routing, item: ServiceItem, routed: Routed, modes: Collection[str], given: tuple[str, object]
) -> None:
    """Refuse whom the sphere of an item does not let take it, unless the rule says so.

    Parameters
    ----------
    routing : Routing
    item : ServiceItem
    routed : Routed
        What the rules say of the order.
    modes : collection of str
        As which of `MODES` somebody would take it.
    given : tuple of str and object
        Field and value that name that somebody.

    Raises
    ------
    BadFieldError
        Telling the sphere, and who may take such an item.
    """
    allowed = routing.spheres[item.sphere].modes
    if routed.beyond or routed.mode in modes or not set(modes).isdisjoint(allowed):
        return
    field, value = given
    raise BadFieldError(
        field,
        value,
        f"{item.code} is of the sphere {item.sphere}, whose items go to {', '.join(allowed)}; choose one of these, or "
        "let a row of order_routes.csv go beyond its sphere",
    )


def clashes(rules: Iterable[RouteRule]) -> list[tuple[RouteRule, RouteRule]]:
    """Find the pairs of rows of equal rank that may fit one case: nobody could tell which of them holds.

    Two rows with hours clash when some quarter of an hour of the week lies in both.
    """
    seen: dict[tuple[object, ...], list[RouteRule]] = {}
    found = []
    for rule in rules:
        about = () if rule.took == "all" else (getattr(rule, rule.took),)
        alike = seen.setdefault((rule.rank, rule.areas, *about), [])
        found += [(other, rule) for other in alike if _meet(other.hours, rule.hours)]
        alike.append(rule)
    return found


def _meet(one: str, other: str) -> bool:
    """Tell whether some hours and others have a time in common; rows of equal rank both have hours, or neither."""
    return not one or any(is_open(one, at) and is_open(other, at) for at in QUARTERS)


QUARTERS = tuple(
    datetime(2026, 11, 2 + day, hour, minute)  # noqa: DTZ001 - a week of local time, from a Monday on
    for day in range(7)
    for hour in range(24)
    for minute in range(0, 60, 15)
)
