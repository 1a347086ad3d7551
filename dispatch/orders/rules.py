"""What orders are decided by: their table, the limits of a check-in, and what is known of an action from elsewhere."""

from dataclasses import dataclass
from datetime import timedelta

from dispatch.errors import DispatchError
from dispatch.lifecycle import Lifecycle
from dispatch.orders.supervision import Supervision
from geo.place import LonLat


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Limits beyond which people look at what a provider told.

    ``check_in_m`` is how far from the place of the service a check-in may be; ``least_way`` the share of the computed
    way that has to pass before somebody can be there; ``least_work`` what has to pass between arriving and being done;
    ``early`` how long before the wanted time one may arrive.

    Raises
    ------
    DispatchError
        When a limit is below zero, or the share no share.
    """

    check_in_m: float = 200.0
    least_way: float = 0.3
    least_work: timedelta = timedelta(minutes=1)
    early: timedelta = timedelta(minutes=30)

    def __post_init__(self) -> None:
        if self.check_in_m <= 0:
            raise DispatchError(f"check_in_m is {self.check_in_m}; write metres above 0")
        if not 0 <= self.least_way <= 1:
            raise DispatchError(f"least_way is {self.least_way}; write a share from 0 to 1")
        if min(self.least_work, self.early) < timedelta(0):
            raise DispatchError("least_work_s and early_min are 0 or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRules:
    """How many providers the rules ask for one order, one after another; with 0 the desk asks all of them.

    Raises
    ------
    DispatchError
        When there are less than none.
    """

    most: int = 0

    def __post_init__(self) -> None:
        if self.most < 0:
            raise DispatchError(f"most is {self.most}; write how many are asked, or 0 for nobody")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRules:
    """The table of what can happen to an order, the limits of evidence, and how long each step may take.

    ``on_call`` are the trades that answer emergencies at any hour, by category.
    """

    lifecycle: Lifecycle
    evidence: Evidence
    supervision: Supervision
    on_call: frozenset[str] = frozenset()
    offers: OfferRules = OfferRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is known of an action from elsewhere.

    ``spot`` is where the service is done, ``travels`` whether the provider goes there; ``published_fen`` is the price of
    the provider asked, ``shut`` whether it is not open now, ``used`` the other cases that photos given now proved.
    """

    spot: LonLat | None = None
    travels: bool = True
    published_fen: int | None = None
    shut: bool = False
    used: tuple[str, ...] = ()
