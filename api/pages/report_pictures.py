"""Pictures of a month report: days, departments with their intervals, maps of cells and communities; each one SVG."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from html import escape
from math import ceil, floor
from typing import Any

import numpy as np

from api.locale.places import place_name
from api.pages.report_facts import MonthFacts
from api.world import World
from maps.facts import CellShape
from maps.paper import UNKNOWN, area_map
from maps.style import AMOUNT_COLOURS, BRAND, IDLE, amount_colour, amount_edges

Say = Callable[[str], str]
Block = dict[str, Any]
INK, RULE, BAR = "#1c252c", "#c9d2d6", "#b3d9db"
REACHED = "K16"
"""The indicator that the map of communities shows."""


def days_picture(days: Sequence[tuple[date, int, int]], say: Say, font: str) -> Block:
    """Draw the cases due by day as bars and the share handled on time as a line; days without cases are gaps."""
    wide, high, left, foot = 1000, 260, 46, 34
    most = max((due for _, due, _ in days), default=1)
    first = min((day for day, _, _ in days), default=date(2000, 1, 1)).replace(day=1)
    step = (wide - 2 * left) / 31

    def x(day: date) -> float:
        return left + ((day - first).days + 0.5) * step

    def y(share: float) -> float:
        return 14 + (1 - share) * (high - foot - 14)

    drawn = [
        f'<line x1="{left}" x2="{wide - left}" y1="{y(part):.1f}" y2="{y(part):.1f}" stroke="{RULE}" stroke-width="1"/>'
        + _text(left - 6, y(part) + 6, f"{round(most * part)}", font, "end")
        + _text(wide - left + 6, y(part) + 6, f"{part:.0%}", font, "start")
        for part in (0, 0.5, 1)
    ]
    for day, due, _ in days:
        top = y(due / most)
        drawn.append(
            f'<rect x="{x(day) - step * 0.36:.1f}" y="{top:.1f}" width="{step * 0.72:.1f}" height="{y(0) - top:.1f}" fill="{BAR}"/>'
        )
    for stretch in _stretches(days):
        points = " ".join(f"{x(day):.1f},{y(on_time / due):.1f}" for day, due, on_time in stretch)
        drawn.append(f'<polyline points="{points}" fill="none" stroke="{BRAND}" stroke-width="3"/>')
        drawn += [
            f'<circle cx="{x(day):.1f}" cy="{y(on_time / due):.1f}" r="4" fill="{BRAND}"/>'
            for day, due, on_time in stretch
        ]
    drawn += [_text(x(day), high - 8, f"{day.day}", font, "middle") for day, _, _ in days]
    legend = [
        {"colour": BAR, "text": say("应结案（件，左）")},
        {"colour": BRAND, "text": say("按期处置率（右）")},
    ]
    return picture(_svg(wide, high, drawn), say("按截止日计；没有应结案的日子空着。"), legend)


def _stretches(days: Sequence[tuple[date, int, int]]) -> list[list[tuple[date, int, int]]]:
    """Part days where one is missing."""
    found: list[list[tuple[date, int, int]]] = []
    for day in days:
        if not found or (day[0] - found[-1][-1][0]).days > 1:
            found.append([])
        found[-1].append(day)
    return found


def departments_picture(rows: Sequence[Mapping[str, Any]], say: Say, lang: str, font: str) -> Block:
    """Draw each department's share on time with its interval; those without cases due are left out."""
    rows = [row for row in rows if row["due"]]
    wide, each, left, right = 1000, 26, 330, 90
    span = wide - left - right
    high = each * len(rows) + 34

    def x(share: float) -> float:
        return left + share * span

    drawn = [
        f'<line x1="{x(part):.1f}" x2="{x(part):.1f}" y1="4" y2="{high - 26}" stroke="{RULE}" stroke-width="1"/>'
        + _text(x(part), high - 8, f"{part:.0%}", font, "middle")
        for part in (0, 0.25, 0.5, 0.75, 1)
    ]
    for n, row in enumerate(rows):
        y = 4 + (n + 0.5) * each
        drawn += [
            _text(left - 10, y + 6, place_name(row["name"], lang), font, "end"),
            f'<line x1="{x(row["low"]):.1f}" x2="{x(row["high"]):.1f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{BRAND}" stroke-width="3"/>',
            f'<circle cx="{x(row["on_time"] / row["due"]):.1f}" cy="{y:.1f}" r="6" fill="{BRAND}"/>',
            _text(wide - right + 10, y + 6, f"{row['on_time']} / {row['due']}", font, "start"),
        ]
    return picture(
        _svg(wide, high, drawn), say("点是按期处置率，线是 95％ 区间，右边是按期处置与应结案的件数。"), []
    )


def cells_picture(world: World, facts: MonthFacts, say: Say, lang: str, font: str) -> Block | None:
    """Draw the tickets reported by cell, with the outlines of the areas below; None without shapes."""
    prefix = world.scheme.prefix(facts.area.code)
    shapes = {c: s for c, s in sorted(world.city.cell_shapes.items()) if c.startswith(prefix)}
    cells = [
        CellShape(id=code, name="", shape=shape, value=facts.now.reported.get(code, 0))
        for code, shape in shapes.items()
    ]
    return _map(world, facts, cells, say("各网格上报的工单（件）。"), lang, font)


def reach_picture(world: World, facts: MonthFacts, say: Say, lang: str, font: str) -> Block | None:
    """Draw the share of residents that services reach by community, as it was frozen; None where it was not."""
    kept = {
        code: told.measures[REACHED].value
        for code, told in facts.parts.items()
        if REACHED in told.measures and told.measures[REACHED].value is not None
    }
    if not kept:
        return None
    areas = [
        CellShape(id=code, name="", shape=world.city.area_shapes[code], value=value)
        for code, value in sorted(kept.items())
        if code in world.city.area_shapes
    ]
    (named,) = (i for i in world.catalogue.indicators if i.id == REACHED)
    said = say("{name}（％），月末冻结。").format(name=named.name_en if lang == "en" else named.name_zh)
    return _map(world, facts, areas, said, lang, font)


def _map(
    world: World, facts: MonthFacts, areas: Sequence[CellShape], caption: str, lang: str, font: str
) -> Block | None:
    """Draw areas by amount; those without a value, or with nothing, are grey."""
    if not areas:
        return None
    outlines = [
        CellShape(id=a.code, name=place_name(a.name, lang), shape=world.city.area_shapes[a.code])
        for a in facts.below
        if a.code in world.city.area_shapes
    ]
    edges = whole_edges([area.value for area in areas if area.value])
    legend = [{"colour": UNKNOWN, "text": "0"}, *_legend([area.value for area in areas if area.value], edges)]
    drawn = [replace(area, value=area.value or None) for area in areas]
    return picture(area_map(drawn, outlines, edges, font), caption, legend, width=78)


def whole_edges(values: Sequence[float]) -> tuple[float, ...]:
    """Return inner edges of classes at whole numbers: each number a class where there are few, else by quantiles."""
    distinct = sorted(set(map(floor, values)))
    if len(distinct) <= len(AMOUNT_COLOURS):
        return tuple(map(float, distinct[1:]))
    return tuple(sorted({float(ceil(edge)) for edge in amount_edges(np.array(values, dtype=float))}))


def _legend(values: Sequence[float], edges: tuple[float, ...]) -> list[Block]:
    """Name the classes of a map by their first and last whole number, so that none overlaps another."""
    if not values:
        return []
    lows = [float(floor(min(values))), *edges]
    highs = [*(edge - 1 for edge in edges), float(floor(max(values)))]
    return [
        {
            "colour": amount_colour(low, edges),
            "text": f"{low:g}" if low == high else f"{low:g}–{high:g}",
        }
        for low, high in zip(lows, highs, strict=True)
    ]


def picture(svg: str, caption: str, legend: Sequence[Block], width: int = 100) -> Block:
    """Make the block of a picture."""
    return {"kind": "picture", "svg": svg, "caption": caption, "legend": list(legend), "width": width}


def _text(x: float, y: float, text: str, font: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-family="{escape(font)}" font-size="17" fill="{IDLE if text[:1].isdigit() else INK}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(wide: float, high: float, drawn: Sequence[str]) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}">{"".join(drawn)}</svg>'
