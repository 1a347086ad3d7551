"""Who answers for what: cell and category to one department, and why.

Rules are rows with patterns. Components are judged first by owner, then by place; events first by place, then by
owner; what nobody owns falls to the district. The most particular rule wins: the longer cell prefix, then the
longer category prefix, then the higher priority.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from grid.area import CodeScheme
from grid.errors import NoRuleError

Basis = Literal["owner", "place", "district"]
BASES: tuple[Basis, ...] = ("owner", "place", "district")
STREET_OFFICE, DISTRICT_OFFICE = "@street", "@district"
FATAL = frozenset({"gap", "overlap"})
"""Findings that leave a question with no answer or with two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibilityRule:
    """One row: codes are matched by prefix, empty matches all; ``until`` is exclusive.

    ``department`` is a department code, or ``@street`` or ``@district`` for the office of the place.
    """

    cells: str
    category: str
    department: str
    basis: Basis
    source: str
    since: date = date.min
    until: date = date.max
    priority: int = 0

    def applies(self, cell: str, category: str, day: date) -> bool:
        """Tell whether the rule speaks of this cell, category and day."""
        return (
            cell.startswith(self.cells)
            and category.startswith(self.category)
            and self.since <= day < self.until
        )

    @property
    def rank(self) -> tuple[int, int, int]:
        """How particular the rule is; the greater wins."""
        return len(self.cells), len(self.category), self.priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The department in charge, the rule that says so and why."""

    department: str
    basis: Basis
    rule: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFinding:
    """A fault of the table: ``gap``, ``overlap``, ``shadowed`` or ``unused``."""

    kind: Literal["gap", "overlap", "shadowed", "unused"]
    where: str
    detail: str


def responsible(
    rules: Iterable[ResponsibilityRule], cell: str, category: str, day: date, scheme: CodeScheme
) -> Answer:
    """Find the one department that answers for a category in a cell on a day.

    Parameters
    ----------
    rules : iterable of ResponsibilityRule
    cell, category : str
        Codes.
    day : date
        Rules that begin later, or ended before, do not count.
    scheme : CodeScheme
        Tells street and district of the cell, for the offices of the place.

    Returns
    -------
    Answer
        With the rule that won and why.

    Raises
    ------
    NoRuleError
        When no rule speaks of it.
    """
    fitting = [rule for rule in rules if rule.applies(cell, category, day)]
    if not fitting:
        raise NoRuleError(
            f"no rule says who answers for {category} in cell {cell} on {day}; add one for everything"
        )
    best = max(fitting, key=lambda rule: rule.rank)
    office = {STREET_OFFICE: scheme.street_of(cell), DISTRICT_OFFICE: scheme.district_of(cell)}
    words = {
        "owner": "owner of the component",
        "place": "in charge of the place",
        "district": "no owner known",
    }
    return Answer(
        department=office.get(best.department, best.department),
        basis=best.basis,
        rule=best.source,
        why=words[best.basis],
    )


def check_rules(
    rules: Iterable[ResponsibilityRule], cells: Iterable[str], categories: Iterable[str], day: date
) -> list[RuleFinding]:
    """Check that every cell and category has exactly one answer.

    Cells that no rule tells apart are looked at once, so that the cost grows with the rules and not with the city.

    Parameters
    ----------
    rules : iterable of ResponsibilityRule
    cells, categories : iterable of str
        All codes of the district.
    day : date
        Only rules in force that day are judged.

    Returns
    -------
    list of RuleFinding
        Empty when the table is whole.
    """
    live = [rule for rule in rules if rule.since <= day < rule.until]
    groups: dict[tuple[bool, ...], str] = {}
    for cell in cells:
        groups.setdefault(tuple(cell.startswith(rule.cells) for rule in live), cell)
    won: set[int] = set()
    touched: set[int] = set()
    found: list[RuleFinding] = []
    for category in categories:
        for cell in groups.values():
            fitting = [i for i, rule in enumerate(live) if rule.applies(cell, category, day)]
            touched.update(fitting)
            if not fitting:
                found.append(RuleFinding(kind="gap", where=f"{cell} x {category}", detail="nobody answers"))
                continue
            top = max(live[i].rank for i in fitting)
            best = [i for i in fitting if live[i].rank == top]
            won.add(best[0])
            if len({live[i].department for i in best}) > 1:
                detail = " and ".join(live[i].source for i in best)
                found.append(RuleFinding(kind="overlap", where=f"{cell} x {category}", detail=detail))
    for i, rule in enumerate(live):
        if i not in touched:
            found.append(RuleFinding(kind="unused", where=rule.source, detail="matches no cell and category"))
        elif i not in won:
            found.append(
                RuleFinding(kind="shadowed", where=rule.source, detail="a more particular rule always wins")
            )
    return found


def fatal(findings: Iterable[RuleFinding]) -> bool:
    """Tell whether some finding leaves a question with no answer or with two."""
    return any(f.kind in FATAL for f in findings)


def check_from(
    rules: Sequence[ResponsibilityRule], cells: Sequence[str], categories: Iterable[str], day: date
) -> list[RuleFinding]:
    """Check rules as `check_rules` does on a day, and for gaps and overlaps on every later day on which they change.

    Parameters
    ----------
    rules : sequence of ResponsibilityRule
    cells, categories : sequence and iterable of str
        All codes of the district.
    day : date
        The first that is judged.

    Returns
    -------
    list of RuleFinding
        Those of the day first; those of later days name the first such day in ``where``. Empty when the table is
        whole from the day on.
    """
    codes = tuple(categories)
    found = check_rules(rules, cells, codes, day)
    known = {(f.kind, f.where, f.detail) for f in found}
    later = {d for rule in rules for d in (rule.since, rule.until) if day < d < date.max}
    for start in sorted(later):
        for one in check_rules(rules, cells, codes, start):
            key = (one.kind, one.where, one.detail)
            if one.kind in FATAL and key not in known:
                known.add(key)
                found.append(replace(one, where=f"{one.where} from {start}"))
    return found
