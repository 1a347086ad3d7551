"""Holds of timers at the door: the clock itself holds, an administrator releases."""

from dataclasses import dataclass, replace

from sqlalchemy import select

from data.desk.work import Deeds, Start, Work
from data.models import HoldRow, fact_of, table_of
from data.store.done import Done
from data.store.kinds.upkeep import HOLD
from dispatch.errors import NotPossibleError, WrongRoleError
from dispatch.lifecycle import Action, Actor, Event
from grid.hold import Hold

TABLE = table_of(HoldRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldTimer(Start[Hold]):
    """Hold a timer, for a reason; one that is held already stays so."""

    name: str
    why: str


def hold(work: Work, new: HoldTimer, by: Actor) -> Done[Hold]:
    """Hold a timer until somebody releases it."""
    row = work.session.execute(select(TABLE).where(TABLE.c.name == new.name).with_for_update()).first()
    before = None if row is None else fact_of(Hold, row)
    if before is not None and before.held:
        return Done(kind=HOLD, before=before, after=before)
    after = Hold(name=new.name, held=True, why=new.why, at=work.now)
    told = Event(name="held", at=work.now, by=by.user, role=by.role, payload={"why": new.why})
    return Done(kind=HOLD, before=before, after=after, events=(told,))


def act_on_hold(work: Work, name: str, action: Action) -> Done[Hold]:
    """Release a timer that is held.

    Raises
    ------
    MissingError, NotPossibleError
        When it is not held.
    WrongRoleError
        For anybody but an administrator.
    """
    if action.by.role != "admin":
        raise WrongRoleError(f"release of a timer is for admin, not for {action.by.role}")
    before = work.locked(HOLD, name)
    if action.name != "release" or not before.held:
        raise NotPossibleError(f"timer {name} is not held; {action.name} is not possible")
    told = Event(name="released", at=work.now, by=action.by.user, role=action.by.role)
    return Done(kind=HOLD, before=before, after=replace(before, held=False, at=work.now), events=(told,))


HOLDS = Deeds(kind=HOLD, starts={HoldTimer: hold}, act=act_on_hold)
