"""Rows of needs that volunteers claim."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class NeedRow(Base):
    """A need with its claims; ``salt`` goes into the seal, so that the log tells nothing of who receives help."""

    __tablename__ = "needs"

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    item: Mapped[str]
    resident: Mapped[str] = mapped_column(index=True)
    lon: Mapped[float]
    lat: Mapped[float]
    cell: Mapped[str] = mapped_column(index=True)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    minutes: Mapped[int]
    places: Mapped[int]
    note: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[str]
    claims: Mapped[list[dict[str, Any]]]
    filled_at: Mapped[datetime | None]
    salt: Mapped[str]
