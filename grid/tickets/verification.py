"""Verification on site: who is asked to look, by when, and what was found."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from dispatch.errors import BadFieldError
from geo.place import LonLat
from grid.deadlines import due
from grid.tickets.case import Case
from grid.tickets.fact import Ticket

PlaceFrom = Literal["position", "deed", "cell"]
FINDINGS = ("exists", "absent", "unclear")
JUST_AFTER = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldWorker:
    """A grid worker as far as sending them goes.

    ``place_from`` says whether the place is that of their phone, of their last deed on the spot, or the middle of their
    patch; ``seen_at`` is when they were there, None for a patch.
    """

    user: str
    name: str
    place: LonLat
    place_from: PlaceFrom = "cell"
    seen_at: datetime | None = None
    visits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A worker who could go: how far by road, how busy; ``free`` when below the most visits at once.

    ``place_from`` and ``place_age_s`` say where the way begins: at the position of their phone, where they did something
    last, or in the middle of their cells, which has no age.
    """

    user: str
    name: str
    travel_s: float | None
    distance_m: float
    visits: int
    free: bool
    seen_at: datetime | None
    place_from: PlaceFrom = "cell"
    place_age_s: int | None = None


def ranked(choices: Iterable[Choice]) -> list[Choice]:
    """Order workers: the free first, then those with a way by road, then the nearest."""
    return sorted(
        choices,
        key=lambda c: (not c.free, c.travel_s is None, c.travel_s or 0.0, c.distance_m, c.user),
    )


def visit(case: Case) -> Case:
    """Ask a worker to look; the time to answer runs from now."""
    limit = case.rulebook.settings.verify_limit
    until = due(case.now, limit, case.rulebook.worktime).due_at
    changed = case.to(worker=str(case.given("worker")), visit_due_at=until, visit_missed=False)
    return changed.tell(visit_due_at=until.isoformat())


def found(case: Case) -> Case:
    """Take what was found on the spot.

    Raises
    ------
    BadFieldError
    """
    finding = str(case.given("found"))
    if finding not in FINDINGS:
        raise BadFieldError("found", finding, "give one of " + ", ".join(FINDINGS))
    until = case.ticket.visit_due_at
    on_time = until is None or case.now <= until
    return case.to(found=finding, visit_due_at=None).tell(on_time=on_time)


def flag_late(case: Case) -> Case:
    """Flag a visit that was not answered in time; it costs no points, the dispatcher sees it."""
    until = case.ticket.visit_due_at
    if until is None or case.ticket.visit_missed or case.now <= until:
        return case
    return case.to(visit_missed=True).tell(visit_missed=True, visit_due_at=until.isoformat())


def next_at(ticket: Ticket) -> datetime | None:
    """Return the time at which an open visit becomes late; None when there is nothing to become."""
    if ticket.visit_due_at is None or ticket.visit_missed or ticket.state != "reported":
        return None
    return ticket.visit_due_at + JUST_AFTER
