"""Purses and transfers: money is moved in one transaction with the fact that moves it, and never from an empty purse."""

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from data.models import ClosedMonthRow, PurseRow, TransferRow, columns_of, table_of
from dispatch.errors import ShortOfMoneyError
from dispatch.money.month import check_open, month_of_day
from dispatch.money.purse import may_owe
from dispatch.money.transfer import Transfer, changes

PURSES, TRANSFERS, MONTHS = map(table_of, (PurseRow, TransferRow, ClosedMonthRow))
ADD = (
    update(PURSES)
    .where(
        PURSES.c.name == bindparam("purse"),
        PURSES.c.may_owe | (PURSES.c.balance_fen + bindparam("added") >= 0),
    )
    .values(balance_fen=PURSES.c.balance_fen + bindparam("added"))
)


def locked_balances(session: Session, names: Iterable[str]) -> dict[str, int]:
    """Lock purses until the transaction ends, and return what stands in them, in fen; one that nobody used yet is at 0.

    All who lock several lock them in the order of their names, so that no two wait for each other.
    """
    wanted = sorted(set(names))
    query = select(PURSES).where(PURSES.c.name.in_(wanted)).order_by(PURSES.c.name).with_for_update()
    found = {row.name: row.balance_fen for row in session.execute(query)}
    return {name: found.get(name, 0) for name in wanted}


def balances(session: Session) -> dict[str, int]:
    """Return what stands in every purse, in fen, by name."""
    return {row.name: row.balance_fen for row in session.execute(select(PURSES).order_by(PURSES.c.name))}


def book(session: Session, transfers: Sequence[Transfer]) -> None:
    """Move money: all of the transfers or, when one cannot be, the whole transaction is refused.

    Raises
    ------
    ShortOfMoneyError
        When a purse that may owe nothing has not enough.
    NotPossibleError
        When a transfer is dated into a month that is closed.
    """
    if not transfers:
        return
    moved = changes(transfers)
    _open_purses(session, moved)
    for name in sorted(moved):
        done = session.execute(ADD, {"purse": name, "added": moved[name]})
        if done.rowcount != 1:  # type: ignore[attr-defined]  # of a statement that changes rows
            left = session.scalar(select(PURSES.c.balance_fen).where(PURSES.c.name == name)) or 0
            raise ShortOfMoneyError(name, left, -moved[name])
    months = {month_of_day(each.booked_on) for each in transfers}
    closed = session.scalars(select(MONTHS.c.month).where(MONTHS.c.month.in_(months))).all()
    for each in transfers:
        check_open(each.booked_on, closed)
    session.execute(insert(TRANSFERS), [columns_of(each) for each in transfers])


def lock_all(session: Session) -> None:
    """Lock every purse until the transaction ends: nothing is booked meanwhile."""
    session.execute(select(PURSES.c.name).order_by(PURSES.c.name).with_for_update()).all()


def _open_purses(session: Session, names: Iterable[str]) -> None:
    """Make the purses that nobody used yet; of several who do so at once, one does."""
    known = set(session.scalars(select(PURSES.c.name).where(PURSES.c.name.in_(list(names)))))
    new = [{"name": name, "may_owe": may_owe(name), "balance_fen": 0} for name in sorted(set(names) - known)]
    if not new:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(PURSES).on_conflict_do_nothing(), new)


def total(session: Session) -> int:
    """Return the sum of all purses, in fen; 0 unless something is wrong."""
    return int(session.scalar(select(func.coalesce(func.sum(PURSES.c.balance_fen), 0))) or 0)
