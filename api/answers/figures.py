"""What is answered of coverage, scores, counts and rates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from api.answers.answer import Answer, Sometimes
from api.answers.reason import Evidence
from data.city.coverage import AreaReach
from data.queries.orders import ItemCount
from grid.figures.rates import Counts, Rate
from grid.scores.scoring import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindSpotAnswer(Answer):
    """A cell with residents farther from any open provider than promised; ``minutes`` is null where none comes to most."""

    cell: str
    name: str
    residents: int
    minutes: float | None
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaReachAnswer(Answer, AreaReach):
    """How far the people of a community are."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageAnswer(Answer):
    """How many residents have an open provider of an item near by road, ``within`` its own promise.

    ``shares`` maps minutes to the share of residents reached in that time, null where nobody lives; ``by_cell`` maps
    cells to minutes, null where nobody comes. ``blind_spots`` are those of all cells, the worst first.
    """

    item: str
    item_name: str
    at: datetime
    providers: int
    people: int
    unreached: int
    promise_min: float
    within: int
    shares: Mapping[str, float | None]
    median_min: float | None
    p90_min: float | None
    communities: tuple[AreaReachAnswer, ...]
    blind_spots: tuple[BlindSpotAnswer, ...]
    by_cell: Mapping[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition(Answer):
    """What a figure counts, in Chinese and English; ``part`` and ``whole`` are the sets of a share."""

    zh: str
    en: str
    part: Sometimes[str]
    whole: Sometimes[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow(Answer):
    """A department's place in a month; ``rank`` is null below the least number of cases, shares over none.

    ``low`` and ``high`` bound the share done in time with 95 % certainty; the shares of like cases compare it with
    others over the same kinds of case.
    """

    rank: int | None
    department: str
    name: str
    score: float
    lost_per_100: float
    deducted: float
    entries: int
    due: int
    on_time: int
    late: int
    on_time_share: float | None
    low: float
    high: float
    like_cases: int
    like_own: float | None
    like_others: float | None
    few_cases: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores(Answer):
    """The departments of a month, the best first."""

    month: str
    items: tuple[ScoreRow, ...]
    as_of: datetime
    least_cases: int
    per_cases: int
    definitions: Mapping[str, Definition]


@dataclass(frozen=True, kw_only=True)
class EntryAnswer(Evidence, Entry):
    """One entry of the ledger; ``points`` is negative for a deduction."""

    points: float
    kind_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntries(Answer):
    """The entries of a month; a department that asks for another's gets none, and no name."""

    items: tuple[EntryAnswer, ...]
    month: str
    department: Sometimes[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureCounts(Answer):
    """Tickets and orders of a period."""

    tickets: int
    open: int
    overdue: int
    closed: int
    orders: int
    unmet: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HotItem(Answer, ItemCount):
    """Demand of one service item."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures(Answer):
    """What was reported and ordered in a period, with the services that were most wanted."""

    figures: FigureCounts
    hot: tuple[HotItem, ...]
    since: datetime
    as_of: datetime
    definitions: Mapping[str, Definition]


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesOf(Answer):
    """Counts and rates of one part."""

    key: str
    name: str
    counts: Counts
    rates: tuple[Rate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates(Answer):
    """Counts and rates of a month; ``items`` when they were split."""

    month: str
    area: str
    department: str
    start: datetime
    end: datetime
    as_of: datetime
    rules: str
    counts: Counts
    rates: tuple[Rate, ...]
    items: Sometimes[tuple[RatesOf, ...]]
