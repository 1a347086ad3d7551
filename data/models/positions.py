"""Rows of where people on shift were, and of who lets that be told."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class PositionRow(Base):
    """One position of somebody's track: personal data, kept for some days; ``received_at`` is our own time."""

    __tablename__ = "positions"
    __table_args__ = (UniqueConstraint("user", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user: Mapped[str]
    at: Mapped[datetime]
    lon: Mapped[float]
    lat: Mapped[float]
    accuracy_m: Mapped[float]
    received_at: Mapped[datetime] = mapped_column(index=True)


class PositionConsentRow(Base):
    """Whether somebody lets their position be used on shift."""

    __tablename__ = "position_consents"

    id: Mapped[int] = mapped_column(primary_key=True)
    user: Mapped[str] = mapped_column(unique=True)
    given: Mapped[bool]
    changed_at: Mapped[datetime]
