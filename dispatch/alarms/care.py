"""What whoever helps has to know of a person: plan of their own, illnesses, the way in; and whom to call for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from dispatch.alarms.rules import OwnPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class CarePlan:
    """One person's plan; limits in seconds and ladders by cause, as in `OwnPlan`. ``access`` tells key, code and dog."""

    resident: str
    limits_s: Mapping[str, int] = field(default_factory=dict)
    ladders: Mapping[str, str] = field(default_factory=dict)
    alone: bool = True
    away_until: datetime | None = None
    illnesses: str = ""
    medicines: str = ""
    access: str = ""

    @property
    def own(self) -> OwnPlan:
        """The part that alarms are judged by."""
        return OwnPlan(
            limits_s=self.limits_s, ladders=self.ladders, alone=self.alone, away_until=self.away_until
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """Somebody who is called for a person, those of the smallest ``turn`` first; ``available`` tells for now.

    ``ended_on`` is the last day on which they were called, None while they are.
    """

    no: str
    resident: str
    turn: int
    name: str
    phone: str
    relation: str = ""
    has_key: bool = False
    available: bool = True
    ended_on: date | None = None
