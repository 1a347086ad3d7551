"""Ladders: who is told when, until what. A table of steps becomes a plan of rungs with due times, kept by the alarm.

A running alarm keeps the plan it began with. A rung is decided with the time it was due; the people are those on
duty when it fires. It fires once: what has fired is part of the fact, so a restart neither skips nor repeats it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from dispatch.alarms.duty import CHANNELS, POSTS
from dispatch.errors import DispatchError

UNTIL = ("taken", "answered", "accepted", "arrived", "handed_over")
"""What makes a step needless.

An agent has the alarm; the person spoke or was seen; somebody said he is going; somebody is at the door; 120, 119
or 110 has it.
"""
TASKS = ("take", "call_back", "go", "hand_over", "open_door", "lead")
"""What is asked of those told."""
DESK = frozenset({"take", "lead"})
"""Tasks by which the desk is rung; they have their own turn, so that a call to others never hides an empty desk."""
FIRED = ("told", "nobody", "needless", "too_late")
"""How a rung can end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row of a ladder in the catalogue.

    ``after`` counts from the raising. With ``most`` people of each post are asked one after another, ``turn`` apart;
    ``resend`` is how long a channel may stay silent before the next one of the same person is tried.

    Raises
    ------
    DispatchError
        When a word is unknown or the times cannot be kept.
    """

    code: str
    after: timedelta
    tell: tuple[str, ...]
    task: str
    until: tuple[str, ...]
    channels: tuple[str, ...] = CHANNELS
    most: int = 1
    turn: timedelta = timedelta(seconds=30)
    resend: timedelta = timedelta(seconds=20)

    def __post_init__(self) -> None:
        for what, words, known in (
            ("post", self.tell, POSTS),
            ("task", (self.task,), TASKS),
            ("condition", self.until, UNTIL),
            ("channel", self.channels, CHANNELS),
        ):
            if not words:
                raise DispatchError(f"step {self.code} names no {what}")
            if odd := [word for word in words if word not in known]:
                raise DispatchError(
                    f"step {self.code}: unknown {what} {odd[0]!r}; known are {', '.join(known)}"
                )
        if (
            self.after < timedelta(0)
            or self.most < 1
            or self.turn <= timedelta(0)
            or self.resend <= timedelta(0)
        ):
            raise DispatchError(
                f"step {self.code}: after_s is 0 or more; most, turn_s and resend_s are more than 0"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The steps for a cause, in order of time.

    Raises
    ------
    DispatchError
        When it is empty, out of order, has two steps of one code, or asks nobody at once.
    """

    code: str
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        if not self.steps or self.steps[0].after:
            raise DispatchError(f"ladder {self.code}: the first step has to be due at 0 s")
        codes = [step.code for step in self.steps]
        if len(set(codes)) < len(codes):
            raise DispatchError(f"ladder {self.code} has two steps of one code")
        times = [step.after for step in self.steps]
        if times != sorted(times):
            raise DispatchError(f"ladder {self.code}: steps stand in order of their time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of a running alarm for one post, with its due time.

    ``chain`` joins the rungs that ask the people of one post one after another; the later ones are ``spare``, that
    nobody is left for them is no gap. ``fired_at`` is when it was really carried out, None while it waits.
    """

    code: str
    chain: str
    post: str
    task: str
    due_at: datetime
    until: tuple[str, ...]
    channels: tuple[str, ...]
    resend_s: int
    spare: bool = False
    fired_at: datetime | None = None
    ended: str = ""


Plan = tuple[Rung, ...]


def plan_of(ladder: Ladder, start: datetime, mark: str = "") -> Plan:
    """Turn a ladder into rungs with due times.

    Parameters
    ----------
    ladder : Ladder
    start : datetime
        When the alarm was raised, or came back to the queue.
    mark : str, optional
        Added to the codes, so that a second round has codes of its own.

    Returns
    -------
    tuple of Rung
        By due time; one for each post and person of each step. Codes are unique.
    """
    rungs = [
        Rung(
            code=f"{step.code}:{post}:{turn + 1}{mark}",
            chain=f"{step.code}:{post}{mark}",
            post=post,
            task=step.task,
            due_at=start + step.after + turn * step.turn,
            until=step.until,
            channels=step.channels,
            resend_s=int(step.resend.total_seconds()),
            spare=turn > 0 or post == "holder",
        )
        for step in ladder.steps
        for post in step.tell
        for turn in range(step.most)
    ]
    return tuple(sorted(rungs, key=lambda rung: rung.due_at))


def needed(rung: Rung, met: Collection[str]) -> bool:
    """Tell whether a rung waits and nothing has made it needless."""
    return rung.fired_at is None and not set(rung.until) & set(met)


def next_due_at(plan: Plan, met: Collection[str]) -> datetime | None:
    """Return the due time of the next rung that is needed; None when there is none."""
    return min((rung.due_at for rung in plan if needed(rung, met)), default=None)


def due_together(plan: Plan, at: datetime) -> Plan:
    """Return the rungs waiting for one moment."""
    return tuple(rung for rung in plan if rung.fired_at is None and rung.due_at == at)


def fired(plan: Plan, ends: Mapping[str, str], now: datetime) -> Plan:
    """Mark rungs as carried out.

    Parameters
    ----------
    plan : Plan
    ends : Mapping
        Code -> one of `FIRED`.
    now : datetime
    """
    return tuple(
        replace(rung, fired_at=now, ended=ends[rung.code]) if rung.code in ends else rung for rung in plan
    )


def hurried(plan: Plan, codes: Iterable[str], at: datetime) -> Plan:
    """Bring waiting rungs forward to a time, and by as much those after them in their chain; none is put off."""
    chosen = set(codes)
    early = {r.chain: (r.due_at, r.due_at - at) for r in plan if r.code in chosen and r.fired_at is None}

    def brought(rung: Rung) -> Rung:
        since, by = early.get(rung.chain, (rung.due_at, timedelta(0)))
        if rung.fired_at is not None or by <= timedelta(0) or rung.due_at < since:
            return rung
        return replace(rung, due_at=rung.due_at - by)

    return tuple(brought(rung) for rung in plan)


def retired(plan: Plan, now: datetime, *, desk_only: bool = False) -> Plan:
    """End what still waits, because another plan takes its place."""
    codes = {r.code: "needless" for r in plan if r.fired_at is None and (r.task in DESK or not desk_only)}
    return fired(plan, codes, now)


def revived(plan: Plan, condition: str, now: datetime) -> Plan:
    """Let rungs whose time passed while a condition held be due now, because it holds no more."""
    return tuple(
        replace(rung, due_at=now)
        if rung.fired_at is None and condition in rung.until and rung.due_at < now
        else rung
        for rung in plan
    )


def next_needed(plan: Plan, met: Collection[str], *, desk: bool) -> tuple[str, ...]:
    """Return the codes of the next rungs that fall due together, of the desk or of all others; empty for none.

    Spare rungs are left out: they come with their chain.
    """
    waiting = [r for r in plan if needed(r, met) and not r.spare and (r.task in DESK) == desk]
    first = min((rung.due_at for rung in waiting), default=None)
    return tuple(rung.code for rung in waiting if rung.due_at == first)


def shifted(plan: Plan, by: timedelta) -> Plan:
    """Move what still waits by as much as the clock was moved."""
    return tuple(rung if rung.fired_at else replace(rung, due_at=rung.due_at + by) for rung in plan)


def plain(rung: Rung) -> dict[str, Any]:
    """Return a rung as JSON can hold it; `rung_of` reads it back."""
    fired_at = rung.fired_at.isoformat() if rung.fired_at else None
    return {
        "code": rung.code,
        "chain": rung.chain,
        "post": rung.post,
        "task": rung.task,
        "due_at": rung.due_at.isoformat(),
        "until": list(rung.until),
        "channels": list(rung.channels),
        "resend_s": rung.resend_s,
        "spare": rung.spare,
        "fired_at": fired_at,
        "ended": rung.ended,
    }


def rung_of(row: Mapping[str, Any]) -> Rung:
    """Read a rung from what `plain` gave."""
    told = dict(row)
    told["due_at"] = datetime.fromisoformat(row["due_at"])
    told["fired_at"] = datetime.fromisoformat(row["fired_at"]) if row["fired_at"] else None
    told["until"], told["channels"] = tuple(row["until"]), tuple(row["channels"])
    return Rung(**told)
