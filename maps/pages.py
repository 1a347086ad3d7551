"""Whole map documents, shown in a frame of the pages; see ``api/static/js/map-bridge.js`` for the talk with them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from folium import LayerControl
from folium.map import FeatureGroup
from numpy.typing import NDArray

from geo.place import Box, LonLat
from maps import layers
from maps.basemap import BaseMap, LocalFullscreen, Theme, document, new_map
from maps.facts import CellShape, CoverageGrid, Isochrone, Legend, LegendClass, Pin, RouteLine
from maps.legend import Translate, amounts_legend, caption_box, legend_box, minutes_legend
from maps.style import BRAND, CELL_EDGE, HOME, LAMPS


def _as_is(word: str) -> str:
    return word


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a map page looks: its rectangle, base map, theme and language.

    Attributes
    ----------
    box : Box
        What is shown at first.
    base : OwnTiles, PictureTiles or None
        ``None`` gives a plain grey ground.
    theme : str
        ``auto`` follows the reader's choice on the pages.
    lang : str
        Language tag of the document.
    say : callable
        Translates the Chinese words of legends and layer names.
    caption : str
        Text of the box at the upper left.
    """

    box: Box
    base: BaseMap = None
    theme: Theme = "auto"
    lang: str = "zh-CN"
    say: Translate = field(default=_as_is)
    caption: str = ""


def desk_map(
    look: Look,
    home: Pin | None = None,
    candidates: Sequence[Pin] = (),
    *,
    route: RouteLine | None = None,
    cells: Sequence[CellShape] = (),
    workers: Sequence[Pin] = (),
    others: Sequence[Pin] = (),
) -> str:
    """Draw the dispatcher's map: who asks, who could go, the way, the cells around.

    Parameters
    ----------
    look : Look
        Rectangle, base map, theme, words.
    home : Pin, optional
        Place of the order or alarm in hand.
    candidates : sequence of Pin
        Numbered by rank, with travel minutes as note.
    route : RouteLine, optional
        Way of the chosen candidate; its label stands in the legend.
    cells, workers, others : sequence
        Outlines of cells, workers on duty, further marks (other open orders, alarms).

    Returns
    -------
    str
        An HTML document that loads from our own static folder only.
    """
    say = look.say
    drawn = [layers.cell_edges(cells, say("网格"))] if cells else []
    if route is not None:
        drawn.append(layers.route(route, say("路线")))
    drawn += (
        _some(workers, say("网格员")) + _some(others, say("其他工单")) + _some(candidates, say("候选服务商"))
    )
    drawn += _some([home] if home else [], say("求助人"))
    classes = [LegendClass(colour=BRAND, word=say("候选服务商"), form="dot")] if candidates else []
    if home is not None:
        classes.append(LegendClass(colour=HOME, word=say("求助人"), form="dot"))
    if route is not None and route.label:
        classes.append(LegendClass(colour=BRAND, word=route.label, form="dots"))
    if cells:
        classes.append(LegendClass(colour=CELL_EDGE, word=say("网格"), form="dash"))
    seen = [(p.lon, p.lat) for p in (*candidates, *([home] if home else []))]
    return _page(look, say("调度地图"), drawn, Legend(classes=tuple(classes)), {"bounds": _around(seen)})


def coverage_map(
    look: Look,
    grid: CoverageGrid,
    title: str,
    *,
    providers: Sequence[Pin] = (),
    blind_spots: Sequence[Pin] = (),
    cells: Sequence[CellShape] = (),
    reach: Sequence[Isochrone] = (),
) -> str:
    """Draw minutes to the nearest open provider, the share of residents reached, and where nobody is reached.

    Parameters
    ----------
    grid : CoverageGrid
        Minutes, residents and the promise the share is told for.
    title : str
        Title of the legend, such as "walk to the nearest open canteen".
    providers, blind_spots, cells, reach : sequence
        Further layers.

    Returns
    -------
    str
        An HTML document.
    """
    say = look.say
    drawn = [layers.coverage(grid, say("覆盖"))]
    if cells:
        drawn.append(layers.cell_edges(cells, say("网格")))
    if reach:
        drawn.append(layers.isochrones(reach, say("可达范围")))
    drawn += _some(providers, say("服务商")) + _some(blind_spots, say("盲区"))
    return _page(look, title, drawn, minutes_legend(title, grid, say), {})


def tickets_map(
    look: Look,
    tickets: Sequence[Pin],
    *,
    cells: Sequence[CellShape] = (),
    density: NDArray[np.float64] | None = None,
) -> str:
    """Draw tickets as clusters coloured by lamp, and optionally their density (positions of shape (n, 2))."""
    say = look.say
    drawn = [layers.cell_edges(cells, say("网格"))] if cells else []
    if density is not None:
        drawn.append(layers.heat(density, say("热力"), show=False))
    drawn.append(layers.tickets(tickets, say("工单")))
    words = {"ok": say("时限内"), "warn": say("即将超时"), "late": say("已超时"), "info": say("待派")}
    classes = tuple(LegendClass(colour=LAMPS[s], word=w, form="dot") for s, w in words.items())  # type: ignore[index] # keys are lamp states
    return _page(look, say("工单地图"), drawn, Legend(classes=classes), {})


def cells_map(look: Look, cells: Sequence[CellShape], title: str, *, minutes: bool = False) -> str:
    """Draw cells coloured by an amount, or by travel minutes when asked; a click picks the cell."""
    say = look.say
    if minutes:
        drawn = layers.cells_by_minutes(cells, title)
        legend = minutes_legend(title, None, say)
    else:
        drawn, edges = layers.cells_by_amount(cells, title)
        legend = amounts_legend(title, edges, say)
    return _page(look, title, [drawn], legend, {"bounds": _hull(cells)})


def field_map(
    look: Look,
    tasks: Sequence[Pin],
    *,
    cells: Sequence[CellShape] = (),
    way: RouteLine | None = None,
    here: LonLat | None = None,
) -> str:
    """Draw a worker's day on the phone: own cells, tasks in walking order, the way, the own position."""
    say = look.say
    drawn = [layers.cell_edges(cells, say("网格"), named=True)] if cells else []
    if way is not None:
        drawn.append(layers.route(way, say("步行顺序")))
    drawn += _some(tasks, say("任务"))
    if here is not None:
        drawn += _some([Pin(lon=here.lon, lat=here.lat, label="我", kind="worker")], say("我的位置"))
    bounds = _around([(task.lon, task.lat) for task in tasks]) or _hull(cells)
    return _page(look, say("今日任务"), drawn, Legend(), {"bounds": bounds})


def pick_map(look: Look, place: LonLat | None = None, *, cells: Sequence[CellShape] = ()) -> str:
    """Draw a map on which the reader sets one place by click or drag; the page hears ``place``."""
    say = look.say
    drawn = [layers.cell_edges(cells, say("网格"), named=True)] if cells else []
    settings = {"pick": True, "place_label": say("此"), "place": [place.lon, place.lat] if place else None}
    return _page(look, say("选择位置"), drawn, Legend(), settings)


def _page(
    look: Look, title: str, drawn: Sequence[FeatureGroup], legend: Legend, settings: dict[str, Any]
) -> str:
    """Put layers, controls, legend and bridge together."""
    page = new_map(look.base, look.box)
    for layer in drawn:
        layer.add_to(page)
    if len(drawn) > 1:
        LayerControl(position="topright", collapsed=True).add_to(page)
    words = {"title": look.say("全屏"), "title_cancel": look.say("退出全屏")}
    button = LocalFullscreen(position="topright", **words)  # type: ignore[no-untyped-call] # folium's plugins are untyped
    button.add_to(page)
    boxes = (caption_box(look.caption), legend_box(legend))
    box = [[look.box.south, look.box.west], [look.box.north, look.box.east]]
    given = {key: value for key, value in settings.items() if value is not None}
    bridge = {"theme": look.theme, "bounds": box} | given
    return document(page, title, look.lang, tuple(b for b in boxes if b), bridge)


def _some(pins: Sequence[Pin], name: str) -> list[FeatureGroup]:
    return [layers.pins(pins, name)] if pins else []


def _around(lonlat: Sequence[tuple[float, float]]) -> list[list[float]] | None:
    """Corners (lat, lon) around places, with a margin; ``None`` for fewer than two."""
    if len(lonlat) < 2:
        return None
    west, south = np.min(lonlat, axis=0)
    east, north = np.max(lonlat, axis=0)
    margin_deg = 0.0015
    return [[south - margin_deg, west - margin_deg], [north + margin_deg, east + margin_deg]]


def _hull(cells: Sequence[CellShape]) -> list[list[float]] | None:
    """Corners (lat, lon) of all cells; ``None`` without cells."""
    if not cells:
        return None
    west, south, east, north = shapely.total_bounds([cell.shape for cell in cells])
    return [[south, west], [north, east]]
