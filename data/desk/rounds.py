"""Days of rounds at the door: planned, published, worked through, planned anew, cancelled."""

from dataclasses import dataclass, replace
from secrets import token_hex

from data.desk.work import Deeds, Start, Work
from data.registers.day_rounds import rounds_of_day
from data.store.done import Done
from data.store.kinds.rounds import ROUND
from dispatch.errors import NotPossibleError
from dispatch.lifecycle import Action, Actor
from dispatch.rounds import acts
from dispatch.rounds.day import DayRounds

SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRounds(Start[DayRounds]):
    """A day as it was planned, without number."""

    day: DayRounds


def take_rounds(work: Work, new: NewRounds, by: Actor) -> Done[DayRounds]:
    """Keep a day that was planned."""
    made = replace(new.day, no=work.draw(ROUND))
    event = acts.begin(made, by, work.now)
    return Done(kind=ROUND, after=made, events=(event,), row={"salt": token_hex(SALT_BYTES)})


def act_on_rounds(work: Work, no: str, action: Action) -> Done[DayRounds]:
    """Publish a day, come to a stop or skip one, arrange it anew, cancel it.

    Raises
    ------
    MissingError, NotPossibleError, WrongRoleError, BadFieldError
        Nothing is changed then.
    """
    before = work.locked(ROUND, no)
    after, event = acts.act(before, action, work.catalogue.rounds, work.catalogue.zone, work.now)
    if before.published_at is None and after.published_at is not None:
        _check_free(work, after)
    return Done(kind=ROUND, before=before, after=after, events=(event,))


def _check_free(work: Work, day: DayRounds) -> None:
    """Refuse to send somebody on two rounds of a day."""
    going = {m.user for m in day.members if not m.off}
    for other in rounds_of_day(work.session, day.day):
        both = sorted(going & {m.user for m in other.members if not m.off})
        if other.no != day.no and both:
            told = (
                f"{both[0]} has a round that day already, {other.no}; plan without them, or cancel that one"
            )
            raise NotPossibleError(told)


ROUNDS = Deeds(kind=ROUND, starts={NewRounds: take_rounds}, act=act_on_rounds)
