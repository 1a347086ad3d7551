"""Rows of what is known of residents besides: particulars, marks, further numbers, what was said when."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import SORTED, Base


class ParticularsRow(Base):
    """What few may see of a resident; ``salt`` goes into the seal."""

    __tablename__ = "particulars"

    id: Mapped[int] = mapped_column(primary_key=True)
    resident: Mapped[str] = mapped_column(unique=True)
    other_names: Mapped[list[str]]
    born_on: Mapped[date | None]
    phones: Mapped[list[dict[str, Any]]]
    building: Mapped[str]
    unit: Mapped[str]
    room: Mapped[str]
    dialect: Mapped[str]
    preferred_providers: Mapped[list[int]]
    access_need: Mapped[str]
    care_mode: Mapped[str]
    arrived_on: Mapped[date | None]
    leaves_on: Mapped[date | None]
    identity: Mapped[str]
    identity_hash: Mapped[str] = mapped_column(index=True)
    identity_sealed: Mapped[str]
    salt: Mapped[str]


class TagRow(Base):
    """A mark of a resident with its source and days."""

    __tablename__ = "resident_tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    resident: Mapped[str] = mapped_column(index=True)
    tag: Mapped[str]
    source: Mapped[str]
    since: Mapped[date]
    until: Mapped[date | None] = mapped_column(index=True)
    ended_on: Mapped[date | None]
    salt: Mapped[str]


class ResidentKeyRow(Base):
    """A further number or name by which a resident is found, as it is compared."""

    __tablename__ = "resident_keys"
    __table_args__ = (Index(None, "key", "resident"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    resident: Mapped[str] = mapped_column(index=True)
    key: Mapped[str] = mapped_column(SORTED)


class StatementRow(Base):
    """What was said of one field of a resident: the value, who told it, and when; the log holds none of it."""

    __tablename__ = "statements"
    __table_args__ = (Index(None, "resident", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    resident: Mapped[str]
    field: Mapped[str]
    value: Mapped[Any] = mapped_column(JSON)
    source: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
