"""What a reader of features may ask: boxes, times, properties, pages; anything else is refused by name.

Source: OGC API - Features - Part 1: Core, 1.0.1 (OGC 17-069r4), clauses 7.15.2 to 7.15.8.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from starlette.exceptions import HTTPException

from data.outside.features import Window
from geo.errors import BadPlaceError
from geo.place import Box, LonLat

FEWEST, USUAL, MOST = 1, 100, 10_000
WORDS = {
    "bbox": "west,south,east,north in degrees of WGS-84",
    "datetime": "An instant or interval of RFC 3339, with .. for an open end",
    "limit": f"How many features a page holds, {USUAL} when left out, {MOST} at most",
    "after": "Where the page before ended; the link next holds it",
    "f": "json, the only format",
}
NUMBERS = {"limit": "integer", "after": "integer"}
OPEN_ENDS = ("", "..")
LARGEST_MARK = 2**63 - 1


def parameters(filters: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """Describe what a list of features may be asked, for the OpenAPI file; ``filters`` are those of all collections."""
    told = WORDS | {
        name: f"Features whose {name} equals this, where the collection has it" for name in filters
    }
    return {
        "parameters": [
            {
                "name": name,
                "in": "query",
                "description": text,
                "schema": {"type": NUMBERS.get(name, "string")},
            }
            for name, text in told.items()
        ]
    }


def refuse_unknown(params: Mapping[str, str], known: Collection[str]) -> None:
    """Refuse parameters that are not among the known ones, and formats other than JSON.

    Raises
    ------
    HTTPException
        400, naming what is unknown and what is known.
    """
    if odd := sorted(set(params) - set(known)):
        raise HTTPException(400, f"parameter {odd[0]!r} is not known here; known are {', '.join(known)}")
    if params.get("f", "json") not in ("json", "geojson"):
        raise HTTPException(400, f"f={params['f']!r} is not offered; f=json is")


def window_of(params: Mapping[str, str], filters: Collection[str]) -> Window:
    """Read the parameters of a list of features.

    Parameters
    ----------
    params : Mapping
        As in the query string.
    filters : collection of str
        Properties that may be asked to equal a value.

    Raises
    ------
    HTTPException
        400, naming the parameter and what it may be.
    """
    refuse_unknown(params, (*WORDS, *filters))
    start, end = _span(params.get("datetime", ""))
    return Window(
        # More than the most is no error, the page is only shorter than asked.
        limit=min(_whole(params, "limit", USUAL, FEWEST), MOST),
        after=_whole(params, "after", 0, 0),
        boxes=_boxes(params.get("bbox", "")),
        start=start,
        end=end,
        equal={name: params[name] for name in filters if name in params},
    )


def _whole(params: Mapping[str, str], name: str, usual: int, least: int) -> int:
    text = params.get(name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdigit()) or not least <= int(text) <= LARGEST_MARK:
        raise HTTPException(400, f"{name}={text!r} has to be a whole number from {least} up")
    return int(text)


def _boxes(text: str) -> tuple[Box, ...]:
    """Read west, south, east, north, with heights between them or without; over the 180th meridian it is two."""
    if not text:
        return ()
    wrong = HTTPException(400, f"bbox={text!r} has to be west,south,east,north in degrees of WGS-84")
    try:
        numbers = [float(part) for part in text.split(",")]
        if len(numbers) == 6:
            del numbers[5], numbers[2]
        west, south, east, north = numbers
        LonLat(west, south), LonLat(east, north)
    except (ValueError, BadPlaceError):
        raise wrong from None
    if south > north:
        raise wrong
    if west > east:
        return Box(west, south, 180.0, north), Box(-180.0, south, east, north)
    return (Box(west, south, east, north),)


def _span(text: str) -> tuple[datetime | None, datetime | None]:
    """Read an instant or an interval of RFC 3339 with open ends as ``..``."""
    if not text:
        return None, None
    first, slash, last = text.partition("/")
    if not slash:
        at = _time(first, text)
        return at, at
    start = None if first in OPEN_ENDS else _time(first, text)
    end = None if last in OPEN_ENDS else _time(last, text)
    if start is not None and end is not None and end < start:
        raise HTTPException(400, f"datetime={text!r} ends before it begins")
    return start, end


def _time(part: str, text: str) -> datetime:
    try:
        at = datetime.fromisoformat(part.replace(" ", "+"))  # a plus sign that was not escaped
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        allowed = "an instant or interval such as 2026-11-01T00:00:00Z/.."
        raise HTTPException(400, f"datetime={text!r} has to be {allowed}")
    return at
