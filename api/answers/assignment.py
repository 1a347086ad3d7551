"""What is answered about orders that are planned together."""

from dataclasses import dataclass
from datetime import datetime

from api.answers.answer import Answer
from dispatch.matching.together import Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Going(Answer):
    """Who goes, how long the way and the wait are, and what it costs."""

    provider: int
    name: str
    travel_s: float
    wait_s: float
    cost: float
    price_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignedOrder(Answer):
    """One order: who goes by the plan, and who would if orders were sent one after the other; null for nobody."""

    order: str
    item: str
    item_name: str
    together: Going | None
    one_by_one: Going | None
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof(Answer):
    """Why nothing is better: the cost in hundredths of a minute is the bound that no plan can go below."""

    total: int
    bound: int
    looked_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentAnswer(Answer):
    """Orders planned together, those that came first in front; nobody is sent yet."""

    items: tuple[AssignedOrder, ...]
    together: Summary
    one_by_one: Summary
    saved_min: float
    proof: Proof
    as_of: datetime
