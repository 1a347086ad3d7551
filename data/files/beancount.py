"""The money ledger as a beancount file, so that a tool of accountants, which is not ours, can check it."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import TransferRow, fact_of, table_of
from data.store.purses import balances
from dispatch.money.transfer import Transfer, yuan

TRANSFERS = table_of(TransferRow)
KINDS = {
    "source": "Equity:Source",
    "budget": "Assets:Budget",
    "held": "Assets:Held",
    "provider": "Liabilities:Provider",
    "share": "Liabilities:Share",
    "residents": "Income:Residents",
    "bank": "Assets:Bank",
}
AT_ONCE = 2000


def beancount(session: Session) -> Iterator[str]:
    """Write the ledger line by line: accounts, transactions, and what every purse comes to.

    What goes into a purse is a positive amount, so that each account stands at what its purse holds.

    Yields
    ------
    str
        Lines with their ends; without transfers only the heading.
    """
    yield 'option "title" "Jinlin"\noption "operating_currency" "CNY"\n'
    query = select(TRANSFERS).order_by(TRANSFERS.c.booked_on, TRANSFERS.c.id)
    opened: set[str] = set()
    last = None
    for row in session.execute(query.execution_options(yield_per=AT_ONCE)):
        transfer = fact_of(Transfer, row)
        last = transfer.booked_on
        for name in (transfer.from_purse, transfer.to_purse):
            if name not in opened:
                opened.add(name)
                yield f"{transfer.booked_on} open {account(name)} CNY\n"
        yield _transaction(row.id, transfer)
    if last is not None:
        for name, stands in balances(session).items():
            if name in opened:
                yield f"{last + timedelta(days=1)} balance {account(name)} {yuan(stands)} CNY\n"


def account(purse: str) -> str:
    """Return the beancount account of a purse: ``budget:B330102-1`` becomes ``Assets:Budget:B330102-1``."""
    kind, _, rest = purse.partition(":")
    return f"{KINDS[kind]}:{_word(rest)}" if rest else KINDS[kind]


def _word(text: str) -> str:
    """Write a name as beancount wants one: a capital or digit first, no underscores."""
    plain = text.replace("_", "-")
    return plain[:1].upper() + plain[1:]


def _transaction(number: int, transfer: Transfer) -> str:
    links = "".join(f" ^{name}" for name in (transfer.order_no, transfer.bill) if name)
    amount = yuan(transfer.amount_fen)
    return (
        f'{transfer.booked_on} * "{transfer.reason} {number}"{links}\n'
        f"  {account(transfer.from_purse)}  -{amount} CNY\n"
        f"  {account(transfer.to_purse)}  {amount} CNY\n"
    )
