"""Rows of what was measured of persons: apart from all other rows, named by numbers that tell nothing."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class HealthResultRow(Base):
    """One measured value of a resident; ``salt`` goes into the seal."""

    __tablename__ = "health_results"
    __table_args__ = (Index(None, "resident", "taken_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    resident: Mapped[str]
    code: Mapped[str]
    value: Mapped[float]
    unit: Mapped[str]
    taken_at: Mapped[datetime]
    source: Mapped[str]
    struck_why: Mapped[str]
    salt: Mapped[str]
