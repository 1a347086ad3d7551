"""Budgets at the door: opened, granted more, taken out of, closed."""

from dataclasses import dataclass, replace
from datetime import date

from data.desk.work import Deeds, Start, Work
from data.store.done import Done
from data.store.kinds.money import BUDGET
from data.store.purses import locked_balances
from dispatch.errors import BadFieldError, NotPossibleError, ShortOfMoneyError, WrongRoleError
from dispatch.lifecycle import Action, Actor, Event
from dispatch.money.budget import Booking, Budget, closed, granted, opened, withdrawn
from dispatch.money.purse import free
from dispatch.money.transfer import Transfer

KEEPERS = frozenset({"leader", "admin"})
NOTHING: tuple[Transfer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBudget(Start[Budget]):
    """A budget to be opened, its number still empty, with what is in it from the start."""

    budget: Budget
    amount_fen: int


def open_budget(work: Work, new: NewBudget, by: Actor) -> Done[Budget]:
    """Open a budget.

    Raises
    ------
    WrongRoleError, BadFieldError
    """
    _check(by, "opened")
    _check_area(work, by, new.budget)
    budget = opened(replace(new.budget, no=work.draw(BUDGET)))
    after, transfers = granted(budget, new.amount_fen, booking(work))
    told = {"source": budget.source, "area": budget.area, "year": budget.year, "policy": budget.policy}
    event = Event(name="opened", at=work.now, by=by.user, role=by.role, payload=told)
    return Done(kind=BUDGET, after=replace(after, version=1), events=(event,), transfers=transfers)


def act_on_budget(work: Work, no: str, action: Action) -> Done[Budget]:
    """Put money into a budget, take out what is free, or close it.

    Raises
    ------
    NotPossibleError, WrongRoleError, BadFieldError, ShortOfMoneyError
        Nothing is moved then.
    """
    _check(action.by, "changed")
    before = work.locked(BUDGET, no)
    _check_area(work, action.by, before)
    note = str(action.fields.get("note") or "")
    when = booking(work, action.fields.get("booked_on"))
    if action.name == "close":
        after, transfers = closed(before), NOTHING
    elif action.name == "grant":
        after, transfers = granted(before, action.fields.get("amount_fen", 0), when, note)
    elif action.name == "withdraw":
        amount = action.fields.get("amount_fen", 0)
        after, transfers = withdrawn(before, amount, when, note)
        left = locked_balances(work.session, [free(no)])[free(no)]
        if left < amount:
            raise ShortOfMoneyError(free(no), left, amount)
    else:
        raise NotPossibleError(
            f"a budget is granted, withdrawn from or closed; {action.name!r} is not possible"
        )
    by = action.by
    event = Event(name=action.name, at=work.now, by=by.user, role=by.role, payload={"note": note})
    return Done(kind=BUDGET, before=before, after=after, events=(event,), transfers=transfers)


def booking(work: Work, booked_on: date | None = None) -> Booking:
    """Return when something is booked: today, or the earlier day that is given.

    Raises
    ------
    BadFieldError
        For a day to come.
    """
    today = work.catalogue.local(work.now).date()
    if booked_on is not None and booked_on > today:
        raise BadFieldError(
            "booked_on", booked_on.isoformat(), f"today, {today.isoformat()}, or an earlier day"
        )
    return Booking(at=work.now, on=booked_on or today)


def _check(by: Actor, what: str) -> None:
    if by.role not in KEEPERS:
        raise WrongRoleError(f"budgets are {what} by {', '.join(sorted(KEEPERS))}, not by {by.role}")


def _check_area(work: Work, by: Actor, budget: Budget) -> None:
    """Keep those who have a part of the district to the budgets of that part."""
    if by.area and not work.catalogue.rulebook.scheme.contains(by.area, budget.area):
        raise BadFieldError("area", budget.area, f"an area inside yours, {by.area}")


BUDGETS = Deeds(kind=BUDGET, starts={NewBudget: open_budget}, act=act_on_budget)
