"""Cells of outside tables as people type them, brought to one form: numbers, days, times, codes."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Any

from dispatch.errors import BadFieldError

DIGITS_KEPT = 15
"""Excel keeps so many digits of a number; those after become 0."""
EXCEL_DAY_0 = date(1899, 12, 30)  # day 1 is 1900-01-01, and Excel believes in 1900-02-29
EXCEL_DAYS = (15_000, 80_000)  # 1941 to 2119; other numbers in a column of days are no dates of a sheet
SOUTH_OR_WEST = frozenset({"S", "W", "南", "西"})
ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})
_SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?[Ee]\+?\d{1,3}")
_DAY = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")
_EIGHT = re.compile(r"(19|20)\d{6}")
_CLOCK = re.compile(
    r"(上午|下午|晚上)?\s*(\d{1,2})\s*[:时点]\s*(\d{1,2})?\s*[:分]?\s*(\d{1,2}(?:\.\d+)?)?\s*秒?\s*(AM|PM)?",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"\s*(Z|[+-]\d{2}:?\d{2})$")
_DMS = re.compile(
    r"([NSEW东西南北])?\s*(\d{1,3})\s*[°度]\s*(?:(\d{1,2}(?:\.\d+)?)\s*[′'’分]\s*)?(?:(\d{1,2}(?:\.\d+)?)\s*(?:[″\"”]|''|′′|秒)\s*)?([NSEW东西南北])?",
    re.IGNORECASE,
)


def plain(value: Any) -> str:  # noqa: ANN401 - any cell
    """Return a cell as text; a whole number without its point, a time in ISO 8601, nothing as the empty text."""
    if value is None or (isinstance(value, float) and value != value):  # noqa: PLR0124 - NaN is unequal to itself
        return ""
    if isinstance(value, datetime) and (value.hour, value.minute, value.second, value.tzinfo) == (
        0,
        0,
        0,
        None,
    ):
        return value.date().isoformat()
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def lost_digits(value: Any) -> bool:  # noqa: ANN401 - any cell
    """Tell whether a cell is a number of more digits than Excel keeps."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= 10**DIGITS_KEPT


def tidy(type_: str, name: str, text: str) -> str:
    """Bring the text of a cell to the one form of its type.

    Parameters
    ----------
    type_ : str
        One of `FORMS`.
    name : str
        Our name of the field, for the error.
    text : str
        As it stands in the file; the empty text stays empty.

    Returns
    -------
    str
        Days as 2026-11-18, times as 2026-11-18T10:30:00 with the offset if one is written, numbers with a point.

    Raises
    ------
    BadFieldError
        When it cannot be read as the type, or a sheet has lost some of its digits.
    """
    if text in ERRORS:
        raise BadFieldError(name, text, "the sheet shows an error here; mend its formula")
    return FORMS[type_](name, text) if text else ""


def narrow(text: str) -> str:
    """Return a text with full-width digits, letters and signs made narrow."""
    return unicodedata.normalize("NFKC", text).strip()


def _text(_name: str, text: str) -> str:
    return text


def _code(name: str, text: str) -> str:
    code = narrow(text)
    if (_SCIENTIFIC.fullmatch(code) and "+" in code) or _rounded_id(code):
        wanted = "the sheet has lost digits of this number; set the column to Text, enter the numbers again and save"
        raise BadFieldError(name, text, wanted)
    return re.sub(r"(?<=\d)\.0+$", "", code)


def _rounded_id(code: str) -> bool:
    """Tell an identity number whose last three digits a sheet made zeros: its check digit does not fit."""
    if not re.fullmatch(r"\d{15}000", code):
        return False
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    rest = sum(w * int(c) for w, c in zip(weights, code, strict=False)) % 11
    return "10X98765432"[rest] != code[-1]


def _number(name: str, text: str) -> str:
    value = narrow(text).replace(" ", "")
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", value):
        value = value.replace(",", "")
    return _as_number(name, text, value)


def _degree(name: str, text: str) -> str:
    """Read degrees, also with a decimal comma, or with minutes and seconds."""
    value = narrow(text)
    if (found := _DMS.fullmatch(value)) and found.group(2):
        before, whole, minutes, seconds, after = found.groups()
        degrees = int(whole) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
        return repr(-degrees if (before or after or "").upper() in SOUTH_OR_WEST else degrees)
    bare, turned = _hemisphere(value.replace(" ", "").replace(",", "."))
    return _as_number(name, text, f"-{bare}" if turned else bare)


def _hemisphere(value: str) -> tuple[str, bool]:
    """Take the sign of the half of the earth off decimal degrees; tells whether it is south or west."""
    found = re.fullmatch(
        r"([NSEW东西南北])?[经纬]?([+-]?[\d.]+)[°度]?([NSEW东西南北])?[经纬]?", value, re.IGNORECASE
    )
    if found is None:
        return value, False
    before, bare, after = found.groups()
    return bare, (before or after or "").upper() in SOUTH_OR_WEST


def _as_number(name: str, text: str, value: str) -> str:
    try:
        readable = isfinite(float(value))
    except ValueError:
        readable = False
    if not readable:
        raise BadFieldError(name, text, "write a number")
    return value


def _whole(name: str, text: str) -> str:
    value = float(_number(name, re.sub(r"[年户人个]$", "", text)))
    if value != int(value):
        raise BadFieldError(name, text, "write a whole number")
    return str(int(value))


def _day(name: str, text: str) -> str:
    day, _ = _split_day(name, text)
    return day.isoformat()


def _time(name: str, text: str) -> str:
    """Read a day with or without a time of the day."""
    day, rest = _split_day(name, text)
    offset = _OFFSET.search(rest)
    clock = _CLOCK.fullmatch(rest[: offset.start()].strip() if offset else rest)
    if not rest:
        return day.isoformat()
    if clock is None:
        raise BadFieldError(
            name, text, "write times as 2026-11-18 10:30, with an offset or a zone of the file"
        )
    half, hours, minutes, seconds, noon = clock.groups()
    hour = int(hours)
    if (half in ("下午", "晚上") or (noon or "").upper() == "PM") and hour < 12:
        hour += 12
    elif (half == "上午" or (noon or "").upper() == "AM") and hour == 12:
        hour = 0
    try:
        at = datetime.combine(day, time(hour, int(minutes or 0))) + timedelta(seconds=float(seconds or 0))
    except ValueError:
        raise BadFieldError(name, text, "there is no such time of the day") from None
    return at.isoformat() + (offset.group(1) if offset else "")


def _split_day(name: str, text: str) -> tuple[date, str]:
    """Part a day from what follows it."""
    value = narrow(text)
    try:
        if re.fullmatch(r"\d{5}(\.\d+)?", value) and EXCEL_DAYS[0] <= float(value) < EXCEL_DAYS[1]:
            whole, _, part = value.partition(".")
            day = EXCEL_DAY_0 + timedelta(days=int(whole))
            clock = timedelta(days=float(f"0.{part}")) if part.strip("0") else timedelta()
            return day, str(timedelta(seconds=round(clock.total_seconds()))) if clock else ""
        if _EIGHT.fullmatch(value):
            return datetime.strptime(value, "%Y%m%d").date(), ""  # noqa: DTZ007 - a day
        if found := _DAY.match(value):
            return date(*map(int, found.groups())), value[found.end() :].removeprefix("T").strip()
    except ValueError:
        raise BadFieldError(name, text, "there is no such day") from None
    raise BadFieldError(name, text, "write a day as 2026-11-18, the year first")


FORMS: Mapping[str, Callable[[str, str], str]] = {
    "text": _text,
    "code": _code,
    "number": _number,
    "degree": _degree,
    "whole": _whole,
    "day": _day,
    "time": _time,
    "words": _text,
}
