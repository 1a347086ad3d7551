"""What a field of a table of rules may hold: its type, unit and words; every row is proven against it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Literal

from dispatch.worktime import Limit

Type = Literal["text", "code", "yes or no", "whole number", "number", "limit", "day", "time", "list", "table"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a table.

    ``allowed`` are the only words it may hold; ``of`` is the file whose codes it names, with ``also`` besides;
    ``empty`` tells that it may be left out.
    """

    name: str
    type: Type = "text"
    told: str = ""
    unit: str = ""
    allowed: tuple[str, ...] = ()
    of: str = ""
    also: tuple[str, ...] = ()
    empty: bool = False

    def fault(self, value: Any) -> str:  # noqa: ANN401 - any value of a file
        """Tell what is wrong with a value, empty for nothing; a value that was left out is None or the empty text."""
        if value is None or value == "":
            return "" if self.empty else f"{self.name} is missing"
        try:
            READERS[self.type](value)
        except (ValueError, TypeError, AttributeError):
            return f"{self.name}: {value!r} is no {self.type}"
        odd = [word for word in _words(value) if self.allowed and word not in self.allowed]
        return f"{self.name}: {odd[0]!r} is not one of {', '.join(self.allowed)}" if odd else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of rules: a CSV file, or a section of a TOML file that may stand several times.

    ``section`` is empty for a CSV file and for the top of a TOML file. ``key`` names the field that no two rows share.
    ``open`` sections may hold other fields too.
    """

    file: str
    fields: tuple[Field, ...]
    section: str = ""
    key: str = ""
    many: bool = False
    open: bool = False
    told: str = ""

    def faults(self, row: Mapping[str, Any]) -> Iterator[str]:
        """Yield what is wrong with one row."""
        known = {field.name for field in self.fields}
        for name in row:
            if name not in known and not self.open:
                yield f"{name}: unknown field; fields are {', '.join(sorted(known))}"
        for field in self.fields:
            if fault := field.fault(row.get(field.name)):
                yield fault


def _words(value: Any) -> list[Any]:  # noqa: ANN401 - any value of a file
    return list(value) if isinstance(value, list) else [value]


def _text(value: Any) -> None:  # noqa: ANN401 - any value of a file
    if not isinstance(value, str):
        raise TypeError


def _code(value: Any) -> None:  # noqa: ANN401 - any value of a file
    if not isinstance(value, str) or value.split() != [value]:
        raise TypeError


def _yes_no(value: Any) -> None:  # noqa: ANN401 - any value of a file
    if value not in ("Y", "N", True, False) or isinstance(value, int) is not isinstance(value, bool):
        raise TypeError


def _whole(value: Any) -> None:  # noqa: ANN401 - any value of a file
    if isinstance(value, (bool, float)) or int(value) < 0:
        raise TypeError


def _number(value: Any) -> None:  # noqa: ANN401 - any value of a file
    if isinstance(value, bool) or float(value) < 0:
        raise TypeError


def _day(value: Any) -> None:  # noqa: ANN401 - any value of a file
    if not isinstance(value, date):
        date.fromisoformat(value)


def _list(value: Any) -> None:  # noqa: ANN401 - any value of a file
    if not isinstance(value, list):
        raise TypeError


def _table(value: Any) -> None:  # noqa: ANN401 - any value of a file
    if not isinstance(value, dict):
        raise TypeError


READERS: Mapping[Type, Callable[[Any], object]] = {
    "text": _text,
    "code": _code,
    "yes or no": _yes_no,
    "whole number": _whole,
    "number": _number,
    "limit": Limit.parse,
    "day": _day,
    "time": time.fromisoformat,
    "list": _list,
    "table": _table,
}
"""Type -> what raises at a value that is none."""


CODE = Field(name="code", type="code", told="names the row everywhere else")
NAMES = (
    Field(name="name_zh", told="name on Chinese pages"),
    Field(name="name_en", told="name on English pages"),
)
