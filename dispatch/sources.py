"""Which of two sources is believed about a field of a record: the better one by rule, of equals the newer one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Judgement = Literal["take", "stale", "conflict"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Who told a field, empty for nobody in particular, and of when it is."""

    source: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRules:
    """By register and field the sources, the best first; a field that is not named follows the empty one of its register."""

    order: Mapping[tuple[str, str], Sequence[str]]

    def rank(self, register: str, field: str, source: str) -> int:
        """Return how far from the best a source is; those not listed come after all that are."""
        listed = self.order.get((register, field)) or self.order.get((register, "")) or ()
        return listed.index(source) if source in listed else len(listed)

    def judge(self, register: str, field: str, known: Told | None, offered: Told) -> Judgement:
        """Tell what is to be done with a value that differs from the one that the register holds.

        Parameters
        ----------
        register, field : str
        known, offered : Told
            Of the value held, None when nobody knows; and of the one offered.

        Returns
        -------
        str
            ``take`` it, leave it as ``stale``, or leave it and list the ``conflict``.
        """
        if known is None:
            return "take"
        held, new = (self.rank(register, field, each.source) for each in (known, offered))
        if new != held:
            return "take" if new < held else "conflict"
        return "take" if offered.at >= known.at else "stale"
