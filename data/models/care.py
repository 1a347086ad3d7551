"""Rows of the care for people at home: assessments of elders, visits, safety devices."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class AssessmentRow(Base):
    """How able an elder was found on a day; the level means something only with the edition it was judged by."""

    __tablename__ = "assessments"
    __table_args__ = (UniqueConstraint("resident", "assessed_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    resident: Mapped[str]
    assessed_on: Mapped[date] = mapped_column(index=True)
    edition: Mapped[str]
    level: Mapped[int]


class HomeVisitRow(Base):
    """A visit to a household or one of its residents; the log holds a seal over the person, made with ``salt``."""

    __tablename__ = "home_visits"
    __table_args__ = (Index(None, "resident", "visited_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    visited_at: Mapped[datetime] = mapped_column(index=True)
    told_at: Mapped[datetime]
    cell: Mapped[str] = mapped_column(index=True)
    resident: Mapped[str]
    household: Mapped[str]
    by: Mapped[str]
    finding: Mapped[str]
    counts: Mapped[bool]
    confirmed: Mapped[bool]
    note: Mapped[str]
    ticket: Mapped[str]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    distance_m: Mapped[float | None]
    salt: Mapped[str]


class DeviceRow(Base):
    """A safety device in a home; its times are None before the first of their kind."""

    __tablename__ = "devices"

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    resident: Mapped[str] = mapped_column(index=True)
    since: Mapped[datetime]
    heard_at: Mapped[datetime | None]
    active_at: Mapped[datetime | None]
    tested_at: Mapped[datetime | None]
    battery: Mapped[int | None]
    clock_wrong_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    room: Mapped[str]
    firmware: Mapped[str]
    consent: Mapped[bool]
    station: Mapped[str] = mapped_column(default="", server_default="")


class SilenceRow(Base):
    """A time between two heartbeats of a device that was longer than a live one lets pass."""

    __tablename__ = "silences"
    __table_args__ = (Index(None, "device", "until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    device: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime]
