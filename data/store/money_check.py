"""Check the money: the ledger against the log, purses, budgets, bills and closed months against the ledger."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import BillRow, BudgetRow, ClosedMonthRow, TransferRow, fact_of, table_of
from data.store.chain import ChainFault, canonical, told_transfer
from data.store.purses import PURSES
from dispatch.money.month import close_month, month_of_day
from dispatch.money.purse import free, held, may_owe, source
from dispatch.money.transfer import Transfer, changes, yuan

TRANSFERS, BUDGETS, BILLS, MONTHS = map(table_of, (TransferRow, BudgetRow, BillRow, ClosedMonthRow))
AT_ONCE = 2000


def money_faults(session: Session, told: Counter[str]) -> Iterator[ChainFault]:
    """Recompute all money from the transfers that the log tells, and compare.

    Parameters
    ----------
    session : Session
    told : Counter of str
        Transfers as events tell them, written in one way only, see `written`.

    Yields
    ------
    ChainFault
        None when everything balances.
    """
    transfers = []
    left = Counter(told)
    query = select(TRANSFERS).order_by(TRANSFERS.c.id).execution_options(yield_per=AT_ONCE)
    for row in session.execute(query):
        transfer = fact_of(Transfer, row)
        transfers.append(transfer)
        if left[key := written(told_transfer(transfer))] > 0:
            left[key] -= 1
        else:
            detail = f"{yuan(transfer.amount_fen)} from {transfer.from_purse} to {transfer.to_purse}, which no event tells"
            yield _fault("transfer", transfer.order_no, detail, row.id)
    for key, count in left.items():
        if count > 0:
            yield _fault("transfer", "", f"the log tells it and the ledger has it not: {key}")
    yield from _purse_faults(session, changes(transfers))
    yield from _budget_faults(session, transfers)
    yield from _bill_faults(session)
    yield from _month_faults(session, transfers)


def written(transfer: Mapping[str, Any]) -> str:
    """Write a transfer that the log was told of in one way only."""
    return canonical(transfer)


def _purse_faults(session: Session, moved: Mapping[str, int]) -> Iterator[ChainFault]:
    kept = {row.name: row for row in session.execute(select(PURSES))}
    for name in sorted(kept.keys() | moved.keys()):
        stands, comes_to = kept[name].balance_fen if name in kept else 0, moved.get(name, 0)
        if stands != comes_to:
            yield _fault("purse", name, f"holds {yuan(stands)}; its transfers come to {yuan(comes_to)}")
        if stands < 0 and not may_owe(name):
            yield _fault("purse", name, f"stands below 0, at {yuan(stands)}")
        if name in kept and kept[name].may_owe != may_owe(name):
            yield _fault("purse", name, "is kept as one that may owe, or may not, and is none")
    if total := sum(row.balance_fen for row in kept.values()):
        yield _fault("purse", "", f"all purses together hold {yuan(total)} and not 0.00")


def _budget_faults(session: Session, transfers: list[Transfer]) -> Iterator[ChainFault]:
    """Compare what each budget was granted with what came into it, and with what is free, held and spent of it."""
    moved = changes(transfers)
    spent: Counter[str] = Counter()
    for each in transfers:
        if each.reason in ("settle", "top_up"):
            spent[each.budget] += each.amount_fen
        elif each.reason == "refund":
            spent[each.budget] -= each.amount_fen
    held_by = (
        select(BILLS.c.budget, func.sum(BILLS.c.held_fen))
        .where(BILLS.c.state == "held")
        .group_by(BILLS.c.budget)
    )
    waiting = {budget: int(fen) for budget, fen in session.execute(held_by)}
    came = changes(each for each in transfers if each.reason in ("grant", "withdraw"))
    of_source: Counter[str] = Counter()
    for row in session.execute(select(BUDGETS).order_by(BUDGETS.c.no)):
        of_source[source(row.source)] -= row.granted_fen
        stands, kept = moved.get(free(row.no), 0), moved.get(held(row.no), 0)
        if came.get(free(row.no), 0) != row.granted_fen:
            yield _fault(
                "budget", row.no, f"granted {yuan(row.granted_fen)}; {yuan(came.get(free(row.no), 0))} came"
            )
        if stands + kept + spent[row.no] != row.granted_fen:
            parts = " + ".join(yuan(part) for part in (stands, kept, spent[row.no]))
            yield _fault("budget", row.no, f"free, held and spent, {parts}, are not {yuan(row.granted_fen)}")
        if kept != waiting.get(row.no, 0):
            yield _fault("budget", row.no, f"holds {yuan(kept)} for bills of {yuan(waiting.get(row.no, 0))}")
    for name in sorted(name for name in moved.keys() | of_source.keys() if name.startswith("source:")):
        if moved.get(name, 0) != of_source[name]:
            yield _fault("purse", name, "gave what no budget was granted")


PARTS = {
    "subsidy_fen": "settle",
    "own_fen": "own",
    "top_up_fen": "top_up",
    "share_fen": "share",
    "refunded_fen": "refund",
    "own_refunded_fen": "own_refund",
}


def _bill_faults(session: Session) -> Iterator[ChainFault]:
    """Compare the parts of each bill with its transfers, and that they are its price."""
    query = (
        select(TRANSFERS.c.bill, TRANSFERS.c.reason, func.sum(TRANSFERS.c.amount_fen))
        .where(TRANSFERS.c.bill != "")
        .group_by(TRANSFERS.c.bill, TRANSFERS.c.reason)
    )
    moved = {(bill, reason): int(fen) for bill, reason, fen in session.execute(query)}
    seen = set()
    for row in session.execute(select(BILLS).execution_options(yield_per=AT_ONCE)):
        seen.add(row.no)
        for column, reason in PARTS.items():
            told = 0 if row.state == "held" and column == "own_fen" else getattr(row, column)
            if told != moved.get((row.no, reason), 0):
                yield _fault(
                    "bill",
                    row.no,
                    f"{column} is {yuan(told)}, moved were {yuan(moved.get((row.no, reason), 0))}",
                )
        taken = moved.get((row.no, "settle"), 0) + moved.get((row.no, "release"), 0)
        if row.state != "held" and moved.get((row.no, "hold"), 0) != taken:
            yield _fault("bill", row.no, "what was held is neither settled nor released to the fen")
        if row.state == "settled" and row.subsidy_fen + row.own_fen != row.price_fen:
            yield _fault("bill", row.no, "its parts are not its price")
    for bill in sorted({bill for bill, _ in moved} - seen):
        yield _fault("bill", bill, "money moved for it, and it is not kept")


def _month_faults(session: Session, transfers: list[Transfer]) -> Iterator[ChainFault]:
    for row in session.execute(select(MONTHS).order_by(MONTHS.c.month)):
        before = [t for t in transfers if month_of_day(t.booked_on) < row.month]
        within = [t for t in transfers if month_of_day(t.booked_on) == row.month]
        again = close_month(row.month, before, within, date.max, row.closed_at)
        if (again.opening, again.closing, again.transfers) != (row.opening, row.closing, row.transfers):
            yield _fault("closed_month", row.month, "the ledger gives other balances than when it was closed")


def _fault(kind: str, key: str, detail: str, seq: int = 0) -> ChainFault:
    return ChainFault(kind=kind, aggregate=key, seq=seq, detail=detail)
