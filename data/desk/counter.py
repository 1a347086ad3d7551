"""Sessions at counters at the door: all items of a person in one transaction, papers shown, taken over and given back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from secrets import token_hex
from typing import Any

from sqlalchemy import select

from data.desk.contacts import keep_contact
from data.desk.follow_keys import keep_key
from data.desk.orders import NewOrder, place_order
from data.desk.questions import NewQuestion, take_question
from data.desk.tickets import NewTicket, file_ticket
from data.desk.work import Deeds, Start, Work
from data.models import AccountRow
from data.store.done import Done
from data.store.kinds.counter import COUNTER_SESSION
from dispatch import counter
from dispatch.counter import CounterSession, Taken, Wanted, in_item
from dispatch.errors import BadFieldError, DispatchError, UnknownItemError
from dispatch.lifecycle import Action, Actor
from dispatch.resident import Contact
from grid.errors import GridError, UnknownCategoryError

SALT_BYTES = 16
CLERKS = ("dispatcher", "worker", "admin")
REFUSALS = (DispatchError, UnknownItemError, GridError, UnknownCategoryError)
"""How an item may be refused."""
NewItem = NewTicket | NewOrder | NewQuestion
TAKERS: Mapping[type[NewItem], tuple[Wanted, Callable[[Work, Any, Actor], Done[Any]]]] = {
    NewTicket: ("report", file_ticket),
    NewOrder: ("order", place_order),
    NewQuestion: ("question", take_question),
}
"""What each item begins, and by which deed: the same as when it comes alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCounterSession(Start[CounterSession]):
    """A session as it was filled in, its number and items still empty, and the items it takes.

    ``contact`` is how to reach who came; with ``key`` the session and each of its items is followed without an account,
    so that items have no keys of their own.
    """

    session: CounterSession
    items: tuple[NewItem, ...]
    contact: Contact | None = None
    key: str = ""


def open_session(work: Work, new: NewCounterSession, by: Actor) -> Done[CounterSession]:
    """Take all items of a session, or none.

    Raises
    ------
    BadFieldError
        Naming the item, as ``items.0.category``, when one is refused; or what of the session itself cannot be.
    """
    _check_agent(work, new.session.agent, by)
    taken: list[Taken] = []
    others: list[Done[Any]] = []
    for position, item in enumerate(new.items):
        kind, take = TAKERS[type(item)]
        try:
            done = take(work, item, by)
        except REFUSALS as error:
            raise in_item(position, error) from None
        if new.key:
            keep_key(work.session, done.fact.no, new.key)
        taken.append(Taken(kind=kind, no=done.fact.no, code=_code(done.fact)))
        others.append(done)
    today = work.catalogue.local(work.now).date()
    told = replace(new.session, no=work.draw(COUNTER_SESSION), opened_at=work.now, items=tuple(taken))
    opened, events = counter.begin(told, by, work.catalogue.counter, today)
    if new.key:
        keep_key(work.session, opened.no, new.key)
    keep_contact(work, opened.no, new.contact)
    row = {"salt": token_hex(SALT_BYTES)}
    return Done(kind=COUNTER_SESSION, after=opened, events=events, row=row, others=tuple(others))


def act_on_session(work: Work, no: str, action: Action) -> Done[CounterSession]:
    """Show, take over, give back or hand on a paper; or end the wait for those that will not come.

    Raises
    ------
    MissingError, NotPossibleError, WrongRoleError, BadFieldError
        Nothing is changed then.
    """
    before = work.locked(COUNTER_SESSION, no)
    today = work.catalogue.local(work.now).date()
    after, event = counter.act(before, action, work.catalogue.counter, work.now, today)
    return Done(kind=COUNTER_SESSION, before=before, after=after, events=(event,))


def _code(fact: Any) -> str:  # noqa: ANN401 - an order, a ticket or a question
    return str(getattr(fact, "item", "") or getattr(fact, "category", ""))


def _check_agent(work: Work, user: str, by: Actor) -> None:
    """Refuse who acts for a person and is no clerk or worker with an area that touches that of the counter."""
    if not user:
        return
    query = select(AccountRow).where(
        AccountRow.user == user, AccountRow.role.in_(CLERKS), AccountRow.active.is_(True)
    )
    found = work.session.scalar(query)
    scheme = work.catalogue.rulebook.scheme
    touches = found is not None and (
        scheme.contains(found.area, by.area) or scheme.contains(by.area, found.area)
    )
    if not touches:
        raise BadFieldError("agent", user, "the account of a worker or clerk of your area")


COUNTER_SESSIONS = Deeds(kind=COUNTER_SESSION, starts={NewCounterSession: open_session}, act=act_on_session)
