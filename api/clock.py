"""The clock of the machine, read at the edge only."""

import time
from datetime import UTC, datetime


def system_clock() -> datetime:
    """Give the time now, aware."""
    return datetime.now(UTC)


def steady_clock() -> float:
    """Return seconds by a clock that nobody sets and that goes on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
