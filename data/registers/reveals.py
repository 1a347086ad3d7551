"""Personal data unmasked: the one way to it, with purpose, reason, a limit a day, and a log that can be read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from data.errors import QuotaError
from data.models import RevealRow, fact_of
from data.queries.paging import Ask, Page, turn
from data.store.session import Database
from dispatch.resident import RevealRules

P = TypeVar("P")
DAY = timedelta(days=1)
SORTS = {"at": RevealRow.at}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at somebody's data: who looks, at whom or which case, for what, and why in their own words."""

    user: str
    role: str
    subject: str
    purpose: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal:
    """One line of the log; ``refused`` when it was one look too many."""

    id: int
    user: str
    subject: str
    purpose: str
    reason: str
    at: datetime
    refused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealFilter:
    """Which lines of the log; empty fields do not filter."""

    user: str = ""
    subject: str = ""
    since: datetime | None = None
    refused: bool = False


def keep_look(database: Database, look: Look) -> None:
    """Keep that somebody saw the file of a person in danger, once for each reason; it is never refused.

    Parameters
    ----------
    database : Database
    look : Look
        Its reason names the alarm.
    """
    mine = (RevealRow.user == look.user) & (RevealRow.subject == look.subject)
    known = select(RevealRow.id).where(mine, RevealRow.reason == look.reason).limit(1)
    with database.read() as session:
        if session.scalar(known) is not None:
            return
    values = {name: getattr(look, name) for name in ("user", "subject", "purpose", "reason", "at")}

    def work(session: Session) -> None:
        if session.scalar(known) is None:
            session.execute(insert(RevealRow), [values | {"refused": False}])

    database.write(work)


def reveal(database: Database, look: Look, rules: RevealRules, read: Callable[[Session], P]) -> P:
    """Give personal data unmasked and keep who looked, in one transaction; None, and nothing kept, when there is none.

    Parameters
    ----------
    read : callable
        Reads the data with the right of who looks, None when there is none.

    Raises
    ------
    BadFieldError
        For a purpose that the rules do not list.
    QuotaError
        When the account looked as often as its role may within 24 hours; that it tried is kept.
    """
    rules.check(look.purpose)
    most = rules.per_day.get(look.role, 0)

    def work(session: Session) -> tuple[P, bool]:
        shown = read(session)
        if shown is None:
            return shown, False
        since = look.at - DAY
        query = select(func.count()).where(RevealRow.user == look.user, RevealRow.at > since)
        looked = session.scalar(query.where(~RevealRow.refused).select_from(RevealRow)) or 0
        over = looked >= most
        values = {
            "user": look.user,
            "subject": look.subject,
            "purpose": look.purpose,
            "reason": look.reason,
            "at": look.at,
            "refused": over,
        }
        session.execute(insert(RevealRow), [values])
        return shown, over

    shown, over = database.write(work)
    if over:
        raise QuotaError(
            f"{look.user} has looked at personal data {most} times within 24 hours, as often as a {look.role} may; "
            "the data officer was told; ask your supervisor if more is needed"
        )
    return shown


def reveals(session: Session, wanted: RevealFilter, ask: Ask) -> Page[Reveal]:
    """List who looked at whose data, page by page."""
    query = select(RevealRow)
    if wanted.user:
        query = query.where(RevealRow.user == wanted.user)
    if wanted.subject:
        query = query.where(RevealRow.subject == wanted.subject)
    if wanted.since:
        query = query.where(RevealRow.at >= wanted.since)
    if wanted.refused:
        query = query.where(RevealRow.refused)
    return turn(session, query, ask, SORTS, RevealRow.id, lambda row: fact_of(Reveal, row))
