"""Appeals and appraisals in the store: rows locked, decided by the pure floor, kept."""

from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from data.errors import MissingError
from data.figures.appraisals import composites
from data.models import AppealRow, AppraisalRow, EntryRow, columns_of, fact_of
from data.rules.catalogue import Catalogue
from dispatch.errors import NotPossibleError
from dispatch.lifecycle import Action, Actor, Event
from grid.period import month_of, month_period
from grid.scores import appeal as appeals
from grid.scores import appraisal as appraisals
from grid.scores.appeal import Appeal, AppealOutcome, Filing
from grid.scores.appraisal import Appraisal, Standing
from grid.scores.scoring import Entry


def entry_of(session: Session, number: int, *, lock: bool = False) -> Entry:
    """Give an entry of the ledger by its row number.

    Raises
    ------
    MissingError
        When there is none.
    """
    query = select(EntryRow).where(EntryRow.id == number)
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise MissingError(f"entry {number} of the ledger does not exist")
    return fact_of(Entry, row)


def file_appeal(
    session: Session,
    catalogue: Catalogue,
    no: str,
    number: int,
    filing: Filing,
    by: Actor,
    now: datetime,
) -> AppealOutcome:
    """Take an appeal against an entry in; the entry is locked, so that of two at once one is told so.

    Raises
    ------
    MissingError, NotPossibleError, WrongRoleError, BadFieldError
    """
    entry = entry_of(session, number, lock=True)
    if (back := reversal_of(session, number)) is not None:
        raise NotPossibleError(
            f"entry {number} was given back by entry {back}; nothing is left to appeal against"
        )
    month = _appraisal_of(session, catalogue, entry)
    open_until = month.open_until if month is not None and month.state == "open" else None
    outcome = appeals.file_appeal(no, (number, entry), filing, by, catalogue.appeals, now, open_until)
    if other := session.scalar(select(AppealRow.no).where(AppealRow.entry == number)):
        raise NotPossibleError(f"entry {number} was appealed against with {other}; once is all")
    session.execute(insert(AppealRow), columns_of(outcome.appeal))
    return outcome


def act_on_appeal(
    session: Session, catalogue: Catalogue, no: str, action: Action, now: datetime
) -> tuple[Appeal, AppealOutcome]:
    """Decide one action on an appeal; gives the appeal as it was and what became of it.

    What is given back counts for the month of the deduction, or from now when that month is published and frozen.
    What a recount of deadlines gave back in the meantime is not given a second time.

    Raises
    ------
    MissingError, NotPossibleError, WrongRoleError, BadFieldError
    """
    row = session.scalar(select(AppealRow).where(AppealRow.no == no).with_for_update())
    if row is None:
        raise MissingError(f"appeal {no} does not exist")
    before = fact_of(Appeal, row)
    entry = entry_of(session, before.entry, lock=True)
    stands = reversal_of(session, before.entry) is None
    counts_at = counts_from(session, catalogue, entry, now) if stands else None
    outcome = appeals.act(before, entry, action, catalogue.appeals, now, counts_at)
    session.execute(update(AppealRow).where(AppealRow.id == row.id).values(**columns_of(outcome.appeal)))
    return before, outcome


def reversal_of(session: Session, number: int) -> int | None:
    """Give the row number of the entry that takes another back, None while it stands."""
    return session.scalar(select(EntryRow.id).where(EntryRow.reverses == number))


def counts_from(session: Session, catalogue: Catalogue, entry: Entry, now: datetime) -> datetime:
    """Give the time at which what is given back of an entry counts: its own, or now when its month is frozen."""
    month = _appraisal_of(session, catalogue, entry)
    frozen = month is not None and month.published_at is not None
    return now if frozen else entry.at


def _appraisal_of(session: Session, catalogue: Catalogue, entry: Entry) -> Appraisal | None:
    month = month_of(entry.at, catalogue.zone)
    row = session.scalar(select(AppraisalRow).where(AppraisalRow.month == month))
    return None if row is None else fact_of(Appraisal, row)


def draft_appraisal(
    session: Session, catalogue: Catalogue, month: str, by: Actor, now: datetime
) -> tuple[Appraisal, Event]:
    """Begin the appraisal of a month.

    Raises
    ------
    BadFieldError, NotPossibleError
        When it is no month, still runs, or was begun before.
    """
    period = month_period(month, catalogue.zone)
    if session.scalar(select(AppraisalRow.id).where(AppraisalRow.month == month)):
        raise NotPossibleError(f"the appraisal of {month} was begun before")
    made, told = appraisals.draft(month, period.end, by, catalogue.appraisal, now)
    session.execute(insert(AppraisalRow), columns_of(made))
    return made, told


def act_on_appraisal(
    session: Session, catalogue: Catalogue, month: str, action: Action, now: datetime
) -> tuple[Appraisal, Appraisal, Event]:
    """Decide one action on an appraisal; gives it as it was, as it became, and what happened.

    Raises
    ------
    MissingError, NotPossibleError, WrongRoleError, BadFieldError
    """
    row = session.scalar(select(AppraisalRow).where(AppraisalRow.month == month).with_for_update())
    if row is None:
        raise MissingError(f"{month} is not under appraisal; POST /api/v1/appraisals begins it")
    before = fact_of(Appraisal, row)
    period = month_period(month, catalogue.zone)
    found = composites(session, catalogue.appraisal, period, before.ratings)
    waiting = select(func.count()).where(
        AppealRow.entry_at >= period.start,
        AppealRow.entry_at < period.end,
        AppealRow.state.notin_(catalogue.appeals.lifecycle.final),
    )
    standing = Standing(
        composites=found,
        units=frozenset(c.unit for c in found),
        open_appeals=int(session.scalar(waiting.select_from(AppealRow)) or 0),
        rules_version=catalogue.version,
    )
    after, told = appraisals.act(before, action, catalogue.appraisal, standing, now)
    session.execute(update(AppraisalRow).where(AppraisalRow.id == row.id).values(**columns_of(after)))
    return before, after, told
