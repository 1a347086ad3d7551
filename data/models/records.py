"""Rows that are only ever added to: events, ledger entries, photos, receipts; and the counters."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class EventRow(Base):
    """One event of an aggregate.

    ``hash`` is the SHA-256 over the event and the hash before it in the chain; ``seal`` that over what the event left in
    the row of the fact, empty where a later event of the same change holds it.
    """

    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("kind", "aggregate", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    aggregate: Mapped[str]
    seq: Mapped[int]
    name: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    by: Mapped[str]
    role: Mapped[str]
    rules: Mapped[str]
    payload: Mapped[str]
    seal: Mapped[str]
    hash: Mapped[str]


class EntryRow(Base):
    """One line of the ledger of points; no entry is taken back twice."""

    __tablename__ = "entries"
    __table_args__ = (Index(None, "unit", "at"), Index(None, "subject"))

    id: Mapped[int] = mapped_column(primary_key=True)
    unit: Mapped[str]
    subject: Mapped[str]
    kind: Mapped[str]
    step: Mapped[int]
    points_centi: Mapped[int]
    at: Mapped[datetime] = mapped_column(index=True)
    rules: Mapped[str]
    evidence: Mapped[str]
    reverses: Mapped[int | None] = mapped_column(unique=True)


class CounterRow(Base):
    """The last number drawn of a series, such as the tickets of one day."""

    __tablename__ = "counters"

    series: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


class NumberLeaseRow(Base):
    """A block of numbers that a process leased; ``settled`` once those it did not use are told void."""

    __tablename__ = "number_leases"
    __table_args__ = (Index(None, "series", "first", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series: Mapped[str]
    first: Mapped[int]
    last: Mapped[int]
    settled: Mapped[bool]


class HoldRow(Base):
    """A timer that is, or was, held until a person has looked at the clock."""

    __tablename__ = "holds"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    held: Mapped[bool]
    why: Mapped[str]
    at: Mapped[datetime]


class ModuleSwitchRow(Base):
    """Whether a module is on in an area."""

    __tablename__ = "module_switches"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    module: Mapped[str]
    area: Mapped[str]
    on: Mapped[bool]
    since: Mapped[datetime]
    reason: Mapped[str]


class RuleTableRow(Base):
    """A table of rules that was put in force while the system ran."""

    __tablename__ = "rule_tables"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    edition: Mapped[int]
    text: Mapped[str]
    since: Mapped[datetime]


class ReceiptRow(Base):
    """The answer given to an idempotency key, kept for seven days."""

    __tablename__ = "receipts"
    __table_args__ = (UniqueConstraint("user", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user: Mapped[str]
    key: Mapped[str]
    request_hash: Mapped[str]
    status: Mapped[int]
    answer: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


class FollowKeyRow(Base):
    """The right of a reporter without account to read and write the dialogue of a ticket; only a hash is kept."""

    __tablename__ = "follow_keys"

    no: Mapped[str] = mapped_column(primary_key=True)
    key_hash: Mapped[str]


class PhotoRow(Base):
    """A photo on disk, named by its content.

    ``looks`` is its perceptual hash in hexadecimal, None when the picture is too flat to tell from others; the bands
    are its four parts, so that photos that look alike are found by index. ``used_at`` is when a report or an action told
    of it first; what nothing tells of is forgotten.
    """

    __tablename__ = "photos"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    content_type: Mapped[str]
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    taken_at: Mapped[str]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    by: Mapped[str]
    at: Mapped[datetime]
    looks: Mapped[str | None]
    band0: Mapped[int | None] = mapped_column(index=True)
    band1: Mapped[int | None] = mapped_column(index=True)
    band2: Mapped[int | None] = mapped_column(index=True)
    band3: Mapped[int | None] = mapped_column(index=True)
    used_at: Mapped[datetime | None] = mapped_column(index=True)


class PhotoSubjectRow(Base):
    """What a photo belongs to: who may see one of these may see the photo."""

    __tablename__ = "photo_subjects"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)


class PhotoUseRow(Base):
    """Which ticket a photo was given to, by whom and when."""

    __tablename__ = "photo_uses"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(index=True)
    ticket: Mapped[str] = mapped_column(index=True)
    by: Mapped[str]
    at: Mapped[datetime]


class ImportRow(Base):
    """Which row of an outside file became what, so that reading the file again changes nothing."""

    __tablename__ = "imports"
    __table_args__ = (UniqueConstraint("kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    row_hash: Mapped[str]
    target: Mapped[str]
    at: Mapped[datetime]
