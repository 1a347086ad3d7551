"""What can be done to a day of rounds: publish it, come to a stop, skip one, plan the rest anew, move a stop, cancel."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import Any

from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError
from dispatch.lifecycle import Action, Actor, Event
from dispatch.rounds.arrange import change_of, told
from dispatch.rounds.day import ARRIVED, PLANNED, SKIPPED, DayRounds, Errand, RoundRules, hours

FIELDS = frozenset({"stop", "reason", "at", "worker", "turn", "anew", "off", "visits", "arranged"})
LONGEST_REASON = 200
WRONG_CLOCK = timedelta(minutes=5)
WORKER = "worker"
Told = Mapping[str, Any]
NOTHING: Told = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """An action with all that decides it; ``zone`` is the one in which the day is a day."""

    action: Action
    rules: RoundRules
    zone: tzinfo
    now: datetime


def begin(day: DayRounds, by: Actor, now: datetime) -> Event:
    """Return what the log is told of a day that was planned: workers and counts, no person and no place.

    Parameters
    ----------
    day : DayRounds
        With its number.
    by : Actor
    now : datetime
        Aware.
    """
    needed_s, there_s = hours(day.members, day.errands)
    payload = {
        "to": day.state,
        "area": day.area,
        "day": day.day.isoformat(),
        "workers": [m.user for m in day.members],
        "planned": sum(e.state == PLANNED for e in day.errands),
        "left_out": sum(e.state != PLANNED for e in day.errands),
        "travel_s": sum(m.travel_s for m in day.members),
        "needed_s": needed_s,
        "there_s": there_s,
    }
    return Event(name="planned", at=now, by=by.user, role=by.role, payload=payload)


def act(
    day: DayRounds, action: Action, rules: RoundRules, zone: tzinfo, now: datetime
) -> tuple[DayRounds, Event]:
    """Decide one action on a day of rounds.

    Parameters
    ----------
    day : DayRounds
    action : Action
        ``arrive``, ``skip`` and ``undo`` name a ``stop``; ``at`` is when they came, now when that is not told.
        ``replan`` and ``move`` bring the day as it is ``arranged`` anew, made of this very version.
    rules : RoundRules
    zone : tzinfo
        In which the day is a day.
    now : datetime
        Aware.

    Returns
    -------
    (DayRounds, Event)

    Raises
    ------
    NotPossibleError, WrongRoleError, BadFieldError
        The day is unchanged then.
    """
    move = rules.lifecycle.move(day.state, action)
    if odd := sorted(set(action.fields) - FIELDS):
        raise BadFieldError(odd[0], action.fields[odd[0]], f"fields are {', '.join(sorted(FIELDS))}")
    reason = str(action.fields.get("reason") or "")
    if len(reason) > LONGEST_REASON:
        raise BadFieldError("reason", reason, f"at most {LONGEST_REASON} signs")
    deed = Deed(action=action, rules=rules, zone=zone, now=now)
    after, payload = day, dict(NOTHING)
    for effect in move.effects:
        after, more = EFFECTS[effect](after, deed)
        payload |= more
    state = rules.lifecycle.target(day.state, move)
    after = replace(after, state=state, version=day.version + 1)
    payload = {"from": day.state, "to": state} | payload
    return after, Event(name=action.name, at=now, by=action.by.user, role=action.by.role, payload=payload)


def check_to_come(day: DayRounds, zone: tzinfo, now: datetime) -> None:
    """Make sure that a day is not over.

    Raises
    ------
    NotPossibleError
    """
    if day.day < now.astimezone(zone).date():
        raise NotPossibleError(f"the day of {day.no}, {day.day}, is over; plan another one")


def _publish(day: DayRounds, deed: Deed) -> tuple[DayRounds, Told]:
    check_to_come(day, deed.zone, deed.now)
    if not any(e.state == PLANNED for e in day.errands):
        raise NotPossibleError(f"nobody goes anywhere on {day.day}: add workers or visits, and plan again")
    return told(replace(day, published_at=deed.now), deed.rules), NOTHING


def _arrive(day: DayRounds, deed: Deed) -> tuple[DayRounds, Told]:
    """Note who came to a stop, and when; somebody of the day who came to another's stop has made it."""
    by, errand = deed.action.by, _open_stop(day, deed)
    at = deed.action.fields.get("at") or deed.now
    if at > deed.now + WRONG_CLOCK:
        raise BadFieldError("at", at.isoformat(), "this time is still to come")
    if at.astimezone(deed.zone).date() != day.day:
        raise BadFieldError("at", at.isoformat(), f"a time on the day of the round, {day.day}")
    made = replace(errand, state=ARRIVED, arrived_at=min(at, deed.now))
    if by.role == WORKER and errand.worker != by.user:
        made = replace(made, worker=by.user, turn=len(day.round_of(by.user)) + 1)
    return _with(day, made), {"stop": errand.id, "worker": made.worker}


def _skip(day: DayRounds, deed: Deed) -> tuple[DayRounds, Told]:
    """Note that nobody goes to a stop; the reason, which may tell of a person, is not for the log."""
    errand = _open_stop(day, deed)
    reason = str(deed.action.fields["reason"]).strip()
    if not reason:
        raise BadFieldError("reason", "", "say why nobody goes there")
    return _with(day, replace(errand, state=SKIPPED, why=reason)), {
        "stop": errand.id,
        "worker": errand.worker,
    }


def _undo(day: DayRounds, deed: Deed) -> tuple[DayRounds, Told]:
    errand = day.errand(str(deed.action.fields["stop"]))
    _check_own(errand, deed.action.by)
    if errand.state not in (ARRIVED, SKIPPED):
        raise NotPossibleError(f"stop {errand.id} is {errand.state}; there is nothing to take back")
    made = replace(errand, state=PLANNED, arrived_at=None, why="")
    return _with(day, made), {"stop": errand.id, "worker": errand.worker}


def _arrange(day: DayRounds, deed: Deed) -> tuple[DayRounds, Told]:
    arranged = deed.action.fields.get("arranged")
    if not isinstance(arranged, DayRounds) or (arranged.no, arranged.version) != (day.no, day.version):
        raise NotPossibleError(f"{day.no} was changed meanwhile; look at it again, then plan")
    check_to_come(day, deed.zone, deed.now)
    change = change_of(day, arranged)
    fallen = {m.user for m in arranged.members if m.off} - {m.user for m in day.members if m.off}
    payload = {
        "off": sorted(fallen),
        "moved": list(change.moved),
        "placed": list(change.placed),
        "dropped": list(change.dropped),
        "travel_s": change.travel_s,
    }
    return arranged, payload


def _cancel(day: DayRounds, deed: Deed) -> tuple[DayRounds, Told]:
    reason = str(deed.action.fields["reason"]).strip()
    if not reason:
        raise BadFieldError("reason", "", "say why nobody goes")
    return replace(day, reason=reason), {"reason": reason}


EFFECTS: Mapping[str, Callable[[DayRounds, Deed], tuple[DayRounds, Told]]] = {
    "publish": _publish,
    "arrive": _arrive,
    "skip": _skip,
    "undo": _undo,
    "arrange": _arrange,
    "cancel": _cancel,
}


def _open_stop(day: DayRounds, deed: Deed) -> Errand:
    errand, by = day.errand(str(deed.action.fields["stop"])), deed.action.by
    if by.role == WORKER and deed.action.name == "arrive":
        day.member(by.user)
    else:
        _check_own(errand, by)
    if errand.state != PLANNED:
        raise NotPossibleError(f"stop {errand.id} is {errand.state}; it is not to come any more")
    return errand


def _check_own(errand: Errand, by: Actor) -> None:
    if by.role == WORKER and errand.worker != by.user:
        raise WrongRoleError(f"stop {errand.id} is not in your round; ask the dispatcher")


def _with(day: DayRounds, made: Errand) -> DayRounds:
    return replace(day, errands=tuple(made if e.id == made.id else e for e in day.errands))
