"""Chronic cases: opened by rule from readings that stand out, followed up by schedule, left in peace when refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dispatch.errors import BadFieldError
from dispatch.health.code import HealthCode
from dispatch.health.result import HealthResult
from dispatch.lifecycle import Action, Lifecycle

FIELDS = frozenset({"on", "reason"})
EFFECTS = frozenset({"follow_up", "note", "end", "again"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChronicRule:
    """When a case of a condition is opened, and when it is followed up.

    A case is opened by ``readings`` days with a high result of one of ``high``, all within ``within_days`` days. The first
    follow-up is due ``first_days`` after, each other ``every_days`` after the last, and is missed ``grace_days`` later.
    """

    code: str
    name_zh: str
    name_en: str
    high: tuple[str, ...]
    readings: int
    within_days: int
    first_days: int
    every_days: int
    grace_days: int
    source: str = ""
    sample: bool = True

    def __post_init__(self) -> None:
        """Refuse a rule that opens at nothing or never.

        Raises
        ------
        ValueError
        """
        if not self.high:
            raise ValueError(f"{self.code}: high names no code")
        if not 1 <= self.readings <= self.within_days:
            raise ValueError(
                f"{self.code}: readings on {self.readings} days do not fit in {self.within_days} days"
            )
        if min(self.first_days, self.every_days) < 1:
            raise ValueError(f"{self.code}: a follow-up is due at least a day later")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChronicRules:
    """The rules of all conditions by their codes, and what can happen to a case."""

    conditions: Mapping[str, ChronicRule]
    lifecycle: Lifecycle


@dataclass(frozen=True, slots=True, kw_only=True)
class ChronicCase:
    """One condition of one resident; ``no`` tells nothing of whose it is.

    ``because`` are the numbers of the results that opened it, none when a person did. ``next_on`` is the day of the next
    follow-up, ``last_on`` of the last, None before the first. ``why`` says why it was opened by hand, refused, taken up
    again or closed. Readings after ``closed_on`` count towards another case.
    """

    no: str
    resident: str
    condition: str
    state: str
    opened_on: date
    next_on: date
    last_on: date | None = None
    because: tuple[str, ...] = ()
    follow_ups: int = 0
    why: str = ""
    closed_on: date | None = None
    version: int = 1


def readings_that_open(
    rule: ChronicRule,
    results: Iterable[tuple[date, HealthResult]],
    codes: Mapping[str, HealthCode],
    after: date | None = None,
) -> tuple[HealthResult, ...]:
    """Return the results that open a case: the first of each day of the first window that holds enough days.

    Parameters
    ----------
    rule : ChronicRule
    results : iterable of (date, HealthResult)
        Of one resident, in any order, each with its day in the district's zone; those that were struck do not count.
    codes : Mapping
        What stands out.
    after : date, optional
        Only later days count, such as those after an earlier case was closed.

    Returns
    -------
    tuple of HealthResult
        As many as the rule asks for, by day; empty when none opens.
    """
    first: dict[date, HealthResult] = {}
    for day, one in sorted(results, key=lambda pair: (pair[1].taken_at, pair[1].code, pair[1].value)):
        known = codes.get(one.code) if one.code in rule.high and one.holds else None
        if known is None or one.unit not in known.units or (after is not None and day <= after):
            continue
        if known.stands_out(one.value, one.unit) == "high":
            first.setdefault(day, one)
    days = sorted(first)
    for start in range(len(days) - rule.readings + 1):
        window = days[start : start + rule.readings]
        if (window[-1] - window[0]).days < rule.within_days:
            return tuple(first[day] for day in window)
    return ()


def open_case(
    rule: ChronicRule, lifecycle: Lifecycle, no: str, resident: str, today: date, **why: object
) -> ChronicCase:
    """Return a case that begins today.

    Parameters
    ----------
    rule : ChronicRule
    lifecycle : Lifecycle
    no : str
        Tells nothing of whose it is.
    resident : str
    today : date
        In the district's zone.
    **why
        ``because`` or ``why`` of the case.

    Returns
    -------
    ChronicCase
    """
    due = today + timedelta(days=rule.first_days)
    made = ChronicCase(
        no=no, resident=resident, condition=rule.code, state=lifecycle.initial, opened_on=today, next_on=due
    )
    return replace(made, **why)  # type: ignore[arg-type]  # fields of the case


def act(case: ChronicCase, action: Action, rules: ChronicRules, today: date) -> ChronicCase:
    """Decide one action on a case.

    Parameters
    ----------
    case : ChronicCase
    action : Action
        ``follow_up`` has the day ``on`` which it was, all others a ``reason``.
    rules : ChronicRules
    today : date
        In the district's zone.

    Returns
    -------
    ChronicCase
        As it is after.

    Raises
    ------
    NotPossibleError, WrongRoleError, BadFieldError
        The case is unchanged then.
    """
    move = rules.lifecycle.move(case.state, action)
    if odd := sorted(set(action.fields) - FIELDS):
        raise BadFieldError(odd[0], action.fields[odd[0]], f"fields are {', '.join(sorted(FIELDS))}")
    after = replace(case, state=rules.lifecycle.target(case.state, move), version=case.version + 1)
    rule = rules.conditions.get(case.condition)
    if "note" in move.effects:
        after = replace(after, why=str(action.fields["reason"]))
    if "end" in move.effects:
        after = replace(after, closed_on=today)
    if "again" in move.effects:
        after = replace(after, next_on=today + timedelta(days=rule.first_days if rule else 1))
    if "follow_up" in move.effects:
        after = _followed(after, action.fields["on"], rule, today)
    return after


def _followed(case: ChronicCase, on: date, rule: ChronicRule | None, today: date) -> ChronicCase:
    """Return the case followed up on a day; of a condition that the rules no longer know after the same time again."""
    earliest = case.opened_on if case.last_on is None else case.last_on + timedelta(days=1)
    if not earliest <= on <= today:
        told = f"a day from {earliest.isoformat()} to {today.isoformat()}"
        raise BadFieldError("on", on.isoformat(), told)
    every = timedelta(days=rule.every_days) if rule else case.next_on - (case.last_on or case.opened_on)
    return replace(case, last_on=on, next_on=on + every, follow_ups=case.follow_ups + 1)


def is_missed(case: ChronicCase, rule: ChronicRule | None, today: date) -> bool:
    """Tell whether a follow-up was due so long ago that it counts as missed."""
    grace = timedelta(days=rule.grace_days if rule else 0)
    return case.state == "open" and case.next_on + grace < today
