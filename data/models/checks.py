"""Rows of corrections: records that cannot be right."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class CorrectionRow(Base):
    """A record that a check found, until it is mended or somebody says that it is right."""

    __tablename__ = "corrections"
    __table_args__ = (Index(None, "state", "area"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    check: Mapped[str] = mapped_column(index=True)
    register: Mapped[str]
    record: Mapped[str] = mapped_column(index=True)
    area: Mapped[str]
    keeper: Mapped[str]
    state: Mapped[str]
    found_at: Mapped[datetime] = mapped_column(index=True)
    other: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str]
    reason: Mapped[str]
    version: Mapped[int]
