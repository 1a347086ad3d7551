"""Closures: streets that are closed, slowed or kept open for a time, by whom and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from dispatch.errors import BadFieldError
from dispatch.item import PROFILES, Profile
from dispatch.lifecycle import Action, Actor, Event, Lifecycle
from geo.changes import WHOLE_PERCENT, Effect
from geo.place import LonLat

FIELDS = frozenset({"reason", "starts_at", "ends_at"})
EFFECTS = frozenset({"lift", "move"})
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants of which streets; ``shape`` is a GeoJSON geometry, empty when streets are named alone."""

    effect: Effect
    reason: str
    starts_at: datetime
    ends_at: datetime | None = None
    streets: tuple[str, ...] = ()
    shape: Mapping[str, Any] = field(default_factory=dict)
    profiles: tuple[Profile, ...] = PROFILES
    speed_percent: int = WHOLE_PERCENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """A change of streets, from a time until another or until it is lifted.

    ``place`` and ``cell`` are in the middle of the streets; ``lifted_at`` is when somebody took it back, and
    ``lift_reason`` why.
    """

    no: str
    effect: Effect
    state: str
    reason: str
    place: LonLat
    cell: str
    made_at: datetime
    made_by: str
    starts_at: datetime
    ends_at: datetime | None = None
    streets: tuple[str, ...] = ()
    shape: Mapping[str, Any] = field(default_factory=dict)
    profiles: tuple[str, ...] = PROFILES
    speed_percent: int = WHOLE_PERCENT
    lifted_at: datetime | None = None
    lift_reason: str = ""
    version: int = 1


def in_force(closure: Closure, at: datetime) -> bool:
    """Tell whether a closure holds at a time; its end is no part of it."""
    if closure.lifted_at is not None or at < closure.starts_at:
        return False
    return closure.ends_at is None or at < closure.ends_at


def next_change(closures: Iterable[Closure], at: datetime) -> datetime | None:
    """Return when a closure begins or ends next after a time; None when none does."""
    standing = [c for c in closures if c.lifted_at is None]
    times = [time for c in standing for time in (c.starts_at, c.ends_at) if time is not None and time > at]
    return min(times, default=None)


def begin(
    no: str, wish: Wish, where: tuple[LonLat, str], by: Actor, lifecycle: Lifecycle, now: datetime
) -> tuple[Closure, Event]:
    """Return a new closure and what the log is told.

    Parameters
    ----------
    no : str
    wish : Wish
    where : (LonLat, str)
        Middle of the streets, and its cell.
    by : Actor
    lifecycle : Lifecycle
    now : datetime
        Aware.

    Returns
    -------
    (Closure, Event)

    Raises
    ------
    BadFieldError
        Without a reason, with an end that is over or before the start, for a speed that is none, or without anybody
        whom it concerns.
    """
    if not wish.reason.strip() or len(wish.reason) > LONGEST_REASON:
        raise BadFieldError("reason", wish.reason, f"say why, in 1 to {LONGEST_REASON} signs")
    _check_times(wish.starts_at, wish.ends_at, now)
    if (wish.effect == "slow") != (1 <= wish.speed_percent < WHOLE_PERCENT):
        allowed = "1 to 99 of the usual speed where streets are slowed, and 100 elsewhere"
        raise BadFieldError("speed_percent", wish.speed_percent, allowed)
    if not wish.profiles or set(wish.profiles) - set(PROFILES):
        raise BadFieldError("profiles", wish.profiles, f"one or more of {', '.join(PROFILES)}")
    place, cell = where
    made = Closure(
        no=no,
        effect=wish.effect,
        state=lifecycle.initial,
        reason=wish.reason.strip(),
        place=place,
        cell=cell,
        made_at=now,
        made_by=by.user,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        streets=wish.streets,
        shape=wish.shape,
        profiles=tuple(p for p in PROFILES if p in wish.profiles),
        speed_percent=wish.speed_percent,
    )
    payload = {
        "to": made.state,
        "effect": made.effect,
        "reason": made.reason,
        "streets": list(made.streets),
        "shape": dict(made.shape),
        "profiles": list(made.profiles),
        "speed_percent": made.speed_percent,
    }
    told = Event(name="closed", at=now, by=by.user, role=by.role, payload=payload | _times(made))
    return made, told


def act(closure: Closure, action: Action, lifecycle: Lifecycle, now: datetime) -> tuple[Closure, Event]:
    """Decide one action on a closure: lift it, or move its start and end.

    Parameters
    ----------
    closure : Closure
    action : Action
        ``move`` keeps what it does not name; an ``ends_at`` of None is an open end.
    lifecycle : Lifecycle
    now : datetime
        Aware.

    Returns
    -------
    (Closure, Event)

    Raises
    ------
    NotPossibleError, WrongRoleError, BadFieldError
        The closure is unchanged then.
    """
    move = lifecycle.move(closure.state, action)
    if odd := sorted(set(action.fields) - FIELDS):
        raise BadFieldError(odd[0], action.fields[odd[0]], f"fields are {', '.join(sorted(FIELDS))}")
    after = replace(closure, state=lifecycle.target(closure.state, move), version=closure.version + 1)
    if "lift" in move.effects:
        after = replace(after, lifted_at=now, lift_reason=str(action.fields["reason"]))
    if "move" in move.effects:
        after = _moved(after, action.fields, now)
    payload = {"from": closure.state, "to": after.state, "reason": action.fields.get("reason", "")}
    told = Event(
        name=action.name, at=now, by=action.by.user, role=action.by.role, payload=payload | _times(after)
    )
    return after, told


def _moved(closure: Closure, fields: Mapping[str, Any], now: datetime) -> Closure:
    """Return the closure at other times; what has begun keeps its start."""
    starts_at, ends_at = fields.get("starts_at", closure.starts_at), fields.get("ends_at", closure.ends_at)
    if (starts_at, ends_at) == (closure.starts_at, closure.ends_at):
        raise BadFieldError("ends_at", ends_at, "give a start or an end other than the present ones")
    if starts_at != closure.starts_at and closure.starts_at <= now:
        raise BadFieldError("starts_at", starts_at.isoformat(), "it has begun; lift it, or move its end")
    _check_times(starts_at, ends_at, now)
    return replace(closure, starts_at=starts_at, ends_at=ends_at)


def _check_times(starts_at: datetime, ends_at: datetime | None, now: datetime) -> None:
    if ends_at is not None and ends_at <= max(now, starts_at):
        raise BadFieldError("ends_at", ends_at.isoformat(), "an end after the start, and to come")


def _times(closure: Closure) -> dict[str, str | None]:
    return {
        "starts_at": closure.starts_at.isoformat(),
        "ends_at": None if closure.ends_at is None else closure.ends_at.isoformat(),
    }
