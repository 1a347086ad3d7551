"""Rows of halls and stations, handling parties, and legal persons."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class StationRow(Base):
    """A hall or station."""

    __tablename__ = "stations"

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    lon: Mapped[float]
    lat: Mapped[float]
    area: Mapped[str] = mapped_column(index=True)
    address: Mapped[str]
    phone: Mapped[str]
    hours: Mapped[str]
    services: Mapped[list[str]]
    provider_no: Mapped[str]
    closed_on: Mapped[date | None]
    closed_why: Mapped[str]
    verified_at: Mapped[datetime | None]


class PartyRow(Base):
    """A handling party of a department in an area."""

    __tablename__ = "parties"

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    department: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    area: Mapped[str] = mapped_column(index=True)
    contact: Mapped[str]
    phone: Mapped[str]
    deputy: Mapped[str]
    deputy_phone: Mapped[str]
    hours: Mapped[str]
    items: Mapped[list[str]]
    closed_on: Mapped[date | None]
    closed_why: Mapped[str]
    verified_at: Mapped[datetime | None]


class EntityRow(Base):
    """A legal person or sole trader."""

    __tablename__ = "entities"

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(index=True)
    credit_code: Mapped[str] = mapped_column(unique=True)
    lon: Mapped[float]
    lat: Mapped[float]
    area: Mapped[str] = mapped_column(index=True)
    address: Mapped[str]
    phone: Mapped[str]
    trade: Mapped[str]
    closed_on: Mapped[date | None]
    closed_why: Mapped[str]
    verified_at: Mapped[datetime | None]
