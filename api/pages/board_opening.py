"""Which month the board opens on: the running one, or the last full one while too few cases have come due in it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from api.pages.board_ask import Asked, BoardAsk, asked, facts_of
from api.world import World
from grid.account import Account
from grid.figures.facts import Facts
from grid.period import month_before, month_of

MONTH, LAST = "month", "last-month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What the board shows, and what it says of the running month.

    ``due`` is how many cases have come due in the running month where these are too few to say anything, None where
    they are not and where another stretch is shown on purpose. ``last`` tells whether the month before has enough.
    """

    ask: BoardAsk
    q: Asked
    facts: Facts
    due: int | None = None
    last: bool = False

    @property
    def elsewhere(self) -> bool:
        """Whether the month before is shown in place of the running one."""
        return self.due is not None and self.ask.period == LAST

    @property
    def shown(self) -> str:
        """The first day of what is shown, by which a page that stays open sees that another month opens now."""
        return f"{self.q.period.start:%Y-%m-%d}"


def opening(world: World, session: Session, account: Account, ask: BoardAsk) -> Opening:
    """Tell what the board shows: what is asked for; where nothing is, the month that has enough cases due.

    Fewer than an appraisal ranks by (``least_cases``) are too few. Where the month before has not enough either, the
    running one stays.

    Raises
    ------
    BadFieldError
        See `asked`.
    """
    q = asked(world, account, ask)
    facts = facts_of(world, session, q)
    least, due = world.catalogue.appraisal.least_cases, len(facts.due)
    if ask.period not in (MONTH, month_of(q.now, world.zone)) or due >= least:
        return Opening(ask=ask, q=q, facts=facts)
    earlier = ask.model_copy(update={"period": LAST})
    then = asked(world, account, earlier)
    before = facts_of(world, session, then)
    last = len(before.due) >= least
    if last and "period" not in ask.model_fields_set:
        return Opening(ask=earlier, q=then, facts=before, due=due, last=last)
    return Opening(ask=ask, q=q, facts=facts, due=due, last=last)


def opening_month(world: World, account: Account, area: str) -> str:
    """Name the month that the board of an area opens on when none is asked for, such as ``2026-11``.

    Raises
    ------
    BadFieldError
        See `asked`.
    """
    with world.database.read() as session:
        found = opening(world, session, account, BoardAsk(area=area))
    month = month_of(found.q.now, world.zone)
    return month_before(month) if found.elsewhere else month
