"""The figures of a month that were frozen when it was over."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenMonth:
    """A month whose figures are frozen: of how many areas, the SHA-256 over all of them, and over the lists behind them.

    ``lists`` is empty for a month that was frozen without lists.
    """

    month: str
    areas: int
    sha256: str
    lists: str = ""
