"""The indicators of an area and month with those of the areas beside or below it and of earlier times."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from api.v1.rates import month_so_far
from api.world import World
from data.figures.facts import collect, records_begin
from data.figures.frozen import Measures, frozen
from data.figures.scores import month_bounds
from data.figures.sets import Period
from data.registers.accounts import Account
from dispatch.errors import BadFieldError
from grid.area import Area
from grid.figures.facts import Facts
from grid.figures.indicators import Change, Indicator, Measure, Standing, change, standing
from grid.figures.measures import measure

SPANS: Mapping[str, int] = {"month": 1, "year": 12}
"""What is compared with, and how many months back it lies."""


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

    ``frozen_at`` is when the month was frozen, None while it was not; ``kept`` are the spans whose past is frozen.
    """

    month: str
    period: Period
    now: datetime
    region: Region
    own: Facts
    by_area: Mapping[str, Measures]
    past: Mapping[str, Measures]
    kept: frozenset[str]
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
        return change(indicator, self.measure(indicator), before, before_kept=span in self.kept)

    def peers(self, indicator: Indicator) -> list[tuple[Area, Measure]]:
        """Give the areas shown side by side with their figures."""
        return [(a, self.by_area[a.code][indicator.id]) for a in self.region.peers]


def panel(world: World, account: Account, month: str, area: str) -> Panel:
    """Measure everything of an area, one's own when left out, and a month, up to now for the running one.

    Raises
    ------
    BadFieldError
        For a month ahead, or an area that does not exist or lies outside the account's.
    """
    now = world.clock()
    period, region = month_so_far(world, month, now), region_of(world, account, area)
    prefix_of = world.catalogue.rulebook.scheme.prefix
    own_prefix, code = prefix_of(region.area.code), region.area.code
    shown = [area.code for area in (*region.siblings, *region.children)]
    supply = world.supplies.now(now)
    with world.database.read() as session:
        above = prefix_of(region.area.parent) if region.area.parent else ""
        around = collect(session, world.catalogue, period, above, world.chronicle, supply)
        kept = frozen(session, month, shown)
        past = {
            span: _past(session, world, _earlier(world, month, period, months), region.area)
            for span, months in SPANS.items()
        }
    own = around.of_area(own_prefix)
    now_told = _told(world, around, region.siblings) | _told(world, own, region.children)
    return Panel(
        month=month,
        period=period,
        now=now,
        region=region,
        own=own,
        # What is frozen stands; an indicator that came into the catalogue later is measured as of now.
        by_area={a: {**told, **kept[a].measures} if a in kept else told for a, told in now_told.items()},
        past={span: told for span, (told, _) in past.items()},
        kept=frozenset(span for span, (_, is_kept) in past.items() if is_kept),
        frozen_at=kept[code].frozen_at if code in kept else None,
    )


def measure_all(world: World, session: Session, month: str) -> dict[str, Measures]:
    """Measure every indicator of every area in a month that is over."""
    start, end = month_bounds(month, world.catalogue.rulebook.worktime.zone)
    supply = world.supplies.now(world.clock())
    whole = collect(session, world.catalogue, Period(start=start, end=end), "", world.chronicle, supply)
    areas = sorted(world.city.areas.values(), key=lambda a: a.code)
    found = _told(world, whole, tuple(a for a in areas if a.parent not in world.city.areas))
    for area in areas:
        if children := tuple(a for a in areas if a.parent == area.code):
            inside = whole.of_area(world.catalogue.rulebook.scheme.prefix(area.code))
            found |= _told(world, inside, children)
    return found


def months_over(world: World, session: Session, now: datetime) -> list[str]:
    """List the months with records that are over, the oldest first."""
    begun, local = records_begin(session), world.catalogue.rulebook.worktime.local
    months: list[str] = []
    first = local(now).date().replace(day=1)
    while begun is not None and first > local(begun).date():
        first = (first - timedelta(days=1)).replace(day=1)
        months.append(f"{first:%Y-%m}")
    return months[::-1]


def _told(world: World, whole: Facts, areas: tuple[Area, ...]) -> dict[str, Measures]:
    """Measure all indicators of the parts of an area."""
    prefixes = {a.code: world.catalogue.rulebook.scheme.prefix(a.code) for a in areas}
    parts = whole.of_areas(list(prefixes.values()))
    totals = {i.id: measure(i, whole).value for i in world.catalogue.indicators} if areas else {}
    return {
        code: {i.id: measure(i, parts[prefix], totals[i.id]) for i in world.catalogue.indicators}
        for code, prefix in prefixes.items()
    }


def region_of(world: World, account: Account, code: str) -> Region:
    """Find the area asked for, inside the account's own.

    Raises
    ------
    BadFieldError
        When there is no such area, or it lies outside the account's.
    """
    scheme, areas = world.catalogue.rulebook.scheme, world.city.areas
    code = code or account.area or world.city.district.code
    if code not in areas:
        raise BadFieldError("area", code, "give a code of /api/v1/areas")
    if not scheme.contains(account.area, scheme.prefix(code)):
        raise BadFieldError("area", code, f"your area is {account.area}")
    area = areas[code]
    others = sorted(areas.values(), key=lambda a: a.code)
    return Region(
        area=area,
        siblings=tuple(a for a in others if a.level == area.level and a.parent == area.parent),
        children=tuple(a for a in others if a.parent == area.code),
    )


def _earlier(world: World, month: str, period: Period, months: int) -> Period:
    """Give the same stretch of an earlier month: whole for a whole month, as long as the running one has lasted."""
    zone = world.catalogue.rulebook.worktime.zone
    first = date.fromisoformat(f"{month}-01")
    for _ in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
    start, end = month_bounds(f"{first:%Y-%m}", zone)
    whole = period.end == month_bounds(month, zone)[1]
    return Period(start=start, end=end if whole else min(end, start + (period.end - period.start)))


def _past(session: Session, world: World, period: Period, area: Area) -> tuple[Measures, bool]:
    """Measure an earlier period, or read it where it is a frozen month, and tell which; none before the records."""
    begun = records_begin(session)
    if begun is None or period.end <= begun:
        why = "no records of that time"
        return {i.id: Measure(id=i.id, value=None, why=why) for i in world.catalogue.indicators}, False
    zone, scheme = world.catalogue.rulebook.worktime.zone, world.catalogue.rulebook.scheme
    month = f"{period.start.astimezone(zone):%Y-%m}"
    kept: Measures = {}
    if period.end == month_bounds(month, zone)[1] and (found := frozen(session, month, [area.code])):
        kept = found[area.code].measures
    if all(i.id in kept for i in world.catalogue.indicators):
        return kept, True
    supply, prefix = world.supplies.now(world.clock()), scheme.prefix(area.code)
    facts = collect(session, world.catalogue, period, prefix, world.chronicle, supply)
    return {**{i.id: measure(i, facts) for i in world.catalogue.indicators}, **kept}, bool(kept)
