"""Positions that phones tell: which are kept, which are used, and for how long one says where somebody is."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from dispatch.errors import DispatchError
from geo.place import LonLat

Verdict = Literal["taken", "older", "rough", "double", "future", "late", "off_shift", "unagreed", "outside"]
KEPT: frozenset[Verdict] = frozenset({"taken", "older", "rough"})
"""Verdicts on positions that go into the track; of them only the one that is `taken` says where somebody is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where somebody was, as their phone told it; ``at`` is the phone's time, ``accuracy_m`` its own guess, 0 for none."""

    user: str
    at: datetime
    place: LonLat
    accuracy_m: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionConsent:
    """Whether somebody lets their position be used while they are on shift, and since when they say so."""

    user: str
    given: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionRules:
    """What is done with positions.

    Attributes
    ----------
    rough_m : float
        A position of worse accuracy is kept and not used.
    fresh : timedelta
        So long a position says where somebody is, and is taken for choosing who goes.
    shown : timedelta
        So long the last position stays on the map, faded once it is no longer fresh.
    ahead : timedelta
        A phone's clock may be fast by this much.
    late : timedelta
        A position that comes later than this is not kept.
    kept : timedelta
        How long a track is kept.
    every_s : int
        A phone sends at most once in so many seconds.

    Raises
    ------
    DispatchError
        When a span is not positive, or a fresh position would not be shown, or a shown one was not kept.
    """

    rough_m: float
    fresh: timedelta
    shown: timedelta
    ahead: timedelta
    late: timedelta
    kept: timedelta
    every_s: int

    def __post_init__(self) -> None:
        if self.rough_m <= 0 or self.every_s < 1 or self.ahead < timedelta():
            raise DispatchError("positions: rough_m and every_s are more than 0, ahead_s is not less than 0")
        if not timedelta() < self.fresh <= self.shown <= self.kept or not self.fresh <= self.late:
            raise DispatchError(
                "positions: fresh_s is more than 0, at most shown_min and late_min, and those at most kept_days"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of somebody when their positions come in.

    Attributes
    ----------
    agreed_at : datetime
        Since when they let their position be used.
    newest : datetime or None
        Time of the newest position that is used.
    known : frozenset of datetime
        Times of the positions that are kept already.
    """

    agreed_at: datetime
    newest: datetime | None = None
    known: frozenset[datetime] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A position with what was found about where and when it was: on shift then, and inside the district's map."""

    position: Position
    on_shift: bool = True
    inside: bool = True


def judge(heard: Heard, standing: Standing, now: datetime, rules: PositionRules) -> Verdict:
    """Say what becomes of one position.

    Parameters
    ----------
    heard : Heard
    standing : Standing
    now : datetime
    rules : PositionRules

    Returns
    -------
    {"taken", "older", "rough", "double", "future", "late", "off_shift", "unagreed", "outside"}
        ``taken`` moves somebody; ``older`` and ``rough`` are kept in the track alone; the others are not kept.
    """
    position, newest = heard.position, standing.newest
    doubts: tuple[tuple[Verdict, bool], ...] = (
        ("future", position.at > now + rules.ahead),
        ("late", position.at < now - rules.late),
        ("off_shift", not heard.on_shift),
        ("unagreed", position.at < standing.agreed_at - rules.ahead),
        ("outside", not heard.inside),
        ("double", position.at in standing.known),
        ("rough", position.accuracy_m > rules.rough_m),
        ("older", newest is not None and position.at <= newest),
    )
    return next((verdict for verdict, holds in doubts if holds), "taken")


def judge_all(
    heard: Iterable[Heard], standing: Standing, now: datetime, rules: PositionRules
) -> tuple[Verdict, ...]:
    """Say what becomes of some positions of one person, each judged as if those before it had come before.

    Parameters
    ----------
    heard : iterable of Heard
        In the order in which they came.
    standing : Standing
        Before them.
    now : datetime
    rules : PositionRules

    Returns
    -------
    tuple of str
        In the order given, see `judge`; empty for none.
    """
    newest, known = standing.newest, set(standing.known)
    verdicts: list[Verdict] = []
    for one in heard:
        verdict = judge(one, replace(standing, newest=newest, known=frozenset(known)), now, rules)
        verdicts.append(verdict)
        if verdict in KEPT:
            known.add(one.position.at)
        if verdict == "taken":
            newest = one.position.at
    return tuple(verdicts)


def age_s(at: datetime, now: datetime) -> int:
    """Tell how old a position is in whole seconds; 0 for one of a fast clock."""
    return max(0, int((now - at).total_seconds()))
