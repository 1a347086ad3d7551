"""Budgets of a rehearsed year: one for each policy of the catalogue, opened before the first order."""

from datetime import datetime

from sqlalchemy import select

from data.desk.budgets import NewBudget
from data.desk.door import Desk
from data.models import BudgetRow
from dispatch.lifecycle import Actor
from dispatch.money.budget import Budget

KEEPER = Actor(user="admin", role="admin")
GRANT_FEN = 5_000_000_00
"""Enough for a rehearsed year; an invented figure."""


def open_budgets(desk: Desk, area: str, start: datetime, until: datetime) -> int:
    """Open a budget for each policy and year that a rehearsal reaches into.

    Parameters
    ----------
    desk : Desk
    area : str
        Code of the district.
    start, until : datetime
        Aware; what the rehearsal plays.

    Returns
    -------
    int
        How many; those that are there already stay.
    """
    zone = desk.catalogue.zone
    with desk.database.read() as session:
        known = {(year, code) for year, code in session.execute(select(BudgetRow.year, BudgetRow.policy))}
    years = range(start.astimezone(zone).year, until.astimezone(zone).year + 1)
    rules = desk.catalogue.money
    names = {policy.code: policy.name_zh for policy in rules.policies}
    codes = sorted({*names, *(top_up.policy for top_up in rules.top_ups)})
    wanted = [(year, code) for year in years for code in codes if (year, code) not in known]
    for year, code in wanted:
        budget = Budget(
            no="",
            name=f"{year} {names.get(code, code)}（样例）",
            source="district",
            area=area,
            year=year,
            policy=code,
        )
        desk.start(NewBudget(budget=budget, amount_fen=GRANT_FEN), KEEPER, start)
    return len(wanted)
