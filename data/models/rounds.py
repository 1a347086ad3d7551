"""Rows of days of rounds."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class RoundRow(Base):
    """The rounds of an area on a day; the log holds a seal over whom they lead to, made with ``salt``."""

    __tablename__ = "rounds"

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    area: Mapped[str] = mapped_column(index=True)
    day: Mapped[date] = mapped_column(index=True)
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    members: Mapped[list[dict[str, Any]]]
    errands: Mapped[list[dict[str, Any]]]
    published_at: Mapped[datetime | None]
    reason: Mapped[str]
    version: Mapped[int]
    salt: Mapped[str]
