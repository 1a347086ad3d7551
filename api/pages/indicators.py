"""The 52 indicators of an area and month, and what lies behind each: the areas side by side, the cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import Field

from api.forms import Form, Short
from api.locale.words import words
from api.pages.board_ask import areas_to_pick
from api.pages.board_maps import item_name
from api.pages.board_opening import opening_month
from api.pages.indicator_cases import ROWS, default_sort, lines_file, ordered, show_lines
from api.pages.indicator_words import told
from api.pages.shell import language_of, page, visitor
from api.roles import WorldDep
from api.routing import Router
from api.v1.asks import MONTH, AreaCode
from api.v1.indicators import ExportAsk, export
from api.views.measure_words import GROUPS, NORMALISERS, counted_word, unit_word, why_word
from api.world import World
from data.errors import MissingError
from data.figures.facts import records_begin
from data.figures.frozen_lists import frozen_lists
from data.figures.panel import SPANS, Panel, behind_of, panel
from grid.account import Account
from grid.figures.indicators import Change, Indicator, Measure
from grid.figures.lines import Behind, sum_of
from grid.figures.measures import behind
from grid.period import month_of

router = Router(include_in_schema=False, prefix="/board/indicators")
LeaderDep = Annotated[Account, Depends(visitor("leader", "admin", "dispatcher"))]
MONTHS_SHOWN = 36


class PanelAsk(Form):
    """Month, that of the board when left out (see `opening_month`), and area, one's own when left out."""

    month: Annotated[str, Field(pattern=rf"^$|{MONTH}")] = ""
    area: AreaCode = ""
    lang: Short = ""

    def link(self, path: str = "", **more: str) -> str:
        """Give the address of a page of the indicators for the same month and area."""
        given = {"month": self.month, "area": self.area} | more
        return f"/board/indicators{path}?" + urlencode({k: v for k, v in given.items() if v})


class CaseAsk(PanelAsk):
    """Which part of the cases behind a figure, and from which one on."""

    part: Annotated[str, Field(pattern="^(cases|rest)$")] = "cases"
    start: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    sort: Annotated[str, Field(pattern="^(|new|old|most|least)$")] = ""

    def of_part(self, path: str, **more: str) -> str:
        """Give the address of the same list with something changed."""
        kept = {"part": self.part, "sort": self.sort}
        return self.link(path, **(kept | more))


@router.get("")
def indicators(
    request: Request, ask: Annotated[PanelAsk, Query()], world: WorldDep, account: LeaderDep
) -> HTMLResponse:
    """Show all indicators by group."""
    lang = language_of(request)
    ask, found = _panel(world, account, ask)
    shown = [row_of(found, indicator, lang) for indicator in world.catalogue.indicators]
    groups = [
        (words(lang).gettext(name), [r for r in shown if r["group"] == key]) for key, name in GROUPS.items()
    ]
    return page(
        request,
        world,
        account,
        "indicators.html",
        **_frame(world, account, ask, found),
        groups=groups,
        shown=shown,
    )


@router.get(".{kind}")
def table(
    kind: Annotated[str, Field(pattern="^(xlsx|csv)$")],
    ask: Annotated[PanelAsk, Query()],
    world: WorldDep,
    account: LeaderDep,
) -> Response:
    """Give all indicators as Excel or CSV."""
    month = ask.month or opening_month(world, account, ask.area)
    return export(
        world, account, ExportAsk(month=month, area=ask.area, format="csv" if kind == "csv" else "xlsx")
    )


@router.get("/{code}")
def indicator(
    request: Request, code: str, ask: Annotated[CaseAsk, Query()], world: WorldDep, account: LeaderDep
) -> HTMLResponse:
    """Show one indicator: how it was counted, the areas side by side, the very cases.

    Raises
    ------
    MissingError
        When there is no such indicator.
    """
    lang = language_of(request)
    opened = _behind(world, account, code, ask)
    chosen, asked, found, lines = opened.indicator, opened.ask, opened.panel, opened.lines
    parts = {"cases": lines.cases, "rest": lines.rest}
    listed = ordered(parts[ask.part], ask.sort)
    path, end = f"/{code}", ask.start + ROWS
    return page(
        request,
        world,
        account,
        "indicator.html",
        **_frame(world, account, asked, found),
        i=row_of(found, chosen, lang),
        peers=_peers(found, chosen, lang, asked, path),
        part=ask.part,
        kept=opened.kept,
        sort=ask.sort or default_sort(listed),
        by_item=_by_item(world, lines.items, lang),
        sizes={name: len(rows) for name, rows in parts.items()},
        sum=told(sum_of(listed), chosen.unit) if ask.part == "cases" else "",
        lists=show_lines(world, account, listed[ask.start : end], chosen.unit, asked.month),
        shown=len(listed[ask.start : end]),
        total=len(listed),
        path=path,
        list_at=ask.of_part,
        first=ask.of_part(path) if ask.start else None,
        following=ask.of_part(path, start=str(end)) if end < len(listed) else None,
    )


@router.get("/{code}/cases.{kind}")
def cases_file(
    code: str,
    kind: Annotated[str, Field(pattern="^(xlsx|csv)$")],
    ask: Annotated[CaseAsk, Query()],
    world: WorldDep,
    account: LeaderDep,
) -> Response:
    """Give all lines behind an indicator as Excel or CSV.

    Raises
    ------
    MissingError
        When there is no such indicator.
    """
    opened = _behind(world, account, code, ask)
    lines, area, month = opened.lines, opened.panel.region.area, opened.ask.month
    listed = ordered(lines.cases if ask.part == "cases" else lines.rest, ask.sort)
    name, title = f"{code}-{month}-{area.code}", f"{opened.indicator.name_zh} {area.name} {month}"
    return lines_file(world, name, title, kind, listed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An indicator that was asked for with the lines behind it; ``kept`` where these are the frozen ones."""

    indicator: Indicator
    ask: PanelAsk
    panel: Panel
    lines: Behind
    kept: bool


def _behind(world: World, account: Account, code: str, ask: PanelAsk) -> Opened:
    """Find an indicator and the lines behind it: those that were frozen with it, else as the records tell them now."""
    chosen = next((i for i in world.catalogue.indicators if i.id == code), None)
    if chosen is None:
        raise MissingError(f"there is no indicator {code}; see /board/indicators")
    asked, found = _panel(world, account, ask)
    kept = None
    if found.frozen_at is not None:
        with world.database.read() as session:
            kept = (frozen_lists(session, found.month, found.region.area.code) or {}).get(code)
    lines = behind_of(behind(chosen, found.own)) if kept is None else kept
    return Opened(indicator=chosen, ask=asked, panel=found, lines=lines, kept=kept is not None)


def _by_item(world: World, shares: Mapping[str, float], lang: str) -> list[dict[str, Any]]:
    """List the service items that a figure is made of, the least first, each leading to its map of coverage."""
    items = world.catalogue.items
    return [
        {
            "code": code,
            "name": item_name(items[code], lang),
            "share": share / 100,
            "value": told(share, "percent"),
        }
        for code, share in sorted(shares.items(), key=lambda pair: (pair[1], pair[0]))
    ]


def _panel(world: World, account: Account, ask: PanelAsk) -> tuple[PanelAsk, Panel]:
    month = ask.month or opening_month(world, account, ask.area)
    found = panel(world.sources, account.area, month, ask.area, world.clock())
    return PanelAsk(month=month, area=ask.area, lang=ask.lang), found


def _frame(world: World, account: Account, ask: PanelAsk, found: Panel) -> dict[str, Any]:
    """Give what the pages have in common: pickers, area, period."""
    zone = world.zone
    return {
        "ask": ask,
        "area": found.region.area,
        "below": found.region.peers == found.region.children,
        "areas": areas_to_pick(world, account),
        "months": months_told(world, found.now),
        "start": found.period.start.astimezone(zone),
        "end": found.period.end.astimezone(zone),
        "as_of": (found.frozen_at or found.now).astimezone(zone),
        "is_frozen": found.frozen_at is not None,
    }


def months_told(world: World, now: datetime) -> list[str]:
    """List the months with records, the newest first."""
    with world.database.read() as session:
        begun = records_begin(session) or now
    first, month = month_now(world, begun), month_now(world, now)
    months = [month]
    while month > first and len(months) < MONTHS_SHOWN:
        year, number = divmod(int(month[:4]) * 12 + int(month[5:]) - 2, 12)
        month = f"{year:04d}-{number + 1:02d}"
        months.append(month)
    return months


def month_now(world: World, now: datetime) -> str:
    """Name the month of a time, in the district's zone."""
    return month_of(now, world.zone)


def row_of(found: Panel, indicator: Indicator, lang: str) -> dict[str, Any]:
    """Show one indicator with its place among the others and its past."""
    mine, placed = found.measure(indicator), found.standing(indicator)
    say = words(lang).gettext
    spread = [(a.code, m.normalised) for a, m in found.peers(indicator) if m.normalised is not None]
    few = mine.value is not None and mine.rows < indicator.least
    return {
        "id": indicator.id,
        "name": indicator.name_en if lang == "en" else indicator.name_zh,
        "group": indicator.group,
        "use": indicator.use,
        "direction": indicator.direction,
        "least": indicator.least,
        "stock": indicator.stock,
        "value": told(mine.value, indicator.unit),
        "unit": unit_word(indicator.unit, lang),
        "few": few,
        "why": why_word(mine.why, indicator, lang),
        "compared_by": say(NORMALISERS[indicator.normaliser]) if indicator.normaliser in NORMALISERS else "",
        "compared": told(mine.normalised, indicator.unit),
        "rank": placed.rank,
        "of": placed.of,
        "gap": None if placed.gap is None else told(placed.gap, indicator.unit, signed=True),
        "gap_state": _state(indicator, placed.gap),
        "median": told(placed.median, indicator.unit),
        "z": placed.z,
        "spread": _spread(spread, found.region.area.code),
        "changes": {span: _change(indicator, found.change(indicator, span), lang) for span in SPANS},
        "rows": mine.rows,
        "counted": counted_word(mine.filter, indicator, lang),
        "asked": mine.asked,
        "left_out": mine.left_out,
        "left_out_why": why_word(mine.left_out_why, indicator, lang),
    }


def _state(indicator: Indicator, difference: float | None) -> str:
    """Tell whether a difference is good or bad; nothing for none and for what is neither."""
    if not difference or indicator.direction == "neutral":
        return ""
    return "good" if (difference > 0) == (indicator.direction == "up") else "bad"


def _change(indicator: Indicator, found: Change, lang: str) -> dict[str, Any]:
    by_points = indicator.unit == "percent"
    if by_points or found.percent is None:
        text = told(found.absolute, indicator.unit, signed=True)
    else:
        text = told(found.percent, "percent", signed=True) + "%"
    return {
        "text": text,
        "state": _state(indicator, found.absolute),
        "before": told(found.before, indicator.unit),
        "why": why_word(found.why, indicator, lang),
    }


def _spread(values: Sequence[tuple[str, float]], own: str) -> list[dict[str, Any]]:
    """Place values on a line from 0 to 100; empty when there is nothing to compare."""
    if len(values) < 2:
        return []
    low, high = min(v for _, v in values), max(v for _, v in values)
    span = (high - low) or 1.0
    marks = [{"x": round(100 * (v - low) / span, 1), "own": code == own} for code, v in values]
    return sorted(marks, key=lambda m: m["own"])


def _peers(found: Panel, indicator: Indicator, lang: str, ask: PanelAsk, path: str) -> list[dict[str, Any]]:
    """List the areas side by side, the best first, those with too few cases or without data last."""
    pairs = found.peers(indicator)
    counted = [m.normalised for _, m in pairs if m.normalised is not None]
    most = max(counted, default=0.0) or 1.0

    def order(pair: tuple[Any, Measure]) -> tuple[bool, float]:
        m = pair[1]
        missing = m.normalised is None or m.rows < indicator.least
        return missing, (m.normalised or 0.0) * (1 if indicator.direction == "down" else -1)

    return [
        {
            "name": area.name,
            "own": area.code == found.region.area.code,
            "href": PanelAsk(month=ask.month, area=area.code).link(path),
            "value": told(m.value, indicator.unit),
            "compared": told(m.normalised, indicator.unit),
            "share": max(0.0, (m.normalised or 0.0) / most) if most > 0 else 0.0,
            "rows": m.rows,
            "few": m.value is not None and m.rows < indicator.least,
            "why": why_word(m.why, indicator, lang),
        }
        for area, m in sorted(pairs, key=order)
    ]
