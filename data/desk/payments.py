"""Money of orders: public money is reserved when an order is placed, settled with it, and released when it ends without."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from sqlalchemy import func, select

from data.desk.budgets import booking
from data.desk.work import Work
from data.models import BillRow, BudgetRow, fact_of, table_of
from data.registers.entitlement import person, profile_of, quota_used
from data.store.done import Done
from data.store.kinds.money import BILL
from data.store.purses import locked_balances
from dispatch.errors import BadFieldError, ShortOfMoneyError
from dispatch.item import ServiceItem
from dispatch.lifecycle import Actor, Event
from dispatch.money.bill import Bill, Deal, hold, release, settle
from dispatch.money.budget import Budget
from dispatch.money.eligibility import Question, Verdict, judge
from dispatch.money.month import month_of_day
from dispatch.money.purse import free
from dispatch.orders.order import Order

Wish = Literal["auto", "required", "none"]
"""Whether an order is to be subsidised: if it can be, only if it is, or not at all."""
BILLS, BUDGETS = table_of(BillRow), table_of(BudgetRow)
WITHOUT_SERVICE = frozenset({"cancelled", "handed_over", "unmet"})
Moved = tuple[Done[Bill], ...]


def reserve(work: Work, order: Order, item: ServiceItem, by: Actor, wish: Wish) -> Moved:
    """Reserve what policies and budgets give for an order.

    Parameters
    ----------
    work : Work
    order : Order
        As placed, or placed again.
    item : ServiceItem
    by : Actor
    wish : {"auto", "required", "none"}

    Returns
    -------
    tuple of Done
        The bill that holds it; empty when nothing is given.

    Raises
    ------
    BadFieldError
        When a subsidy is required and no policy gives one; it tells why.
    ShortOfMoneyError
        When one is required and no budget has enough left.
    """
    if wish == "none" or not item.price_fen:
        return ()
    on = _local_day(work, order.wanted_at or work.now)
    price = item.price_fen * (100 + work.catalogue.money.headroom_percent) // 100
    price = price if order.max_price_fen is None else min(price, order.max_price_fen)
    budgets = _budgets(work, order, on)
    names = [free(budget.no) for budget in budgets]
    stands = locked_balances(work.session, names)  # rivals for a budget or a quota wait here for each other
    verdict = best_verdict(work, order, price, on)
    if not verdict.amount_fen:
        if wish == "required":
            raise BadFieldError(
                "subsidy", wish, f"no policy pays: {verdict.why} ({verdict.policy or 'none'})"
            )
        return ()
    payers = [budget for budget in budgets if budget.policy == verdict.policy]
    chosen = next((b for b in payers if stands[free(b.no)] >= verdict.amount_fen), None)
    if chosen is None:
        if wish == "required":
            left = max((stands[free(b.no)] for b in payers), default=0)
            raise ShortOfMoneyError(f"the budgets of {verdict.policy}", left, verdict.amount_fen)
        return ()
    bill = replace(
        _bill(work, order, price, on),
        budget=chosen.no,
        policy=verdict.policy,
        policy_version=verdict.version,
        percent=verdict.percent,
        held_fen=verdict.amount_fen,
    )
    made, transfers = hold(bill, booking(work))
    told = {"policy": made.policy, "version": made.policy_version, "held_fen": made.held_fen}
    event = Event(name="held", at=work.now, by=by.user, role=by.role, payload={"order": order.no, **told})
    return (Done(kind=BILL, after=made, events=(event,), transfers=transfers),)


def best_verdict(work: Work, order: Order, price_fen: int, on: date) -> Verdict:
    """Return what the best policy gives for an order on a day, or why none gives anything.

    Parameters
    ----------
    work : Work
    order : Order
    price_fen : int
        What is expected to be paid.
    on : date
        When the service is given.

    Returns
    -------
    Verdict
    """
    rules, registers = work.catalogue.money, work.catalogue.rulebook.registers
    who = person(work.session, order.resident) if order.resident else None
    if who is None or (who.ended_on is not None and who.ended_on < on):
        return Verdict(policy="", version="", why="no_policy", own_fen=price_fen)
    profile = profile_of(work.session, who, on, registers.elders.valid_months)
    used = quota_used(work.session, who.no, month_of_day(on), rules.policies)
    return judge(profile, Question(item=order.item, price_fen=price_fen), rules.policies, used)[0]


def move_money(work: Work, before: Order, after: Order, by: Actor) -> Moved:
    """Settle or release what is held for an order, as its state now asks; reserve anew for one that is taken up again.

    Parameters
    ----------
    work : Work
    before, after : Order
    by : Actor

    Returns
    -------
    tuple of Done
        The bill; empty when no money moves.
    """
    if before.state == after.state:
        return ()
    if before.state == "unmet" and after.state not in WITHOUT_SERVICE:
        item = work.catalogue.items.get(after.item)
        return () if item is None else reserve(work, after, item, by, "auto")
    held = _held(work, after.no)
    if after.state in WITHOUT_SERVICE and held is not None:
        released, transfers = release(held, booking(work))
        event = Event(name="released", at=work.now, by=by.user, role=by.role, payload={"order": after.no})
        return (Done(kind=BILL, before=held, after=released, events=(event,), transfers=transfers),)
    if after.state == "settled" and after.provider is not None and (after.price_fen or held):
        return (_settled(work, after, held, by),)
    return ()


def _settled(work: Work, order: Order, held: Bill | None, by: Actor) -> Done[Bill]:
    served = _local_day(work, order.done_at or work.now)
    price, provider = order.price_fen or 0, order.provider or 0
    bill = held or _bill(work, order, price, served)
    month = month_of_day(served)
    top_up, budget = _top_up(work, order, provider, served)
    share = price * work.catalogue.money.share_percent.get(order.item, 0) // 100
    deal = Deal(
        price_fen=price,
        provider=provider,
        month=month,
        left_fen=None if month == bill.month else _left(work, bill, served),
        top_up_fen=top_up,
        top_up_budget=budget,
        share_fen=share,
    )
    after, transfers = settle(bill, deal, booking(work))
    told = {name: getattr(after, name) for name in ("subsidy_fen", "own_fen", "top_up_fen", "share_fen")}
    event = Event(name="settled", at=work.now, by=by.user, role=by.role, payload={"order": order.no, **told})
    return Done(kind=BILL, before=held, after=after, events=(event,), transfers=transfers)


def _bill(work: Work, order: Order, price_fen: int, on: date) -> Bill:
    return Bill(
        no=work.draw(BILL),
        order_no=order.no,
        state="held",
        item=order.item,
        area=order.area,
        resident=order.resident,
        month=month_of_day(on),
        price_fen=price_fen,
    )


def _held(work: Work, order: str) -> Bill | None:
    query = select(BILLS).where(BILLS.c.order_no == order, BILLS.c.state == "held").with_for_update()
    row = work.session.execute(query).first()
    return None if row is None else fact_of(Bill, row)


def _left(work: Work, bill: Bill, served: date) -> int:
    """Return what the quota of the month of service has left, by the version of the policy that the bill was held by."""
    policy = work.catalogue.money.policy(bill.policy, bill.policy_version)
    who = person(work.session, bill.resident) if bill.resident else None
    if policy is None or who is None:
        return bill.held_fen
    months = work.catalogue.rulebook.registers.elders.valid_months
    most = policy.most_fen(profile_of(work.session, who, served, months))
    used = quota_used(work.session, who.no, month_of_day(served), (policy,), but=bill.no)
    return max(0, most - used[policy.code])


def _budgets(work: Work, order: Order, on: date, policy: str = "") -> Sequence[Budget]:
    """Return the open budgets for a place and year, in the order of their numbers."""
    codes = [policy] if policy else [p.code for p in work.catalogue.money.policies]
    query = select(BUDGETS).where(
        BUDGETS.c.state == "open", BUDGETS.c.year == on.year, BUDGETS.c.policy.in_(codes)
    )
    found = [fact_of(Budget, row) for row in work.session.execute(query.order_by(BUDGETS.c.no))]
    scheme = work.catalogue.rulebook.scheme
    return [budget for budget in found if scheme.contains(budget.area, order.cell or order.area)]


def _top_up(work: Work, order: Order, provider: int, served: date) -> tuple[int, str]:
    """Return what the provider gets in addition and of which budget: nothing once its quota or the budgets are used up."""
    rule = work.catalogue.money.top_up(order.item, served)
    budgets = _budgets(work, order, served, rule.policy) if rule else ()
    if rule is None or not budgets:
        return 0, ""
    stands = locked_balances(work.session, [free(budget.no) for budget in budgets])
    given = (
        select(func.count())
        .select_from(BILLS)
        .where(
            BILLS.c.provider == provider,
            BILLS.c.item == order.item,
            BILLS.c.month == month_of_day(served),
            BILLS.c.top_up_fen > 0,
        )
    )
    if (work.session.scalar(given) or 0) >= rule.per_month:
        return 0, ""
    chosen = next((b.no for b in budgets if stands[free(b.no)] >= rule.amount_fen), "")
    return (rule.amount_fen, chosen) if chosen else (0, "")


def _local_day(work: Work, at: datetime) -> date:
    return work.catalogue.local(at).date()
