"""The composite of a unit and month: base less deductions, joined with raters by published weights.

Every sum is made in whole hundredths and exact fractions and rounded once, half up, so that any past month gives the
same figure again to the last digit.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from math import floor, sqrt
from typing import Any

from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.lifecycle import Action, Actor, Event, Lifecycle
from dispatch.worktime import Limit, WorkTime
from grid.deadlines import due
from grid.errors import BadRuleError
from grid.scores.scoring import Score, ledger_mark_centi

FIELDS = frozenset({"unit", "rater", "score", "reason"})
MOST_CENTI = 10_000
NORMAL_95 = 1.96


@dataclass(frozen=True, slots=True, kw_only=True)
class Rater:
    """Somebody who gives marks from 0 to 100, and how much they weigh."""

    code: str
    name_zh: str
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AppraisalRules:
    """How the composite is made; weights are in any unit, their proportion counts.

    With ``per_cases`` the ledger's mark is the base less the points lost per so many cases due, so that the same faults
    cost a large unit no more than a small one; with 0 it is the base less all of them.
    """

    lifecycle: Lifecycle
    worktime: WorkTime
    ledger_name_zh: str
    ledger_weight: int
    raters: tuple[Rater, ...]
    open_for_appeal: Limit
    least_cases: int
    per_cases: int = 0

    def __post_init__(self) -> None:
        if type(self.per_cases) is not int or self.per_cases < 0:
            raise BadRuleError(f"per_cases is {self.per_cases!r}; write 0, or a number of cases such as 100")
        codes = [r.code for r in self.raters]
        if len(set(codes)) < len(codes):
            raise BadRuleError(f"a rater is listed twice: {', '.join(codes)}")
        if self.ledger_weight <= 0 or any(r.weight <= 0 for r in self.raters):
            raise BadRuleError("weights of the ledger and of every rater must be more than 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Cases of a unit due in a period and those of them done in time."""

    due: int = 0
    on_time: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Composite:
    """The composite of one unit; points in hundredths.

    ``parts`` maps the ledger (``ledger``) and raters to their marks; ``missing`` are raters who gave none, whose
    weight is spread over the others in proportion. ``rank`` is None below the least number of cases;
    ``low`` and ``high`` bound the share done in time with 95 % certainty.
    """

    unit: str
    composite_centi: int
    parts: Mapping[str, int]
    missing: tuple[str, ...]
    deducted_centi: int
    entries: int
    due: int
    on_time: int
    on_time_share: float | None
    low: float
    high: float
    rank: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """The appraisal of one month.

    ``ratings`` maps ``unit/rater`` to hundredths. ``table`` is the frozen result, None until it is published.
    """

    month: str
    state: str
    ratings: Mapping[str, int] = field(default_factory=dict)
    opened_at: datetime | None = None
    open_until: datetime | None = None
    published_at: datetime | None = None
    table: Mapping[str, Any] | None = None
    version: int = 1

    @property
    def no(self) -> str:
        """The month, which is the name of its chain of events."""
        return self.month


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the store knows when an action on an appraisal is decided."""

    composites: Sequence[Composite]
    units: frozenset[str]
    open_appeals: int
    rules_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """A decision in the making."""

    appraisal: Appraisal
    action: Action
    rules: AppraisalRules
    now: datetime
    standing: Standing

    def to(self, **changes: Any) -> "Sitting":  # noqa: ANN401 - checked by replace
        """Change the appraisal."""
        return replace(self, appraisal=replace(self.appraisal, **changes))


def composite(score: Score, cases: Cases, ratings: Mapping[str, int], rules: AppraisalRules) -> Composite:
    """Join what the ledger left with the raters' marks.

    Parameters
    ----------
    score : Score
        From the ledger.
    cases : Cases
    ratings : Mapping of str to int
        ``unit/rater`` to hundredths, of any units.
    rules : AppraisalRules

    Returns
    -------
    Composite
        Without ratings the ledger's mark itself.
    """
    parts, weights = (
        {"ledger": ledger_mark_centi(score, cases.due, rules.per_cases)},
        {"ledger": rules.ledger_weight},
    )
    missing = []
    for rater in rules.raters:
        mark = ratings.get(f"{score.unit}/{rater.code}")
        if mark is None:
            missing.append(rater.code)
        else:
            parts[rater.code], weights[rater.code] = mark, rater.weight
    exact = Fraction(sum(parts[name] * weights[name] for name in parts), sum(weights.values()))
    low, high = share_interval(cases.on_time, cases.due)
    return Composite(
        unit=score.unit,
        composite_centi=floor(exact + Fraction(1, 2)),
        parts=parts,
        missing=tuple(missing),
        deducted_centi=score.deducted_centi,
        entries=score.entries,
        due=cases.due,
        on_time=cases.on_time,
        on_time_share=cases.on_time / cases.due if cases.due else None,
        low=low,
        high=high,
    )


def ranked(composites: Iterable[Composite], least_cases: int) -> list[Composite]:
    """Order units, the best first; equals share a rank; units with few cases follow without one."""
    many = sorted((c for c in composites if c.due >= least_cases), key=lambda c: (-c.composite_centi, c.unit))
    few = sorted((c for c in composites if c.due < least_cases), key=lambda c: c.unit)
    points = [c.composite_centi for c in many]
    return [replace(c, rank=1 + points.index(c.composite_centi)) for c in many] + few


def share_interval(part: int, whole: int, normal: float = NORMAL_95) -> tuple[float, float]:
    """Return the Wilson interval of a share (0..1), of 95 % unless another quantile is given; (0, 1) over nothing.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, 1927.
    """
    if whole == 0:
        return 0.0, 1.0
    share, square = part / whole, normal**2
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    half = normal * sqrt(share * (1 - share) / whole + square / (4 * whole**2)) / (1 + square / whole)
    return max(0.0, middle - half), min(1.0, middle + half)


def mark_centi(mark: float | str) -> int:
    """Return a mark in hundredths.

    Raises
    ------
    BadFieldError
        When it lies outside 0 to 100 or has more than two decimals.
    """
    exact = Fraction(str(mark)) * 100
    if exact.denominator != 1 or not 0 <= exact <= MOST_CENTI:
        raise BadFieldError("score", mark, "give 0 to 100 with at most two decimals")
    return int(exact)


def draft(
    month: str, ends_at: datetime, by: Actor, rules: AppraisalRules, now: datetime
) -> tuple[Appraisal, Event]:
    """Begin the appraisal of a month that is over.

    Parameters
    ----------
    month : str
        Such as 2026-11.
    ends_at : datetime
        The end of the month in the district's zone, aware.
    by : Actor
    rules : AppraisalRules
    now : datetime
        Aware.

    Returns
    -------
    tuple of (Appraisal, Event)

    Raises
    ------
    NotPossibleError
        While the month still runs.
    """
    if now < ends_at:
        raise NotPossibleError(f"{month} runs until {ends_at:%Y-%m-%d %H:%M}; appraise it after that")
    made = Appraisal(month=month, state=rules.lifecycle.initial)
    told = Event(name="drafted", at=now, by=by.user, role=by.role, payload={"to": made.state})
    return made, told


def act(
    appraisal: Appraisal, action: Action, rules: AppraisalRules, standing: Standing, now: datetime
) -> tuple[Appraisal, Event]:
    """Decide one action on an appraisal.

    Parameters
    ----------
    appraisal : Appraisal
    action : Action
    rules : AppraisalRules
    standing : Standing
        What the ledger says of the month.
    now : datetime
        Aware.

    Returns
    -------
    tuple of (Appraisal, Event)

    Raises
    ------
    NotPossibleError, WrongRoleError, BadFieldError
        The appraisal is unchanged then.
    """
    move = rules.lifecycle.move(appraisal.state, action)
    sitting = Sitting(appraisal=appraisal, action=action, rules=rules, now=now, standing=standing)
    for effect in move.effects:
        sitting = EFFECTS[effect](sitting)
    target = rules.lifecycle.target(appraisal.state, move)
    after = replace(sitting.appraisal, state=target, version=appraisal.version + 1)
    payload: dict[str, Any] = {"from": appraisal.state, "to": target, **action.fields}
    if after.open_until is not None:
        payload["open_until"] = after.open_until.isoformat()
    if after.table is not None:
        payload["table"] = after.table
    return after, Event(name=action.name, at=now, by=action.by.user, role=action.by.role, payload=payload)


def _rate(sitting: Sitting) -> Sitting:
    given = sitting.action.fields
    unit, rater, mark = str(given["unit"]), str(given["rater"]), given["score"]
    codes = [r.code for r in sitting.rules.raters]
    if rater not in codes:
        raise BadFieldError("rater", rater, "raters are " + ", ".join(codes))
    if unit not in sitting.standing.units:
        raise BadFieldError("unit", unit, "give a unit of the month's table")
    centi = mark_centi(mark)
    return sitting.to(ratings={**sitting.appraisal.ratings, f"{unit}/{rater}": centi})


def _open(sitting: Sitting) -> Sitting:
    until = due(sitting.now, sitting.rules.open_for_appeal, sitting.rules.worktime).due_at
    return sitting.to(opened_at=sitting.now, open_until=until)


def _reopen(sitting: Sitting) -> Sitting:
    return sitting.to(opened_at=None, open_until=None)


def _after_term(sitting: Sitting) -> Sitting:
    until = sitting.appraisal.open_until
    if until is not None and sitting.now <= until:
        raise NotPossibleError(f"{sitting.appraisal.month} is open for appeal until {until:%Y-%m-%d %H:%M}")
    return sitting


def _no_open_appeals(sitting: Sitting) -> Sitting:
    if n := sitting.standing.open_appeals:
        raise NotPossibleError(
            f"{n} appeals against entries of {sitting.appraisal.month} are not decided yet"
        )
    return sitting


def _freeze(sitting: Sitting) -> Sitting:
    rules = sitting.rules
    table = {
        "rules": sitting.standing.rules_version,
        "weights": {"ledger": rules.ledger_weight} | {r.code: r.weight for r in rules.raters},
        "per_cases": rules.per_cases,
        "items": [_plain(c) for c in ranked(sitting.standing.composites, rules.least_cases)],
    }
    return sitting.to(published_at=sitting.now, table=table)


def _plain(one: Composite) -> dict[str, Any]:
    return asdict(one) | {"missing": list(one.missing), "parts": dict(one.parts)}


EFFECTS: Mapping[str, Callable[[Sitting], Sitting]] = {
    "rate": _rate,
    "open": _open,
    "reopen": _reopen,
    "after_term": _after_term,
    "no_open_appeals": _no_open_appeals,
    "freeze": _freeze,
}
