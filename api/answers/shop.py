"""What a provider is told of itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from api.answers.answer import Answer
from dispatch.matching.ranking import Lift


@dataclass(frozen=True, slots=True, kw_only=True)
class ShutHours(Answer):
    """So many orders came on a weekday (0 for Monday) in an hour in which it was closed."""

    weekday: int
    hour: int
    orders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRanking(Answer):
    """How a provider ranks for an item over 30 days.

    ``orders`` were given out again to the providers as they are now; it was proposed for ``offered`` of them, as the
    first for ``first``, at place ``position`` on average (null for never). ``mine`` and ``above`` are mean minutes by
    summand of the cost, its own and of those in front. ``worst`` is the summand that cost most, by ``worst_min``; empty
    for none. ``refused`` counts why it was not proposed. ``chosen``, ``accepted`` and ``declined`` are what happened.
    """

    item: str
    item_name: str
    orders: int
    offered: int
    first: int
    position: float | None
    mine: Mapping[str, float]
    above: Mapping[str, float]
    worst: str
    worst_min: float
    refused: Mapping[str, int]
    shut: tuple[ShutHours, ...]
    lifts: tuple[Lift, ...]
    chosen: int
    accepted: int
    declined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopRanking(Answer):
    """How a provider ranks, by item; ``looked_at`` of the ``orders`` of its trades were given out again, the newest."""

    since: datetime
    until: datetime
    orders: int
    looked_at: int
    items: tuple[ItemRanking, ...]
