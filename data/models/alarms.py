"""Rows of alarms: the alarm, whom it told, who goes, what counts down, what devices said, who is on duty."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base

OPEN = text("ended_at IS NULL")


class AlarmRow(Base):
    """An alarm; ``next_step_at`` is when the clock has to look at it next, so that timers find it by query."""

    __tablename__ = "alarms"
    __table_args__ = (Index(None, "resident", "cause"), Index(None, "device", "cause"))

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    cause: Mapped[str]
    queue: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    raised_at: Mapped[datetime] = mapped_column(index=True)
    queued_at: Mapped[datetime]
    pressed_at: Mapped[datetime]
    told_at: Mapped[datetime]
    ladder: Mapped[str]
    plan: Mapped[list[dict[str, Any]]]
    said_at: Mapped[datetime | None]
    resident: Mapped[str]
    device: Mapped[str]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    cell: Mapped[str] = mapped_column(index=True)
    area: Mapped[str]
    pressed: Mapped[int]
    round: Mapped[int]
    agent: Mapped[str]
    agents: Mapped[list[str]]
    taken_at: Mapped[datetime | None]
    acted_at: Mapped[datetime | None]
    tries: Mapped[int]
    called_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    told: Mapped[list[str]]
    unreached: Mapped[list[str]]
    accepted_by: Mapped[list[str]]
    accepted_at: Mapped[datetime | None]
    declined_by: Mapped[list[str]]
    arrived_by: Mapped[list[str]]
    arrived_at: Mapped[datetime | None]
    handed_to: Mapped[list[str]]
    handed_at: Mapped[datetime | None]
    orders: Mapped[list[str]]
    cleared_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_by: Mapped[str]
    closing: Mapped[str]
    report: Mapped[str]
    visit_due_at: Mapped[datetime | None]
    visited_at: Mapped[datetime | None]
    drill: Mapped[bool]
    auto_answered: Mapped[bool]
    rules: Mapped[str]
    version: Mapped[int]
    next_step_at: Mapped[datetime | None] = mapped_column(index=True)


class NoticeRow(Base):
    """One message to one person by one channel for one step; ``follow_at`` is when the next channel is due."""

    __tablename__ = "alarm_notices"
    __table_args__ = (
        UniqueConstraint("alarm", "rung", "person", "channel"),
        Index(None, "state", "due_at"),
        Index(None, "person", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    alarm: Mapped[str]
    rung: Mapped[str]
    person: Mapped[str]
    post: Mapped[str]
    task: Mapped[str]
    channel: Mapped[str]
    due_at: Mapped[datetime]
    until: Mapped[list[str]]
    resend_s: Mapped[int]
    channels: Mapped[list[str]]
    state: Mapped[str]
    repeat: Mapped[bool]
    tries: Mapped[int]
    changed_at: Mapped[datetime | None]
    reached_by: Mapped[str]
    noted_by: Mapped[str]
    followed: Mapped[bool]
    follow_at: Mapped[datetime | None] = mapped_column(index=True)


class TaskRow(Base):
    """One person's part in an alarm; a position is kept only while the person goes."""

    __tablename__ = "alarm_tasks"
    __table_args__ = (Index(None, "state", "accept_by_at"), Index(None, "person", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    alarm: Mapped[str] = mapped_column(index=True)
    person: Mapped[str]
    post: Mapped[str]
    task: Mapped[str]
    state: Mapped[str]
    offered_at: Mapped[datetime]
    accept_by_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    placed_at: Mapped[datetime | None]
    version: Mapped[int]


class CountdownRow(Base):
    """A stay or state that becomes an alarm when it lasts; of a device and cause one at a time is open."""

    __tablename__ = "countdowns"
    __table_args__ = (
        Index(
            "uq_countdowns_open",
            "device",
            "cause",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index(None, "ended_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    device: Mapped[str]
    resident: Mapped[str] = mapped_column(index=True)
    cause: Mapped[str]
    since: Mapped[datetime]
    due_at: Mapped[datetime]
    limit_s: Mapped[int]
    starts: Mapped[list[str]]
    alarm: Mapped[str] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str]


class MessageRow(Base):
    """One message of a device as it came, with its answer; one that was refused keeps its body and why."""

    __tablename__ = "device_messages"
    __table_args__ = (
        UniqueConstraint("device", "number", "kind", "at"),
        Index(None, "device", "kind", "counts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    device: Mapped[str]
    number: Mapped[str]
    kind: Mapped[str]
    key: Mapped[str]
    of: Mapped[str]
    at: Mapped[datetime | None]
    received_at: Mapped[datetime] = mapped_column(index=True)
    counts_at: Mapped[datetime]
    battery: Mapped[int | None]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    test: Mapped[bool]
    retained: Mapped[bool]
    faults: Mapped[list[str]]
    answer: Mapped[str] = mapped_column(index=True)
    alarm: Mapped[str]
    body: Mapped[str]
    refused: Mapped[str]


class RepairRow(Base):
    """A fault of a device that somebody has to see to; one of a kind at a time is open."""

    __tablename__ = "device_repairs"
    __table_args__ = (
        Index(
            "uq_device_repairs_open",
            "device",
            "fault",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    device: Mapped[str]
    fault: Mapped[str]
    since: Mapped[datetime]
    told_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class CarePlanRow(Base):
    """What is different for one person when an alarm comes, and what whoever helps has to know."""

    __tablename__ = "care_plans"

    id: Mapped[int] = mapped_column(primary_key=True)
    resident: Mapped[str] = mapped_column(unique=True)
    limits_s: Mapped[dict[str, int]]
    ladders: Mapped[dict[str, Any]]
    alone: Mapped[bool]
    away_until: Mapped[datetime | None]
    illnesses: Mapped[str]
    medicines: Mapped[str]
    access: Mapped[str]
    salt: Mapped[str]


class KinRow(Base):
    """Somebody who is called for a person, in the order of ``turn``."""

    __tablename__ = "kin"

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    resident: Mapped[str] = mapped_column(index=True)
    turn: Mapped[int]
    name: Mapped[str]
    phone: Mapped[str]
    relation: Mapped[str]
    has_key: Mapped[bool]
    available: Mapped[bool]
    ended_on: Mapped[date | None] = mapped_column(default=None)
    salt: Mapped[str]


class LayerRow(Base):
    """A shift that comes again; times of day as ``HH:MM`` of the district's zone."""

    __tablename__ = "shift_layers"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    post: Mapped[str]
    start: Mapped[str]
    end: Mapped[str]
    members: Mapped[list[list[str]]]
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    turn_days: Mapped[int]
    weekdays: Mapped[list[int]]


class SwapRow(Base):
    """One person instead of another for a time, or in addition."""

    __tablename__ = "shift_swaps"

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    post: Mapped[str]
    start: Mapped[datetime]
    end: Mapped[datetime]
    user: Mapped[str]
    instead_of: Mapped[str]
    note: Mapped[str]


class HandOverRow(Base):
    """What one shift left to the next."""

    __tablename__ = "hand_overs"

    id: Mapped[int] = mapped_column(primary_key=True)
    post: Mapped[str]
    by: Mapped[str]
    to: Mapped[str]
    at: Mapped[datetime]
    note: Mapped[str]
    open_alarms: Mapped[list[str]]
    taken_at: Mapped[datetime | None]


class ShiftWarningRow(Base):
    """A warning of an empty shift that was told."""

    __tablename__ = "shift_warnings"
    __table_args__ = (UniqueConstraint("post", "start", "ahead_s"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post: Mapped[str]
    start: Mapped[datetime]
    ahead_s: Mapped[int]
    told_at: Mapped[datetime]


class ClockRow(Base):
    """The last look at the server's clock."""

    __tablename__ = "clock_readings"

    id: Mapped[int] = mapped_column(primary_key=True)
    wall: Mapped[datetime]
    steady_s: Mapped[float]
    run: Mapped[str]
