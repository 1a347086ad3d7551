"""Rows of imports: each run, what it changed, where the fields of a record come from, and what sources disagree on."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class ImportRunRow(Base):
    """One file that was taken in; ``state`` is ``running``, ``done``, ``held`` in quarantine or ``undone``."""

    __tablename__ = "import_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    file: Mapped[str]
    source: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str]
    state: Mapped[str]
    counts: Mapped[dict[str, int]]


class ImportChangeRow(Base):
    """What one row of a file did: ``changes`` are columns with old and new value, None for a record that it registered.

    ``earlier`` is what was known of the row of the file before: its hash and what it had become, empty for nothing.
    """

    __tablename__ = "import_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(index=True)
    key: Mapped[str]
    target: Mapped[str]
    changes: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    earlier: Mapped[list[str]]


class FieldSourcesRow(Base):
    """Who told the fields of a record last, and of when: field -> source and time."""

    __tablename__ = "field_sources"
    __table_args__ = (Index(None, "kind", "key", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)


class ConflictRow(Base):
    """Two sources that tell a field of a record otherwise; both values are kept, the register holds that of ``winner``."""

    __tablename__ = "conflicts"
    __table_args__ = (Index(None, "kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    field: Mapped[str]
    winner: Mapped[str]
    held: Mapped[str]
    other: Mapped[str]
    offered: Mapped[str]
    run: Mapped[int]
    at: Mapped[datetime]
