"""Whether somebody lets their position be used, at the door: agreed to by the person alone, taken back at any time."""

from dataclasses import dataclass

from sqlalchemy import delete, select

from data.desk.work import Deeds, Start, Work
from data.models import PositionConsentRow, PositionRow
from data.store.done import Done
from data.store.kinds.upkeep import POSITION_CONSENT
from dispatch.errors import WrongRoleError
from dispatch.lifecycle import Actor, Event
from dispatch.positions import PositionConsent

MOVING_ROLES = ("worker", "provider")
"""Those whose phones may tell where they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SayConsent(Start[PositionConsent]):
    """Whether who says it lets their position be used on shift."""

    given: bool


def say_consent(work: Work, new: SayConsent, by: Actor) -> Done[PositionConsent]:
    """Keep what somebody says of themselves; with a refusal their track goes at once.

    Raises
    ------
    WrongRoleError
        For a role whose positions nobody asks for.
    """
    if by.role not in MOVING_ROLES:
        raise WrongRoleError(f"positions are told by worker and provider, not by {by.role}")
    known = work.session.scalar(select(PositionConsentRow.given).where(PositionConsentRow.user == by.user))
    before = None if known is None else work.locked(POSITION_CONSENT, by.user)
    if before is not None and before.given == new.given:
        return Done(kind=POSITION_CONSENT, before=before, after=before)
    if not new.given:
        work.session.execute(delete(PositionRow).where(PositionRow.user == by.user))
    after = PositionConsent(user=by.user, given=new.given, changed_at=work.now)
    event = Event(name="agreed" if new.given else "refused", at=work.now, by=by.user, role=by.role)
    return Done(kind=POSITION_CONSENT, before=before, after=after, events=(event,))


POSITION_CONSENTS = Deeds(kind=POSITION_CONSENT, starts={SayConsent: say_consent})
