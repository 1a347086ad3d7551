"""Shifts of the desk and of those on call: a rota in the wall time of the zone, swaps, gaps, hand-over.

Shifts are computed from the rota, never kept as rows of UTC times: where the zone's offset changes, a night is an
hour longer or shorter and the hand-over stays at its time of day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dispatch.errors import DispatchError

WARNED_AHEAD = (timedelta(days=1), timedelta(hours=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A shift that comes again: a post, from and to which time of day, and who takes turns.

    It runs across midnight when it ends at or before its start. ``members`` take turns of ``turn_days`` from
    ``first_day``; each member may be several people who work together. ``weekdays`` are 0 for Monday to 6.

    Raises
    ------
    DispatchError
        When nobody or no day is named.
    """

    code: str
    post: str
    start: time
    end: time
    members: tuple[tuple[str, ...], ...]
    first_day: date
    last_day: date | None = None
    turn_days: int = 1
    weekdays: frozenset[int] = frozenset(range(7))

    def __post_init__(self) -> None:
        if (
            not self.members
            or self.turn_days < 1
            or not self.weekdays <= frozenset(range(7))
            or not self.weekdays
        ):
            raise DispatchError(
                f"shift {self.code}: name members, a turn of 1 day or more, and weekdays 0 to 6"
            )

    def people_on(self, day: date) -> tuple[str, ...]:
        """Return who begins on a day; nobody when the layer does not run then."""
        if day < self.first_day or (self.last_day is not None and day > self.last_day):
            return ()
        if day.weekday() not in self.weekdays:
            return ()
        return self.members[(day - self.first_day).days // self.turn_days % len(self.members)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """One person instead of another for a time; empty ``instead_of`` is somebody in addition."""

    no: str
    post: str
    start: datetime
    end: datetime
    user: str
    instead_of: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One person on duty from a time to a time, both in UTC; ``by`` is the layer or swap it comes from."""

    post: str
    user: str
    start: datetime
    end: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time in which nobody holds a post."""

    post: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyShift:
    """An empty shift that is near; told once for each gap and lead time."""

    post: str
    start: datetime
    ahead: timedelta
    due_at: datetime

    @property
    def key(self) -> tuple[str, datetime, timedelta]:
        """What may be told once."""
        return self.post, self.start, self.ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """What one shift leaves to the next: a note and the alarms still open; ``taken_at`` when the next one read it."""

    post: str
    by: str
    to: str
    at: datetime
    note: str
    open_alarms: tuple[str, ...] = ()
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota:
    """Layers and swaps of a centre."""

    zone: ZoneInfo
    layers: tuple[Layer, ...]
    swaps: tuple[Swap, ...] = ()

    def shifts(self, since: datetime, until: datetime) -> tuple[Shift, ...]:
        """List the shifts that touch a time, swaps cut in, by start.

        Parameters
        ----------
        since, until : datetime
            Aware.

        Returns
        -------
        tuple of Shift
            Each whole, not cut to the time asked for; empty when nobody is on.
        """
        found: list[Shift] = []
        for shift in self._base(since, until):
            found += _cut(shift, self.swaps)
        found += [
            Shift(post=s.post, user=s.user, start=s.start.astimezone(UTC), end=s.end.astimezone(UTC), by=s.no)
            for s in self.swaps
        ]
        inside = [s for s in found if s.start < until and since < s.end]
        return tuple(sorted(inside, key=lambda s: (s.start, s.post, s.by, s.user)))

    def on_duty(self, post: str, at: datetime) -> tuple[str, ...]:
        """Return who holds a post at a time, each once, longest on first; the end of a shift belongs to the next."""
        now = [
            s
            for s in self.shifts(at, at + timedelta(microseconds=1))
            if s.post == post and s.start <= at < s.end
        ]
        return tuple(dict.fromkeys(s.user for s in now))

    def moved_swaps(self) -> tuple[Swap, ...]:
        """List swaps of whose time the replaced person is no longer on: the shift beneath was moved.

        Such a swap stays at its own time and is shown to whoever keeps the rota.
        """
        return tuple(s for s in self.swaps if s.instead_of and not self._covers(s))

    def gaps(self, post: str, since: datetime, until: datetime) -> tuple[Gap, ...]:
        """List the times within a span in which nobody holds a post, in order; one span when nobody ever does."""
        at, found = since.astimezone(UTC), []
        end = until.astimezone(UTC)
        for shift in (s for s in self.shifts(since, until) if s.post == post):
            if shift.start > at:
                found.append(Gap(post=post, start=at, end=shift.start))
            at = max(at, shift.end)
        if at < end:
            found.append(Gap(post=post, start=at, end=end))
        return tuple(found)

    def _covers(self, swap: Swap) -> bool:
        base = [
            s for s in self._base(swap.start, swap.end) if s.post == swap.post and s.user == swap.instead_of
        ]
        at = swap.start
        for shift in sorted(base, key=lambda s: s.start):
            if shift.start <= at:
                at = max(at, shift.end)
        return at >= swap.end

    def _base(self, since: datetime, until: datetime) -> Iterable[Shift]:
        day = since.astimezone(self.zone).date() - timedelta(days=1)
        last = until.astimezone(self.zone).date()
        while day <= last:
            for layer in self.layers:
                start = datetime.combine(day, layer.start, self.zone).astimezone(UTC)
                next_day = day + timedelta(days=layer.end <= layer.start)
                end = datetime.combine(next_day, layer.end, self.zone).astimezone(UTC)
                for user in layer.people_on(day):
                    yield Shift(post=layer.post, user=user, start=start, end=end, by=layer.code)
            day += timedelta(days=1)


def warnings_of(
    gaps: Iterable[Gap], now: datetime, ahead: tuple[timedelta, ...] = WARNED_AHEAD
) -> tuple[EmptyShift, ...]:
    """List the warnings of empty shifts whose time has come; never of a gap that has begun.

    Parameters
    ----------
    gaps : iterable of Gap
    now : datetime
    ahead : tuple of timedelta, optional
        How long before the gap to warn, the longest first. A gap that arises later than that is warned of at once.

    Returns
    -------
    tuple of EmptyShift
        By time of the gap. The same warnings come again until the gap begins; each is told once, by its ``key``.
    """
    found = [
        EmptyShift(post=gap.post, start=gap.start, ahead=lead, due_at=gap.start - lead)
        for gap in gaps
        for lead in ahead
        if gap.start - lead <= now < gap.start
    ]
    return tuple(sorted(found, key=lambda w: (w.start, w.post, -w.ahead)))


def _cut(shift: Shift, swaps: tuple[Swap, ...]) -> list[Shift]:
    """Take out of a shift the times in which somebody else stands in."""
    parts = [shift]
    for swap in swaps:
        if swap.post != shift.post or swap.instead_of != shift.user:
            continue
        start, end = swap.start.astimezone(UTC), swap.end.astimezone(UTC)
        cut: list[Shift] = []
        for part in parts:
            edges = ((part.start, min(part.end, start)), (max(part.start, end), part.end))
            cut += [
                Shift(post=part.post, user=part.user, start=a, end=b, by=part.by) for a, b in edges if a < b
            ]
        parts = cut
    return parts
