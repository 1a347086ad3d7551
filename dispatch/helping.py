"""Needs that volunteers claim: places are never given twice, and hours count when the receiver has confirmed them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from dispatch.errors import BadFieldError, NotPossibleError
from geo.place import LonLat

ClaimState = Literal["claimed", "given_up", "confirmed", "absent"]
NeedState = Literal["open", "withdrawn"]
MOST_PLACES = 50
LONGEST_MIN = 24 * 60
HOLDING: tuple[ClaimState, ...] = ("claimed", "confirmed")
"""States of a claim in which its place is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A place that a volunteer took: a provider by its row number; ``minutes`` are those confirmed, by whom and when."""

    provider: int
    at: datetime
    state: ClaimState = "claimed"
    minutes: int = 0
    settled_by: str = ""
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenNeed:
    """What somebody needs help with: a service item for so many minutes at a time, by so many volunteers.

    ``resident`` is who receives it and ``place`` where; of these nothing is published, nor of ``note``. ``filled_at`` is when
    the last place was taken, None while one is free.
    """

    no: str
    item: str
    resident: str
    place: LonLat
    cell: str
    starts_at: datetime
    minutes: int
    places: int
    note: str
    asked_by: str
    asked_at: datetime
    state: NeedState = "open"
    claims: tuple[Claim, ...] = ()
    filled_at: datetime | None = None

    @property
    def free(self) -> int:
        """Places that nobody has taken."""
        return self.places - sum(claim.state in HOLDING for claim in self.claims)

    @property
    def ends_at(self) -> datetime:
        """When the help ends."""
        return self.starts_at + timedelta(minutes=self.minutes)


def publish(need: OpenNeed, now: datetime) -> OpenNeed:
    """Return a need that can be published.

    Raises
    ------
    BadFieldError
        When it is over, or places or minutes are out of bounds.
    """
    if need.starts_at <= now:
        raise BadFieldError("starts_at", need.starts_at.isoformat(), "a time that is still to come")
    if not 1 <= need.places <= MOST_PLACES:
        raise BadFieldError("places", need.places, f"1 to {MOST_PLACES}")
    if not 1 <= need.minutes <= LONGEST_MIN:
        raise BadFieldError("minutes", need.minutes, f"1 to {LONGEST_MIN}")
    return need


def claim(need: OpenNeed, provider: int, now: datetime) -> OpenNeed:
    """Return a need of which a volunteer took a place; one who has a place already changes nothing.

    Raises
    ------
    NotPossibleError
        When no place is free, it was withdrawn, or it has begun.
    """
    if any(one.provider == provider and one.state in HOLDING for one in need.claims):
        return need
    if need.state != "open" or now >= need.starts_at:
        raise NotPossibleError(f"need {need.no} can be claimed no longer")
    if need.free == 0:
        raise NotPossibleError(f"all places of need {need.no} are taken; look for another at /api/v1/needs")
    claims = (*need.claims, Claim(provider=provider, at=now))
    return replace(need, claims=claims, filled_at=now if need.free == 1 else None)


def give_up(need: OpenNeed, provider: int, now: datetime) -> OpenNeed:
    """Return a need of which a volunteer gave a place back before it began.

    Raises
    ------
    NotPossibleError
    """
    if now >= need.starts_at:
        raise NotPossibleError(f"need {need.no} has begun; tell the desk")
    return replace(_settled(need, provider, "given_up", 0, "", now), filled_at=None)


def confirm(need: OpenNeed, provider: int, minutes: int, by: str, now: datetime) -> OpenNeed:
    """Return a need of which the receiver confirmed a volunteer's minutes.

    Parameters
    ----------
    need : OpenNeed
    provider : int
        The volunteer, by row number.
    minutes : int
        0 for one who did not come.
    by : str
        Account of who confirms.
    now : datetime
        Aware.

    Returns
    -------
    OpenNeed

    Raises
    ------
    BadFieldError
        When there are more minutes than a day has.
    NotPossibleError
        When it has not begun, or the volunteer has no place that is unconfirmed.
    """
    if not 0 <= minutes <= LONGEST_MIN:
        raise BadFieldError("minutes", minutes, f"0 to {LONGEST_MIN}")
    if now < need.starts_at:
        raise NotPossibleError(f"need {need.no} has not begun; hours are confirmed afterwards")
    return _settled(need, provider, "confirmed" if minutes else "absent", minutes, by, now)


def withdraw(need: OpenNeed, now: datetime) -> OpenNeed:
    """Return a need that is taken back; claims stand, so that whoever had one is told.

    Raises
    ------
    NotPossibleError
        When it was withdrawn before, or has begun.
    """
    if need.state != "open" or now >= need.starts_at:
        raise NotPossibleError(f"need {need.no} can be withdrawn no longer")
    return replace(need, state="withdrawn")


def _settled(
    need: OpenNeed, provider: int, state: ClaimState, minutes: int, by: str, now: datetime
) -> OpenNeed:
    """Return a need of which the claim of a volunteer went from ``claimed`` to another state."""
    at = next(
        (i for i, one in enumerate(need.claims) if one.provider == provider and one.state == "claimed"), None
    )
    if at is None:
        raise NotPossibleError(f"provider {provider} has no open place of need {need.no}")
    done = replace(need.claims[at], state=state, minutes=minutes, settled_by=by, settled_at=now)
    return replace(need, claims=(*need.claims[:at], done, *need.claims[at + 1 :]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """How needs find volunteers: how many there were, how many are filled, the share, and the usual time it took.

    ``share`` and ``median_s`` are None where there is nothing to count; ``unmatched`` are those not
    filled that are older than the limit or have begun.
    """

    needs: int
    filled: int
    share: float | None
    median_s: float | None
    unmatched: tuple[str, ...]


def matching(needs: Sequence[OpenNeed], limit: timedelta, now: datetime) -> Matching:
    """Count how needs found volunteers; those that were withdrawn are left out."""
    counted = [need for need in needs if need.state == "open"]
    times = sorted((n.filled_at - n.asked_at).total_seconds() for n in counted if n.filled_at is not None)
    middle = len(times) // 2
    return Matching(
        needs=len(counted),
        filled=len(times),
        share=len(times) / len(counted) if counted else None,
        median_s=None if not times else (times[middle] + times[-middle - 1]) / 2,
        unmatched=tuple(
            n.no for n in counted if n.filled_at is None and (now - n.asked_at > limit or now >= n.starts_at)
        ),
    )


def minutes_of(needs: Iterable[OpenNeed]) -> dict[int, int]:
    """Sum the minutes that were confirmed, by volunteer; what is only claimed counts nothing."""
    found: dict[int, int] = {}
    for need in needs:
        for one in need.claims:
            if one.state == "confirmed":
                found[one.provider] = found.get(one.provider, 0) + one.minutes
    return found
