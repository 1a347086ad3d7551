"""Clocks that are set while alarms run: how far the server's clock was moved between two looks at it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

TOLERANCE = timedelta(seconds=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The clock at one moment: wall time, and seconds of a clock that nobody can set, of one run of the server."""

    wall: datetime
    steady_s: float
    run: str


def moved_by(before: Reading, now: Reading, tolerance: timedelta = TOLERANCE) -> timedelta:
    """Return how far the wall clock was set between two readings; zero when it was not.

    Within one run the steady clock tells exactly. Across a restart only a clock set back is seen, by as much as it
    lies behind the last reading; one set forward looks like a longer stop, and what fell due then is carried out.
    """
    if before.run == now.run:
        by = (now.wall - before.wall) - timedelta(seconds=now.steady_s - before.steady_s)
    else:
        by = min(now.wall - before.wall, timedelta(0))
    return by if abs(by) > tolerance else timedelta(0)
