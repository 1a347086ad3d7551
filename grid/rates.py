"""The published rates of digital city management, each with its numerator and denominator.

``filing = filed / accepted``, ``dispatch = dispatched / filed``, ``closure = closed / due``,
``on_time_closure = closed in time / due``, ``rework = reworked / due``, ``extension = extended / due``. The
denominators were settled by recomputing public reports. Cases are due by deadline and not by arrival, so that more
can be closed than were accepted: nothing is clamped. A rate over nothing is no data, never 0.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from grid.history import History


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Base counts of a period [start, end).

    By arrival: ``reported`` all, ``accepted`` without merged duplicates, ``filed`` and ``dispatched`` by the time
    it was done, ``exact_dispatched`` those never handed to another department. By deadline in force at the end:
    ``due`` and, of them, ``handled``, ``handled_on_time``, ``closed``, ``closed_on_time``, ``reworked``,
    ``extended``, ``overdue_unhandled``.
    """

    reported: int = 0
    accepted: int = 0
    filed: int = 0
    dispatched: int = 0
    exact_dispatched: int = 0
    due: int = 0
    handled: int = 0
    handled_on_time: int = 0
    closed: int = 0
    closed_on_time: int = 0
    reworked: int = 0
    extended: int = 0
    overdue_unhandled: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One rate; ``value`` is a share (1 is all, more is possible), None where nothing was counted."""

    name: str
    name_zh: str
    part: int
    whole: int
    value: float | None


RATES: Mapping[str, tuple[str, str, str]] = {
    "filing": ("立案率", "filed", "accepted"),
    "dispatch": ("派遣率", "dispatched", "filed"),
    "exact_dispatch": ("准确派遣率", "exact_dispatched", "dispatched"),
    "closure": ("结案率", "closed", "due"),
    "on_time_closure": ("按期结案率", "closed_on_time", "due"),
    "on_time_handling": ("按期处置率", "handled_on_time", "due"),
    "rework": ("返工率", "reworked", "due"),
    "extension": ("延期率", "extended", "due"),
}
"""Rate -> Chinese name, numerator, denominator."""


def rates(counts: Counts) -> list[Rate]:
    """Compute every rate from base counts; unclamped, None without a denominator."""
    number: Mapping[str, int] = asdict(counts)
    return [
        Rate(
            name=name,
            name_zh=name_zh,
            part=number[part],
            whole=number[whole],
            value=number[part] / number[whole] if number[whole] else None,
        )
        for name, (name_zh, part, whole) in RATES.items()
    ]


def count(histories: Iterable[History], start: datetime, end: datetime) -> Counts:
    """Count a period from histories read up to its end.

    Parameters
    ----------
    histories : iterable of History
        Told by the events before ``end``; tickets without a bearing on the period add nothing.
    start, end : datetime
        Aware; [start, end).

    Returns
    -------
    Counts
        All 0 for no tickets.
    """

    def inside(at: datetime | None) -> bool:
        return at is not None and start <= at < end

    total = dict.fromkeys(asdict(Counts()), 0)
    for h in histories:
        arrived, filed = inside(h.reported_at), inside(h.filed_at) and h.counts
        first = h.dispatches[0].at if h.dispatches else None
        dispatched = inside(first) and h.counts
        told = {
            "reported": arrived,
            "accepted": arrived and h.state != "merged",
            "filed": filed,
            "dispatched": dispatched,
            "exact_dispatched": dispatched and not any(d.anew for d in h.dispatches),
        }
        if h.is_due and inside(h.due_at):
            told |= _due(h)
        for name, yes in told.items():
            total[name] += yes
    return Counts(**total)


def _due(h: History) -> dict[str, bool]:
    return {
        "due": True,
        "handled": h.done_at is not None,
        "handled_on_time": h.done_at is not None and h.done_at <= h.due_at,
        "closed": h.closed_at is not None,
        "closed_on_time": h.closed_at is not None and h.closed_at <= h.due_at,
        "reworked": h.reworks > 0,
        "extended": h.extensions > 0,
        "overdue_unhandled": h.done_at is None,
    }
