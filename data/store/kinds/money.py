"""Kinds of money: budgets, bills and closed months."""

from data.models import BillRow, BudgetRow, ClosedMonthRow
from data.store.kind import Kind
from data.store.roles import OVERSEERS
from data.store.scope import Always, Same, Scope, Within
from dispatch.money.bill import Bill
from dispatch.money.budget import Budget
from dispatch.money.month import ClosedMonth

KEEP_MONEY = ("leader", "admin")

BUDGET = Kind(
    name="budget",
    fact=Budget,
    row=BudgetRow,
    letter="B",
    scope=Scope(dict.fromkeys(KEEP_MONEY, Within("area"))),
)

BILL = Kind(
    name="bill",
    fact=Bill,
    row=BillRow,
    letter="M",
    scope=Scope(
        dict.fromkeys(OVERSEERS, Within("area"))
        | {"provider": Same("provider", "provider"), "resident": Same("resident", "resident")}
    ),
)

CLOSED_MONTH = Kind(
    name="closed_month",
    fact=ClosedMonth,
    row=ClosedMonthRow,
    key="month",
    scope=Scope(dict.fromkeys(KEEP_MONEY, Always())),
)
