"""Rows of appeals against deductions and of the appraisals of months."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class AppealRow(Base):
    """An appeal; there is at most one against an entry."""

    __tablename__ = "appeals"

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    unit: Mapped[str] = mapped_column(index=True)
    entry: Mapped[int] = mapped_column(unique=True)
    subject: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    points_centi: Mapped[int]
    entry_at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[str]
    filed_at: Mapped[datetime]
    filed_by: Mapped[str]
    reason: Mapped[str]
    due_at: Mapped[datetime]
    evidence: Mapped[list[str]]
    first_reviewer: Mapped[str]
    opinion: Mapped[str]
    second_reviewer: Mapped[str]
    decision: Mapped[str]
    decided_at: Mapped[datetime | None]
    version: Mapped[int]


class AppraisalRow(Base):
    """The appraisal of a month; ``table`` is the published result."""

    __tablename__ = "appraisals"

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    ratings: Mapped[dict[str, int]]
    opened_at: Mapped[datetime | None]
    open_until: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    table: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    version: Mapped[int]


class FrozenFiguresRow(Base):
    """The indicators of an area in a month that is over, as they were when it was frozen."""

    __tablename__ = "frozen_figures"
    __table_args__ = (UniqueConstraint("month", "area"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[str]
    area: Mapped[str]
    frozen_at: Mapped[datetime]
    measures: Mapped[dict[str, Any]]


class FrozenListRow(Base):
    """The cases behind the indicators of an area in a frozen month, packed (see `data.figures.frozen_lists`)."""

    __tablename__ = "frozen_lists"
    __table_args__ = (UniqueConstraint("month", "area"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[str]
    area: Mapped[str]
    packed: Mapped[bytes]
