"""What is answered about corrections of records, and how true and fresh the register is."""

from dataclasses import dataclass
from datetime import datetime

from api.answers.answer import Answer
from data.queries.corrections import CellTruth
from grid.correction import Correction


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionAnswer(Answer, Correction):
    """A correction: ``check_name`` says what is wrong, ``field`` where to look, ``page`` where the record is seen."""

    check_name: str
    field: str
    wrong: bool
    area_name: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionPage(Answer):
    """A page of corrections; ``open`` counts the open ones one may see by check."""

    items: list[CorrectionAnswer]
    next: str | None
    open: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellTruthAnswer(Answer, CellTruth):
    """A cell: ``rate`` is the share of its people whose record is fresh, None without people."""

    rate: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleAnswer(Answer):
    """A record past its age; None for one that was never found right."""

    no: str
    cell: str
    verified_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthAnswer(Answer):
    """Cells by code, and the records past their age that are the oldest, at most fifty."""

    fresh_days: int
    cells: list[CellTruthAnswer]
    stale: list[StaleAnswer]
