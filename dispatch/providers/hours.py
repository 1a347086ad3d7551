"""Opening hours in OpenStreetMap syntax."""

from datetime import datetime
from functools import lru_cache

from opening_hours import OpeningHours, validate

from dispatch.errors import BadFieldError

ALWAYS = "24/7"


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
