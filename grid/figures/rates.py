"""The published rates of digital city management, each with its numerator and denominator.

``filing = filed / unmerged``, ``dispatch = dispatched / filed``, ``closure = closed_of_due / due``,
``on_time_closure = closed in time / due``, ``rework = reworked / due``, ``extension = extended / due``. The
denominators were settled by recomputing public reports. Cases are due by deadline and not by arrival, so that more
can be closed than were reported: nothing is clamped. A rate over nothing is no data, never 0.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from grid.tickets.history import History


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Base counts of a period [start, end).

    By arrival: ``reported`` all, ``unmerged`` without merged duplicates, ``filed`` and ``dispatched`` by the time
    it was done, ``exact_dispatched`` those never handed to another department. By deadline in force at the end:
    ``due`` and, of them, ``handled``, ``handled_on_time``, ``closed_of_due``, ``closed_on_time``, ``reworked``,
    ``extended``, ``overdue_unhandled``.
    """

    reported: int = 0
    unmerged: int = 0
    filed: int = 0
    dispatched: int = 0
    exact_dispatched: int = 0
    due: int = 0
    handled: int = 0
    handled_on_time: int = 0
    closed_of_due: int = 0
    closed_on_time: int = 0
    reworked: int = 0
    extended: int = 0
    overdue_unhandled: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One rate; ``value`` is a share (1 is all, more is possible), None where nothing was counted.

    ``formula`` names the counts it is made of, such as ``closed_on_time / due``.
    """

    name: str
    name_zh: str
    formula: str
    part: int
    whole: int
    value: float | None


RATES: Mapping[str, tuple[str, str, str]] = {
    "filing": ("立案率", "filed", "unmerged"),
    "dispatch": ("派遣率", "dispatched", "filed"),
    "exact_dispatch": ("准确派遣率", "exact_dispatched", "dispatched"),
    "closure": ("结案率", "closed_of_due", "due"),
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
            formula=f"{part} / {whole}",
            part=number[part],
            whole=number[whole],
            value=number[part] / number[whole] if number[whole] else None,
        )
        for name, (name_zh, part, whole) in RATES.items()
    ]


OF_DUE: Mapping[str, Callable[[History], bool]] = {
    "handled": lambda h: h.done_at is not None,
    "handled_on_time": lambda h: h.done_at is not None and h.done_at <= h.due_at,
    "closed_of_due": lambda h: h.closed_at is not None,
    "closed_on_time": lambda h: h.closed_at is not None and h.closed_at <= h.due_at,
    "reworked": lambda h: h.reworks > 0,
    "extended": lambda h: h.extensions > 0,
    "overdue_unhandled": lambda h: h.done_at is None,
}
"""What is counted of the cases due."""


def due_in(histories: Iterable[History], start: datetime, end: datetime) -> list[History]:
    """Keep the cases whose deadline in force binds and lies in a period."""
    return [h for h in histories if h.is_due and start <= h.due_at < end]


def count(histories: Sequence[History], start: datetime, end: datetime) -> Counts:
    """Count a period from histories read up to its end.

    Parameters
    ----------
    histories : sequence of History
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

    arrived = [h for h in histories if inside(h.reported_at)]
    sent = [h for h in histories if h.counts and h.dispatches and inside(h.dispatches[0].at)]
    due = due_in(histories, start, end)
    return Counts(
        reported=len(arrived),
        unmerged=sum(h.state != "merged" for h in arrived),
        filed=sum(inside(h.filed_at) and h.counts for h in histories),
        dispatched=len(sent),
        exact_dispatched=sum(not any(d.anew for d in h.dispatches) for h in sent),
        due=len(due),
        **{name: sum(map(holds, due)) for name, holds in OF_DUE.items()},
    )
