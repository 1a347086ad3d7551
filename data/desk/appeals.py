"""Appeals at the door: rows locked, decided by the pure floor."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.desk.work import Deeds, Start, Work
from data.errors import MissingError
from data.figures.scores import in_part
from data.models import AppealRow, AppraisalRow, EntryRow, fact_of
from data.rules.catalogue import Catalogue
from data.store.done import Done
from data.store.kinds.cases import APPEAL
from data.store.photos import check_photos
from dispatch.errors import NotPossibleError
from dispatch.lifecycle import Action, Actor
from grid.period import month_of
from grid.scores import appeal as appeals
from grid.scores.appeal import Appeal, AppealOutcome, Filing
from grid.scores.appraisal import Appraisal
from grid.scores.scoring import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAppeal(Start[Appeal]):
    """An appeal against the entry of the ledger with a row number."""

    entry: int
    filing: Filing


def entry_of(session: Session, number: int, *, lock: bool = False, prefix: str = "") -> Entry:
    """Return an entry of the ledger.

    Parameters
    ----------
    session : Session
    number : int
        Its row number.
    lock : bool
        Whether the row is locked for this transaction.
    prefix : str
        Only of tickets in cells whose code begins so; empty for the whole district.

    Returns
    -------
    Entry

    Raises
    ------
    MissingError
        When there is none there.
    """
    query = select(EntryRow).where(EntryRow.id == number, in_part(EntryRow.subject, prefix))
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise MissingError(f"entry {number} of the ledger does not exist")
    return fact_of(Entry, row)


def file_appeal(work: Work, new: NewAppeal, by: Actor) -> Done[Appeal]:
    """Take an appeal in; the entry is locked, so that of two at once one is told so.

    Raises
    ------
    MissingError, NotPossibleError, WrongRoleError, BadFieldError
    """
    session, catalogue = work.session, work.catalogue
    check_photos(session, new.filing.evidence, work.now)
    entry = entry_of(session, new.entry, lock=True)
    if (back := reversal_of(session, new.entry)) is not None:
        raise NotPossibleError(
            f"entry {new.entry} was given back by entry {back}; nothing is left to appeal against"
        )
    month = _appraisal_of(session, catalogue, entry)
    open_until = month.open_until if month is not None and month.state == "open" else None
    no = work.draw(APPEAL)
    outcome = appeals.file_appeal(
        no, (new.entry, entry), new.filing, by, catalogue.appeals, work.now, open_until
    )
    if other := session.scalar(select(AppealRow.no).where(AppealRow.entry == new.entry)):
        raise NotPossibleError(f"entry {new.entry} was appealed against with {other}; once is all")
    return _done(None, outcome)


def act_on_appeal(work: Work, no: str, action: Action) -> Done[Appeal]:
    """Decide one action on an appeal.

    What is given back counts for the month of the deduction, or from now when that month is published and frozen.
    What a recount of deadlines gave back in the meantime is not given a second time.

    Raises
    ------
    MissingError, NotPossibleError, WrongRoleError, BadFieldError
    """
    before = work.locked(APPEAL, no)
    entry = entry_of(work.session, before.entry, lock=True)
    stands = reversal_of(work.session, before.entry) is None
    counts_at = counts_from(work.session, work.catalogue, entry, work.now) if stands else None
    return _done(before, appeals.act(before, entry, action, work.catalogue.appeals, work.now, counts_at))


def _done(before: Appeal | None, outcome: AppealOutcome) -> Done[Appeal]:
    return Done(
        kind=APPEAL, before=before, after=outcome.appeal, events=outcome.events, entries=outcome.entries
    )


def reversal_of(session: Session, number: int) -> int | None:
    """Return the row number of the entry that takes another back, None while it stands."""
    return session.scalar(select(EntryRow.id).where(EntryRow.reverses == number))


def counts_from(session: Session, catalogue: Catalogue, entry: Entry, now: datetime) -> datetime:
    """Return the time at which what is given back of an entry counts.

    Parameters
    ----------
    session : Session
    catalogue : Catalogue
    entry : Entry
    now : datetime
        Aware.

    Returns
    -------
    datetime
        The entry's own, or now when its month is frozen.
    """
    month = _appraisal_of(session, catalogue, entry)
    frozen = month is not None and month.published_at is not None
    return now if frozen else entry.at


def _appraisal_of(session: Session, catalogue: Catalogue, entry: Entry) -> Appraisal | None:
    month = month_of(entry.at, catalogue.zone)
    row = session.scalar(select(AppraisalRow).where(AppraisalRow.month == month))
    return None if row is None else fact_of(Appraisal, row)


APPEALS = Deeds(kind=APPEAL, starts={NewAppeal: file_appeal}, act=act_on_appeal)
