"""What a plan of rounds is made of: visits, workers, stops, and why a visit is left out. Times in seconds of a day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

DAY_S = 86_400
Window = tuple[int, int]
"""Earliest and latest second at which a visit may begin, both allowed."""

Reason = Literal["no_skill", "no_way", "no_time", "not_worth", "full"]
"""Why a visit is in no round.

``no_skill``: nobody on shift has the skills; ``no_way``: no street leads there for those who have; ``no_time``: nobody
of them could go even with nothing else to do; ``not_worth``: it fits, and going there costs more than it is worth;
``full``: those who could go have no room left.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A visit to be paid; ``place`` is its row of the matrix.

    It begins in one of ``windows``, at any time of the day when there are none. ``worth_s`` is the travel that it may
    cost, and what a plan without it is dearer by. ``person`` is the worker whom the home would rather have.
    """

    no: str
    place: int
    service_s: int
    worth_s: int
    windows: tuple[Window, ...] = ()
    skills: frozenset[str] = frozenset()
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A break of a length, begun between an earliest and a latest second, never while a visit lasts."""

    earliest_s: int
    latest_s: int
    length_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Somebody on shift, from one place to another; ``start`` and ``end`` are rows of the matrix.

    ``way`` says which matrix, where there is one for each way of travelling.
    """

    user: str
    start: int
    end: int
    from_s: int
    until_s: int
    pause: Break | None = None
    skills: frozenset[str] = frozenset()
    way: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A visit in a round; between ``arrive_s`` and ``begin_s`` one waits, or has the break."""

    visit: str
    arrive_s: int
    begin_s: int
    leave_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """The way of one worker: stops in order, when the break begins, and when they set out and are back."""

    worker: str
    stops: tuple[Stop, ...]
    travel_s: int
    pause_s: int | None
    leave_s: int
    back_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """A plan: rounds by worker, visits left out and why.

    ``cost_s`` is what was made small: travel, the worth of what is left out, and what it costs that another person than
    the wished one comes. ``needed_s`` is the time of all visits without travel, ``there_s`` that of all shifts without
    breaks: with more needed than there, no plan can have all.
    """

    rounds: tuple[Round, ...]
    left_out: Mapping[str, Reason] = field(default_factory=dict)
    cost_s: int = 0
    travel_s: int = 0
    needed_s: int = 0
    there_s: int = 0
