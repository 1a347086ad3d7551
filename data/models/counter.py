"""Rows of sessions at counters."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class CounterSessionRow(Base):
    """A session with its items, papers and hand-over list; ``salt`` goes into the seal."""

    __tablename__ = "counter_sessions"
    __table_args__ = (Index(None, "state", "opened_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    station: Mapped[str]
    area: Mapped[str] = mapped_column(index=True)
    clerk: Mapped[str] = mapped_column(index=True)
    opened_at: Mapped[datetime] = mapped_column(index=True)
    resident: Mapped[str] = mapped_column(index=True)
    relation: Mapped[str]
    agent: Mapped[str]
    consents: Mapped[list[str]]
    consent_how: Mapped[str]
    items: Mapped[list[dict[str, Any]]]
    papers: Mapped[list[dict[str, Any]]]
    held: Mapped[list[dict[str, Any]]]
    settled_at: Mapped[datetime | None]
    settled_why: Mapped[str]
    version: Mapped[int]
    salt: Mapped[str]
