"""Rows of applications to become a provider."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class ApplicationRow(Base):
    """An application."""

    __tablename__ = "applications"

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    categories: Mapped[list[str]]
    lon: Mapped[float]
    lat: Mapped[float]
    area: Mapped[str] = mapped_column(index=True)
    address: Mapped[str]
    phone: Mapped[str]
    contact: Mapped[str]
    made_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(index=True)
    hours: Mapped[str]
    capacity: Mapped[int]
    documents: Mapped[list[dict[str, Any]]]
    checked_by: Mapped[list[str]]
    note: Mapped[str]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str]
    reason: Mapped[str]
    provider: Mapped[str]
