"""The market of providers: how many of each small trade a community has, who pays for what, and what stands still."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dispatch.errors import BadFieldError, DispatchError
from dispatch.item import PAYERS
from dispatch.providers.provider import TAKING_ORDERS, Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallTrade:
    """A trade that every community should have: so many providers at ``least`` of any of some categories."""

    code: str
    name_zh: str
    name_en: str
    categories: frozenset[str]
    least: int

    def __post_init__(self) -> None:
        if not self.categories or self.least < 1:
            raise BadFieldError("least", self.least, "one provider or more, of one category or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketRules:
    """By what the market is judged; counted from the end of what is asked.

    ``return_within``: who is back so soon was never lost; ``silent_after``: who did nothing for so long is. An item
    without an order, a provider without acceptance, a cell without a visit, a button without a test, an account without
    a sign-in, a channel without a case counts as standing still after its time. ``low_support``: percent of the demand below which an item is short of providers.
    ``replayed`` orders at most tell what the fair share costs, ``most_extra`` minutes of it are taken.
    """

    trades: tuple[SmallTrade, ...]
    return_within: timedelta
    silent_after: timedelta
    still_after: Mapping[str, timedelta] = field(default_factory=dict)
    low_support: float = 80.0
    replayed: int = 200
    most_extra_min: float = 1.0

    def __post_init__(self) -> None:
        spans = (self.return_within, self.silent_after, *self.still_after.values())
        if min(spans) <= timedelta(0) or self.replayed < 1 or self.most_extra_min < 0:
            raise DispatchError("spans and replayed are more than 0, most_extra_min at least 0")
        if not 0 <= self.low_support <= 100:
            raise DispatchError(f"low_support is {self.low_support}; write 0 to 100 percent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """The providers of a small trade that take orders in a community, by id."""

    community: str
    trade: SmallTrade
    providers: tuple[int, ...]

    @property
    def gap(self) -> int:
        """How many are lacking; 0 where there are enough."""
        return max(0, self.trade.least - len(self.providers))


def stocks(
    providers: Iterable[Provider], communities: Iterable[str], trades: Iterable[SmallTrade]
) -> tuple[Stock, ...]:
    """Count the providers of each small trade in each community.

    Parameters
    ----------
    providers : iterable of Provider
        Those that take no orders are passed over; one of two categories of a trade counts once.
    communities : iterable of str
        Codes of one length; a provider's area is the code of its community or of a cell in it.
    trades : iterable of SmallTrade

    Returns
    -------
    tuple of Stock
        One for each community and trade, in their order; with no providers where nobody is.
    """
    codes, kinds = tuple(communities), tuple(trades)
    wide = len(codes[0]) if codes else 0
    at_work: dict[str, list[Provider]] = {}
    for provider in providers:
        if provider.state in TAKING_ORDERS:
            at_work.setdefault(provider.area[:wide], []).append(provider)
    return tuple(
        Stock(
            community=community,
            trade=trade,
            providers=tuple(
                sorted(p.id for p in at_work.get(community, ()) if trade.categories & set(p.categories))
            ),
        )
        for community in codes
        for trade in kinds
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """One order that was done: who paid, and what each side did, None where no bill tells it."""

    order: str
    provider: int
    payer: str
    public_fen: int | None = None
    own_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payers:
    """Who paid for some orders: orders by payer, and the money of those with a bill."""

    orders: Mapping[str, int]
    public_fen: int
    own_fen: int
    billed: int

    @property
    def shares(self) -> Mapping[str, float]:
        """Orders by payer in percent with one decimal; they add up to 100, or are all 0 where there are none."""
        return percents(self.orders)

    @property
    def dependence(self) -> float | None:
        """Return what of the money came from the public, in percent; None where none was paid."""
        whole = self.public_fen + self.own_fen
        return 100 * self.public_fen / whole if whole else None


def payers(sales: Iterable[Sale]) -> Payers:
    """Sum who paid for some orders.

    Parameters
    ----------
    sales : iterable of Sale
        Empty gives zeros.

    Returns
    -------
    Payers
    """
    known = tuple(sales)
    counted = Counter(sale.payer for sale in known)
    return Payers(
        orders={payer: counted[payer] for payer in PAYERS},
        public_fen=sum(sale.public_fen or 0 for sale in known),
        own_fen=sum(sale.own_fen or 0 for sale in known),
        billed=sum(sale.public_fen is not None for sale in known),
    )


def percents(counts: Mapping[str, int]) -> dict[str, float]:
    """Return counts in percent with one decimal that add up to 100, by largest remainders.

    Parameters
    ----------
    counts : mapping of str to int
        At least 0.

    Returns
    -------
    dict of str to float
        All 0 where there is nothing.
    """
    whole = sum(counts.values())
    if not whole:
        return dict.fromkeys(counts, 0.0)
    tenths = {name: divmod(count * 1000, whole) for name, count in counts.items()}
    short = 1000 - sum(floor for floor, _ in tenths.values())
    up = sorted(tenths, key=lambda name: (-tenths[name][1], name))[:short]
    return {name: (floor + (name in up)) / 10 for name, (floor, _) in tenths.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standstill:
    """Something nothing happened with for so many whole days; ``last`` is None where nothing ever did."""

    kind: str
    key: str
    last: datetime | None
    days: int


def standing_still(
    kind: str, last: Mapping[str, tuple[datetime | None, datetime]], now: datetime, after: timedelta
) -> tuple[Standstill, ...]:
    """Find what stands still.

    Parameters
    ----------
    kind : str
        What the keys are.
    last : mapping of str to (datetime or None, datetime)
        By key: when something last happened, None for never; and since when anybody would have known of it.
    now : datetime
        Aware.
    after : timedelta
        What has stood still for so long is found, to the instant.

    Returns
    -------
    tuple of Standstill
        The longest first. What never moved counts from when it was first watched.
    """
    found = []
    for key, (at, since) in last.items():
        still = now - (at or since)
        if still >= after:
            found.append(Standstill(kind=kind, key=key, last=at, days=still.days))
    return tuple(sorted(found, key=lambda one: (-one.days, one.key)))
