"""Rows of telephone calls."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class CallRow(Base):
    """A call with what was told of it; ``salt`` goes into the seal, so that the log tells no number."""

    __tablename__ = "calls"
    __table_args__ = (UniqueConstraint("exchange", "key"), Index(None, "state", "offered_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    exchange: Mapped[str]
    key: Mapped[str]
    called: Mapped[str]
    caller: Mapped[str] = mapped_column(index=True)
    area: Mapped[str] = mapped_column(index=True)
    state: Mapped[str]
    told: Mapped[list[dict[str, Any]]]
    offered_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    held_s: Mapped[float]
    agent: Mapped[str]
    call_back: Mapped[str] = mapped_column(index=True)
    called_back_at: Mapped[datetime | None]
    called_back_by: Mapped[str]
    note: Mapped[str]
    version: Mapped[int]
    salt: Mapped[str]
