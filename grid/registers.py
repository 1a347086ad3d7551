"""Rules of the registers: how able elders are and by which edition that was judged, and whom to visit every month.

Source: GB/T 42195-2022 has levels 0 (able) to 4 (wholly disabled), MZ/T 039-2013 levels 0 to 3 by another rule.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from dispatch.errors import BadFieldError
from grid.errors import BadRuleError
from grid.home_visits import VisitRules

TAGS = ("elder_alone", "special_elder", "empty_nest", "disabled", "low_income", "veteran", "child")
"""What residents may be marked as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A standard of assessment: levels run from 0, the ablest, to ``worst``; ``moderate`` and worse are disabled.

    Raises
    ------
    BadRuleError
        When ``moderate`` is no such level.
    """

    name: str
    worst: int
    moderate: int

    def __post_init__(self) -> None:
        if not 0 < self.moderate <= self.worst:
            raise BadRuleError(f"{self.name}: moderate {self.moderate} is not within 1 to {self.worst}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ElderRules:
    """How assessments are read, and which elders are special, to be visited every month.

    An assessment is valid for ``valid_months`` from its day. Special are those with one of the tags and, when it is
    set, the disabled.
    """

    editions: Mapping[str, Edition] = field(default_factory=dict)
    valid_months: int = 24
    special_tags: tuple[str, ...] = ()
    special_when_disabled: bool = True

    def check(self, edition: str, level: int) -> None:
        """Let through what the standard knows.

        Raises
        ------
        BadFieldError
            For an unknown edition, or a level it does not have.
        """
        known = self.editions.get(edition)
        if known is None:
            allowed = "the edition it was judged by, one of " + ", ".join(self.editions)
            raise BadFieldError("ability_edition", edition, allowed)
        if not 0 <= level <= known.worst:
            raise BadFieldError("ability_level", level, f"{edition} has levels 0 to {known.worst}")

    def disabled(self, edition: str, level: int) -> bool:
        """Tell moderate or worse disability; False for an edition that is not known any more."""
        known = self.editions.get(edition)
        return known is not None and level >= known.moderate


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRule:
    """When a record is complete, with all fields it ``needs`` filled, and fresh, found right within the time."""

    fresh: timedelta
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRules:
    """The kinds of safety devices, and after how long without a heartbeat one is silent."""

    kinds: tuple[str, ...] = ()
    silent: timedelta = timedelta(hours=24)

    def check_kind(self, kind: str) -> str:
        """Return a kind that is known.

        Raises
        ------
        BadFieldError
        """
        if kind not in self.kinds:
            raise BadFieldError("kind", kind, "one of " + ", ".join(self.kinds))
        return kind


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRules:
    """Everything registers are read by; ``records`` by kind: residents, providers, cells."""

    elders: ElderRules = field(default_factory=ElderRules)
    visits: VisitRules = field(default_factory=VisitRules)
    devices: DeviceRules = field(default_factory=DeviceRules)
    records: Mapping[str, RecordRule] = field(default_factory=dict)


def months_before(day: date, months: int) -> date:
    """Return the day of the same number some months before, the last of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
