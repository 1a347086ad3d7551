"""Rows of webhooks: who is told, and what still waits to be sent."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class HookRow(Base):
    """Another system that is told of events; ``state`` is on, held or retired, ``tries`` those in vain since the last success."""

    __tablename__ = "hooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str]
    secret: Mapped[str]
    events: Mapped[list[str]]
    line: Mapped[str]
    state: Mapped[str]
    made_at: Mapped[datetime]
    tries: Mapped[int]
    next_try_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    last_answer: Mapped[str]


class DeliveryRow(Base):
    """One event that waits to be sent to one webhook."""

    __tablename__ = "deliveries"
    __table_args__ = (Index(None, "hook", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hook: Mapped[int] = mapped_column(ForeignKey("hooks.id"))
    kind: Mapped[str]
    aggregate: Mapped[str]
    seq: Mapped[int]
