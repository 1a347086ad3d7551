"""Rows of what was measured of persons: apart from all other rows, named by numbers that tell nothing."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class HealthResultRow(Base):
    """One measured value of a resident; ``salt`` goes into the seal."""

    __tablename__ = "health_results"
    __table_args__ = (Index(None, "resident", "taken_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    resident: Mapped[str]
    code: Mapped[str]
    value: Mapped[float]
    unit: Mapped[str]
    taken_at: Mapped[datetime]
    source: Mapped[str]
    struck_why: Mapped[str]
    salt: Mapped[str]


class ChronicCaseRow(Base):
    """One condition of a resident that is followed up; ``salt`` goes into the seal."""

    __tablename__ = "chronic_cases"
    __table_args__ = (Index(None, "state", "next_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    resident: Mapped[str] = mapped_column(index=True)
    condition: Mapped[str]
    state: Mapped[str]
    opened_on: Mapped[date]
    next_on: Mapped[date]
    last_on: Mapped[date | None]
    because: Mapped[list[str]]
    follow_ups: Mapped[int]
    why: Mapped[str]
    closed_on: Mapped[date | None]
    version: Mapped[int]
    salt: Mapped[str]
