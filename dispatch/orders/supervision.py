"""Clocks of an order: how long it may wait at each step, and who is told when it waits longer.

A rung of the ladder is decided with the time it was due and fires once for a round of a step: what has fired is part
of the order, so that a restart neither skips nor repeats it. Another provider begins another round.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Literal

from dispatch.errors import DispatchError
from dispatch.lifecycle import Event
from dispatch.orders.order import Order, is_by_rules

Lamp = Literal["green", "amber", "red"]
POSTS = ("dispatcher", "shift_leader", "station", "deputy")
"""Who may be told: the desk, whoever leads its shift, the office of the street where the order is; the deputy of its party
or the next provider whom the rules ask, who gets the order, and without one the desk."""
DEPUTY = "deputy"
TIMES = frozenset(f.name for f in fields(Order) if f.name.endswith("_at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How long an order may wait for one step.

    ``since`` and ``promise`` are times of the order; ``promise`` is empty where nothing is promised. ``party_red`` is how
    long a party has instead of ``red``, None for as long.

    Raises
    ------
    DispatchError
        When a time is none of an order's, or a number cannot hold.
    """

    step: str
    name_zh: str
    states: tuple[str, ...]
    since: str
    amber_share: float
    red: timedelta
    promise: str = ""
    less_way: bool = False
    party_red: timedelta | None = None

    def __post_init__(self) -> None:
        for name in (self.since, self.promise):
            if name and name not in TIMES:
                raise DispatchError(f"clock {self.step}: {name!r} is no time of an order")
        if not 0 < self.amber_share <= 1 or min(
            self.red, self.red if self.party_red is None else self.party_red
        ) <= timedelta(0):
            raise DispatchError(f"clock {self.step}: amber_share is above 0 and at most 1, red_s above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """Who is told how long after a clock turned amber or red; not for the steps in ``not_for``.

    One that tells the deputy is for orders that a party, or a provider whom the rules asked, has not accepted, and takes
    them from it.
    """

    code: str
    at: Literal["amber", "red"]
    after: timedelta
    tell: tuple[str, ...]
    not_for: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.at not in ("amber", "red") or self.after < timedelta(0):
            raise DispatchError(f"rung {self.code}: at is amber or red, after_s 0 or more")
        if not self.tell or set(self.tell) - set(POSTS):
            raise DispatchError(f"rung {self.code} tells some of {', '.join(POSTS)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervision:
    """All clocks, at most one for a state, and the ladder.

    Raises
    ------
    DispatchError
        When a state has two clocks or two rungs share a code.
    """

    clocks: tuple[Clock, ...]
    ladder: tuple[Rung, ...]

    def __post_init__(self) -> None:
        states = [state for clock in self.clocks for state in clock.states]
        codes = [rung.code for rung in self.ladder]
        for what, words in (("state", states), ("rung", codes)):
            if twice := sorted({word for word in words if words.count(word) > 1}):
                raise DispatchError(f"{what} {twice[0]} is named twice")

    @property
    def states(self) -> tuple[str, ...]:
        """The states in which a clock runs."""
        return tuple(state for clock in self.clocks for state in clock.states)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """What an order waits for: since when, when that turns amber and red."""

    step: str
    name_zh: str
    since: datetime
    amber_at: datetime
    red_at: datetime

    def lamp(self, now: datetime) -> Lamp:
        """Return how it stands at a time."""
        return "red" if now >= self.red_at else "amber" if now >= self.amber_at else "green"


def wait_of(order: Order, rules: Supervision) -> Wait | None:
    """Return what an order waits for; None when no clock runs, or what it counts from is not known."""
    clock = next((c for c in rules.clocks if order.state in c.states), None)
    if clock is None or (clock.step == "feedback" and order.rating is not None):
        return None
    since: datetime | None = getattr(order, clock.since)
    if since is None:
        return None
    begin = max(filter(None, (since, order.promised_from, order.offer_at)))
    promised: datetime | None = getattr(order, clock.promise) if clock.promise else None
    if promised is not None:
        way = timedelta(seconds=order.travel_s or 0.0) if clock.less_way else timedelta(0)
        red_at = max(promised - way, begin)
    else:
        late = max(begin, order.wanted_at) if clock.promise and order.wanted_at else begin
        red_at = late + (clock.red if clock.party_red is None or not order.party else clock.party_red)
    amber_at = begin + clock.amber_share * (red_at - begin)
    return Wait(step=clock.step, name_zh=clock.name_zh, since=since, amber_at=amber_at, red_at=red_at)


def due_rungs(order: Order, rules: Supervision) -> Iterator[tuple[datetime, Rung, str]]:
    """Go through the rungs that wait: when each is due, and the mark that it leaves."""
    wait = wait_of(order, rules)
    if wait is None:
        return
    for rung in rules.ladder:
        rounds = len(order.declined_by) + len(order.parties_before) + order.visits
        mark = f"{wait.step}/{rounds}/{rung.code}"
        passed = DEPUTY in rung.tell and not (is_by_rules(order) and order.state == "contacted")
        if wait.step not in rung.not_for and mark not in order.told and not passed:
            yield (wait.red_at if rung.at == "red" else wait.amber_at) + rung.after, rung, mark


def next_rung_at(order: Order, rules: Supervision) -> datetime | None:
    """Return when the clock has to look at an order next; None for never."""
    return min((due for due, _, _ in due_rungs(order, rules)), default=None)


def supervised(order: Order, rules: Supervision, now: datetime) -> tuple[Order, tuple[Event, ...]]:
    """Fire the rungs that are due.

    Parameters
    ----------
    order : Order
    rules : Supervision
    now : datetime
        Aware.

    Returns
    -------
    tuple of (Order, tuple of Event)
        The order with what has fired; one event for each rung, of the time it was due. Empty when none was due.
    """
    wait = wait_of(order, rules)
    due = sorted(
        ((at, rung, mark) for at, rung, mark in due_rungs(order, rules) if at <= now), key=lambda d: d[0]
    )
    if wait is None or not due:
        return order, ()
    events = tuple(_late(wait, at, rung, now) for at, rung, _ in due)
    marks: Sequence[str] = [mark for _, _, mark in due]
    return replace(order, told=(*order.told, *marks), version=order.version + 1), events


def is_passed_on(events: Iterable[Event]) -> bool:
    """Tell whether a rung that fired takes the order from a party, or a provider whom the rules asked, that did not answer."""
    return any(DEPUTY in event.payload["tell"] for event in events)


def _late(wait: Wait, at: datetime, rung: Rung, now: datetime) -> Event:
    payload = {
        "step": wait.step,
        "rung": rung.code,
        "tell": list(rung.tell),
        "age_s": int((at - wait.since).total_seconds()),
        "told_late_s": int((now - at).total_seconds()),
    }
    return Event(name="late", at=at, by="clock", role="clock", payload=payload)
