"""Visits to people at home: what is told of one, which count as having seen somebody, what the log may know of it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dispatch.errors import BadFieldError
from dispatch.lifecycle import Actor
from geo.place import LonLat, distance_m

WRONG_CLOCK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What can be found at a door; ``counts`` when somebody was seen, ``category`` of the ticket it suggests."""

    code: str
    label: str
    counts: bool
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRules:
    """The findings by code, and how long after a visit it may still be told."""

    findings: Mapping[str, Finding] = field(default_factory=dict)
    told_within: timedelta = timedelta(days=7)

    def finding(self, code: str) -> Finding:
        """Look a finding up.

        Raises
        ------
        BadFieldError
        """
        found = self.findings.get(code)
        if found is None:
            raise BadFieldError("finding", code, "one of " + ", ".join(self.findings))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Whose door it is: a resident's, or with an empty ``resident`` that of the household as a whole."""

    resident: str
    household: str
    cell: str
    place: LonLat


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody tells of a visit to a resident, or without one to a household.

    ``at`` is where they stood, None without a position; ``confirmed`` that the register is right about them; ``by``
    who was there, empty for who tells it. With a ``category`` it raises a ticket of that ``description``.
    """

    resident: str = ""
    household: str = ""
    visited_at: datetime
    finding: str
    note: str = ""
    confirmed: bool = False
    at: LonLat | None = None
    by: str = ""
    category: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeVisit:
    """One visit as it is kept; ``ticket`` was raised by it, ``distance_m`` lay between who told it and the door."""

    no: str
    visited_at: datetime
    told_at: datetime
    cell: str
    resident: str
    household: str
    by: str
    finding: str
    counts: bool
    confirmed: bool
    note: str
    ticket: str
    lon: float | None
    lat: float | None
    distance_m: float | None


def visit(
    told: Told, door: Door, rules: VisitRules, by: Actor, now: datetime, *, old: bool = False
) -> HomeVisit:
    """Take a visit, still without number and ticket.

    Parameters
    ----------
    told : Told
        What the worker says of it.
    door : Door
        The home that was visited.
    rules : VisitRules
    by : Actor
        Who tells it.
    now : datetime
        Aware.
    old : bool
        Whether it comes from a file of the past; such a visit may lie as far back as it likes.

    Returns
    -------
    HomeVisit

    Raises
    ------
    BadFieldError
        For an unknown finding, a time ahead or too far back, or a confirmation though nobody was seen.
    """
    finding = rules.finding(told.finding)
    if told.visited_at > now + WRONG_CLOCK:
        raise BadFieldError("visited_at", told.visited_at.isoformat(), "this time is still to come")
    if not old and now - told.visited_at > rules.told_within:
        allowed = f"at most {rules.told_within.days} days back; older visits come in by a file"
        raise BadFieldError("visited_at", told.visited_at.isoformat(), allowed)
    if told.confirmed and not finding.counts:
        raise BadFieldError(
            "confirmed", told.confirmed, f"nobody was seen ({finding.code}) who could confirm it"
        )
    return HomeVisit(
        no="",
        visited_at=min(told.visited_at, now),
        told_at=now,
        cell=door.cell,
        resident=door.resident,
        household=door.household,
        by=told.by or by.user,
        finding=finding.code,
        counts=finding.counts,
        confirmed=told.confirmed,
        note=told.note,
        ticket="",
        lon=told.at.lon if told.at else None,
        lat=told.at.lat if told.at else None,
        distance_m=round(distance_m(told.at, door.place), 1) if told.at else None,
    )


def payload(made: HomeVisit, salt: str) -> dict[str, Any]:
    """Write what the log may know: no person and no place nearer than the cell, but a seal over both.

    The salt keeps the seal from being guessed by trying every resident.
    """
    person = (salt, made.resident, made.household, made.note, repr(made.lon), repr(made.lat))
    return {
        "cell": made.cell,
        "visited_at": made.visited_at.isoformat(),
        "by": made.by,
        "finding": made.finding,
        "counts": made.counts,
        "confirmed": made.confirmed,
        "ticket": made.ticket,
        "seal": hashlib.sha256("\x1f".join(person).encode()).hexdigest(),
    }
