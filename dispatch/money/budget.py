"""Budgets: public money for one policy in one area and year, from one source."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.money.purse import free, source
from dispatch.money.transfer import Transfer

MOST_FEN = 10**13
YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A budget; ``granted_fen`` is all that was put in less what was taken out again.

    What is free and what is held of it stand in purses; all that was granted is free, held, or was paid.
    """

    no: str
    name: str
    source: str
    area: str
    year: int
    policy: str
    granted_fen: int = 0
    state: Literal["open", "closed"] = "open"
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """When something is booked: the moment, and the day of the district that it counts for."""

    at: datetime
    on: date


def opened(budget: Budget) -> Budget:
    """Return a new budget once its parts make sense.

    Raises
    ------
    BadFieldError
    """
    if not budget.name.strip():
        raise BadFieldError("name", budget.name, "a budget has a name")
    if budget.year not in YEARS:
        raise BadFieldError("year", budget.year, f"a year from {YEARS.start} to {YEARS.stop - 1}")
    return replace(budget, name=budget.name.strip(), granted_fen=0, state="open", version=1)


def granted(
    budget: Budget, amount_fen: int, when: Booking, note: str = ""
) -> tuple[Budget, tuple[Transfer, ...]]:
    """Return the budget with more money in it, and the transfer from its source.

    Parameters
    ----------
    budget : Budget
    amount_fen : int
        Above 0.
    when : Booking
    note : str
        Why, in words.

    Returns
    -------
    (Budget, tuple of Transfer)

    Raises
    ------
    NotPossibleError
        When it is closed.
    BadFieldError
        When the amount is none.
    """
    _usable(budget, amount_fen)
    move = _move(budget, source(budget.source), free(budget.no), amount_fen, when)
    after = replace(budget, granted_fen=budget.granted_fen + amount_fen, version=budget.version + 1)
    return after, (replace(move, reason="grant", note=note),)


def withdrawn(
    budget: Budget, amount_fen: int, when: Booking, note: str = ""
) -> tuple[Budget, tuple[Transfer, ...]]:
    """Return the budget with less money in it, and the transfer back to its source; what is held stays.

    Parameters
    ----------
    budget : Budget
    amount_fen : int
        Above 0.
    when : Booking
    note : str
        Why, in words.

    Returns
    -------
    (Budget, tuple of Transfer)

    Raises
    ------
    NotPossibleError, BadFieldError
        As for `granted`.
    """
    _usable(budget, amount_fen)
    move = _move(budget, free(budget.no), source(budget.source), amount_fen, when)
    after = replace(budget, granted_fen=budget.granted_fen - amount_fen, version=budget.version + 1)
    return after, (replace(move, reason="withdraw", note=note),)


def closed(budget: Budget) -> Budget:
    """Return the budget closed: nothing more is reserved of it, what is held is still settled.

    Raises
    ------
    NotPossibleError
        When it was closed before.
    """
    if budget.state == "closed":
        raise NotPossibleError(f"budget {budget.no} was closed before")
    return replace(budget, state="closed", version=budget.version + 1)


def _usable(budget: Budget, amount_fen: int) -> None:
    if budget.state == "closed":
        raise NotPossibleError(f"budget {budget.no} is closed; open another one")
    if type(amount_fen) is not int or not 0 < amount_fen <= MOST_FEN:
        raise BadFieldError("amount_fen", amount_fen, f"a whole number of fen from 1 to {MOST_FEN}")


def _move(budget: Budget, start: str, end: str, amount_fen: int, when: Booking) -> Transfer:
    return Transfer(
        from_purse=start,
        to_purse=end,
        amount_fen=amount_fen,
        reason="grant",
        booked_at=when.at,
        booked_on=when.on,
        budget=budget.no,
        area=budget.area,
        policy=budget.policy,
    )
