"""Rows of orders and tickets as they stand now."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base


class OrderRow(Base):
    """A service order; ``tick_at`` is when supervision has to look at it next, so that timers find it by query."""

    __tablename__ = "orders"
    __table_args__ = (
        Index(None, "state", "id"),
        Index(None, "provider", "state"),
        Index(None, "provider", "accepted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    item: Mapped[str] = mapped_column(index=True)
    state: Mapped[str]
    channel: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)
    lon: Mapped[float]
    lat: Mapped[float]
    place_quality: Mapped[str]
    cell: Mapped[str] = mapped_column(index=True)
    area: Mapped[str]
    resident: Mapped[str] = mapped_column(index=True)
    provider: Mapped[int | None]
    declined_by: Mapped[list[int]]
    wanted_at: Mapped[datetime | None]
    ack_due_at: Mapped[datetime | None]
    arrive_due_at: Mapped[datetime | None]
    complete_due_at: Mapped[datetime | None]
    contacted_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    travel_s: Mapped[float | None]
    price_fen: Mapped[int | None]
    max_price_fen: Mapped[int | None]
    note: Mapped[str]
    evidence: Mapped[list[str]]
    rating: Mapped[int | None]
    cause: Mapped[str]
    agent: Mapped[str | None]
    agent_accept_at: Mapped[datetime | None]
    callback_at: Mapped[datetime | None]
    departed_at: Mapped[datetime | None]
    quoted_fen: Mapped[int | None]
    consent_fen: Mapped[int | None]
    consent_by: Mapped[str]
    consent_how: Mapped[str]
    consented_at: Mapped[datetime | None]
    check_in_m: Mapped[float | None]
    stood_in: Mapped[list[str]]
    flags: Mapped[list[str]]
    rated_at: Mapped[datetime | None]
    rated_by: Mapped[str]
    reference: Mapped[str]
    promised_from: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    visits: Mapped[int]
    told: Mapped[list[str]]
    party: Mapped[str] = mapped_column(index=True)
    deputy: Mapped[str]
    parties_before: Mapped[list[str]]
    route_mode: Mapped[str]
    route_rule: Mapped[str]
    route_why: Mapped[str]
    informed: Mapped[list[str]]
    offers: Mapped[int]
    offer_at: Mapped[datetime | None] = mapped_column(index=True)
    wishes: Mapped[list[str]]
    version: Mapped[int]
    tick_at: Mapped[datetime | None] = mapped_column(index=True)


class TicketRow(Base):
    """A ticket; ``tick_at`` is when the clock changes it next, so that timers find it by query.

    ``next_due_at`` is the time that presses next, of a stage or of the whole, so that queues are ordered by it.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        Index(None, "department", "state", "due_at"),
        Index(None, "cell", "state"),
        Index(None, "category", "reported_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    category: Mapped[str]
    state: Mapped[str]
    channel: Mapped[str]
    reported_at: Mapped[datetime] = mapped_column(index=True)
    reporter: Mapped[str] = mapped_column(index=True)
    lon: Mapped[float]
    lat: Mapped[float]
    accuracy_m: Mapped[float]
    address: Mapped[str]
    description: Mapped[str]
    cell: Mapped[str]
    border_cells: Mapped[list[str]]
    department: Mapped[str]
    basis: Mapped[str]
    urgent: Mapped[bool]
    photos: Mapped[list[str]]
    limit: Mapped[str]
    promised_at: Mapped[datetime]
    due_at: Mapped[datetime]
    yellow_at: Mapped[datetime]
    orange_at: Mapped[datetime]
    response_due_at: Mapped[datetime]
    provisional: Mapped[bool]
    rules: Mapped[str]
    lamp: Mapped[str]
    worker: Mapped[str] = mapped_column(index=True)
    handler: Mapped[str]
    accepted_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    evidence: Mapped[list[str]]
    returns: Mapped[int]
    ruled: Mapped[bool]
    extension_asked: Mapped[str]
    extensions: Mapped[int]
    reworks: Mapped[int]
    response_missed: Mapped[bool]
    overdue_steps: Mapped[int]
    settled_steps: Mapped[list[int]]
    next_charge_at: Mapped[datetime | None]
    shelved_left_s: Mapped[int | None]
    review_on: Mapped[date | None]
    parent: Mapped[str] = mapped_column(index=True)
    rating: Mapped[int | None]
    level: Mapped[str]
    stages: Mapped[list[dict[str, Any]]]
    answers: Mapped[str] = mapped_column(index=True)
    parts: Mapped[list[dict[str, Any]]]
    joint: Mapped[bool] = mapped_column(index=True)
    visit_due_at: Mapped[datetime | None]
    visit_missed: Mapped[bool]
    found: Mapped[str]
    urges: Mapped[int]
    supervised: Mapped[bool] = mapped_column(index=True)
    waiting: Mapped[bool]
    doubts: Mapped[list[dict[str, Any]]]
    doubtful: Mapped[bool] = mapped_column(index=True)
    faked: Mapped[int]
    dispatches: Mapped[list[dict[str, Any]]]
    sent_back: Mapped[list[dict[str, Any]]]
    told_at: Mapped[datetime | None]
    nature: Mapped[str]
    solved: Mapped[bool | None]
    rated_at: Mapped[datetime | None]
    handovers: Mapped[list[dict[str, Any]]]
    holder: Mapped[str] = mapped_column(index=True)
    line_fault: Mapped[str] = mapped_column(index=True)
    version: Mapped[int]
    next_due_at: Mapped[datetime] = mapped_column(index=True)
    tick_at: Mapped[datetime | None] = mapped_column(index=True)
