"""The indicators of an area and month with those of the areas beside or below it and of earlier times."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from data.city.city import City
from data.city.supply import Supplies
from data.figures.facts import collect, records_begin
from data.figures.frozen import Measures, frozen
from data.figures.frozen_lists import pack
from data.figures.histories import Chronicle
from data.rules.catalogue import Catalogue
from data.store.session import Database
from dispatch.errors import BadFieldError
from grid.area import Area
from grid.figures.counted import Counted
from grid.figures.facts import Facts
from grid.figures.indicators import Change, Indicator, Measure, Standing, change, standing
from grid.figures.lines import Behind
from grid.figures.measures import behind, measure, measured
from grid.period import Period, month_earlier, month_of, month_period, month_so_far

SPANS: Mapping[str, int] = {"month": 1, "year": 12}
"""What is compared with, and how many months back it lies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What figures are computed from: the store, the rules, and what the process holds in memory."""

    database: Database
    catalogue: Catalogue
    city: City
    chronicle: Chronicle
    supplies: Supplies

    @property
    def zone(self) -> ZoneInfo:
        """The district's zone."""
        return self.catalogue.zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """An area, all areas of its level under the same parent (itself among them), and those below it."""

    area: Area
    siblings: tuple[Area, ...]
    children: tuple[Area, ...]

    @property
    def peers(self) -> tuple[Area, ...]:
        """Whom to show side by side: the siblings, or those below an area that has none."""
        return self.siblings if len(self.siblings) > 1 else self.children


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Measures by area and indicator; ``past`` by span and indicator, of the area itself.

    ``frozen_at`` is when the month was frozen, None while it was not; ``kept`` are the spans whose past is frozen,
    ``whole`` those whose past lies within the records. ``least`` is the smallest number of rows that is compared.
    """

    month: str
    period: Period
    now: datetime
    region: Region
    own: Facts
    by_area: Mapping[str, Measures]
    past: Mapping[str, Measures]
    kept: frozenset[str]
    whole: frozenset[str]
    least: int
    frozen_at: datetime | None

    def measure(self, indicator: Indicator) -> Measure:
        """Give the figure of the area itself."""
        return self.by_area[self.region.area.code][indicator.id]

    def standing(self, indicator: Indicator) -> Standing:
        """Tell how the area stands among its siblings."""
        siblings = [self.by_area[a.code][indicator.id] for a in self.region.siblings]
        return standing(indicator, self.measure(indicator), siblings)

    def change(self, indicator: Indicator, span: str) -> Change:
        """Tell the change to an earlier time."""
        before = self.past[span][indicator.id]
        return change(
            indicator,
            self.measure(indicator),
            before,
            self.least,
            kept=span in self.kept,
            whole=span in self.whole,
        )

    def peers(self, indicator: Indicator) -> list[tuple[Area, Measure]]:
        """Give the areas shown side by side with their figures."""
        return [(a, self.by_area[a.code][indicator.id]) for a in self.region.peers]


def panel(sources: Sources, own: str, month: str, area: str, now: datetime) -> Panel:
    """Measure all indicators of an area and a month, up to now for the running one.

    Parameters
    ----------
    sources : Sources
    own : str
        Code of the area that whoever asks may see; empty for the whole district.
    month : str
        Such as ``2026-11``.
    area : str
        Code of the area asked for; empty for one's own.
    now : datetime

    Raises
    ------
    BadFieldError
        For a month ahead, or an area that does not exist or lies outside it.
    """
    period, region = month_so_far(month, sources.zone, now), region_of(sources, own, area)
    prefix_of = sources.catalogue.rulebook.scheme.prefix
    own_prefix, code = prefix_of(region.area.code), region.area.code
    shown = [area.code for area in (*region.siblings, *region.children)]
    supply = sources.supplies.now(now)
    with sources.database.read() as session:
        above = prefix_of(region.area.parent) if region.area.parent else ""
        around = collect(session, sources.catalogue, period, above, sources.chronicle, supply)
        kept = frozen(session, month, shown)
        earlier = {span: month_earlier(month, months, sources.zone, now) for span, months in SPANS.items()}
        past = {span: _past(session, sources, then, region.area, now) for span, then in earlier.items()}
        begun = records_begin(session) or now
    inside = around.of_area(own_prefix)
    now_told = _told(sources, around, region.siblings) | _told(sources, inside, region.children)
    return Panel(
        month=month,
        period=period,
        now=now,
        region=region,
        own=inside,
        # What is frozen stands; an indicator that came into the catalogue later is measured as of now.
        by_area={a: {**told, **kept[a].measures} if a in kept else told for a, told in now_told.items()},
        past={span: told for span, (told, _) in past.items()},
        kept=frozenset(span for span, (_, is_kept) in past.items() if is_kept),
        whole=frozenset(span for span, then in earlier.items() if begun <= then.start),
        least=sources.catalogue.least_compared,
        frozen_at=kept[code].frozen_at if code in kept else None,
    )


def measure_all(
    sources: Sources, session: Session, month: str, now: datetime
) -> tuple[dict[str, Measures], dict[str, bytes]]:
    """Measure every indicator of every area in a month that is over; with the packed lists behind them, by area."""
    supply, period = sources.supplies.now(now), month_period(month, sources.zone)
    whole = collect(session, sources.catalogue, period, "", sources.chronicle, supply)
    areas, lists = sorted(sources.city.areas.values(), key=lambda a: a.code), dict[str, bytes]()
    top = tuple(a for a in areas if a.parent not in sources.city.areas)
    found = _told(sources, whole, top, lists)
    for area in areas:
        if children := tuple(a for a in areas if a.parent == area.code):
            inside = whole.of_area(sources.catalogue.rulebook.scheme.prefix(area.code))
            found |= _told(sources, inside, children, lists)
    return found, lists


def behind_of(counted: Counted | None) -> Behind:
    """Return the lines behind a figure; none where the records cannot tell it."""
    if counted is None:
        return Behind()
    return Behind(cases=counted.lines, rest=counted.lines_of_rest, items=counted.items)


def _told(
    sources: Sources, whole: Facts, areas: tuple[Area, ...], lists: dict[str, bytes] | None = None
) -> dict[str, Measures]:
    """Measure all indicators of the parts of an area; ``lists`` takes in what lies behind them."""
    indicators = sources.catalogue.indicators
    prefixes = {a.code: sources.catalogue.rulebook.scheme.prefix(a.code) for a in areas}
    parts = whole.of_areas(list(prefixes.values()))
    totals = {i.id: measure(i, whole).value for i in indicators} if areas else {}
    found: dict[str, Measures] = {}
    for code, prefix in prefixes.items():
        facts = parts[prefix]
        counted = {i.id: behind(i, facts) for i in indicators}
        found[code] = {i.id: measured(i, facts, counted[i.id], totals[i.id]) for i in indicators}
        if lists is not None:
            lists[code] = pack({name: behind_of(one) for name, one in counted.items() if one is not None})
    return found


def region_of(sources: Sources, own: str, code: str) -> Region:
    """Find the area asked for, inside the one that may be seen.

    Raises
    ------
    BadFieldError
        When there is no such area, or it lies outside it.
    """
    scheme, areas = sources.catalogue.rulebook.scheme, sources.city.areas
    code = code or own or sources.city.district.code
    if code not in areas:
        raise BadFieldError("area", code, "give a code of /api/v1/areas")
    if not scheme.contains(own, scheme.prefix(code)):
        raise BadFieldError("area", code, f"your area is {own}")
    area = areas[code]
    others = sorted(areas.values(), key=lambda a: a.code)
    return Region(
        area=area,
        siblings=tuple(a for a in others if a.level == area.level and a.parent == area.parent),
        children=tuple(a for a in others if a.parent == area.code),
    )


def _past(
    session: Session, sources: Sources, period: Period, area: Area, now: datetime
) -> tuple[Measures, bool]:
    """Measure an earlier period, or read it where it is a frozen month, and tell which; none before the records."""
    begun = records_begin(session)
    if begun is None or period.end <= begun:
        why = "no_records"
        return {i.id: Measure(id=i.id, value=None, why=why) for i in sources.catalogue.indicators}, False
    month = month_of(period.start, sources.zone)
    kept: Measures = {}
    if period == month_period(month, sources.zone) and (found := frozen(session, month, [area.code])):
        kept = found[area.code].measures
    if all(i.id in kept for i in sources.catalogue.indicators):
        return kept, True
    supply, prefix = sources.supplies.now(now), sources.catalogue.rulebook.scheme.prefix(area.code)
    facts = collect(session, sources.catalogue, period, prefix, sources.chronicle, supply)
    return {**{i.id: measure(i, facts) for i in sources.catalogue.indicators}, **kept}, bool(kept)
