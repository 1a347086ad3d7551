"""Who held a ticket, from when to when: the centre, a department, an outside line, those who check it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, TypeAlias

from dispatch.lifecycle import Event
from grid.tickets.handover import AT_WORK

Where: TypeAlias = Literal["centre", "department", "line", "check", "rest", "end"]
BY_STATE: Mapping[str, Where] = {
    "reported": "centre",
    "returned": "centre",
    "arbitration": "centre",
    "shelved": "rest",
    "done": "check",
    "checked": "check",
}
SECONDS_A_MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One stretch in one hand; ``holder`` is a department or a line, empty for the rest; ``until`` None while it lasts.

    ``minutes`` are whole and plain, day and night; ``number`` and ``answer`` are what a line gave back.
    """

    where: Where
    holder: str
    since: datetime
    minutes: int
    until: datetime | None = None
    why: str = ""
    number: str = ""
    answer: str = ""


def holdings(events: Iterable[Event], now: datetime) -> list[Holding]:
    """Read from a ticket's events, oldest first, in whose hands it was; empty without a report.

    Who only passed it on within the same instant is left out.
    """
    found: list[Holding] = []
    department, state = "", ""
    line: Mapping[str, Any] = {}
    for event in events:
        told = event.payload
        state = str(told.get("to", state or "reported"))
        department = str(told.get("department", department)) if _moves(event) else department
        line = told["handovers"][-1] if told.get("handovers") else line
        where, holder = _hand(state, department, line)
        if found and found[-1].where == "line" and line:
            found[-1] = replace(found[-1], number=line["number"], answer=line["note"])
        if found and (found[-1].where, found[-1].holder) == (where, holder):
            continue
        if found and found[-1].until is None:
            last = found.pop()
            found += [_ended(last, event.at)] if event.at > last.since else []
        if where != "end":
            why = str(told.get("reason") or told.get("note") or "")
            found.append(Holding(where=where, holder=holder, since=event.at, minutes=0, why=why))
    if found and found[-1].until is None:
        found[-1] = replace(found[-1], minutes=_minutes(found[-1].since, now))
    return found


def _moves(event: Event) -> bool:
    """Tell whether an event says which department leads; that of a part is another one."""
    return event.name in ("reported", "grant", "transfer", "rule")


def _hand(state: str, department: str, line: Mapping[str, Any]) -> tuple[Where, str]:
    if state not in AT_WORK:
        return BY_STATE.get(state, "end"), ""
    if line and line["ended_at"] is None:
        return "line", str(line["line"])
    return "department", department


def _ended(holding: Holding, at: datetime) -> Holding:
    return replace(holding, until=at, minutes=_minutes(holding.since, at))


def _minutes(since: datetime, until: datetime) -> int:
    return int((until - since).total_seconds()) // SECONDS_A_MINUTE
