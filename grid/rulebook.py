"""The rulebook: every table that tickets are judged by, with the version they carry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from dispatch.lifecycle import Lifecycle
from dispatch.worktime import Limit, WorkTime
from grid.area import CodeScheme
from grid.deadlines import Stage
from grid.errors import BadRuleError, UnknownCategoryError
from grid.hotline import Hotline
from grid.registers import RegisterRules
from grid.responsibility import ResponsibilityRule
from grid.scores.scoring import Deduction

MOST_LIKE_BITS = 7  # found without fail by an index over four parts of a hash, each searched one bit around
Kind = Literal["part", "event", "extension"]
DEPARTMENT_KINDS = ("gov", "enterprise", "charity", "mass_org")
PUBLIC_KINDS = frozenset({"part", "event"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One kind of issue; ``limit`` is the committed deadline, ``response`` the time to receive it.

    Where there are ``stages``, the last one's limit is that of the whole.

    Raises
    ------
    BadRuleError
        When it is not, or two stages share a name.
    """

    code: str
    kind: Kind
    class_zh: str
    name_zh: str
    name_en: str
    owner: str
    urgent: bool
    limit: Limit
    response: Limit
    stages: tuple[Stage, ...] = ()
    filing_condition: str = ""
    closing_condition: str = ""
    closing_zh: str = ""

    def __post_init__(self) -> None:
        if self.stages and self.stages[-1].limit != self.limit:
            raise BadRuleError(
                f"{self.code}: limit {self.limit} is not that of the last stage, {self.stages[-1].limit}"
            )
        names = [stage.name for stage in self.stages]
        if len(set(names)) < len(names):
            raise BadRuleError(f"{self.code}: two stages share a name; the stages are {', '.join(names)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Nature:
    """What a report is to whoever brings it; ``complaint`` when it counts as one, ``answered`` when words may end it."""

    code: str
    name_zh: str
    name_en: str
    complaint: bool = False
    answered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """Somebody who answers: a bureau, a company, or the office of a street or district."""

    code: str
    name_zh: str
    name_en: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSettings:
    """Numbers that differ between cities.

    ``most_visits`` is how many verifications a worker may have open and still count as free.
    """

    like_case_radius_m: float = 50.0
    like_case_span: timedelta = timedelta(hours=24)
    gps_error_m: float = 15.0
    most_extensions: int = 1
    most_returns: int = 2
    contest_limit: Limit = field(default_factory=lambda: Limit.parse("5 work_day"))
    verify_limit: Limit = field(default_factory=lambda: Limit.parse("24 urgent_hour"))
    most_visits: int = 2
    whistle_urgent: Limit = field(default_factory=lambda: Limit.parse("1 urgent_hour"))
    whistle_normal: Limit = field(default_factory=lambda: Limit.parse("2 work_hour"))
    waiting_days: int = 3
    repeat_radius_m: float = 50.0
    repeat_span: timedelta = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureSettings:
    """When a photo or a rating is a sign: metres away, time before the report, bits that differ, stars at most."""

    photo_far_m: float = 300.0
    photo_early: timedelta = timedelta(minutes=10)
    photo_like_bits: int = 6
    low_rating: int = 2

    def __post_init__(self) -> None:
        if not 0 <= self.photo_like_bits <= MOST_LIKE_BITS:
            raise ValueError(f"photo_like_bits: {self.photo_like_bits} is not within 0 to {MOST_LIKE_BITS}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSettings:
    """Within what time of an alarm somebody has taken it and rung back; ``tests`` are reasons of trial alarms."""

    answer: timedelta = timedelta(seconds=15)
    call_back: timedelta = timedelta(seconds=60)
    tests: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """All rules in force; ``version`` is the hash of the catalogue they were read from."""

    version: str
    scheme: CodeScheme
    worktime: WorkTime
    lifecycle: Lifecycle
    categories: Mapping[str, Category]
    departments: Mapping[str, Department]
    responsibility: tuple[ResponsibilityRule, ...]
    deductions: Mapping[str, Deduction]
    settings: TicketSettings = field(default_factory=TicketSettings)
    stage_names: Mapping[str, str] = field(default_factory=dict)
    closure: ClosureSettings = field(default_factory=ClosureSettings)
    registers: RegisterRules = field(default_factory=RegisterRules)
    alarm: AlarmSettings = field(default_factory=AlarmSettings)
    natures: Mapping[str, Nature] = field(default_factory=dict)
    lines: Mapping[str, Hotline] = field(default_factory=dict)

    def public_categories(self) -> dict[str, Category]:
        """Return the categories of public space by code; matters between people are nobody else's business."""
        return {c.code: c for c in self.categories.values() if c.kind in PUBLIC_KINDS}

    def category(self, code: str) -> Category:
        """Look a category up.

        Raises
        ------
        UnknownCategoryError
            Naming the code and where to find those that exist.
        """
        found = self.categories.get(code)
        if found is None:
            raise UnknownCategoryError(
                f"category {code!r} is not in the catalogue; see /api/v1/items?kind=issue"
            )
        return found
