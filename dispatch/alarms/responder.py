"""Who could go: the question an alarm asks of those on duty, and their ranking by the way on streets.

The road search is elsewhere; it is given as travel times.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from geo.place import LonLat

REASONS = ("off_duty", "declined", "busy", "no_skill", "old_position", "no_way", "too_far")
"""Why somebody is not proposed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Responder:
    """Somebody who could go: a worker on duty, a neighbour or volunteer who agreed, family, a station with a doctor.

    ``place_at`` is when the position was last heard, None for a home or station that stays where it is; ``place_from``
    whether it was told by the phone, is that of the last deed on the spot, or where the person is based. ``tasks`` is
    how many alarms the person is on already; ``has_key`` whether they can open the home.
    """

    person: str
    post: str
    place: LonLat
    place_at: datetime | None = None
    skills: frozenset[str] = frozenset()
    on_duty: bool = True
    has_key: bool = False
    tasks: int = 0
    place_from: Literal["position", "deed", "base"] = "base"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What an alarm asks: who is nearest to a place, able and free, with the ferry where the place needs one."""

    alarm: str
    place: LonLat
    at: datetime
    skills: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()
    most_tasks: int = 1
    position_age: timedelta = timedelta(minutes=10)
    horizon: timedelta = timedelta(minutes=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Somebody who could go, with the time of the way; ``ferry_s`` is the part of it spent on and for boats."""

    responder: Responder
    travel_s: float
    ferry_s: float = 0.0
    position_age_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Proposals, nearest first, and why each of the others is not proposed."""

    proposals: tuple[Proposal, ...]
    refused: Mapping[str, str] = field(default_factory=dict)


def refusal(responder: Responder, question: Question) -> str:
    """Return why somebody cannot be asked at all, one of `REASONS`; empty when they can."""
    if not responder.on_duty:
        return "off_duty"
    if responder.person in question.declined:
        return "declined"
    if responder.tasks >= question.most_tasks:
        return "busy"
    if not question.skills <= responder.skills:
        return "no_skill"
    if responder.place_at is not None and question.at - responder.place_at > question.position_age:
        return "old_position"
    return ""


def askable(responders: Iterable[Responder], question: Question) -> tuple[Responder, ...]:
    """List those whose way is worth a search."""
    return tuple(r for r in responders if not refusal(r, question))


def rank(
    responders: Collection[Responder], question: Question, ways: Mapping[str, tuple[float, float]]
) -> Ranking:
    """Rank by the time of the way; of equals who has a key, then by name, so that the order is always the same.

    Parameters
    ----------
    responders : collection of Responder
    question : Question
    ways : Mapping
        Person -> seconds of the way to the place, and of them on and for boats; missing where no way leads.

    Returns
    -------
    Ranking
        Without proposals when nobody suits; every responder is proposed or refused with a reason.
    """
    refused: dict[str, str] = {}
    found: list[Proposal] = []
    for responder in responders:
        way = ways.get(responder.person)
        reason = refusal(responder, question) or ("no_way" if way is None else "")
        if not reason and way is not None and way[0] > question.horizon.total_seconds():
            reason = "too_far"
        if reason or way is None:
            refused[responder.person] = reason
            continue
        age = question.at - responder.place_at if responder.place_at else None
        found.append(
            Proposal(
                responder=responder,
                travel_s=way[0],
                ferry_s=way[1],
                position_age_s=None if age is None else int(age.total_seconds()),
            )
        )
    found.sort(key=lambda p: (p.travel_s, not p.responder.has_key, p.responder.person))
    return Ranking(proposals=tuple(found), refused=refused)
