"""Rows of what changes on the streets for a time."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class ClosureRow(Base):
    """A closure of streets; ``shape`` is a GeoJSON geometry, empty where streets are named alone."""

    __tablename__ = "closures"

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    effect: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str]
    lon: Mapped[float]
    lat: Mapped[float]
    cell: Mapped[str] = mapped_column(index=True)
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime | None] = mapped_column(index=True)
    streets: Mapped[list[str]]
    shape: Mapped[dict[str, Any]]
    profiles: Mapped[list[str]]
    speed_percent: Mapped[int]
    lifted_at: Mapped[datetime | None]
    lift_reason: Mapped[str]
    version: Mapped[int]
