"""Appraisals of months at the door."""

from dataclasses import dataclass

from sqlalchemy import func, select

from data.desk.work import Deeds, Start, Work
from data.errors import MissingError
from data.figures.appraisals import composites
from data.models import AppealRow, AppraisalRow
from data.store.done import Done
from data.store.kinds.cases import APPRAISAL
from dispatch.errors import NotPossibleError
from dispatch.lifecycle import Action, Actor
from grid.period import month_period
from grid.scores import appraisal as appraisals
from grid.scores.appraisal import Appraisal, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAppraisal(Start[Appraisal]):
    """The appraisal of a month, such as ``2026-11``."""

    month: str


def draft_appraisal(work: Work, new: NewAppraisal, by: Actor) -> Done[Appraisal]:
    """Begin the appraisal of a month.

    Raises
    ------
    BadFieldError, NotPossibleError
        When it is no month, still runs, or was begun before.
    """
    period = month_period(new.month, work.catalogue.zone)
    if work.session.scalar(select(AppraisalRow.id).where(AppraisalRow.month == new.month)):
        raise NotPossibleError(f"the appraisal of {new.month} was begun before")
    made, told = appraisals.draft(new.month, period.end, by, work.catalogue.appraisal, work.now)
    return Done(kind=APPRAISAL, after=made, events=(told,))


def act_on_appraisal(work: Work, month: str, action: Action) -> Done[Appraisal]:
    """Decide one action on an appraisal.

    Raises
    ------
    MissingError, NotPossibleError, WrongRoleError, BadFieldError
    """
    session, catalogue = work.session, work.catalogue
    try:
        before = work.locked(APPRAISAL, month)
    except MissingError:
        raise MissingError(f"{month} is not under appraisal; POST /api/v1/appraisals begins it") from None
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
    after, told = appraisals.act(before, action, catalogue.appraisal, standing, work.now)
    return Done(kind=APPRAISAL, before=before, after=after, events=(told,))


APPRAISALS = Deeds(kind=APPRAISAL, starts={NewAppraisal: draft_appraisal}, act=act_on_appraisal)
