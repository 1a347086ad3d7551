"""What is answered about days of rounds."""

from dataclasses import dataclass
from datetime import date, datetime

from api.answers.answer import Answer, Sometimes
from api.answers.move import MoveAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundStop(Answer):
    """A stop of a round, or an errand that is in none; ``why`` tells why it was left out or skipped.

    ``told_from`` to ``told_until`` is the promised window, null before the round is published. Whom it is paid to and
    where is told to those alone who work with the people there; ``found`` is what a visit of that day found.
    """

    id: str
    what: str
    what_name: str
    state: str
    state_name: str
    worker: str
    turn: int
    cell: str
    cell_name: str
    service_s: int
    windows: tuple[str, ...]
    skills: tuple[str, ...]
    arrive_at: datetime | None
    begin_at: datetime | None
    leave_at: datetime | None
    told_from: datetime | None
    told_until: datetime | None
    arrived_at: datetime | None
    late_min: int | None
    why: str
    why_name: str
    found: str
    resident: Sometimes[str]
    name: Sometimes[str]
    address: Sometimes[str]
    ticket: Sometimes[str]
    note: Sometimes[str]
    lon: Sometimes[float]
    lat: Sometimes[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundWorker(Answer):
    """A worker of the day and their stops in order; ``problem`` tells why their round is not possible any more.

    ``leave_at`` and ``back_at`` are null for a round without stops; ``off`` is one who fell out, ``why`` for what reason.
    """

    user: str
    name: str
    profile: str
    lon: float
    lat: float
    from_at: datetime
    until_at: datetime
    leave_at: datetime | None
    back_at: datetime | None
    pause_at: datetime | None
    travel_s: int
    off: bool
    why: str
    problem: str
    stops: tuple[RoundStop, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundSums(Answer):
    """Planned beside done, in stops; ``visited`` are residents of the round whose visit was told that day.

    ``late_min`` is the median by which people came after the promised begin, null while nobody came. ``needed_s`` is
    the time of all errands without travel, ``there_s`` that of the shifts without breaks.
    """

    errands: int
    planned: int
    left_out: int
    arrived: int
    skipped: int
    visited: int
    late_min: int | None
    travel_s: int
    needed_s: int
    there_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundListed(Answer):
    """A day of rounds in a list."""

    no: str
    state: str
    state_name: str
    area: str
    area_name: str
    day: date
    made_at: datetime
    published_at: datetime | None
    workers: int
    sums: RoundSums


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundAnswer(Answer):
    """A day of rounds: for each worker the stops in order, what is left out, and what the asker may do with it.

    A worker is shown the own round alone.
    """

    no: str
    state: str
    state_name: str
    area: str
    area_name: str
    day: date
    made_at: datetime
    made_by: str
    published_at: datetime | None
    reason: str
    version: int
    sums: RoundSums
    workers: tuple[RoundWorker, ...]
    left_out: tuple[RoundStop, ...]
    actions: tuple[MoveAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundPage(Answer):
    """One page of days; ``next`` is what to give as ``after`` for the following one, null on the last."""

    items: tuple[RoundListed, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundChange(Answer):
    """What an action would change: stops with another worker or window, placed or dropped, and seconds of travel.

    ``before`` and ``after`` are the sums of the day, ``round`` the day as it would be.
    """

    moved: tuple[str, ...]
    later: tuple[str, ...]
    placed: tuple[str, ...]
    dropped: tuple[str, ...]
    travel_s: int
    before: RoundSums
    after: RoundSums
    round: RoundAnswer
