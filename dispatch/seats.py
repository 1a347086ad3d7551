"""How many seats a desk needs: calls per hour of the day, and Erlang's formula for those who wait."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from dispatch.calls import Call, CallRules

HOUR_S = 3600.0
MOST_SEATS = 1000
HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHour:
    """Calls of one hour of the day, over all days of a period: how many came, were answered, in time, given up.

    ``wait_s`` and ``handle_s`` are means over those answered and those talked through, 0 for none; ``handle_s`` holds
    what a seat does after a call.
    """

    hour: int
    offered: int
    answered: int
    in_time: int
    abandoned: int
    wait_s: float
    handle_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatsNeeded:
    """Seats of one hour of the day: calls an hour, load in erlang, seats, and the share answered in time with them."""

    hour: int
    calls_per_hour: float
    handle_s: float
    load_erlang: float
    seats: int
    share: float


def chance_to_wait(load_erlang: float, seats: int) -> float:
    """Return the chance that a caller has to wait (Erlang C); 1 where seats are no more than the load.

    Parameters
    ----------
    load_erlang : float
        Calls per hour times hours of handling, not below 0.
    seats : int
        Not below 0.

    Returns
    -------
    float
    """
    if load_erlang <= 0:
        return 0.0
    if seats <= load_erlang:
        return 1.0
    blocked = 1.0  # Erlang B by its recursion, which neither overflows nor loses digits
    for n in range(1, seats + 1):
        blocked = load_erlang * blocked / (n + load_erlang * blocked)
    busy = load_erlang / seats
    return blocked / (1 - busy * (1 - blocked))


def share_in_time(calls_per_hour: float, handle_s: float, seats: int, limit_s: float) -> float:
    """Return the share of callers who are answered within a limit.

    Parameters
    ----------
    calls_per_hour : float
    handle_s : float
        Mean seconds that a call keeps a seat busy.
    seats : int
    limit_s : float
        Seconds, not below 0.

    Returns
    -------
    float
        1 where nobody calls, 0 where seats are no more than the load.
    """
    load = calls_per_hour * handle_s / HOUR_S
    if load <= 0:
        return 1.0
    if seats <= load:
        return 0.0
    return 1.0 - chance_to_wait(load, seats) * math.exp(-(seats - load) * limit_s / handle_s)


def seats_needed(calls_per_hour: float, handle_s: float, limit_s: float, share: float) -> int:
    """Return the least number of seats with which a share of callers is answered within a limit.

    Parameters
    ----------
    calls_per_hour : float
    handle_s : float
        Mean seconds that a call keeps a seat busy.
    limit_s : float
        Seconds, not below 0.
    share : float
        Between 0 and 1, neither of them.

    Returns
    -------
    int
        0 for no calls.

    Raises
    ------
    ValueError
        For a share that no number of seats reaches, or a load beyond a thousand seats.
    """
    if not 0 < share < 1:
        raise ValueError(f"a share between 0 and 1, not {share}")
    if calls_per_hour <= 0 or handle_s <= 0:
        return 0
    least = math.floor(calls_per_hour * handle_s / HOUR_S) + 1
    for seats in range(least, MOST_SEATS + 1):
        if share_in_time(calls_per_hour, handle_s, seats, limit_s) >= share:
            return seats
    raise ValueError(f"more than {MOST_SEATS} seats")


def by_hour(calls: Iterable[Call], zone: tzinfo, rules: CallRules) -> tuple[CallHour, ...]:
    """Count calls by the hour of the day in which they came: 24 rows, those without calls too."""
    hours: list[list[Call]] = [[] for _ in range(HOURS)]
    for call in calls:
        hours[call.offered_at.astimezone(zone).hour].append(call)
    return tuple(count(found, rules, hour) for hour, found in enumerate(hours))


def count(calls: Sequence[Call], rules: CallRules, hour: int = -1) -> CallHour:
    """Count calls; those that still ring are neither answered nor given up."""
    answered = [call for call in calls if call.answered_at is not None]
    waits = [call.wait_s or 0.0 for call in answered]
    talks = [talk for call in answered if (talk := call.talk_s) is not None]
    return CallHour(
        hour=hour,
        offered=len(calls),
        answered=len(answered),
        in_time=sum(1 for wait in waits if wait <= rules.answer_s),
        abandoned=sum(1 for call in calls if call.state == "abandoned"),
        wait_s=sum(waits) / len(waits) if waits else 0.0,
        handle_s=sum(talks) / len(talks) + rules.wrap_s if talks else 0.0,
    )


def plan_seats(calls: Sequence[Call], days: int, zone: tzinfo, rules: CallRules) -> tuple[SeatsNeeded, ...]:
    """Tell how many seats each hour of the day needs, by the calls of some days.

    Parameters
    ----------
    calls : sequence of Call
    days : int
        Over which they came, above 0.
    zone : tzinfo
    rules : CallRules

    Returns
    -------
    tuple of SeatsNeeded
        24 rows; where nobody talked in an hour its calls last as long as those of the whole period.
    """
    usual = count(calls, rules).handle_s or rules.wrap_s
    rows = []
    for row in by_hour(calls, zone, rules):
        rate, handle_s = row.offered / days, row.handle_s or usual
        seats = seats_needed(rate, handle_s, rules.answer_s, rules.share)
        share = share_in_time(rate, handle_s, seats, rules.answer_s)
        load = rate * handle_s / HOUR_S
        rows.append(
            SeatsNeeded(
                hour=row.hour,
                calls_per_hour=rate,
                handle_s=handle_s,
                load_erlang=load,
                seats=seats,
                share=share,
            )
        )
    return tuple(rows)


def days_between(since: datetime, until: datetime, zone: tzinfo) -> int:
    """Count the days of the calendar that a period touches, at least 1; its end does not belong to it."""
    first, last = since.astimezone(zone), until.astimezone(zone)
    whole = (last.date() - first.date()).days
    at_midnight = (last.hour, last.minute, last.second, last.microsecond) == (0, 0, 0, 0)
    return max(1, whole + (0 if at_midnight else 1))
