"""Deductions, the ledger and what a department scores in a period.

A score is never stored: it is the base less the entries of the period, recomputed from the ledger each time.
Entries are only ever added; an appeal that wins adds a reversing entry. Points are whole hundredths.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import ceil

from grid.errors import BadRuleError
from grid.reasons import Reason

BASE_CENTI = 10_000
KINDS = (
    "overdue",
    "response_missed",
    "check_failed",
    "groundless_return",
    "kick",
    "faked_evidence",
    "stage_late",
    "whistle_late",
    "urged",
)
"""The faults that are charged; a scoring table says what each of them costs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduction:
    """One row of the scoring table.

    ``points_centi`` for the first time, ``again_centi`` for each further step, ``nth`` with ``nth_centi`` for one
    particular repetition, ``cap_centi`` the most that one ticket may cost. All are positive numbers taken off.
    """

    kind: str
    name_zh: str
    points_centi: int
    again_centi: int = 0
    nth: int = 0
    nth_centi: int = 0
    cap_centi: int = 0
    doubles_if_urgent: bool = False

    def __post_init__(self) -> None:
        for name in ("points_centi", "again_centi", "nth_centi", "cap_centi"):
            if getattr(self, name) < 0:
                raise BadRuleError(
                    f"deduction {self.kind}: {name} must not be negative; it is what is taken off"
                )

    def step_centi(self, step: int, *, urgent: bool) -> int:
        """Return the points taken by the step-th charge of one ticket (first is 1), after doubling and below the cap.

        Returns
        -------
        int
            Hundredths, 0 when the cap is reached.
        """
        factor = 2 if urgent and self.doubles_if_urgent else 1

        def upto(n: int) -> int:
            total = sum(self.nth_centi if i == self.nth else self._plain(i) for i in range(1, n + 1)) * factor
            return min(total, self.cap_centi) if self.cap_centi else total

        return upto(step) - upto(step - 1)

    def _plain(self, step: int) -> int:
        return self.points_centi if step == 1 else self.again_centi


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the ledger; ``points_centi`` is negative for a deduction, positive for its reversal.

    ``reverses`` is the row number of the entry that a reversal takes back, None for everything else. ``evidence`` is a
    reason as `Reason.write` writes it; entries from before hold an English sentence.
    """

    unit: str
    subject: str
    kind: str
    step: int
    points_centi: int
    at: datetime
    rules: str
    evidence: str
    reverses: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a unit scores in a period, with the number of entries behind it."""

    unit: str
    base_centi: int
    deducted_centi: int
    score_centi: int
    entries: int


def reverse(number: int, entry: Entry, at: datetime, why: Reason) -> Entry:
    """Make the entry that takes another back; the fact itself stays visible.

    Parameters
    ----------
    number : int
        Row number of the entry that is taken back.
    entry : Entry
    at : datetime
        Aware; when the reversal counts.
    why : Reason
        Code and parameters.

    Returns
    -------
    Entry
        With the points of the other, the sign turned.
    """
    return Entry(
        unit=entry.unit,
        subject=entry.subject,
        kind="reversal",
        step=entry.step,
        points_centi=-entry.points_centi,
        at=at,
        rules=entry.rules,
        evidence=Reason(why.code, {**why.given, "kind": entry.kind}).write(),
        reverses=number,
    )


def score(unit: str, entries: Iterable[Entry]) -> Score:
    """Score one unit from its entries of one period; no entries give the base, the floor is 0."""
    mine = [e.points_centi for e in entries if e.unit == unit]
    total = sum(mine)
    return Score(
        unit=unit,
        base_centi=BASE_CENTI,
        deducted_centi=-total,
        score_centi=max(0, BASE_CENTI + total),
        entries=len(mine),
    )


def lost_centi(score: Score, due: int, per_cases: int) -> int:
    """Return the points a unit lost per so many cases due, in hundredths, rounded once, half down.

    Parameters
    ----------
    score : Score
    due : int
        Its cases due in the period; without any the points are counted whole.
    per_cases : int
        Such as 100; 0 counts the points whole, however many cases there were.
    """
    if not per_cases or not due:
        return score.deducted_centi
    return ceil(Fraction(score.deducted_centi * per_cases, due) - Fraction(1, 2))


def ledger_mark_centi(score: Score, due: int, per_cases: int) -> int:
    """Return what the ledger leaves of the base, in hundredths: the base less `lost_centi`, at least 0.

    Departments are ranked by it everywhere.
    """
    return max(0, score.base_centi - lost_centi(score, due, per_cases))


def score_each(units: Iterable[str], entries: Iterable[Entry]) -> list[Score]:
    """Score many units from their entries of one period, ordered by code; no ranking."""
    by_unit: dict[str, list[Entry]] = {}
    for entry in entries:
        by_unit.setdefault(entry.unit, []).append(entry)
    return [score(unit, by_unit.get(unit, ())) for unit in sorted(units)]


def by_kind(table: Iterable[Deduction]) -> Mapping[str, Deduction]:
    """Index a scoring table.

    Raises
    ------
    BadRuleError
        When a kind is listed twice.
    """
    rows: dict[str, Deduction] = {}
    for row in table:
        if row.kind in rows:
            raise BadRuleError(f"deduction {row.kind} is listed twice")
        rows[row.kind] = row
    return rows
