"""Rows of feeds: their register, their messages, and every row that they told."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class FeedRow(Base):
    """A feed; what was seen of it, from ``cursor`` on, follows from its messages."""

    __tablename__ = "feeds"

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    owner: Mapped[str] = mapped_column(index=True)
    direction: Mapped[str]
    subject: Mapped[str]
    source: Mapped[str]
    purpose: Mapped[str]
    area: Mapped[str]
    every_s: Mapped[int]
    grace_s: Mapped[int]
    most_bad: Mapped[float]
    datum: Mapped[str]
    key: Mapped[str]
    state: Mapped[str]
    since: Mapped[datetime]
    cursor: Mapped[str] = mapped_column(default="")
    last_at: Mapped[datetime | None]
    last_ok_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")
    messages: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    quarantined: Mapped[int] = mapped_column(default=0)
    fields: Mapped[list[str]]


class FeedMessageRow(Base):
    """One message of a feed under its sender's name; ``told`` has for each row its id, revision, status and reason.

    Of a feed that goes out it is a page that was asked for: who had how many rows and when.
    """

    __tablename__ = "feed_messages"
    __table_args__ = (UniqueConstraint("feed", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    feed: Mapped[str]
    key: Mapped[str]
    body_hash: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[str]
    cursor: Mapped[str]
    rows: Mapped[int]
    told: Mapped[list[dict[str, Any]]]
    run: Mapped[int]


class FeedItemRow(Base):
    """One revision of one row of a feed; ``data`` is kept while it is in quarantine, and no longer."""

    __tablename__ = "feed_items"
    __table_args__ = (
        UniqueConstraint("feed", "source_id", "revision"),
        Index(None, "feed", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    feed: Mapped[str]
    source_id: Mapped[str]
    revision: Mapped[int] = mapped_column(BigInteger)
    row_hash: Mapped[str]
    message: Mapped[str]
    at: Mapped[datetime]
    told_at: Mapped[datetime]
    state: Mapped[str]
    outcome: Mapped[str]
    reason: Mapped[str]
    data: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    settled_by: Mapped[str] = mapped_column(default="")
    settled_at: Mapped[datetime | None]
    settled_why: Mapped[str] = mapped_column(default="")
