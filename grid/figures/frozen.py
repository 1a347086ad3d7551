"""The figures of a month that were frozen when it was over."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenMonth:
    """A month whose figures are frozen: of how many areas, and the SHA-256 over all of them."""

    month: str
    areas: int
    sha256: str
