"""Telephone calls to the desk: which seats ring, what becomes of a call that nobody takes, and the share answered.

Whatever exchange carries the call tells of it by events; the same event twice changes nothing.
Source: GB/T 33358-2016, a hotline answers within 15 s and at least 95 % of the calls of any 24 hours.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dispatch.errors import BadFieldError

EVENTS = ("offered", "ringing", "answered", "held", "ended", "abandoned")
ANSWER = timedelta(seconds=15)
CONNECTED_SHARE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call. ``number`` is kept with the resident's data; ``seats`` ring now; ``call_back`` asks to ring back."""

    id: str
    number: str
    offered_at: datetime
    resident: str = ""
    state: str = "offered"
    seats: tuple[str, ...] = ()
    answered_by: str = ""
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    announced: bool = False
    call_back: bool = False

    @property
    def rang_s(self) -> float | None:
        """Seconds until it was answered or given up; None while it rings."""
        end = self.answered_at or self.ended_at
        return None if end is None else (end - self.offered_at).total_seconds()


def ring(call: Call, seats: Collection[str]) -> tuple[Call, tuple[str, ...]]:
    """Offer a ringing call to the seats that are there and do not ring yet.

    Called for each new call and whenever a seat comes or goes, so that a page that was reloaded rings again. Without
    any seat the caller hears an announcement and somebody has to ring back.

    Parameters
    ----------
    call : Call
    seats : collection of str
        Seats whose page is connected now.

    Returns
    -------
    (Call, tuple of str)
        The seats to ring anew; none for a call that was answered or is over.
    """
    if call.state not in ("offered", "ringing"):
        return call, ()
    still = tuple(seat for seat in call.seats if seat in seats)
    new = tuple(sorted(set(seats) - set(still)))
    if not seats:
        return replace(call, seats=(), announced=True, call_back=True), ()
    return replace(call, seats=(*still, *new)), new


def gone(call: Call, seat: str) -> Call:
    """Note that a seat's page went away, even if it comes back at once."""
    return replace(call, seats=tuple(s for s in call.seats if s != seat))


def hear_call(call: Call, event: str, at: datetime, seat: str = "") -> Call:
    """Take an event of the exchange.

    Parameters
    ----------
    call : Call
    event : str
        One of `EVENTS`.
    at : datetime
    seat : str, optional
        Who answered.

    Returns
    -------
    Call
        Unchanged when the call is over, or was answered and is answered again by another seat.

    Raises
    ------
    BadFieldError
        For an unknown event.
    """
    if event not in EVENTS:
        raise BadFieldError("event", event, "events are " + ", ".join(EVENTS))
    if call.ended_at is not None or event == "offered":
        return call
    if event == "answered":
        if call.answered_at is not None:
            return replace(call, state="answered") if call.answered_by == seat else call
        return replace(call, state="answered", answered_at=at, answered_by=seat, seats=(), call_back=False)
    if event in ("ended", "abandoned"):
        missed = call.answered_at is None
        state = "abandoned" if missed else "ended"
        return replace(call, state=state, ended_at=at, seats=(), call_back=missed or call.call_back)
    if event == "held" and call.answered_at is None:
        return call
    return replace(call, state=event) if call.answered_at is None or event == "held" else call


def answered_share(calls: Iterable[Call]) -> float | None:
    """Share of the calls that are over, or were answered, and were answered in time; None without calls."""
    over = [call for call in calls if call.rang_s is not None]
    if not over:
        return None
    limit = ANSWER.total_seconds()
    return sum(c.answered_at is not None and (c.rang_s or 0) <= limit for c in over) / len(over)
