"""Rows of questions, and of callers' words that the catalogue lacks."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class QuestionRow(Base):
    """A question and its answer; ``salt`` goes into the seal."""

    __tablename__ = "questions"
    __table_args__ = (Index(None, "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    channel: Mapped[str]
    text: Mapped[str]
    area: Mapped[str] = mapped_column(index=True)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(index=True)
    resident: Mapped[str] = mapped_column(index=True)
    answer: Mapped[str]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str]
    rating: Mapped[int | None]
    version: Mapped[int]
    salt: Mapped[str]


class HeardRow(Base):
    """A word of callers, how often it was heard, and what it means once somebody said so."""

    __tablename__ = "heard_words"

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    text: Mapped[str] = mapped_column(unique=True)
    known: Mapped[bool] = mapped_column(index=True)
    wanted: Mapped[str]
    item: Mapped[str]
    category: Mapped[str]
    times: Mapped[int]
