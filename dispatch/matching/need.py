"""What has to be matched, and the weights of the cost."""

from dataclasses import dataclass
from datetime import datetime

from dispatch.item import ServiceItem
from geo.place import LonLat


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Weights of the generalised cost, in minutes."""

    minutes_per_yuan: float = 2.0
    minutes_per_star: float = 10.0
    fair_share_min: float = 5.0
    horizon_min: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What has to be matched: an item at a place and time, for somebody with limits and dislikes.

    ``on_call`` is for trades that answer emergencies at any hour, whatever their shops' hours say.
    """

    item: ServiceItem
    place: LonLat
    area: str
    at: datetime
    max_price_fen: int | None = None
    blocked: frozenset[int] = frozenset()
    declined: frozenset[int] = frozenset()
    on_call: bool = False
