"""What is answered about telephone calls."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from api.answers.answer import Answer
from api.answers.person import ContactAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswer(Answer):
    """A call; the caller's number is masked, and empty where it is withheld.

    ``resident`` is the one who has that number, if just one of the register has; ``contact`` how they are called, masked,
    or who called from it before. Both are told to those alone who work with people. ``greeting`` is what the agent says.
    """

    no: str
    state: Literal["offered", "ringing", "talking", "held", "ended", "abandoned"]
    state_name: str
    called: str
    called_name: str
    greeting: str
    items: tuple[str, ...]
    caller: str
    resident: str
    contact: ContactAnswer | None
    area: str
    offered_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    wait_s: float | None
    talk_s: float | None
    held_s: float
    agent: str
    call_back: Literal["", "waiting", "done"]
    called_back_at: datetime | None
    called_back_by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPage(Answer):
    """One page of calls; ``next`` is what to give as ``after`` for the following one, null on the last."""

    items: tuple[CallAnswer, ...]
    next: str | None
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNumber(Answer):
    """The whole number of a caller, told for a reason that is kept; empty where it is withheld."""

    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHeard(Answer):
    """What became of an event: ``taken``, ``late`` (something newer had come before; put in its place), ``repeated``."""

    id: str
    answer: Literal["taken", "late", "repeated"]
    call: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHourAnswer(Answer):
    """Calls of one hour of the day, over all days of the period; shares are null where no call came."""

    hour: int
    offered: int
    answered: int
    in_time: int
    abandoned: int
    wait_s: float
    handle_s: float
    share_in_time: float | None
    share_abandoned: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFigures(Answer):
    """Calls of a period by the hour of the day, and all of them (``hour`` -1); ``answer_s`` is what counts as in time."""

    since: datetime
    until: datetime
    days: int
    answer_s: float
    hours: tuple[CallHourAnswer, ...]
    total: CallHourAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatsAnswer(Answer):
    """Seats one hour of the day needs, and the share of calls answered in time with them."""

    hour: int
    calls_per_hour: float
    handle_s: float
    load_erlang: float
    seats: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatsPlan(Answer):
    """Seats by the hour of the day, from the calls of a period, by Erlang C."""

    since: datetime
    until: datetime
    days: int
    calls: int
    answer_s: float
    wanted_share: float
    hours: tuple[SeatsAnswer, ...]
