"""The bill of an order: what is reserved when it is placed, who pays what when it is settled, what goes back.

A reservation resolves at most once: it is settled or released, and nothing follows but refunds of what was taken.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.money import purse
from dispatch.money.budget import Booking
from dispatch.money.transfer import Reason, Transfer, yuan

State = Literal["held", "settled", "released"]
Payer = Literal["gov", "mixed", "self"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """Who pays what of an order.

    ``price_fen`` is what the service costs: as expected while ``held``, as it was once ``settled``. ``percent`` and
    ``held_fen`` are what the policy gave when the order was placed, and no later change of the policy touches them.
    ``month`` is that whose quota it uses, in which the service is given, such as ``2026-11``.
    """

    no: str
    order_no: str
    state: State
    item: str
    area: str
    resident: str = ""
    provider: int | None = None
    budget: str = ""
    policy: str = ""
    policy_version: str = ""
    percent: int = 0
    month: str
    price_fen: int
    held_fen: int = 0
    subsidy_fen: int = 0
    own_fen: int = 0
    top_up_fen: int = 0
    share_fen: int = 0
    refunded_fen: int = 0
    own_refunded_fen: int = 0
    held_at: datetime | None = None
    ended_at: datetime | None = None
    version: int = 1

    @property
    def paid_by(self) -> Payer:
        """Who pays: the government, both, or the resident alone; as expected while the order runs."""
        public = self.held_fen if self.state == "held" else self.subsidy_fen
        if not public:
            return "self"
        return "gov" if public >= self.price_fen else "mixed"

    @property
    def used_fen(self) -> int:
        """What it uses of the month's quota: what is held, or what was taken and not given back."""
        return (
            self.held_fen if self.state == "held" else self.subsidy_fen - self.refunded_fen
        )  # 0 when released


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """What an order came to: its price, who gave the service, in which month, and what else is paid for it.

    ``left_fen`` is what that month's quota has left for it, None where the bill was held for the same month.
    ``top_up_fen`` comes from ``top_up_budget`` in addition; ``share_fen`` goes on to the station or community.
    """

    price_fen: int
    provider: int
    month: str
    left_fen: int | None = None
    top_up_fen: int = 0
    top_up_budget: str = ""
    share_fen: int = 0


def part_of(price_fen: int, percent: int) -> int:
    """Return so many percent of a price, rounded down to the fen."""
    return price_fen * percent // 100


def hold(bill: Bill, when: Booking) -> tuple[Bill, tuple[Transfer, ...]]:
    """Return a bill with its public part reserved, and the transfer that reserves it.

    Raises
    ------
    BadFieldError
        When what is to be held is not within the price.
    """
    if not 0 < bill.held_fen <= bill.price_fen:
        raise BadFieldError("held_fen", bill.held_fen, f"from 1 to the price of {bill.price_fen} fen")
    made = replace(bill, state="held", held_at=when.at)
    return made, (_of(made, when, "hold", purse.free(made.budget), purse.held(made.budget), made.held_fen),)


def release(bill: Bill, when: Booking) -> tuple[Bill, tuple[Transfer, ...]]:
    """Return a bill whose order ended without service: all that was held goes back.

    Raises
    ------
    NotPossibleError
        When it was settled. One that was released before is returned as it is, and nothing moves.
    """
    if bill.state == "released":
        return bill, ()
    if bill.state != "held":
        raise NotPossibleError(f"bill {bill.no} is settled; what was paid can be refunded")
    after = replace(bill, state="released", own_fen=0, ended_at=when.at, version=bill.version + 1)
    back = _of(bill, when, "release", purse.held(bill.budget), purse.free(bill.budget), bill.held_fen)
    return after, (back,)


def settle(bill: Bill, deal: Deal, when: Booking) -> tuple[Bill, tuple[Transfer, ...]]:
    """Return a bill of an order that was done: the public part to the provider, the rest of it back, the own part paid.

    The public part is never more than what was held.

    Parameters
    ----------
    bill : Bill
        Held; or new, with nothing held, for an order without public money.
    deal : Deal
    when : Booking

    Returns
    -------
    (Bill, tuple of Transfer)

    Raises
    ------
    NotPossibleError
        When it was settled or released before.
    """
    if bill.state != "held":
        raise NotPossibleError(f"bill {bill.no} was {bill.state} before; a reservation is resolved once")
    most = bill.held_fen if deal.left_fen is None else min(bill.held_fen, deal.left_fen)
    subsidy = min(part_of(deal.price_fen, bill.percent), most)
    after = replace(
        bill,
        state="settled",
        provider=deal.provider,
        month=deal.month,
        price_fen=deal.price_fen,
        subsidy_fen=subsidy,
        own_fen=deal.price_fen - subsidy,
        top_up_fen=deal.top_up_fen,
        share_fen=deal.share_fen,
        ended_at=when.at,
        version=bill.version + 1,
    )
    earner = purse.provider(deal.provider)
    return after, tuple(
        _of(after, when, reason, start, end, amount, budget)
        for reason, start, end, amount, budget in _parts(bill, deal, earner, subsidy)
        if amount
    )


def refund(
    bill: Bill, when: Booking, subsidy_fen: int | None = None, own_fen: int | None = None
) -> tuple[Bill, tuple[Transfer, ...]]:
    """Return a bill with something given back: to the budget that paid, whatever month it was, and to the resident.

    Parameters
    ----------
    bill : Bill
        Settled.
    when : Booking
    subsidy_fen, own_fen : int, optional
        How much of the public and of the own part; everything that is left of both when neither is given.

    Returns
    -------
    (Bill, tuple of Transfer)

    Raises
    ------
    NotPossibleError
        When it is not settled, or nothing that was taken is left.
    BadFieldError
        When more is asked than is left.
    """
    if bill.state != "settled" or bill.provider is None:
        raise NotPossibleError(f"bill {bill.no} is {bill.state}; only what was paid can be refunded")
    left = bill.subsidy_fen - bill.refunded_fen
    own_left = bill.own_fen - bill.own_refunded_fen
    whole = subsidy_fen is None and own_fen is None
    public = left if whole else subsidy_fen or 0
    own = own_left if whole else own_fen or 0
    _check_refund("subsidy_fen", public, left, bill.subsidy_fen)
    _check_refund("own_fen", own, own_left, bill.own_fen)
    if not public and not own:
        done, paid = bill.refunded_fen + bill.own_refunded_fen, bill.subsidy_fen + bill.own_fen
        raise NotPossibleError(f"already refunded {yuan(done)} of {yuan(paid)} yuan")
    after = replace(
        bill,
        refunded_fen=bill.refunded_fen + public,
        own_refunded_fen=bill.own_refunded_fen + own,
        version=bill.version + 1,
    )
    earner = purse.provider(bill.provider)
    ways: tuple[tuple[Reason, str, int], ...] = (
        ("refund", purse.free(bill.budget), public),
        ("own_refund", purse.RESIDENTS, own),
    )
    return after, tuple(_of(after, when, reason, earner, to, fen) for reason, to, fen in ways if fen)


def used_fen(bills: Iterable[Bill], policy: str, month: str) -> int:
    """Return what bills of one person use of a policy's quota of a month; 0 for none."""
    return sum(b.used_fen for b in bills if b.policy == policy and b.month == month)


def _check_refund(field: str, fen: int, left: int, taken: int) -> None:
    if type(fen) is not int or fen < 0:
        raise BadFieldError(field, fen, "a whole number of fen, 0 or more")
    if fen > left and not left:
        raise NotPossibleError(f"already refunded {yuan(taken)} of {yuan(taken)} yuan")
    if fen > left:
        raise BadFieldError(field, fen, f"{yuan(left)} yuan are left of {yuan(taken)}")


def _parts(
    bill: Bill, deal: Deal, earner: str, subsidy: int
) -> tuple[tuple[Reason, str, str, int, str], ...]:
    """List what a settled order moves: reason, from, to, amount, which may be 0, and the budget concerned."""
    kept, budget = purse.held(bill.budget), bill.budget
    return (
        ("settle", kept, earner, subsidy, budget),
        ("release", kept, purse.free(budget), bill.held_fen - subsidy, budget),
        ("own", purse.RESIDENTS, earner, deal.price_fen - subsidy, ""),
        ("top_up", purse.free(deal.top_up_budget), earner, deal.top_up_fen, deal.top_up_budget),
        ("share", earner, purse.share(bill.area), deal.share_fen, ""),
    )


def _of(
    bill: Bill, when: Booking, reason: Reason, start: str, end: str, fen: int, budget: str | None = None
) -> Transfer:
    return Transfer(
        from_purse=start,
        to_purse=end,
        amount_fen=fen,
        reason=reason,
        booked_at=when.at,
        booked_on=when.on,
        order_no=bill.order_no,
        bill=bill.no,
        budget=bill.budget if budget is None else budget,
        provider=bill.provider,
        area=bill.area,
        item=bill.item,
        policy=bill.policy,
        policy_version=bill.policy_version,
    )
