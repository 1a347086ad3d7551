"""Working time by the million: the shifts of many days laid out once, then searched instead of walked.

Gives to the microsecond what `dispatch.worktime.WorkTime` gives, without telling the stretches.
"""

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate

from dispatch.worktime import Limit, WorkTime

MARGIN = timedelta(days=40)
SECOND = timedelta(seconds=1)


class Timetable:
    """The shifts of a stretch of days, which grows as it is asked for more; not shared between threads.

    Parameters
    ----------
    worktime : WorkTime
    """

    def __init__(self, worktime: WorkTime) -> None:
        self.worktime = worktime
        self._first, self._last = date.max, date.min
        self._covered: tuple[datetime, datetime] | None = None
        self._starts: list[datetime] = []
        self._ends: list[datetime] = []
        self._before_s: list[int] = []

    def work_seconds(self, start: datetime, end: datetime) -> int:
        """Working seconds between two times; 0 when the end is not after the start."""
        if end <= start:
            return 0
        self._cover(start, end)
        i, j = bisect_right(self._ends, start), bisect_right(self._starts, end) - 1
        if i > j:
            return 0
        begun, stopped = max(start, self._starts[i]), min(end, self._ends[j])
        if i == j:
            return (stopped - begun) // SECOND
        whole = self._before_s[j] - self._before_s[i + 1]
        return (self._ends[i] - begun) // SECOND + whole + (stopped - self._starts[j]) // SECOND

    def due_at(self, start: datetime, limit: Limit) -> datetime:
        """Return the deadline of a limit that runs from a start."""
        if limit.clock == "urgent_hour":
            return start + timedelta(seconds=int(limit.amount * 3600))
        if limit.clock == "natural_day":
            return start + timedelta(seconds=int(limit.amount * 86400))
        if limit.clock == "work_hour" and (left_s := int(limit.amount * 3600)) > 0:
            return self._after(start, left_s)
        return self.worktime.run(start, limit)[-1].end

    def _after(self, start: datetime, left_s: int) -> datetime:
        self._cover(start, start)
        i = bisect_right(self._ends, start)
        begun = max(start, self._starts[i])
        first_s = (self._ends[i] - begun) // SECOND
        if first_s >= left_s:
            return begun + left_s * SECOND
        left_s -= first_s
        base = self._before_s[i + 1]
        while self._before_s[-1] - base < left_s:
            self._cover(start, self._ends[-1] + MARGIN)
            i = bisect_right(self._ends, start)
            base = self._before_s[i + 1]
        j = bisect_right(self._before_s, base + left_s - 1) - 1
        return self._starts[j] + (base + left_s - self._before_s[j]) * SECOND

    def _cover(self, start: datetime, end: datetime) -> None:
        """Lay out the days around two times unless they are there."""
        if self._covered is not None and self._covered[0] <= start and end < self._covered[1]:
            return
        zone = self.worktime.zone
        first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
        self._first = min(self._first, first - MARGIN)
        self._last = max(self._last, last + MARGIN)
        days = (self._first + timedelta(days=n) for n in range((self._last - self._first).days + 1))
        shifts = [
            (
                datetime.combine(day, opens, zone).astimezone(UTC),
                datetime.combine(day, closes, zone).astimezone(UTC),
            )
            for day in days
            if self.worktime.is_workday(day)
            for opens, closes in self.worktime.shifts
        ]
        self._starts, self._ends = [opens for opens, _ in shifts], [closes for _, closes in shifts]
        begun = datetime.combine(self._first, time(), zone).astimezone(UTC)
        self._covered = begun, self._ends[-1]
        lengths = [(closes - opens) // SECOND for opens, closes in shifts]
        self._before_s = list(accumulate(lengths, initial=0))
