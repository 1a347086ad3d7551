"""Questions about money: lines of the ledger, budgets with what is free, held and spent, bills of orders."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Integer, cast, func, or_, select, true
from sqlalchemy.orm import Session

from data.models import BillRow, BudgetRow, PurseRow, TransferRow, fact_of
from data.queries.paging import Ask, Page, turn
from dispatch.money.bill import Bill
from dispatch.money.budget import Budget
from dispatch.money.purse import free, held, provider
from dispatch.money.transfer import Transfer

SORTS = {"id": TransferRow.id, "booked_on": TransferRow.booked_on}
BUDGET_SORTS = {"no": BudgetRow.no, "year": BudgetRow.year}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the money ledger with its number."""

    number: int
    transfer: Transfer


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFilter:
    """Which lines to list; empty fields do not filter. ``first`` and ``last`` are days, both included."""

    order_no: str = ""
    bill: str = ""
    budget: str = ""
    policy: str = ""
    item: str = ""
    reason: str = ""
    first: date | None = None
    last: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions."""
        exact = ("order_no", "bill", "budget", "policy", "item", "reason")
        given = [getattr(TransferRow, name) == getattr(self, name) for name in exact if getattr(self, name)]
        if self.first is not None:
            given.append(TransferRow.booked_on >= self.first)
        if self.last is not None:
            given.append(TransferRow.booked_on <= self.last)
        return given


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A budget, and what is free, held and spent of it, in fen; the three make up what was granted."""

    budget: Budget
    free_fen: int
    held_fen: int
    spent_fen: int


def within(prefix: str) -> ColumnElement[bool]:
    """Return the condition on lines of an area; ``prefix`` is what its codes begin with, empty for all."""
    return TransferRow.area.startswith(prefix) if prefix else true()


def earned_by(number: int) -> ColumnElement[bool]:
    """Return the condition on lines by which a provider gets or gives something."""
    purse = provider(number)
    return or_(TransferRow.from_purse == purse, TransferRow.to_purse == purse)


def ledger(
    session: Session, scope: Iterable[ColumnElement[bool]], wanted: LedgerFilter, ask: Ask
) -> Page[Line]:
    """List lines of the ledger, page by page, in the order in which they were booked.

    Raises
    ------
    BadFieldError
        For a sort key or mark that this list does not know.
    """
    query = select(TransferRow).where(*scope, *wanted.conditions())
    return turn(session, query, ask, SORTS, TransferRow.id, _line)


def budgets(session: Session, scope: ColumnElement[bool], ask: Ask) -> Page[Standing]:
    """List budgets with what is left of them, page by page.

    Raises
    ------
    BadFieldError
        For a sort key or mark that this list does not know.
    """
    query = select(BudgetRow).where(scope)
    page = turn(session, query, ask, BUDGET_SORTS, BudgetRow.id, lambda row: fact_of(Budget, row))
    return Page(items=tuple(standings(session, page.items)), next=page.next)


def standings(session: Session, found: Iterable[Budget]) -> list[Standing]:
    """Return budgets with what is free, held and spent of them."""
    known = tuple(found)
    names = [name(b.no) for b in known for name in (free, held)]
    query = select(PurseRow.name, PurseRow.balance_fen).where(PurseRow.name.in_(names))
    stands: Mapping[str, int] = {row.name: row.balance_fen for row in session.execute(query)}
    made = []
    for budget in known:
        left, kept = stands.get(free(budget.no), 0), stands.get(held(budget.no), 0)
        spent = budget.granted_fen - left - kept
        made.append(Standing(budget=budget, free_fen=left, held_fen=kept, spent_fen=spent))
    return made


def bills_of(session: Session, order: str, scope: ColumnElement[bool]) -> list[Bill]:
    """Return the bills of an order that one may see, the first one first; none for an order without money."""
    query = select(BillRow).where(BillRow.order_no == order, scope).order_by(BillRow.id)
    return [fact_of(Bill, row) for row in session.scalars(query)]


def count_transfers(session: Session) -> int:
    """Return how many lines the ledger has."""
    return session.scalar(select(func.count()).select_from(TransferRow)) or 0


def _line(row: TransferRow) -> Line:
    return Line(number=row.id, transfer=fact_of(Transfer, row))


@dataclass(frozen=True, slots=True, kw_only=True)
class Income:
    """What a provider got for settled orders, of a month or since a time, in fen; ``income_fen`` is what was left of it."""

    month: str
    orders: int
    own_fen: int
    subsidy_fen: int
    top_up_fen: int
    share_fen: int
    refunded_fen: int

    @property
    def income_fen(self) -> int:
        """Own and public part and top-up, less what was passed on and given back."""
        return self.own_fen + self.subsidy_fen + self.top_up_fen - self.share_fen - self.refunded_fen


def income_by_month(session: Session, number: int, months: int) -> list[Income]:
    """Tell what a provider got, month by month, the latest first; a month without orders is left out."""
    mine = select(*_sums(), BillRow.month).where(*_settled(number)).group_by(BillRow.month)
    rows = session.execute(mine.order_by(BillRow.month.desc()).limit(months)).mappings()
    return [Income(**row) for row in rows]


def income_since(session: Session, number: int, since: datetime) -> Income:
    """Tell what a provider got for orders settled since a time."""
    mine = select(*_sums()).where(*_settled(number), BillRow.ended_at >= since)
    return Income(month="", **session.execute(mine).mappings().one())


def _settled(number: int) -> tuple[ColumnElement[bool], ...]:
    return BillRow.provider == number, BillRow.state == "settled"


def _sums() -> list[ColumnElement[int]]:
    """Return the figures of `Income`, each under its name."""
    parts = {name: getattr(BillRow, name) for name in ("own_fen", "subsidy_fen", "top_up_fen", "share_fen")}
    parts["refunded_fen"] = BillRow.refunded_fen + BillRow.own_refunded_fen
    sums = [cast(func.coalesce(func.sum(each), 0), Integer).label(name) for name, each in parts.items()]
    return [func.count().label("orders"), *sums]
