"""A league table that is fair: few cases are not ranked, many cases cost nothing by themselves, like is held to like.

Units are ranked by the points they lost per hundred cases due, so that the same faults cost a large unit no more than
a small one. Beside its share done in time stands what others reached with the same categories of cases.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from grid.scores.appraisal import share_interval
from grid.scores.scoring import Entry, Score, score


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Cases of one unit and category due in a period: all, in time, late."""

    unit: str
    category: str
    due: int
    on_time: int
    late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """Cases of a unit in categories that others had too; shares done in time of its own and, of as many, theirs."""

    cases: int
    own: float
    others: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LeagueRow:
    """One unit.

    ``lost_per_100`` is in points and None without cases, ``low`` and ``high`` bound the share with 95 % certainty,
    ``like`` is None where nobody else had such cases, ``rank`` None below the least number of cases.
    """

    unit: str
    score: Score
    due: int
    on_time: int
    late: int
    lost_per_100: float | None
    low: float
    high: float
    like: Likeness | None
    rank: int | None = None


def table(tallies: Sequence[Tally], entries: Iterable[Entry], fewest: int) -> list[LeagueRow]:
    """Rank units, the one that lost least first; equals share a rank, those with few cases follow by code.

    Parameters
    ----------
    tallies : sequence of Tally
        Of all units.
    entries : iterable of Entry
        Of the ledger, of the same period; a unit that only has entries is listed as well.
    fewest : int
        The least number of cases that is ranked.

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
    rows = [_row(unit, by_unit[unit], lost[unit], wholes) for unit in sorted(set(by_unit) | set(lost))]
    many = sorted((row for row in rows if row.due >= max(1, fewest)), key=_lost_share)
    shares = [_lost_share(row) for row in many]
    return [replace(row, rank=1 + shares.index(_lost_share(row))) for row in many] + [
        row for row in rows if row.due < max(1, fewest)
    ]


def _lost_share(row: LeagueRow) -> Fraction:
    return Fraction(row.score.deducted_centi, row.due)


def _by_category(tallies: Iterable[Tally]) -> dict[str, tuple[int, int]]:
    """Sum cases and those in time of each category over all units."""
    sums: dict[str, tuple[int, int]] = {}
    for t in tallies:
        due, on_time = sums.get(t.category, (0, 0))
        sums[t.category] = (due + t.due, on_time + t.on_time)
    return sums


def _row(
    unit: str, tallies: Sequence[Tally], entries: Sequence[Entry], wholes: dict[str, tuple[int, int]]
) -> LeagueRow:
    due, on_time = sum(t.due for t in tallies), sum(t.on_time for t in tallies)
    low, high = share_interval(on_time, due)
    own = score(unit, entries)
    return LeagueRow(
        unit=unit,
        score=own,
        due=due,
        on_time=on_time,
        late=sum(t.late for t in tallies),
        lost_per_100=own.deducted_centi / due if due else None,
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
