"""How able an elder is: items with points, and from their sum the level, by a standard whose tables are data."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from dispatch.errors import BadFieldError

Raise = Literal["once", "each"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentItem:
    """One item of an assessment with its most points; more points are better."""

    code: str
    name_zh: str
    group: str
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """A standard of assessment, such as GB/T 42195-2022.

    ``least`` has the least points of each level from 0 on, falling to 0 for the last. Each of the ``worse`` findings makes
    the level one worse, all together once, or each once, as ``raised`` says; ``coma_level`` is that of an elder in a coma.
    """

    edition: str
    items: tuple[AssessmentItem, ...]
    least: tuple[int, ...]
    worse: Mapping[str, str]
    risk_events: int
    raised: Raise = "once"
    coma_level: int = 4

    def __post_init__(self) -> None:
        if not self.least or self.least[-1] != 0 or sorted(set(self.least), reverse=True) != list(self.least):
            raise ValueError("least points of levels have to fall, down to 0 for the last level")
        if self.least[0] > self.most:
            raise ValueError(f"level 0 needs {self.least[0]} points, and there are {self.most}")
        if not 0 <= self.coma_level < len(self.least):
            raise ValueError(f"coma_level: {self.coma_level} is no level")

    @property
    def most(self) -> int:
        """The points of somebody who can do everything."""
        return sum(item.most for item in self.items)

    def score(self, points: Mapping[str, int]) -> int:
        """Return the sum of the points of all items.

        Raises
        ------
        BadFieldError
            When an item is missing or unknown, or its points are not from 0 to its most.
        """
        known = {item.code: item for item in self.items}
        if odd := sorted(points.keys() - known.keys()):
            raise BadFieldError("points", odd[0], f"items of {self.edition} are {', '.join(known)}")
        if left := [code for code in known if code not in points]:
            raise BadFieldError(
                "points",
                f"{len(points)} of {len(known)} items",
                f"{left[0]} and {len(left) - 1} others are missing",
            )
        for code, given in points.items():
            if type(given) is not int or not 0 <= given <= known[code].most:
                raise BadFieldError("points", {code: given}, f"from 0 to {known[code].most}")
        return sum(points.values())

    def level(
        self, score: int, findings: Collection[str] = (), events: int = 0, *, coma: bool = False
    ) -> int:
        """Return the level of a score.

        Parameters
        ----------
        score : int
        findings : collection of str
            Codes of ``worse``, such as dementia.
        events : int
            Falls, chokings and other events of risk of the time the standard looks at.
        coma : bool

        Returns
        -------
        int
            From 0, the ablest.

        Raises
        ------
        BadFieldError
            For a score that cannot be, or a finding that the standard does not know.
        """
        if not 0 <= score <= self.most:
            raise BadFieldError("score", score, f"from 0 to {self.most}")
        if odd := sorted(set(findings) - self.worse.keys()):
            raise BadFieldError("findings", odd[0], f"one of {', '.join(self.worse)}")
        if coma:
            return self.coma_level
        level = next(number for number, least in enumerate(self.least) if score >= least)
        reasons = len(set(findings)) + (events >= self.risk_events)
        return min(len(self.least) - 1, level + (reasons if self.raised == "each" else min(reasons, 1)))
