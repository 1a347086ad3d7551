"""Rows of money: purses and transfers, which are the ledger, and what stands behind them: budgets, bills, closed months."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base

_HELD = text("state = 'held'")


class PurseRow(Base):
    """What stands in a purse; the sum of its transfers, kept so that nobody spends the last fen twice."""

    __tablename__ = "purses"
    __table_args__ = (CheckConstraint("may_owe OR balance_fen >= 0", name="owes_nothing"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    may_owe: Mapped[bool]
    balance_fen: Mapped[int] = mapped_column(BigInteger)


class TransferRow(Base):
    """One line of the money ledger; none is taken back twice."""

    __tablename__ = "transfers"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="moves_something"),
        CheckConstraint("from_purse <> to_purse", name="two_purses"),
        Index(None, "from_purse", "booked_on"),
        Index(None, "to_purse", "booked_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    from_purse: Mapped[str]
    to_purse: Mapped[str]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str]
    booked_at: Mapped[datetime]
    booked_on: Mapped[date] = mapped_column(index=True)
    order_no: Mapped[str] = mapped_column(index=True)
    bill: Mapped[str] = mapped_column(index=True)
    budget: Mapped[str] = mapped_column(index=True)
    provider: Mapped[int | None] = mapped_column(index=True)
    area: Mapped[str]
    item: Mapped[str]
    policy: Mapped[str]
    policy_version: Mapped[str]
    note: Mapped[str]
    corrects: Mapped[int | None] = mapped_column(unique=True)


class BudgetRow(Base):
    """A budget."""

    __tablename__ = "budgets"
    __table_args__ = (Index(None, "policy", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    source: Mapped[str]
    area: Mapped[str]
    year: Mapped[int]
    policy: Mapped[str]
    granted_fen: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str]
    version: Mapped[int]


class BillRow(Base):
    """Who pays what of an order; of one order at most one is held at a time."""

    __tablename__ = "bills"
    __table_args__ = (
        Index(None, "resident", "month"),
        Index("uq_bills_held", "order_no", unique=True, sqlite_where=_HELD, postgresql_where=_HELD),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    no: Mapped[str] = mapped_column(unique=True)
    order_no: Mapped[str] = mapped_column(index=True)
    state: Mapped[str]
    item: Mapped[str]
    area: Mapped[str]
    resident: Mapped[str]
    provider: Mapped[int | None] = mapped_column(index=True)
    budget: Mapped[str]
    policy: Mapped[str]
    policy_version: Mapped[str]
    percent: Mapped[int]
    month: Mapped[str] = mapped_column(index=True)
    price_fen: Mapped[int]
    held_fen: Mapped[int]
    subsidy_fen: Mapped[int]
    own_fen: Mapped[int]
    top_up_fen: Mapped[int]
    share_fen: Mapped[int]
    refunded_fen: Mapped[int]
    own_refunded_fen: Mapped[int]
    held_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int]


class ClosedMonthRow(Base):
    """A month of the money ledger that was closed."""

    __tablename__ = "closed_months"

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(unique=True)
    closed_at: Mapped[datetime]
    transfers: Mapped[int]
    opening: Mapped[dict[str, int]]
    closing: Mapped[dict[str, int]]
