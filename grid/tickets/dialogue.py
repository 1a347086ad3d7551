"""Words between the reporter and those who handle the ticket, and what follows from them.

Nothing that was said is changed or taken away: every word is an event of the ticket. A question that only the
reporter can answer may stop the clock; the answer, or the end of the waiting time, lets it run on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.errors import NotPossibleError
from dispatch.lifecycle import Event
from dispatch.worktime import Limit
from grid.deadlines import left_s
from grid.tickets import stages
from grid.tickets.case import Case
from grid.tickets.others import let_off_whistled

SPOKEN = frozenset({"say", "wait", "answer", "tell", "reply"})
MESSAGES = ("merged", "absorbed", "closed")
"""What the system tells reporters by itself: their report was merged, another joined it, the joint case was closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One thing said; ``message`` and ``about`` instead of ``text`` when the system said it."""

    at: datetime
    by: str
    role: str
    text: str
    question: bool = False
    message: str = ""
    about: str = ""


def dialogue(events: Iterable[Event]) -> list[Word]:
    """Pick what was said from a ticket's events, oldest first; empty when nobody spoke."""
    return [
        Word(
            at=e.at,
            by=e.by,
            role=e.role,
            text=str(e.payload.get("note", "")),
            question=e.name == "wait",
            message=str(e.payload.get("message", "")),
            about=str(e.payload.get("about", "")),
        )
        for e in events
        if e.name in SPOKEN
    ]


def wait(case: Case) -> Case:
    """Stop the clock until the reporter answers, at the longest for the days of the setting."""
    worktime = case.rulebook.worktime
    left = left_s(Limit.parse(case.ticket.limit), case.now, case.ticket.due_at, worktime)
    until = worktime.local(case.now).date() + timedelta(days=case.rulebook.settings.waiting_days)
    stopped = stages.stop(let_off_whistled(case))
    return stopped.to(shelved_left_s=left, review_on=until, waiting=True).tell(review_on=until.isoformat())


def asked(case: Case) -> Case:
    """Let an answer through only when one was asked for.

    Raises
    ------
    NotPossibleError
    """
    if not case.was.waiting:
        raise NotPossibleError(f"{case.ticket.no} rests until its review, not for an answer; say it instead")
    return case


def absorb(case: Case) -> Case:
    """Take a duplicate in: the earlier deadline of the two binds from now on, if this one's clock still runs."""
    child: Mapping[str, str] = case.given("child")
    due_at = datetime.fromisoformat(child["due_at"])
    told = case.tell(child=child["no"])
    if due_at >= case.ticket.due_at or case.ticket.shelved_left_s is not None or case.ticket.done_at:
        return told
    earlier = told.to(
        due_at=due_at,
        yellow_at=min(case.ticket.yellow_at, datetime.fromisoformat(child["yellow_at"])),
        orange_at=min(case.ticket.orange_at, datetime.fromisoformat(child["orange_at"])),
        next_charge_at=None,
    )
    return stages.follow(earlier).tell(due_at=due_at.isoformat())
