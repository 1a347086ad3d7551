"""Habits of the people of a rehearsal: what is reported and ordered how often, and which departments dawdle."""

import math
import random
from collections.abc import Container, Mapping
from datetime import timedelta
from typing import Any

from data.city.city import City
from data.sample.people import worker_of
from dispatch.lifecycle import Actor
from grid.rulebook import Category

DISPATCHER = Actor(user="dispatcher", role="dispatcher")
CHECKER = Actor(user="checker", role="worker")
COMMON = {
    "E0102": 14,
    "E0104": 12,
    "E0404": 12,
    "E0410": 14,
    "E0409": 9,
    "P0305": 8,
    "E0201": 6,
    "E2101": 4,
    "E2108": 5,
}
RARE = {"E0502": 0.2, "E0508": 0.3, "E2109": 0.4, "E2110": 0.2, "P0401": 0.3}
ITEM_WEIGHTS = {
    "SV-E05": 14,
    "SV-G01": 9,
    "SV-B01": 9,
    "SV-H04": 8,
    "SV-B08": 7,
    "SV-E15": 7,
    "SV-B07": 5,
    "SV-B03": 5,
    "SV-B11": 5,
    "SV-E07": 5,
    "SV-H02": 4,
    "SV-G03": 4,
    "SV-G06": 4,
    "SV-B13": 4,
    "SV-B02": 3,
    "SV-B20": 3,
    "SV-H03": 3,
    "SV-B05": 2,
    "SV-B10": 2,
    "SV-E06": 2,
    "SV-X04": 1,
    "SV-B06": 0.5,
}
NATURES = {
    "worker": {"fault": 92, "suggestion": 3, "help": 5},
    "resident": {"fault": 45, "complaint": 26, "help": 12, "consultation": 9, "suggestion": 8},
}
SOLVED = {5: 0.99, 4: 0.95, 3: 0.7, 2: 0.3, 1: 0.1}
SAYS_WHETHER_SOLVED = 0.8
LATENESS = {"DP24": 0.62, "DP29": 0.66, "DP28": 0.6, "DP27": 0.42, "DP26": 0.5, "DP08": 0.48}


class Voices:
    """What people say, and how soon the desk answers an alarm; of a seed of its own, so that all else stays as it is."""

    def __init__(self, seed: int, natures: Container[str]) -> None:
        self._draw = random.Random(seed)  # noqa: S311 - sample data
        self._natures = natures

    def nature(self, who: str) -> str:
        """Draw what a report is to a worker or resident; empty when the catalogue knows none of the usual."""
        known = {name: weight for name, weight in NATURES[who].items() if name in self._natures}
        return self._draw.choices(list(known), list(known.values()))[0] if known else ""

    def says(self, rating: int) -> dict[str, Any]:
        """Say stars and, mostly, whether the matter is solved."""
        if self._draw.random() >= SAYS_WHETHER_SOLVED:
            return {"rating": rating}
        return {"rating": rating, "solved": self._draw.random() < SOLVED[rating]}

    def span(self, middle_s: float) -> timedelta:
        """Draw how long something takes that takes so many seconds in the middle, now and then much longer."""
        return timedelta(seconds=self._draw.lognormvariate(math.log(middle_s), 0.5))


def category_weights(categories: Mapping[str, Category]) -> tuple[list[str], list[float]]:
    """Give the codes of all categories and how often each is reported."""
    codes = list(categories)
    return codes, [COMMON.get(code, RARE.get(code, 1.0)) for code in codes]


def worker(city: City, cell: str) -> Actor:
    """Give the grid worker of a cell."""
    community = city.catalogue.rulebook.scheme.community_of(cell)
    return Actor(user=worker_of(community), role="worker", area=community)
