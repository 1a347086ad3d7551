"""What columns of the files of a register may be called, and what they hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from data.rules.files import rows
from dispatch.sources import SourceRules

TYPES = ("text", "code", "number", "degree", "whole", "day", "time", "words")
NEEDS = ("key", "new")
ENDS = ("open", "done", "void")
"""What a state of another system's ticket may mean: still open, handled, or ended without being handled."""
REGISTERS = ("areas", "cells", "residents", "providers", "tickets", "visits", "devices")

GIVEN = ("tickets", "providers")
"""Registers whose rows go out in feeds."""
KEPT_HERE = frozenset({"name", "phone", "address", "description", "answer"})
"""Columns of a ticket that tell of a person, or may: they go out in no feed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileColumn:
    """A column of a file: our name of its field, what else it may be called, and what it holds.

    ``need`` is "key" for what names a row, "new" for what a row that is not registered yet has to tell, else empty.
    ``allowed`` are the only words it may hold, empty for any.
    """

    name: str
    name_zh: str
    name_en: str
    also: tuple[str, ...] = ()
    type: str = "text"
    need: str = ""
    allowed: tuple[str, ...] = ()
    example: str = ""
    told_zh: str = ""
    told_en: str = ""

    @property
    def headings(self) -> tuple[str, ...]:
        """Everything that the column may be called, our own name first."""
        return (self.name, self.name_zh, self.name_en, *self.also)


FileForm = tuple[FileColumn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRules:
    """What files of each register may hold, which source is believed about a field, and what states of tickets mean.

    ``ends`` maps a state, in small letters, to one of `ENDS`; ``gives`` purpose and register to what a feed gives;
    ``purposes`` has the names of purposes in Chinese.
    """

    forms: Mapping[str, FileForm]
    sources: SourceRules
    ends: Mapping[str, str]
    gives: Mapping[tuple[str, str], tuple[str, ...]]
    purposes: Mapping[str, str]

    def end_of(self, state: str) -> str:
        """Return what a state means, as one of `ENDS`; empty for a word that the table does not have."""
        return self.ends.get(" ".join(state.split()).casefold(), "")


def read_file_rules(folder: Path) -> FileRules:
    """Read the rules of files.

    Raises
    ------
    BadCatalogueError
    """
    forms, sources = read_forms(folder / "file_columns.csv"), read_sources(folder / "sources.csv")
    ends = dict(rows(folder / "ticket_ends.csv", lambda row: (row["word"].casefold(), row["means"])))
    given = list(rows(folder / "feed_fields.csv", lambda row: _given(row, forms)))
    return FileRules(
        forms=forms,
        sources=sources,
        ends=ends,
        gives={(purpose, subject): fields for purpose, subject, fields, _ in given},
        purposes={purpose: name for purpose, _, _, name in given},
    )


def _given(row: Mapping[str, str], forms: Mapping[str, FileForm]) -> tuple[str, str, tuple[str, ...], str]:
    """Read what a purpose is given of a register; refuses fields that are unknown, tell of persons, or name no row."""
    subject, fields = row["subject"], _parts(row["fields"])
    form = {column.name: column for column in forms[subject]}
    for name in fields:
        if name not in form:
            raise ValueError(f"fields: {subject} have no {name!r}")
        if subject == "tickets" and name in KEPT_HERE:
            raise ValueError(f"fields: {name!r} of tickets may tell of a person and goes out in no feed")
    if missing := [name for name, column in form.items() if column.need == "key" and name not in fields]:
        raise ValueError(f"fields: {', '.join(missing)} names the row and has to be given")
    return row["purpose"], subject, fields, row["purpose_zh"]


def read_forms(path: Path) -> Mapping[str, FileForm]:
    """Read the columns of each register.

    Raises
    ------
    BadCatalogueError
        Naming file and line; also for a register without a key.
    """
    found: dict[str, list[FileColumn]] = {register: [] for register in REGISTERS}
    for register, column in rows(path, lambda row: (row["register"], _column(row))):
        found[register].append(column)
    return {register: tuple(columns) for register, columns in found.items()}


def read_sources(path: Path) -> SourceRules:
    """Read which source is believed about which field.

    Raises
    ------
    BadCatalogueError
    """
    read = rows(path, lambda row: ((row["register"], row["field"]), _parts(row["sources"])))
    return SourceRules(order=dict(read))


def _column(row: Mapping[str, str]) -> FileColumn:
    return FileColumn(
        name=row["name"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        also=_parts(row["also"]),
        type=row["type"],
        need=row["need"],
        allowed=_parts(row["allowed"]),
        example=row["example"],
        told_zh=row["told_zh"],
        told_en=row["told_en"],
    )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())
