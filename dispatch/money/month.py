"""Closed months: once closed, nothing is booked in one any more; what was wrong is put right in a later one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from dispatch.errors import NotPossibleError
from dispatch.money.transfer import Transfer, changes


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedMonth:
    """A month of the money ledger that is over, by purse as it began and as it ended, in fen; purses at 0 are left out."""

    month: str
    closed_at: datetime
    transfers: int
    opening: Mapping[str, int] = field(default_factory=dict)
    closing: Mapping[str, int] = field(default_factory=dict)


def month_of_day(day: date) -> str:
    """Return the month of a day, such as ``2026-11``."""
    return f"{day:%Y-%m}"


def close_month(
    month: str, before: Iterable[Transfer], within: Iterable[Transfer], today: date, now: datetime
) -> ClosedMonth:
    """Return a month closed.

    Parameters
    ----------
    month : str
        Such as ``2026-11``.
    before, within : iterable of Transfer
        Booked before the month, and in it; either may be empty.
    today : date
        The day of the district.
    now : datetime
        Aware.

    Returns
    -------
    ClosedMonth

    Raises
    ------
    NotPossibleError
        When it is not over yet.
    """
    if month >= month_of_day(today):
        raise NotPossibleError(f"{month} is not over; it can be closed from the next month on")
    inside = tuple(within)
    opening = changes(before)
    closing = dict(opening)
    for name, amount in changes(inside).items():
        closing[name] = closing.get(name, 0) + amount
    return ClosedMonth(
        month=month,
        closed_at=now,
        transfers=len(inside),
        opening=_standing(opening),
        closing=_standing(closing),
    )


def check_open(day: date, closed: Iterable[str]) -> None:
    """Let a booking on a day through.

    Raises
    ------
    NotPossibleError
        When its month is closed.
    """
    if (month := month_of_day(day)) in set(closed):
        raise NotPossibleError(
            f"{month} is closed and nothing is booked in it any more; book the correction on a later day, with its number"
        )


def _standing(balances: Mapping[str, int]) -> dict[str, int]:
    return {name: amount for name, amount in sorted(balances.items()) if amount}
