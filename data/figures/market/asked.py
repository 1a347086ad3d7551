"""What the market is asked for, and what each part of the answer is: figures by key with the lines behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from grid.figures.lines import Line
from grid.period import Period

Lines = Mapping[str, tuple[Line, ...]]
"""By the key of a figure what it is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """An area by its code and a period; ``prefix`` is what codes inside begin with, ``parts`` the areas right below with theirs.

    ``now`` is the present in the district's zone: registers are read as they stand.
    """

    area: str
    prefix: str
    period: Period
    now: datetime
    parts: Mapping[str, str] = field(default_factory=dict)

    def here(self, column: InstrumentedAttribute[str]) -> list[ColumnElement[bool]]:
        """Return the condition that a code lies inside; none for everywhere."""
        return [column.startswith(self.prefix)] if self.prefix else []
