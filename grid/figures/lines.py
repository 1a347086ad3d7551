"""The lines behind a figure: one a case, which together make the figure.

Tickets, orders, alarms and providers are listed one by one. Residents, households, devices and records are not: whoever
reads figures has no business with single persons, so these are told by cell, and the numbers of the cells sum up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

LineKind: TypeAlias = Literal["ticket", "order", "alarm", "provider", "worker", "cell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line behind a figure.

    ``no`` is the number of a case, the code of a cell, or the identifier of a provider or worker. ``number`` is what the
    line adds to the figure, 1 for a case that is counted; ``of`` what it adds to the lower part of a share, None where
    the lines of the rest do. ``at`` is when the case began, None for what has no time.
    """

    kind: LineKind
    no: str
    number: float = 1
    of: float | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """The lines behind a figure: those counted, the others of the lower part of a share, and figures by service item."""

    cases: Sequence[Line] = ()
    rest: Sequence[Line] = ()
    items: Mapping[str, float] = field(default_factory=dict)


def to_row(line: Line) -> list[Any]:
    """Return a line as it is kept: kind, number of the case, what it adds, of how much, and when it began."""
    return [line.kind, line.no, line.number, line.of, None if line.at is None else line.at.isoformat()]


def from_row(row: Sequence[Any]) -> Line:
    """Return the line that `to_row` wrote."""
    kind, no, number, of, at = row
    return Line(kind=kind, no=no, number=number, of=of, at=None if at is None else datetime.fromisoformat(at))


def by_cell(parts: Iterable[tuple[str, float]], wholes: Iterable[tuple[str, float]] = ()) -> tuple[Line, ...]:
    """Return a line for each cell with the sum of its parts, and of its wholes where there are any.

    Parameters
    ----------
    parts, wholes : iterable of (str, float)
        Code of a cell and a number; a cell may come more than once.

    Returns
    -------
    tuple of Line
        By code; empty, and without cells that have nothing of both.
    """
    upper, lower = _sums(parts), _sums(wholes)
    return tuple(
        Line(kind="cell", no=code, number=upper.get(code, 0), of=lower.get(code, 0) if lower else None)
        for code in sorted(upper | lower)
        if upper.get(code) or lower.get(code)
    )


def _sums(parts: Iterable[tuple[str, float]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for code, number in parts:
        found[code] = found.get(code, 0) + number
    return found


def sum_of(lines: Iterable[Line]) -> float:
    """Return what lines add up to; 0 for none."""
    return sum(line.number for line in lines)
