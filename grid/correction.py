"""Corrections: a record that cannot be right, told to who keeps it, until it is right or somebody says that it is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.lifecycle import Action, Event

State = Literal["open", "corrected", "right"]
STATES: tuple[State, ...] = ("open", "corrected", "right")
KEEPERS = ("worker", "dispatcher", "admin")
CHECKED = ("residents", "providers", "devices", "cells", "tickets", "orders")
"""Registers whose records are checked."""
CHECKS = (
    "resident_phone",
    "resident_birth",
    "resident_born_on",
    "resident_cell",
    "resident_stay",
    "resident_tag_days",
    "resident_double",
    "provider_phone",
    "provider_area",
    "provider_credit_code",
    "provider_joined",
    "provider_double",
    "device_of_gone",
    "cell_worker",
    "ticket_times",
    "order_times",
)
"""What can be checked of them."""
ACTIONS = ("right", "clear")
LONGEST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRule:
    """A check of every record of a register.

    Parameters
    ----------
    code : str
        Names the check.
    register : str
        Whose records are looked through, as in addresses of ``/admin``.
    name_zh, name_en : str
        What is wrong with a record that is found.
    field : str
        The field to look at.
    keeper : str
        The role that corrects it.
    wrong : bool
        Whether such a record is wrong for certain; otherwise somebody has to look.
    """

    code: str
    register: str
    name_zh: str
    name_en: str
    field: str
    keeper: str
    wrong: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRules:
    """All checks by their codes, the hour of the day at which they run, and how long "it is right" holds."""

    checks: Mapping[str, CheckRule]
    hour: int
    right_holds: timedelta

    def __post_init__(self) -> None:
        """Refuse an hour that there is not.

        Raises
        ------
        BadFieldError
        """
        if not 0 <= self.hour <= 23:
            raise BadFieldError("hour", self.hour, "0 to 23")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One record that one check found; it tells where to look, and no value.

    ``no`` is check and record, with the second record of a likely double; ``area`` the cell or area of the record.
    ``checked_at`` is when it was found or looked at last. Open, ``ended_at`` is None.
    """

    no: str
    check: str
    register: str
    record: str
    area: str
    keeper: str
    state: State
    found_at: datetime
    other: str = ""
    ended_at: datetime | None = None
    ended_by: str = ""
    reason: str = ""
    version: int = 1


def number_of(check: str, record: str, other: str = "") -> str:
    """Return what names the correction of a record: the same fault of the same record is the same correction."""
    return ".".join(part for part in (check, record, other) if part)


def holds(before: Correction, rules: CheckRules, now: datetime) -> bool:
    """Tell whether a correction that is found again needs no word: open, or said to be right not long ago."""
    if before.state == "right":
        return before.ended_at is not None and now < before.ended_at + rules.right_holds
    return before.state == "open"


def reopened(before: Correction, now: datetime) -> Correction:
    """Return a correction that is found again after its end."""
    return replace(
        before,
        state="open",
        found_at=now,
        ended_at=None,
        ended_by="",
        reason="",
        version=before.version + 1,
    )


def act(before: Correction, action: Action, now: datetime) -> tuple[Correction, tuple[Event, ...]]:
    """End a correction: ``right`` says, with a reason, that the record is as it should be; ``clear`` that it was mended.

    Parameters
    ----------
    before : Correction
    action : Action
    now : datetime
        Aware.

    Returns
    -------
    Correction, tuple of Event

    Raises
    ------
    NotPossibleError
        When it is ended, or for any other action.
    BadFieldError
        Without a reason for ``right``.
    """
    if action.name not in ACTIONS:
        raise NotPossibleError(f"{action.name!r} is not possible for a correction, only {', '.join(ACTIONS)}")
    if before.state != "open":
        raise NotPossibleError(f"correction {before.no} is ended already ({before.state})")
    reason = str(action.fields.get("reason", "")).strip()
    if action.name == "right" and not 0 < len(reason) <= LONGEST:
        raise BadFieldError(
            "reason", reason, f"why the record is right as it is, at most {LONGEST} characters"
        )
    state: State = "right" if action.name == "right" else "corrected"
    after = replace(
        before,
        state=state,
        ended_at=now,
        ended_by=action.by.user,
        reason=reason,
        version=before.version + 1,
    )
    told: dict[str, Any] = {"reason": reason} if reason else {}
    return after, (Event(name=action.name, at=now, by=action.by.user, role=action.by.role, payload=told),)
