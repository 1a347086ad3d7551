"""Feeds: what another system tells us, or is told by us, row by row; how often it must, and whether it does."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from dispatch.errors import BadFieldError, NotPossibleError

Direction = Literal["in", "out"]
State = Literal["on", "held", "retired"]
Light = Literal["ok", "warn", "late"]
DIRECTIONS: tuple[Direction, ...] = ("in", "out")
EVERY_S = (60, 31 * 86_400)
MOST_GRACE_S = 31 * 86_400
MOVES: dict[str, tuple[State, State]] = {"hold": ("on", "held"), "resume": ("held", "on")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed in the register.

    ``owner`` is the department that answers for it, ``subject`` the register whose rows it carries. One that comes in
    tells as ``source`` (a word of the table of sources) and holds a message back whole when more than ``most_bad`` of its
    rows are bad; one that goes out gives the fields of its ``purpose`` of what lies in ``area``. A message is due
    ``every_s`` after the last good one, and the feed is late ``grace_s`` after that; time counts from ``since`` at the
    earliest. ``key`` signs.
    """

    no: str
    name: str
    owner: str
    direction: Direction
    subject: str
    source: str = ""
    purpose: str = ""
    area: str
    every_s: int
    grace_s: int
    most_bad: float
    datum: str = "wgs84"
    key: str
    state: State = "on"
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen of a feed: its last message, the last that was good, why the last was refused, and rows that wait."""

    last_at: datetime | None = None
    last_ok_at: datetime | None = None
    last_error: str = ""
    waiting: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a feed stands: its light, what is wrong (empty while nothing is), when the next message is due, and its lag.

    ``lag_s`` counts from the last good message, None while there is none.
    """

    light: Light
    finding: str
    due_at: datetime | None
    lag_s: float | None


def check_feed(feed: Feed) -> Feed:
    """Return a feed that holds together.

    Raises
    ------
    BadFieldError
        For an empty name, a schedule or share out of bounds, a source where rows go out or a purpose where they come in.
    """
    if not feed.name:
        raise BadFieldError("name", feed.name, "name the feed")
    least, most = EVERY_S
    if not least <= feed.every_s <= most:
        raise BadFieldError("every_s", feed.every_s, f"from {least} seconds to {most}")
    if not 0 <= feed.grace_s <= MOST_GRACE_S:
        raise BadFieldError("grace_s", feed.grace_s, f"from 0 seconds to {MOST_GRACE_S}")
    if not 0 <= feed.most_bad <= 1:
        raise BadFieldError("most_bad", feed.most_bad, "a share from 0 to 1")
    needed, unused = ("source", "purpose") if feed.direction == "in" else ("purpose", "source")
    if not getattr(feed, needed):
        raise BadFieldError(needed, "", f"a feed that goes {feed.direction} needs one")
    if getattr(feed, unused):
        raise BadFieldError(unused, getattr(feed, unused), f"leave it out: this feed goes {feed.direction}")
    return feed


def moved(feed: Feed, action: str, now: datetime) -> Feed:
    """Return a feed held, resumed or retired; one that is resumed has its whole time again.

    Raises
    ------
    NotPossibleError
    """
    if feed.state == "retired":
        raise NotPossibleError(f"feed {feed.no} was retired; register a new one")
    if action == "retire":
        return replace(feed, state="retired")
    begun, ended = MOVES[action]
    if feed.state != begun:
        raise NotPossibleError(f"feed {feed.no} is {feed.state}; {action} is not possible")
    return replace(feed, state=ended, since=now if ended == "on" else feed.since)


def holds_back(feed: Feed, bad: int, rows: int) -> bool:
    """Tell whether so many bad rows hold a message back whole; one without rows is never held."""
    return bad > feed.most_bad * rows


def standing(feed: Feed, seen: Seen, now: datetime) -> Standing:
    """Tell how a feed stands at a time; one that is held or retired is not waited for."""
    lag_s = None if seen.last_ok_at is None else (now - seen.last_ok_at).total_seconds()
    if feed.state != "on":
        held = feed.state == "held"
        return Standing(
            light="warn" if held else "ok", finding=feed.state if held else "", due_at=None, lag_s=lag_s
        )
    due_at = max(seen.last_ok_at or feed.since, feed.since) + timedelta(seconds=feed.every_s)
    light, finding = _finding(feed, seen, due_at, now)
    return Standing(light=light, finding=finding, due_at=due_at, lag_s=lag_s)


def _finding(feed: Feed, seen: Seen, due_at: datetime, now: datetime) -> tuple[Light, str]:
    late = now > due_at + timedelta(seconds=feed.grace_s)
    if seen.last_error:
        return ("late" if late else "warn"), "refused"
    if late:
        return "late", "stopped" if seen.last_ok_at else "never"
    if seen.waiting:
        return "warn", "waiting"
    return ("warn", "due") if now > due_at else ("ok", "")
