"""Opening hours in OpenStreetMap syntax."""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from opening_hours import OpeningHours, validate

from dispatch.errors import BadFieldError

ALWAYS = "24/7"
STEP = timedelta(minutes=30)
_RULES = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
_DATED = re.compile(r"\d{4} ")


@lru_cache(maxsize=4096)
def _parsed(hours: str) -> OpeningHours:
    return OpeningHours(hours)


def check_hours(hours: str) -> str:
    """Return the text when it is opening-hours syntax.

    Raises
    ------
    BadFieldError
        When it cannot be read.
    """
    if not validate(hours):
        allowed = "write opening hours such as 'Mo-Su 08:00-20:00' or '24/7'"
        raise BadFieldError("hours", hours, allowed)
    return hours


def is_open(hours: str, at: datetime) -> bool:
    """Tell whether the hours cover a local time; ``24/7`` always does."""
    return hours == ALWAYS or bool(_parsed(hours).is_open(at.replace(tzinfo=None)))


def opens_next(hours: str, at: datetime) -> datetime | None:
    """Return the next time the hours begin after a local time, or None when they never do again."""
    if hours == ALWAYS:
        return None
    when = _parsed(hours).next_change(at.replace(tzinfo=None))
    return None if when is None else when.replace(tzinfo=at.tzinfo)


def parted(hours: str) -> tuple[str, tuple[str, ...]]:
    """Part hours into what holds every week and what holds on days named with their year, such as a holiday.

    Parameters
    ----------
    hours : str
        As `check_hours` lets them through.

    Returns
    -------
    tuple of str and tuple of str
        Either may be empty; put together again they say the same.
    """
    rules = [rule.strip() for rule in _RULES.split(hours)]
    dated = tuple(rule for rule in rules if _DATED.match(rule))
    return "; ".join(rule for rule in rules if rule and not _DATED.match(rule)), dated


def week_of(hours: str, day: date) -> tuple[tuple[bool, ...], ...]:
    """Tell for each half hour of a week whether it begins in opening hours.

    Parameters
    ----------
    hours : str
    day : date
        Any day of the week that is looked at.

    Returns
    -------
    tuple of tuple of bool
        Seven days from Monday on, 48 half hours each; what names a day with its year is passed over.
    """
    weekly, _ = parted(hours)
    midnight = datetime.combine(day - timedelta(days=day.weekday()), time())
    return tuple(
        tuple(
            bool(weekly) and is_open(weekly, midnight + timedelta(days=weekday) + half * STEP)
            for half in range(48)
        )
        for weekday in range(7)
    )
