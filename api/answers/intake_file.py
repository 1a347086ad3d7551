"""What is answered about files handed in: what became of their rows, and the files of before."""

from dataclasses import dataclass
from datetime import datetime

from api.answers.answer import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class RowVerdict(Answer):
    """What became of a row: ``key`` of its record, the names of the fields that changed or were left, and why."""

    row: int
    key: str
    outcome: str
    note: str
    changed: list[str]
    left: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTaken(Answer):
    """What came of a file.

    ``no`` is the number of the import, None when nothing was kept; ``held`` tells that too many rows were bad and the whole
    file waits. ``told`` are the first rows that were not simply the same, at most two hundred.
    """

    no: int | None
    held: bool
    rows: int
    verdicts: dict[str, int]
    notes: dict[str, int]
    told: list[RowVerdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportAnswer(Answer):
    """A file of before: who handed it in, and what became of its rows."""

    no: int
    kind: str
    file: str
    source: str
    at: datetime
    by: str
    state: str
    counts: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPage(Answer):
    """Files of before, the latest first."""

    items: list[ImportAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stays(Answer):
    """A record that stays as it is, and why."""

    key: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportUndone(Answer):
    """What an undone import leaves: records withdrawn, records put back as they were, and those that stay."""

    withdrawn: int
    restored: int
    stays: list[Stays]
