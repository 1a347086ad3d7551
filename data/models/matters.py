"""Rows of matters."""

from datetime import datetime
from typing import Any

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class MatterRow(Base):
    """A matter with the table it began with; ``salt`` goes into the seal, so that the log tells nothing of who asked."""

    __tablename__ = "matters"

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(index=True)
    version: Mapped[int]
    definition: Mapped[str] = mapped_column(Text)
    applicant: Mapped[str] = mapped_column(index=True)
    area: Mapped[str] = mapped_column(index=True)
    begun_by: Mapped[str]
    begun_at: Mapped[datetime] = mapped_column(index=True)
    answers: Mapped[dict[str, Any]]
    papers: Mapped[list[str]]
    state: Mapped[str] = mapped_column(index=True)
    stage: Mapped[str]
    due_at: Mapped[datetime]
    parts: Mapped[list[dict[str, Any]]]
    left_s: Mapped[int | None]
    end: Mapped[str]
    reason: Mapped[str]
    closed_at: Mapped[datetime | None]
    salt: Mapped[str]
