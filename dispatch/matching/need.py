"""What has to be matched, and the weights of the cost."""

from dataclasses import dataclass
from datetime import datetime

from dispatch.errors import DispatchError
from dispatch.item import ServiceItem
from geo.place import LonLat


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Weights of the generalised cost, in minutes.

    ``wish_min`` is what a wish said for an order is worth, ``taste_min`` what is only known of the resident. Whoever wishes
    the cheapest pays ``cheapest_min_per_yuan`` for each yuan of the whole price; who wishes it soonest counts minutes until
    somebody is there ``soonest_times``.

    Raises
    ------
    DispatchError
        When a weight is below zero, or ``soonest_times`` below one.
    """

    minutes_per_yuan: float = 2.0
    minutes_per_star: float = 10.0
    fair_share_min: float = 5.0
    horizon_min: float = 120.0
    wish_min: float = 15.0
    taste_min: float = 3.0
    cheapest_min_per_yuan: float = 10.0
    soonest_times: float = 3.0

    def __post_init__(self) -> None:
        below = [name for name in self.__slots__ if getattr(self, name) < 0]
        if below:
            raise DispatchError(f"{below[0]} is {getattr(self, below[0])}; write minutes of 0 or more")
        if self.soonest_times < 1:
            raise DispatchError(f"soonest_times is {self.soonest_times}; write 1 or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tastes:
    """What is known of whom an order is for, as far as it counts for who goes; nothing for strangers.

    ``blocked`` are the providers they do not want, ``known`` those they prefer or who served them before, ``dialect`` is
    what they speak, empty where nobody told.
    """

    blocked: frozenset[int] = frozenset()
    known: frozenset[int] = frozenset()
    dialect: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What has to be matched: an item at a place and time, for somebody with limits, tastes and wishes.

    ``on_call`` is for trades that answer emergencies at any hour, whatever their shops' hours say.
    """

    item: ServiceItem
    place: LonLat
    area: str
    at: datetime
    max_price_fen: int | None = None
    tastes: Tastes = Tastes()
    wishes: tuple[str, ...] = ()
    declined: frozenset[int] = frozenset()
    on_call: bool = False
