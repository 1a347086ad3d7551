"""What is answered about feeds: their register, receipts, rows in quarantine, resources."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import JsonValue, RootModel

from api.answers.answer import Answer

Status = Literal["accepted", "refused", "quarantined"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAnswer(Answer):
    """A feed, and how it stands.

    ``light`` is late when no good message came ``grace_s`` after one was due; ``finding`` says what is wrong: ``never`` and
    ``stopped`` (nothing good came in time), ``due``, ``refused`` (the last message could not be read: ``last_error``),
    ``waiting`` (rows in quarantine), ``held``; empty while nothing is. ``accepted``, ``refused`` and ``quarantined`` count
    rows as they came, each once; ``waiting`` are those in quarantine now. ``typed_twice`` are fields that this feed tells
    and that somebody typed by hand in the last 30 days.
    """

    no: str
    name: str
    owner: str
    owner_name: str
    direction: Literal["in", "out"]
    subject: str
    source: str
    purpose: str
    area: str
    every_s: int
    grace_s: int
    most_bad: float
    datum: str
    format: str
    state: Literal["on", "held", "retired"]
    since: datetime
    light: Literal["ok", "warn", "late"]
    finding: Literal["", "never", "stopped", "due", "refused", "waiting", "held"]
    due_at: datetime | None
    lag_s: float | None
    last_at: datetime | None
    last_ok_at: datetime | None
    last_error: str
    cursor: str
    messages: int
    accepted: int
    refused: int
    quarantined: int
    waiting: int
    typed_twice: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedList(Answer):
    """The register of feeds, and the worst light of those shown."""

    items: tuple[FeedAnswer, ...]
    light: Literal["ok", "warn", "late"]
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedKey(Answer):
    """A feed's new key, shown this once: HMAC-SHA256 of Standard Webhooks is made with it."""

    no: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReceipt(Answer):
    """What became of a row.

    ``outcome``: ``new``, ``changed``, ``same``, ``stale`` and ``conflict`` (something newer or better is known) where it was
    accepted; ``older``, ``contradicts`` (the revision told something else before) and ``by_hand`` where it was refused;
    ``unreadable``, ``unfit`` and ``held`` (with its message) where it is in quarantine. ``reason`` says why.
    """

    id: str
    revision: int
    status: Status
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceipt(Answer):
    """What became of a message, each row as it stands now; ``held`` when too many were bad, so that all wait for a person."""

    id: str
    feed: str
    state: Literal["open", "done", "held", "given"]
    received_at: datetime
    cursor: str
    accepted: int
    refused: int
    quarantined: int
    rows: tuple[RowReceipt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPosition(Answer):
    """Where a source goes on: the mark that its last message told, empty before the first."""

    no: str
    state: Literal["on", "held", "retired"]
    cursor: str
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItemAnswer(Answer):
    """A row of a feed without what it told, which `reveal` shows while it is in quarantine."""

    id: int
    feed: str
    source_id: str
    revision: int
    message: str
    at: datetime
    told_at: datetime
    state: Status
    outcome: str
    reason: str
    settled_by: str
    settled_at: datetime | None
    settled_why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItemPage(Answer):
    """One page of rows of a feed; ``next`` is what to give as ``after`` for the following one, null on the last."""

    items: tuple[FeedItemAnswer, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItemData(Answer):
    """What a row in quarantine tells, as it came."""

    id: int
    data: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsSettled(Answer):
    """Rows that were released or refused, by their numbers."""

    no: str
    action: Literal["release", "refuse"]
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaList(Answer):
    """The names of the published schemas; each is at /api/v1/schemas/{name}."""

    items: tuple[str, ...]


class SchemaDocument(RootModel[dict[str, JsonValue]]):
    """A JSON Schema (2020-12)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceParty(Answer):
    """A department that gives or takes a resource, by which feed, how often; the fields that a consumer has."""

    feed: str
    department: str
    department_name: str
    every_s: int
    purpose: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource(Answer):
    """A register that is shared: its fields, who tells it and who is told of it."""

    subject: str
    fields: tuple[str, ...]
    sources: tuple[ResourceParty, ...]
    consumers: tuple[ResourceParty, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceList(Answer):
    """The catalogue of shared resources."""

    items: tuple[Resource, ...]
