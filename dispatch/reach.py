"""Within what time services reach people: the district's core items, and what counts as near."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from dispatch.item import ServiceItem


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachRules:
    """What counts as reached.

    ``core_items`` are the codes that everybody should have near; ``walk_min`` is how far away something lies at most
    that one goes to; who is open at the hour ``at`` of a working day counts. ``eligible`` leads from a function of
    items to the residents who may ask for them; everybody may for the other functions. To an emergency of the trades
    in ``responders`` a grid worker comes, whoever takes the call.
    """

    core_items: tuple[str, ...]
    walk_min: float
    at: time
    eligible: Mapping[str, str]
    responders: frozenset[str] = frozenset()

    def limit_min(self, item: ServiceItem) -> float | None:
        """Return the minutes within which an item has to be; None where no arrival is promised."""
        return self.walk_min if item.direction == "resident_to_provider" else item.promise_arrive_min

    def by_responders(self, item: ServiceItem) -> bool:
        """Tell whether responders come for an item, and not those of its trade."""
        return item.urgency == "emergency" and item.category in self.responders

    def check(self, items: Mapping[str, ServiceItem], people: frozenset[str]) -> None:
        """Prove that the core items exist and can be reached, and that the words for people are known.

        Raises
        ------
        ValueError
            Naming the word at fault.
        """
        if not self.core_items:
            raise ValueError("core_items: name at least one item")
        for code in self.core_items:
            if code not in items:
                raise ValueError(f"core_items: {code!r} is not in items.csv")
            if self.limit_min(items[code]) is None:
                raise ValueError(f"core_items: {code} promises no arrival, so nobody can be reached in time")
        if unknown := sorted(self.responders - {item.category for item in items.values()}):
            raise ValueError(f"responders: no item of items.csv is of the trade {unknown[0]!r}")
        functions = {item.function for item in items.values()}
        for function, who in self.eligible.items():
            if function not in functions:
                raise ValueError(f"eligible: no item has the function {function!r}")
            if who not in people:
                raise ValueError(f"eligible: {who!r} is not one of {', '.join(sorted(people))}")
