"""Telephone calls: what an exchange tells of one, in whatever order it arrives, and who has to be called back.

A call is what its events add up to in the order of their own times, so that one that comes twice, late or out of order
leads to the same call as if it had come in time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from dispatch.errors import BadFieldError, NotPossibleError

TURNS: Mapping[str, int] = {
    "offered": 0,
    "ringing": 1,
    "answered": 2,
    "held": 3,
    "resumed": 4,
    "ended": 5,
    "abandoned": 5,
}
"""What an exchange may tell; among events of one time the lower turn comes first."""
STATES = ("offered", "ringing", "talking", "held", "ended", "abandoned")
RINGS = ("offered", "ringing")
MOST_EVENTS = 100
AHEAD = timedelta(minutes=5)
BEHIND = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledNumber:
    """A number that people call: whose it is, when it answers and how, whose desk, and what is offered there.

    ``area`` is empty for the whole district; without ``items`` everything is offered.
    """

    number: str
    name_zh: str
    name_en: str
    owner: str
    hours: str
    greeting_zh: str
    greeting_en: str
    area: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRules:
    """The numbers, within how many seconds which share of calls is to be answered, and what a seat does after one."""

    numbers: Mapping[str, CalledNumber]
    answer_s: float
    share: float
    wrap_s: float

    def find(self, digits: str) -> CalledNumber | None:
        """Find a number by its digits, with or without the code of country or city before it; None for no number of ours."""
        found = self.numbers.get(digits)
        return found or next(
            (one for n, one in self.numbers.items() if digits.endswith(n) and digits.startswith(("0", "86"))),
            None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent:
    """One thing that happened to a call; ``id`` is the exchange's own, ``agent`` who answered."""

    id: str
    name: str
    at: datetime
    agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call; ``exchange`` and ``key`` name it outside, both of them ours where it was noted by hand.

    ``caller`` is empty where the number is withheld. ``call_back`` is ``waiting`` from when a caller gave up until
    somebody called back (``done``), else empty. Times that have not come are None.
    """

    no: str
    exchange: str
    key: str
    called: str
    caller: str
    area: str
    state: str
    told: tuple[CallEvent, ...]
    offered_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    held_s: float = 0.0
    agent: str = ""
    call_back: str = ""
    called_back_at: datetime | None = None
    called_back_by: str = ""
    note: str = ""
    version: int = 1

    @property
    def wait_s(self) -> float | None:
        """Seconds until it was answered or given up; None while it rings."""
        until = self.answered_at or self.ended_at
        return None if until is None else (until - self.offered_at).total_seconds()

    @property
    def talk_s(self) -> float | None:
        """Seconds from answer to end; None before the end, and where nobody answered."""
        if self.answered_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.answered_at).total_seconds()


def add_up(events: Iterable[CallEvent]) -> dict[str, Any]:
    """Tell what events amount to, whatever the order in which they are given.

    Parameters
    ----------
    events : iterable of CallEvent
        At least one.

    Returns
    -------
    dict
        Values of `Call`: ``told`` in the order of time, ``state``, times, ``held_s``, ``agent``. The first seat that
        answered has the call; an end before any answer is a caller who gave up, whatever the exchange calls it.
    """
    told = tuple(sorted(events, key=lambda e: (e.at, TURNS[e.name], e.id)))
    over = next((e for e in told if TURNS[e.name] == TURNS["ended"]), None)
    heard = told if over is None else told[: told.index(over)]
    answer = next((e for e in heard if e.name == "answered"), None)
    until = over.at if over else None
    held_s, since = 0.0, None
    for event in heard[heard.index(answer) :] if answer else ():
        if event.name == "held" and since is None:
            since = event.at
        elif event.name == "resumed" and since is not None:
            held_s, since = held_s + (event.at - since).total_seconds(), None
    if since is not None and until is not None:
        held_s += (until - since).total_seconds()
    if over is not None:
        state = "ended" if answer else "abandoned"
    elif answer is not None:
        state = "held" if since is not None else "talking"
    else:
        state = "ringing" if any(e.name == "ringing" for e in told) else "offered"
    return {
        "told": told,
        "state": state,
        "offered_at": told[0].at,
        "answered_at": answer.at if answer else None,
        "ended_at": until,
        "held_s": held_s,
        "agent": answer.agent if answer else "",
    }


def begin(known: Call, event: CallEvent, now: datetime) -> Call:
    """Return a call from the first event that is heard of it, which may be any.

    Parameters
    ----------
    known : Call
        With number, exchange, key, called number, caller and area; the rest is overwritten.
    event : CallEvent
    now : datetime
        Aware.

    Raises
    ------
    BadFieldError
    """
    check(event, now)
    return _owing(replace(known, **add_up((event,))))


def hear(call: Call, event: CallEvent, now: datetime) -> tuple[Call, str]:
    """Return a call with one event more, and what is answered: ``taken``, ``late`` or ``repeated``.

    ``late`` is an event older than one that came before it: it is put in its place. ``repeated`` changes nothing.

    Raises
    ------
    BadFieldError
        For an ``id`` that stands for another event, a time that cannot be, or too many events.
    """
    check(event, now)
    same = next((e for e in call.told if e.id == event.id), None)
    if same is not None:
        if (same.name, same.at) != (event.name, event.at):
            raise BadFieldError(
                "id", event.id, f"it is the {same.name} of {same.at.isoformat()}; give a new one"
            )
        return call, "repeated"
    if len(call.told) >= MOST_EVENTS:
        raise BadFieldError("id", event.id, f"a call has at most {MOST_EVENTS} events")
    after = _owing(replace(call, **add_up((*call.told, event)), version=call.version + 1))
    return after, "taken" if after.told[-1] == event else "late"


def take(call: Call, user: str, now: datetime) -> tuple[Call, str]:
    """Return a call that a seat answers; the first wins, and pressing twice is once.

    Raises
    ------
    NotPossibleError
        When another seat has it, or it is over.
    """
    if call.state in RINGS:
        at = max(now, call.told[-1].at)
        return hear(call, CallEvent(id=f"desk:{user}", name="answered", at=at, agent=user), at)
    if call.agent == user:
        return call, "repeated"
    if call.state in ("talking", "held"):
        raise NotPossibleError(f"{call.agent or 'another seat'} answered it already")
    raise NotPossibleError(f"the call is over ({call.state}); call back instead")


def called_back(call: Call, user: str, note: str, now: datetime) -> Call:
    """Return a call whose caller was called back.

    Parameters
    ----------
    call : Call
    user : str
        Who called back.
    note : str
        What came of it; empty keeps the note that stands.
    now : datetime
        Aware.

    Returns
    -------
    Call

    Raises
    ------
    NotPossibleError
        When nobody waits to be called back.
    """
    if call.call_back != "waiting":
        done = f"{call.called_back_by} called back already" if call.call_back else "nobody gave up on it"
        raise NotPossibleError(f"there is nothing to call back: {done}")
    return replace(
        call,
        call_back="done",
        called_back_at=now,
        called_back_by=user,
        note=note or call.note,
        version=call.version + 1,
    )


def check(event: CallEvent, now: datetime) -> None:
    """Refuse what no exchange can tell.

    Raises
    ------
    BadFieldError
    """
    if event.name not in TURNS:
        raise BadFieldError("event", event.name, "events are " + ", ".join(TURNS))
    if not event.id:
        raise BadFieldError("id", event.id, "give each event an id of its own")
    if event.at > now + AHEAD or event.at < now - BEHIND:
        raise BadFieldError(
            "at", event.at.isoformat(), "a time of the last seven days; set the exchange's clock"
        )


def _owing(call: Call) -> Call:
    """Return a call with a call-back that waits exactly when its caller gave up and nobody called back."""
    if call.call_back == "done":
        return call
    return replace(call, call_back="waiting" if call.state == "abandoned" else "")
