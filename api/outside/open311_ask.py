"""What the open interface may be asked: filters of lists, spans of time."""

import re
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, Field

from api.outside.open311_format import OpenError
from api.world import World
from data.outside.open_requests import OpenFilter

LONGEST_SPAN = timedelta(days=90)
YEARS = range(1970, 2200)
Words = Annotated[list[str], Field(default_factory=list)]


class RequestAsk(BaseModel):
    """Filters of the list: words parted by commas or given again and again, times with zone; others are ignored."""

    service_request_id: Words
    service_code: Words
    status: Words
    start_date: str = ""
    end_date: str = ""

    def filter(self, world: World) -> OpenFilter:
        """Give the filter; numbers override everything else.

        Raises
        ------
        OpenError
        """
        public = frozenset(world.catalogue.rulebook.public_categories())
        final = tuple(world.catalogue.rulebook.lifecycle.final)
        if numbers := _words(self.service_request_id):
            return OpenFilter(final=final, categories=public, numbers=numbers)
        statuses = frozenset(_words(self.status))
        if odd := sorted(statuses - {"open", "closed"}):
            raise OpenError(400, f"status {odd[0]!r} is neither open nor closed")
        start, end = span_of(time_of(self.start_date), time_of(self.end_date), world.clock())
        codes = frozenset(_words(self.service_code))
        return OpenFilter(
            final=final,
            start=start,
            end=end,
            categories=codes & public if codes else public,
            statuses=statuses,
        )


def clean(text: str) -> str:
    """Take off blanks around a text and NUL, which no store keeps."""
    return text.replace("\0", "").strip()


def _words(texts: list[str]) -> tuple[str, ...]:
    return tuple(word for text in texts for part in text.split(",") if (word := clean(part)))


def time_of(text: str) -> datetime | None:
    """Read a time of a filter, None when it is empty.

    Raises
    ------
    OpenError
    """
    if not text:
        return None
    try:
        # An offset's plus sign arrives as a blank when it was not escaped.
        at = datetime.fromisoformat(re.sub(r" (\d\d:\d\d)$", r"+\1", text))
    except ValueError:
        raise OpenError(400, f"{text!r} is no time such as 2026-11-18T10:30:00+08:00") from None
    if at.year not in YEARS:
        raise OpenError(400, f"{text!r} lies outside {YEARS.start} to {YEARS.stop - 1}")
    if at.tzinfo is None:
        raise OpenError(400, f"{text!r} has no zone; write Z or an offset such as +08:00")
    return at


def span_of(start: datetime | None, end: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """Complete a span to 90 days, the newest when nothing was asked.

    Raises
    ------
    OpenError
    """
    if start is not None and end is None:
        return start, min(now, start + LONGEST_SPAN)
    until = end or now
    begun = start or until - LONGEST_SPAN
    if until < begun:
        raise OpenError(400, "end_date lies before start_date")
    if until - begun > LONGEST_SPAN:
        raise OpenError(400, "start_date and end_date may not span more than 90 days")
    return begun, until
