"""Tasks of those who go: one person's part in an alarm, offered, accepted or declined, at the door, done.

An alarm may have several at once; opening a door needs two.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from dispatch.errors import BadFieldError, WrongRoleError
from dispatch.lifecycle import Action, Actor, Event, Lifecycle
from geo.place import LonLat

AGENTS = frozenset({"dispatcher", "admin"})
GOING = ("accepted", "on_the_way", "arrived")
FIELDS = frozenset({"reason", "note", "lon", "lat", "at"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One person's part in an alarm. ``accept_by_at`` is until when an answer is waited for.

    ``place`` is where the person last said to be on the way, at ``placed_at``; kept only while the task lasts.
    """

    no: str
    alarm: str
    person: str
    post: str
    task: str
    state: str
    offered_at: datetime
    accept_by_at: datetime
    answered_at: datetime | None = None
    arrived_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""
    place: LonLat | None = None
    placed_at: datetime | None = None
    version: int = 1


def offer(task_no: str, alarm: str, who: tuple[str, str, str], accept: timedelta, now: datetime) -> Task:
    """Offer a task.

    Parameters
    ----------
    task_no, alarm : str
    who : (str, str, str)
        Person, post and what is asked for.
    accept : timedelta
        How long an answer is waited for.
    now : datetime
        Aware.

    Returns
    -------
    Task
        In the state ``offered``.
    """
    person, post, asked = who
    return Task(
        no=task_no,
        alarm=alarm,
        person=person,
        post=post,
        task=asked,
        state="offered",
        offered_at=now,
        accept_by_at=now + accept,
    )


def act(task: Task, action: Action, lifecycle: Lifecycle, now: datetime) -> tuple[Task, tuple[Event, ...]]:
    """Decide one action on a task.

    Parameters
    ----------
    task : Task
    action : Action
    lifecycle : Lifecycle
    now : datetime
        Aware; for the clock the time the answer was due.

    Returns
    -------
    (Task, tuple of Event)

    Raises
    ------
    NotPossibleError, WrongRoleError, BadFieldError
        As the table says, and when somebody acts for another person.
    """
    move = lifecycle.move(task.state, action)
    if odd := sorted(set(action.fields) - FIELDS):
        allowed = f"fields of a task action are {', '.join(sorted(FIELDS))}"
        raise BadFieldError(odd[0], action.fields[odd[0]], allowed)
    _own(task, action.by)
    changed = replace(task, state=lifecycle.target(task.state, move), version=task.version + 1)
    for effect in move.effects:
        changed = EFFECTS[effect](changed, action.fields, now)
    # a position is whereabouts: it is shown while the person goes and never becomes history
    kept = {k: v for k, v in action.fields.items() if v is not None and k not in ("lon", "lat")}
    payload = {"from": task.state, "to": changed.state, "alarm": task.alarm, "person": task.person} | kept
    return changed, (
        Event(name=action.name, at=now, by=action.by.user, role=action.by.role, payload=payload),
    )


def unanswered_at(task: Task) -> datetime | None:
    """Return when the clock has to take an offer back; None when it was answered."""
    return task.accept_by_at if task.state == "offered" else None


def going(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """List the tasks of those who go or are there."""
    return tuple(task for task in tasks if task.state in GOING)


def missing(tasks: Iterable[Task], wanted: int) -> int:
    """Tell how many people are still missing; 0 when enough go."""
    return max(0, wanted - len({task.person for task in going(tasks)}))


def _own(task: Task, by: Actor) -> None:
    if by.role not in AGENTS and by.role != "clock" and by.user != task.person:
        raise WrongRoleError(f"task {task.no} is {task.person}'s; {by.user} cannot answer for them")


def _answer(task: Task, fields: Mapping[str, Any], now: datetime) -> Task:
    del fields
    return replace(task, answered_at=task.answered_at or now)


def _move(task: Task, fields: Mapping[str, Any], now: datetime) -> Task:
    if fields.get("lon") is None:
        return task
    return replace(task, place=LonLat(float(fields["lon"]), float(fields["lat"])), placed_at=now)


def _arrive(task: Task, fields: Mapping[str, Any], now: datetime) -> Task:
    del fields
    return replace(task, arrived_at=task.arrived_at or now)


def _end(task: Task, fields: Mapping[str, Any], now: datetime) -> Task:
    """End a task and forget where the person was."""
    return replace(task, ended_at=now, reason=str(fields.get("reason", "")), place=None, placed_at=None)


EFFECTS: Mapping[str, Callable[[Task, Mapping[str, Any], datetime], Task]] = {
    "answer": _answer,
    "move": _move,
    "arrive": _arrive,
    "end": _end,
}
