"""Indicators: what is measured, how areas compare with their siblings and with their own past.

A figure that cannot be told is no data with a reason, never 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median, pstdev
from typing import Any, Literal, get_args

from grid.errors import BadRuleError

Direction = Literal["up", "down", "neutral"]
Empty = Literal["zero", "null"]
Group = Literal["people", "cells", "tickets", "handling", "service", "support", "safety", "voice"]
Use = Literal["decision", "livelihood"]
Base = Literal[
    "",
    "parent",
    "residents",
    "elders",
    "households",
    "cells",
    "accepted",
    "open",
    "done_orders",
    "active_providers",
    "providers",
]
NORMALISERS: Mapping[str, tuple[float, Base]] = {
    "as_is": (1.0, ""),
    "share_of_parent": (100.0, "parent"),
    "per_1000_residents": (1000.0, "residents"),
    "per_1000_elders": (1000.0, "elders"),
    "per_elder": (1.0, "elders"),
    "per_1000_households": (1000.0, "households"),
    "per_100_households": (100.0, "households"),
    "per_cell": (1.0, "cells"),
    "per_100_accepted": (100.0, "accepted"),
    "share_of_accepted": (100.0, "accepted"),
    "per_100_open": (100.0, "open"),
    "share_of_done_orders": (100.0, "done_orders"),
    "per_active_provider": (1.0, "active_providers"),
    "share_of_providers": (100.0, "providers"),
}
"""Normaliser -> factor and what to divide by."""
UNITS = (
    *("person", "household", "visit", "ticket", "ticket per 1000", "order", "yuan", "provider", "hour"),
    *("alarm", "device", "percent", "point", "ratio", "0-1"),
)
FEWEST_FOR_Z = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator as the catalogue defines it.

    ``least`` is the smallest number of cases that is ranked; ``stock`` ones come from a register without a past;
    ``counted_zh`` and ``counted_en`` say how it is counted, with ``{name}`` for what a count gives; ``missing`` says why our records cannot tell it, empty when they can.
    """

    id: str
    name_zh: str
    name_en: str
    group: Group
    use: Use
    unit: str
    direction: Direction
    normaliser: str
    least: int
    stock: bool
    empty: Empty
    counted_zh: str
    counted_en: str
    missing: str
    missing_zh: str

    def __post_init__(self) -> None:
        words: Mapping[str, Any] = {"direction": Direction, "empty": Empty, "group": Group, "use": Use}
        for name, allowed in words.items():
            if getattr(self, name) not in get_args(allowed):
                known = ", ".join(get_args(allowed))
                raise BadRuleError(f"{name}: {getattr(self, name)!r} is not one of {known}")
        if bool(self.missing) != bool(self.missing_zh) or bool(self.missing) == bool(
            self.counted_zh and self.counted_en
        ):
            raise BadRuleError(
                f"{self.id}: say in counted_zh and counted_en how it is counted, or in missing and missing_zh why not"
            )
        if self.normaliser not in NORMALISERS:
            raise BadRuleError(f"normaliser: {self.normaliser!r} is not one of {', '.join(NORMALISERS)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A figure with where it comes from.

    ``rows`` were counted by ``filter``, a reason as `Reason.write` writes it (in months frozen before, an English
    sentence); ``left_out`` were not, for the code in ``left_out_why``. ``why`` is a code that says why ``value`` is None. ``normalised`` is what areas are compared by, None without something to divide by. ``asked`` is how
    many could have told what ``rows`` did, None where nobody has to be asked.
    """

    id: str
    value: float | None
    rows: int = 0
    filter: str = ""
    left_out: int = 0
    left_out_why: str = ""
    why: str = ""
    normalised: float | None = None
    asked: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an area stands among its siblings of one level; ``z`` only among eight or more.

    ``rank`` is None for no data or too few cases; ``gap`` is to the siblings' median.
    """

    rank: int | None
    of: int
    median: float | None
    gap: float | None
    z: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The change to an earlier period; ``percent`` is None from 0; all None with the reason in ``why``."""

    before: float | None
    absolute: float | None
    percent: float | None
    why: str = ""


def normalise(indicator: Indicator, value: float | None, bases: Mapping[str, float | None]) -> float | None:
    """Make a figure comparable between areas; None for no data or nothing to divide by."""
    factor, base = NORMALISERS[indicator.normaliser]
    if value is None or not base:
        return value
    whole = bases.get(base)
    return factor * value / whole if whole else None


def standing(indicator: Indicator, own: Measure, siblings: Sequence[Measure]) -> Standing:
    """Compare an area with its siblings, itself among them.

    Parameters
    ----------
    indicator : Indicator
    own : Measure
    siblings : sequence of Measure
        Of all areas of the level, this one included.

    Returns
    -------
    Standing
        Equals share a rank; where less is better the least is first.
    """
    values = [s.normalised for s in siblings if s.normalised is not None and s.rows >= indicator.least]
    middle = median(values) if values else None
    mine = own.normalised
    if mine is None or middle is None or own.rows < indicator.least:
        return Standing(rank=None, of=len(values), median=middle, gap=None, z=None)
    better = sum(v < mine if indicator.direction == "down" else v > mine for v in values)
    spread = pstdev(values) if len(values) >= FEWEST_FOR_Z else 0.0
    z = (mine - fmean(values)) / spread if spread else None
    return Standing(rank=better + 1, of=len(values), median=middle, gap=mine - middle, z=z)


def change(
    indicator: Indicator, now: Measure, before: Measure, least: int, *, kept: bool = False, whole: bool = True
) -> Change:
    """Compare a figure with that of an earlier period.

    Parameters
    ----------
    indicator : Indicator
    now, before : Measure
    least : int
        The smallest number of rows, then and now, that a figure of a period is compared with.
    kept : bool
        Whether ``before`` was kept at its time; a register has no past otherwise.
    whole : bool
        Whether records go back to the start of the earlier period.

    Returns
    -------
    Change
        Without figures, and with the reason, where the earlier period says too little.
    """
    if why := _incomparable(indicator, now, before, least, kept=kept, whole=whole):
        return Change(before=before.value, absolute=None, percent=None, why=why)
    return difference(now.value or 0.0, before.value or 0.0)


def difference(now: float, before: float) -> Change:
    """Return the change between two figures that may be compared."""
    percent = 100 * (now - before) / before if before else None
    why = "" if percent is not None else "zero_before"
    return Change(before=before, absolute=now - before, percent=percent, why=why)


def _incomparable(
    indicator: Indicator, now: Measure, before: Measure, least: int, *, kept: bool, whole: bool
) -> str:
    """Tell why two figures are not compared; empty when they may be."""
    if indicator.stock and not kept:
        return "register_without_past"
    if now.value is None or before.value is None:
        return now.why or f"before: {before.why}"
    if indicator.stock:
        return ""
    return why_incomparable(now.rows, before.rows, max(least, indicator.least), whole=whole)


def why_incomparable(now: int, before: int, least: int, *, whole: bool = True) -> str:
    """Tell why two figures are not compared.

    Parameters
    ----------
    now, before : int
        Number of rows that each was made of.
    least : int
        Fewest rows that are compared.
    whole : bool
        Whether the records reach back over the whole earlier period.

    Returns
    -------
    str
        A code; empty when they may be compared.
    """
    if not whole:
        return "records_begin_later"
    return "too_few" if min(now, before) < least else ""
