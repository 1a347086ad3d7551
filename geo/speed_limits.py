"""Speed limits as they are written on maps: numbers with units, words, zones of a nation, lists.

Source: the page of the key maxspeed of the OpenStreetMap wiki.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

KPH = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "km/hr": 1.0, "mph": 1.609344, "knots": 1.852}

_NUMBER = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-z/]*)")
_ZONE_NUMBER = re.compile(r"[a-z]{2}:(?:zone:?)?(\d+)")
_ZONE = re.compile(r"(?:([a-z]{2}):)?(?:zone:)?([a-z_]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Nation:
    """What holds in one nation: limits by zone in km/h, and where it lies (west, south, east, north)."""

    box: tuple[float, float, float, float]
    zones: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How limits are told: keys, the most telling first; bounds and words in km/h."""

    keys: tuple[str, ...]
    lowest_kph: float
    highest_kph: float
    words: Mapping[str, float]


def limit_kph(text: str, limits: Limits, nations: Mapping[str, Nation], nation: str) -> float | None:
    """Read a limit; of several the lowest counts.

    Parameters
    ----------
    text : str
        Such as "50", "30 mph", "50;30", "DE:urban", "walk".
    limits : Limits
    nations : mapping of str to Nation
    nation : str
        Two letters of the nation of the extract, for words without letters of their own; may be empty.

    Returns
    -------
    float or None
        Kilometres per hour; None when nothing is understood or a number is out of bounds.
    """
    found = [_one(part.strip().lower(), limits, nations, nation) for part in re.split(r"[;|]", text)]
    told = [kph for kph in found if kph is not None]
    return min(told) if told and len(told) == len(found) else None


def _one(text: str, limits: Limits, nations: Mapping[str, Nation], nation: str) -> float | None:
    """Read one limit."""
    kph: float | None = None
    if text in limits.words:
        return limits.words[text]
    if (match := _NUMBER.fullmatch(text)) and match[2] in KPH:
        kph = float(match[1].replace(",", ".")) * KPH[match[2]]
    elif match := _ZONE_NUMBER.fullmatch(text):
        kph = float(match[1])
    elif (match := _ZONE.fullmatch(text)) and (known := nations.get((match[1] or nation).upper())):
        kph = known.zones.get(match[2])
    return kph if kph is not None and limits.lowest_kph <= kph <= limits.highest_kph else None


Tell = Callable[[str, str], object]


def limits_kph(
    tags: Mapping[str, str], limits: Limits, nations: Mapping[str, Nation], nation: str, tell: Tell
) -> tuple[float | None, float | None]:
    """Read the limits of a way, with the drawing and against it; None where none is told.

    `tell` hears of each value that is no limit.
    """
    found: list[float | None] = []
    for direction in ("forward", "backward"):
        kph = None
        for key in limits.keys:
            told = f"{key}:{direction}" if f"{key}:{direction}" in tags else key
            if told in tags and kph is None:
                kph = limit_kph(tags[told], limits, nations, nation)
                if kph is None and (direction == "forward" or told != key):
                    tell(told, tags[told])
        found.append(kph)
    return found[0], found[1]
