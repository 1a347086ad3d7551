"""How long providers stay: spells from joining to loss, and the share still there by the product-limit estimate.

A spell begins with joining. It ends with leaving, unless the provider came back soon enough; who came back later began
a new spell. Spells that go on are cut at the end of the records, and those that began before the records count from
the day on which they were first seen, so that nobody counts as having stayed because those who left were never kept.

Estimate: Kaplan and Meier (1958), with late entry; variance: Greenwood; interval: on the scale of log(-log S), 95 %.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from dispatch.errors import DispatchError

Z_95 = 1.959963984540054
YEAR_DAYS = 365
FIVE_YEARS_DAYS = 5 * YEAR_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """One stay of a provider.

    ``seen_on`` is the first day on which anybody would have known of its loss, not before ``joined_on``; ``until`` is
    the day of its loss, or the last day of the records where it is still there. ``returned`` tells of a stay after
    an earlier one.
    """

    provider: int
    joined_on: date
    seen_on: date
    until: date
    lost: bool
    returned: bool = False

    @property
    def days(self) -> int:
        """Days from joining to loss or to the end of the records."""
        return (self.until - self.joined_on).days

    @property
    def entry_days(self) -> int:
        """Days from joining to the first day on which it was seen."""
        return (self.seen_on - self.joined_on).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """What is known of a provider: when it joined, since when it is kept, when it left and came back, in that order.

    ``moves`` are pairs of a day and whether it left on it (else it came back); ``silent_on`` is the day on which it had
    done nothing for so long that it counts as lost, None while it has not.
    """

    provider: int
    joined_on: date
    seen_on: date
    moves: tuple[tuple[date, bool], ...] = ()
    silent_on: date | None = None


def spells(stay: Stay, end: date, return_within: timedelta) -> tuple[Spell, ...]:
    """Cut the stay of a provider into spells.

    Parameters
    ----------
    stay : Stay
    end : date
        Last day of the records.
    return_within : timedelta
        Who is back within this time was never lost.

    Returns
    -------
    tuple of Spell
        In the order of time; without those that would begin after the end.
    """
    begins: list[date] = [stay.joined_on]
    ends: list[date | None] = [None]
    for day, left in stay.moves:
        if left and ends[-1] is None:
            ends[-1] = day
        elif not left and (gone := ends[-1]) is not None:
            if day - gone <= return_within:
                ends[-1] = None
            else:
                begins.append(day)
                ends.append(None)
    if ends[-1] is None:
        ends[-1] = stay.silent_on
    found = []
    for number, (begin, lost_on) in enumerate(zip(begins, ends, strict=True)):
        if begin > end:
            continue
        lost = lost_on is not None and lost_on <= end
        until = lost_on if lost and lost_on is not None else end
        found.append(
            Spell(
                provider=stay.provider,
                joined_on=begin,
                seen_on=min(max(begin, stay.seen_on), until),
                until=max(begin, until),
                lost=lost,
                returned=number > 0,
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The estimate from a day on: of ``at_risk`` stays ``lost`` ended on it.

    ``low`` and ``high`` bound the share still there with 95 % certainty; None where nobody is left, and before any loss.
    """

    day: int
    at_risk: int
    lost: int
    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The share still there by days since joining.

    ``first_day`` is the day on which the first stay was seen, ``last_day`` that up to which any was; in between
    somebody was seen on every day, or the estimate ends before the gap.
    """

    stays: int
    lost: int
    first_day: int
    last_day: int
    steps: tuple[Step, ...] = field(default=())

    def at(self, day: int) -> Step | None:
        """Tell the estimate for a day; None beyond what was seen, and where the first days were not."""
        if self.stays == 0 or self.first_day > 0 or day > self.last_day:
            return None
        known = Step(day=0, at_risk=self.stays, lost=0, share=1.0, low=None, high=None)
        for step in self.steps:
            if step.day > day:
                break
            known = step
        return known


def survival(stays: Iterable[Spell]) -> Curve:
    """Estimate the share still there by days since joining.

    Parameters
    ----------
    stays : iterable of Spell
        Empty gives a curve of nothing.

    Returns
    -------
    Curve
    """
    known = sorted(stays, key=lambda s: (s.entry_days, s.days))
    if not known:
        return Curve(stays=0, lost=0, first_day=0, last_day=0)
    first_day, last_day = known[0].entry_days, _seen_through(known)
    share, spread, steps = 1.0, 0.0, []
    for day in sorted({s.days for s in known if s.lost and s.days <= last_day}):
        at_risk = sum(s.entry_days < day <= s.days or (s.entry_days == day == 0) for s in known)
        lost = sum(s.lost and s.days == day for s in known)
        share *= 1 - lost / at_risk
        spread = spread + lost / (at_risk * (at_risk - lost)) if at_risk > lost else math.inf
        low, high = interval(share, spread)
        steps.append(Step(day=day, at_risk=at_risk, lost=lost, share=share, low=low, high=high))
    return Curve(
        stays=len(known),
        lost=sum(s.lost for s in known),
        first_day=first_day,
        last_day=last_day,
        steps=tuple(steps),
    )


def interval(share: float, spread: float) -> tuple[float | None, float | None]:
    """Return the bounds of a share still there with 95 % certainty, on the scale of log(-log S).

    Parameters
    ----------
    share : float
        0 to 1.
    spread : float
        Greenwood's sum of ``lost / (at_risk * (at_risk - lost))``.

    Returns
    -------
    tuple of (float or None, float or None)
        None twice for 0 and 1, where the scale has no value.

    Raises
    ------
    DispatchError
        For a share outside 0 to 1.
    """
    if not 0 <= share <= 1:
        raise DispatchError(f"a share lies between 0 and 1, not at {share}")
    if share in (0.0, 1.0) or not math.isfinite(spread):
        return None, None
    wide = Z_95 * math.sqrt(spread) / abs(math.log(share))
    return share ** math.exp(wide), share ** math.exp(-wide)


def _seen_through(known: Sequence[Spell]) -> int:
    """Tell up to which day somebody was seen without a gap; stays come by the day on which they were first seen."""
    reached = known[0].days
    for spell in known:
        if spell.entry_days > reached:
            break
        reached = max(reached, spell.days)
    return reached
