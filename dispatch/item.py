"""Service items: what a resident can order, what is promised, who travels and how."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Mode = Literal["on_demand", "appointment", "scheduled"]
Urgency = Literal["normal", "urgent", "emergency"]
Direction = Literal["provider_to_resident", "resident_to_provider"]
Profile = Literal["walk", "ebike", "drive"]
PROFILES: tuple[Profile, ...] = ("walk", "ebike", "drive")
PAYERS = ("gov", "self", "mixed", "free")
SPHERES = ("gov", "mutual", "commercial", "x")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceItem:
    """One row of the item catalogue.

    ``promise_*`` are None where nothing is promised; ``price_fen`` is the reference price, 0 when free;
    ``licences`` are the kinds without which nobody may do it.
    """

    code: str
    name_zh: str
    name_en: str
    function: str
    function_zh: str
    sphere: str
    mode: Mode
    urgency: Urgency
    department: str
    category: str
    direction: Direction
    profile: Profile
    payer: str
    promise_ack_min: int | None = None
    promise_arrive_min: int | None = None
    promise_complete_h: int | None = None
    price_fen: int = 0
    licences: tuple[str, ...] = ()

    @property
    def is_urgent(self) -> bool:
        """Whether time alone decides who is sent."""
        return self.urgency != "normal"

    def promises(self) -> dict[str, timedelta]:
        """Map ``ack``, ``arrive``, ``complete`` to the promised spans; only those promised."""
        given = {
            "ack": (self.promise_ack_min, 60),
            "arrive": (self.promise_arrive_min, 60),
            "complete": (self.promise_complete_h, 3600),
        }
        return {name: timedelta(seconds=n * unit) for name, (n, unit) in given.items() if n is not None}
