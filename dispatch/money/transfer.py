"""Transfers: double entry in one record, an amount that leaves one purse and comes into another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from dispatch.errors import DispatchError, ShortOfMoneyError
from dispatch.money.purse import may_owe

Reason = Literal[
    "grant", "withdraw", "hold", "release", "settle", "own", "top_up", "share", "refund", "own_refund", "pay_out"
]  # fmt: skip
REASONS: tuple[Reason, ...] = get_args(Reason)
ROUND_FEN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One amount that goes from a purse to another; never changed, a correction is another transfer.

    ``booked_on`` is the day of the district that it counts for, ``corrects`` the row number of the transfer that it takes
    back. What concerns no order, budget or provider leaves those empty.

    Raises
    ------
    DispatchError
        When the amount is no whole number above 0, or the purses are one.
    """

    from_purse: str
    to_purse: str
    amount_fen: int
    reason: Reason
    booked_at: datetime
    booked_on: date
    order_no: str = ""
    bill: str = ""
    budget: str = ""
    provider: int | None = None
    area: str = ""
    item: str = ""
    policy: str = ""
    policy_version: str = ""
    note: str = ""
    corrects: int | None = None

    def __post_init__(self) -> None:
        if type(self.amount_fen) is not int or self.amount_fen <= 0:
            raise DispatchError(f"{self.amount_fen!r} is no amount: a whole number of fen above 0")
        if self.from_purse == self.to_purse:
            raise DispatchError(f"money cannot go from {self.from_purse} to itself")


def yuan(amount_fen: int) -> str:
    """Write an amount in yuan with two decimals: 12345 becomes 123.45."""
    sign, whole = "-" if amount_fen < 0 else "", abs(amount_fen)
    return f"{sign}{whole // ROUND_FEN}.{whole % ROUND_FEN:02d}"


def changes(transfers: Iterable[Transfer]) -> dict[str, int]:
    """Return by purse what transfers add to it, in fen; they sum to 0. No transfers change nothing."""
    moved: dict[str, int] = {}
    for each in transfers:
        moved[each.from_purse] = moved.get(each.from_purse, 0) - each.amount_fen
        moved[each.to_purse] = moved.get(each.to_purse, 0) + each.amount_fen
    return moved


def booked(balances: Mapping[str, int], transfers: Iterable[Transfer]) -> dict[str, int]:
    """Return the balances after transfers, all of them or none.

    Parameters
    ----------
    balances : Mapping of str to int
        By purse, in fen; a purse that is not named stands at 0.
    transfers : iterable of Transfer

    Returns
    -------
    dict of str to int
        Every purse of either.

    Raises
    ------
    ShortOfMoneyError
        When a purse that may owe nothing would stand below 0.
    """
    after = dict(balances)
    for name, amount in changes(transfers).items():
        after[name] = after.get(name, 0) + amount
        if after[name] < 0 and not may_owe(name):
            raise ShortOfMoneyError(name, balances.get(name, 0), -amount)
    return after
