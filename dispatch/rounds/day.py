"""A day of rounds as it is kept: who goes on it, what there is to do, in which order, and what was done.

Times of the plan are seconds of the day in the district's zone.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from dispatch.errors import BadFieldError
from dispatch.item import PROFILES, Profile
from dispatch.lifecycle import Lifecycle
from dispatch.rounds.facts import DAY_S, Window
from geo.place import LonLat

PLANNED, LEFT_OUT, ARRIVED, SKIPPED = "planned", "left_out", "arrived", "skipped"
HOUR_S, MINUTE_S = 3600, 60
_CLOCK = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrandRule:
    """One sort of errand: how long it takes, when it may begin, and how much it matters, 1 to 3."""

    code: str
    name_zh: str
    name_en: str
    minutes: int
    windows: tuple[str, ...] = ()
    priority: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftRule:
    """The shift of whom nothing else is told of; ``pause_s`` is the length of the break, 0 for none."""

    from_s: int
    until_s: int
    pause_from_s: int
    pause_until_s: int
    pause_s: int
    profile: Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRules:
    """How days are planned.

    ``due_each`` due visits are planned for each worker when not told otherwise, and no more than ``most`` errands.
    ``worth_s`` is the travel that an errand of a priority may cost, `promised_times` as much once it was promised;
    ``own_worker_s`` the travel that it is worth to send the worker of the cell, and ``stay_s`` not to send another than
    was planned. A window of ``told_s`` is promised, that begins on a multiple of ``told_step_s``.
    """

    shift: ShiftRule
    errands: Mapping[str, ErrandRule]
    worth_s: tuple[int, ...]
    due_each: int
    most: int
    own_worker_s: int
    stay_s: int
    promised_times: int
    told_s: int
    told_step_s: int
    lifecycle: Lifecycle

    def errand(self, code: str) -> ErrandRule:
        """Look a sort of errand up.

        Raises
        ------
        BadFieldError
        """
        found = self.errands.get(code)
        if found is None:
            raise BadFieldError("what", code, "one of " + ", ".join(self.errands))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Something to be done at a place: a visit to a resident, a look at a ticket, or what else is told.

    ``id`` names it within its day, ``turn`` is its place in the round of ``worker``. ``wished`` is the worker who
    should rather go. A window from ``told_from_s`` to ``told_until_s`` was promised, None before. ``why`` tells why it
    was left out or skipped.
    """

    id: str
    what: str
    lon: float
    lat: float
    cell: str
    service_s: int
    worth_s: int
    windows: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    wished: str = ""
    resident: str = ""
    ticket: str = ""
    note: str = ""
    state: str = LEFT_OUT
    worker: str = ""
    turn: int = 0
    arrive_s: int | None = None
    begin_s: int | None = None
    leave_s: int | None = None
    told_from_s: int | None = None
    told_until_s: int | None = None
    why: str = ""
    arrived_at: datetime | None = None

    @property
    def place(self) -> LonLat:
        """Where it is."""
        return LonLat(self.lon, self.lat)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A worker on shift that day, from a start to an end; ``off`` when they fell out, ``why`` says for what reason.

    ``pause_s`` is the length of the break, 0 for none; ``pause_at_s`` when it is planned. ``leave_s`` and ``back_s``
    are when they set out and are back, ``travel_s`` their time on the way.
    """

    user: str
    profile: str
    start_lon: float
    start_lat: float
    end_lon: float
    end_lat: float
    from_s: int
    until_s: int
    pause_from_s: int = 0
    pause_until_s: int = 0
    pause_s: int = 0
    skills: tuple[str, ...] = ()
    off: bool = False
    why: str = ""
    leave_s: int | None = None
    back_s: int | None = None
    pause_at_s: int | None = None
    travel_s: int = 0

    @property
    def start(self) -> LonLat:
        """Where they set out."""
        return LonLat(self.start_lon, self.start_lat)

    @property
    def end(self) -> LonLat:
        """Where they go at last."""
        return LonLat(self.end_lon, self.end_lat)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRounds:
    """The rounds of an area on a day; workers see theirs once they are published."""

    no: str
    state: str
    area: str
    day: date
    made_at: datetime
    made_by: str
    members: tuple[Member, ...]
    errands: tuple[Errand, ...]
    published_at: datetime | None = None
    reason: str = ""
    version: int = 1

    def errand(self, errand_id: str) -> Errand:
        """Look an errand up.

        Raises
        ------
        BadFieldError
        """
        for each in self.errands:
            if each.id == errand_id:
                return each
        raise BadFieldError("stop", errand_id, f"a stop of {self.no}, 1 to {len(self.errands)}")

    def member(self, user: str) -> Member:
        """Look a worker of the day up.

        Raises
        ------
        BadFieldError
        """
        for each in self.members:
            if each.user == user:
                return each
        raise BadFieldError(
            "worker", user, f"a worker of {self.no}: {', '.join(m.user for m in self.members)}"
        )

    def round_of(self, user: str) -> tuple[Errand, ...]:
        """Return the errands of a worker in order, those that were skipped too."""
        return tuple(sorted((e for e in self.errands if e.worker == user), key=lambda e: e.turn))


def seconds(text: str) -> int:
    """Read a time of day, ``08:30``, as seconds; ``24:00`` is the end of the day.

    Raises
    ------
    BadFieldError
    """
    found = _CLOCK.fullmatch(text)
    value = int(found[1]) * HOUR_S + int(found[2]) * MINUTE_S if found else DAY_S + 1
    if value > DAY_S:
        raise BadFieldError("time", text, "a time of the day such as 08:30")
    return value


def clock(second: int) -> str:
    """Write seconds of a day as a time of day, such as ``08:30``; the rest of the minute is cut off."""
    return f"{second // HOUR_S:02d}:{second % HOUR_S // MINUTE_S:02d}"


def windows_of(texts: Iterable[str]) -> tuple[Window, ...]:
    """Read windows such as ``08:30-11:30``; empty for any time.

    Raises
    ------
    BadFieldError
        For one that ends before it begins, or is none.
    """
    found = []
    for text in texts:
        begin, _, end = text.partition("-")
        window = seconds(begin), seconds(end)
        if window[1] < window[0]:
            raise BadFieldError("windows", text, "an end that is not before the begin, such as 08:30-11:30")
        found.append(window)
    return tuple(sorted(found))


def check_member(member: Member) -> None:
    """Make sure that a shift can be planned.

    Raises
    ------
    BadFieldError
    """
    if member.profile not in PROFILES:
        raise BadFieldError("profile", member.profile, "one of " + ", ".join(PROFILES))
    if member.until_s <= member.from_s:
        shift = f"{clock(member.from_s)}-{clock(member.until_s)}"
        raise BadFieldError("until", shift, f"an end of the shift of {member.user} after its begin")


def hours(members: Iterable[Member], errands: Iterable[Errand]) -> tuple[int, int]:
    """Return the seconds that all errands need without travel, and those of all shifts without breaks.

    With more needed than there, no plan can have all.
    """
    needed = sum(e.service_s for e in errands)
    there = sum(m.until_s - m.from_s - m.pause_s for m in members if not m.off)
    return needed, there
