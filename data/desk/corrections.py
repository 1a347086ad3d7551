"""Corrections at the door: opened by the nightly checks, ended by who keeps the record or by its being mended."""

from dataclasses import dataclass

from sqlalchemy import select

from data.desk.work import Deeds, Start, Work
from data.models import CorrectionRow, fact_of, table_of
from data.store.done import Done
from data.store.kinds.upkeep import CORRECTION
from dispatch.lifecycle import Action, Actor, Event
from grid.correction import Correction, act, holds, number_of, reopened

TABLE = table_of(CorrectionRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCorrection(Start[Correction]):
    """A record that a check found; found before, it is opened again unless somebody said that it is right."""

    check: str
    record: str
    area: str
    other: str = ""


def open_correction(work: Work, new: OpenCorrection, by: Actor) -> Done[Correction]:
    """Open the correction of a record; nothing happens while one is open, or while it is said to be right."""
    rule, no = work.catalogue.checks.checks[new.check], number_of(new.check, new.record, new.other)
    found = work.session.execute(select(TABLE).where(TABLE.c.no == no).with_for_update()).first()
    told = {"check": new.check, "field": rule.field}
    event = Event(name="found", at=work.now, by=by.user, role=by.role, payload=told)
    if found is None:
        made = Correction(
            no=no,
            check=new.check,
            register=rule.register,
            record=new.record,
            other=new.other,
            area=new.area,
            keeper=rule.keeper,
            state="open",
            found_at=work.now,
        )
        return Done(kind=CORRECTION, after=made, events=(event,))
    before = fact_of(Correction, found)
    if holds(before, work.catalogue.checks, work.now):
        return Done(kind=CORRECTION, before=before, after=before)
    return Done(kind=CORRECTION, before=before, after=reopened(before, work.now), events=(event,))


def act_on_correction(work: Work, no: str, action: Action) -> Done[Correction]:
    """End a correction.

    Raises
    ------
    MissingError, NotPossibleError, BadFieldError
    """
    before = work.locked(CORRECTION, no)
    after, events = act(before, action, work.now)
    return Done(kind=CORRECTION, before=before, after=after, events=events)


CORRECTIONS = Deeds(kind=CORRECTION, starts={OpenCorrection: open_correction}, act=act_on_correction)
