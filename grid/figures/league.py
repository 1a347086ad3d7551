"""The ranking of departments, which is fair: few cases are not ranked, many cases cost nothing, like is held to like.

Units are ranked by what the ledger leaves of the base per hundred cases due, so that the same faults cost a large unit
no more than a small one. It is the only ranking; the appraisal joins the same mark with those of raters. Beside a
unit's share handled on time stands what others reached with the same categories of cases.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from grid.figures.rates import OF_DUE
from grid.scores.appraisal import share_interval
from grid.scores.scoring import Entry, Score, ledger_mark_centi, lost_centi, score
from grid.tickets.history import History


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Cases of one unit and category due in a period: all, handled on time, late."""

    unit: str
    category: str
    due: int
    on_time: int
    late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """Cases of a unit in categories that others had too; shares on time of its own and, of as many, theirs."""

    cases: int
    own: float
    others: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LeagueRow:
    """One unit.

    ``mark_centi`` is what the ledger leaves of the base and ``lost_centi`` what it took, in hundredths per so many
    cases; ``low`` and ``high`` bound the share on time with 95 % certainty. ``like`` is None where nobody else had such
    cases, ``rank`` None below the least number of cases.
    """

    unit: str
    score: Score
    mark_centi: int
    lost_centi: int
    due: int
    on_time: int
    late: int
    low: float
    high: float
    like: Likeness | None
    rank: int | None = None


def count_tallies(due: Iterable[History]) -> list[Tally]:
    """Count cases due by department and category, ordered by both; empty without cases."""
    on_time = OF_DUE["handled_on_time"]
    counted = Counter((t.department, t.category, on_time(t)) for t in due)
    return [
        Tally(
            unit=unit,
            category=category,
            due=counted[unit, category, True] + counted[unit, category, False],
            on_time=counted[unit, category, True],
            late=counted[unit, category, False],
        )
        for unit, category in sorted({(unit, category) for unit, category, _ in counted})
    ]


def table(
    tallies: Sequence[Tally], entries: Iterable[Entry], least_cases: int, per_cases: int
) -> list[LeagueRow]:
    """Rank units, the highest mark first; equals share a rank, those with few cases follow by code.

    Parameters
    ----------
    tallies : sequence of Tally
        Of all units.
    entries : iterable of Entry
        Of the ledger, of the same period; a unit that only has entries is listed as well.
    least_cases : int
        The least number of cases that is ranked.
    per_cases : int
        Points lost are counted per so many cases; 0 counts them whole.

    Returns
    -------
    list of LeagueRow
        Empty without cases and entries.
    """
    by_unit: dict[str, list[Tally]] = defaultdict(list)
    lost: dict[str, list[Entry]] = defaultdict(list)
    for tally in tallies:
        by_unit[tally.unit].append(tally)
    for entry in entries:
        lost[entry.unit].append(entry)
    wholes = _by_category(tallies)
    units = sorted(set(by_unit) | set(lost))
    rows = [_row(by_unit[unit], score(unit, lost[unit]), wholes, per_cases) for unit in units]
    least = max(1, least_cases)
    many = sorted((row for row in rows if row.due >= least), key=lambda row: -row.mark_centi)
    marks = [row.mark_centi for row in many]
    return [replace(row, rank=1 + marks.index(row.mark_centi)) for row in many] + [
        row for row in rows if row.due < least
    ]


def _by_category(tallies: Iterable[Tally]) -> dict[str, tuple[int, int]]:
    """Sum cases and those on time of each category over all units."""
    sums: dict[str, tuple[int, int]] = {}
    for t in tallies:
        due, on_time = sums.get(t.category, (0, 0))
        sums[t.category] = (due + t.due, on_time + t.on_time)
    return sums


def _row(
    tallies: Sequence[Tally], own: Score, wholes: dict[str, tuple[int, int]], per_cases: int
) -> LeagueRow:
    due, on_time = sum(t.due for t in tallies), sum(t.on_time for t in tallies)
    low, high = share_interval(on_time, due)
    return LeagueRow(
        unit=own.unit,
        score=own,
        mark_centi=ledger_mark_centi(own, due, per_cases),
        lost_centi=lost_centi(own, due, per_cases),
        due=due,
        on_time=on_time,
        late=sum(t.late for t in tallies),
        low=low,
        high=high,
        like=_likeness(tallies, wholes),
    )


def _likeness(tallies: Sequence[Tally], wholes: dict[str, tuple[int, int]]) -> Likeness | None:
    """Hold a unit's cases to those of others, category by category, weighed by its own mix."""
    cases = in_time = 0
    expected = Fraction(0)
    for t in tallies:
        due, on_time = wholes[t.category]
        if due > t.due > 0:
            cases += t.due
            in_time += t.on_time
            expected += Fraction(t.due * (on_time - t.on_time), due - t.due)
    if not cases:
        return None
    return Likeness(cases=cases, own=in_time / cases, others=float(expected / cases))
