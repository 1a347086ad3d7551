"""Rows of the register: district, areas, cells, providers, residents, contacts."""

from datetime import date, datetime
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy import Index, false
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import SORTED, Base
from data.models.geometry import Shape


class DistrictRow(Base):
    """The one district of this database."""

    __tablename__ = "districts"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    sample: Mapped[bool]
    extract: Mapped[str]
    extract_hash: Mapped[str]
    built_at: Mapped[datetime]
    west: Mapped[float]
    south: Mapped[float]
    east: Mapped[float]
    north: Mapped[float]
    figures: Mapped[dict[str, Any]]


class AreaRow(Base):
    """An area with its border."""

    __tablename__ = "areas"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    level: Mapped[str]
    parent: Mapped[str]
    shape: Mapped[BaseGeometry] = mapped_column(Shape)


class CellRow(Base):
    """A cell with its border."""

    __tablename__ = "cells"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    community: Mapped[str] = mapped_column(index=True)
    households: Mapped[int]
    worker: Mapped[str]
    verified_at: Mapped[datetime | None]
    shape: Mapped[BaseGeometry] = mapped_column(Shape)


class ProviderRow(Base):
    """A provider."""

    __tablename__ = "providers"

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(index=True)
    categories: Mapped[list[str]]
    lon: Mapped[float]
    lat: Mapped[float]
    state: Mapped[str]
    address: Mapped[str]
    phone: Mapped[str]
    hours: Mapped[str]
    service_areas: Mapped[list[str]]
    area: Mapped[str] = mapped_column(index=True)
    capacity: Mapped[int]
    load: Mapped[int]
    recent_orders: Mapped[int]
    rating: Mapped[float]
    rating_count: Mapped[int]
    prices_fen: Mapped[dict[str, int]]
    licences: Mapped[list[dict[str, Any]]]
    max_travel_min: Mapped[int | None]
    joined_on: Mapped[date | None]
    credit_code: Mapped[str] = mapped_column(index=True, default="", server_default="")
    women: Mapped[bool] = mapped_column(default=False, server_default=false())
    dialects: Mapped[list[str]]
    verified_at: Mapped[datetime | None]


class ResidentRow(Base):
    """A resident; ``folded``, ``pinyin``, ``initials`` and ``phone_end`` are for search, ``salt`` goes into the seal."""

    __tablename__ = "residents"

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(index=True)
    folded: Mapped[str] = mapped_column(SORTED, index=True)
    pinyin: Mapped[str] = mapped_column(SORTED, index=True)
    initials: Mapped[str] = mapped_column(SORTED, index=True)
    phone: Mapped[str] = mapped_column(index=True)
    phone_end: Mapped[str] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(SORTED, index=True)
    lon: Mapped[float]
    lat: Mapped[float]
    cell: Mapped[str] = mapped_column(index=True)
    household: Mapped[str] = mapped_column(index=True)
    birth_year: Mapped[int | None]
    kind: Mapped[str]
    tags: Mapped[list[str]]
    blocked_providers: Mapped[list[int]]
    verified_at: Mapped[datetime | None]
    ended_on: Mapped[date | None] = mapped_column(default=None)
    ended_why: Mapped[str] = mapped_column(default="", server_default="")
    salt: Mapped[str]


class ContactRow(Base):
    """How to reach whoever stands behind an order or ticket that names no resident; found as residents are."""

    __tablename__ = "contacts"
    __table_args__ = (Index(None, "subject", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(SORTED, index=True)
    pinyin: Mapped[str] = mapped_column(SORTED, index=True)
    initials: Mapped[str] = mapped_column(SORTED, index=True)
    phone: Mapped[str] = mapped_column(index=True)
    address: Mapped[str]
    relation: Mapped[str]
