"""What each map of the pages shows; ``api/static/js/map/bridge.js`` talks with the page around its frame."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely
from folium.map import FeatureGroup
from numpy.typing import NDArray

from geo.place import Box, LonLat
from maps import layers
from maps.basemap import BaseMap, LocalFullscreen, Theme, document, new_map, parts_of
from maps.facts import (
    CellShape,
    ChangedCell,
    CoverageGrid,
    Isochrone,
    Legend,
    LegendClass,
    Pin,
    RouteLine,
    ShutStreet,
)
from maps.legend import Translate, amounts_legend, caption_box, density_legend, legend_box, minutes_legend
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
    shut : tuple of ShutStreet
        Closures that hold or are to come; drawn on the maps of those who travel.
    """

    box: Box
    base: BaseMap = None
    theme: Theme = "auto"
    lang: str = "zh-CN"
    say: Translate = field(default=_as_is)
    caption: str = ""
    shut: tuple[ShutStreet, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What one map shows: as a whole document, or as a scene for a document that is open already.

    Attributes
    ----------
    look : Look
        Rectangle, base map, theme, words.
    title : str
        Title of the document.
    layers : tuple of FeatureGroup
        Named groups, the lowest first.
    legend : Legend
        Box at the lower left.
    settings : dict
        Further settings of the bridge: ``bounds``, ``pick``, ``place``, ``place_label``, ``keep`` for the view as it is.
    """

    look: Look
    title: str
    layers: tuple[FeatureGroup, ...]
    legend: Legend = field(default=Legend())
    settings: dict[str, Any] = field(default_factory=dict)

    def document(self, *, heat: bool = False) -> str:
        """Give a whole HTML document that loads from our own static folder only.

        Parameters
        ----------
        heat : bool
            Load the script of heat maps, so that later scenes may have one.
        """
        page = new_map(self.look.base, self.look.box, heat=heat)
        for layer in self.layers:
            layer.add_to(page)
        words = {"title": self.look.say("全屏"), "title_cancel": self.look.say("退出全屏")}
        button = LocalFullscreen(position="topright", **words)  # type: ignore[no-untyped-call] # folium's plugins are untyped
        button.add_to(page)
        bridge = {"theme": self.look.theme} | self._view()
        return document(page, self.title, self.look.lang, self._boxes(), bridge)

    def scene(self) -> dict[str, Any]:
        """Give layers, boxes and view alone, as JSON values; ``show`` of the bridge draws them in an open map."""
        groups = [
            {"name": layer.layer_name, "show": layer.show, "parts": parts_of(layer)} for layer in self.layers
        ]
        return {"title": self.title, "groups": groups, "boxes": list(self._boxes())} | self._view()

    def _boxes(self) -> tuple[str, ...]:
        return tuple(box for box in (caption_box(self.look.caption), legend_box(self.legend)) if box)

    def _view(self) -> dict[str, Any]:
        box = self.look.box
        given = {key: value for key, value in self.settings.items() if value is not None}
        return {"bounds": [[box.south, box.west], [box.north, box.east]]} | given


def desk_map(
    look: Look,
    home: Pin | None = None,
    candidates: Sequence[Pin] = (),
    *,
    route: RouteLine | None = None,
    cells: Sequence[CellShape] = (),
    workers: Sequence[Pin] = (),
    others: Sequence[Pin] = (),
) -> Drawing:
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
    Drawing
    """
    say = look.say
    drawn = [layers.cell_edges(cells, say("网格"))] if cells else []
    drawn += _shut(look)
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
    classes += _shut_classes(look)
    seen = [(p.lon, p.lat) for p in (*candidates, *([home] if home else []))]
    return Drawing(
        look=look,
        title=say("调度地图"),
        layers=tuple(drawn),
        legend=Legend(classes=tuple(classes)),
        settings={"bounds": _around(seen)},
    )


def together_map(
    look: Look, orders: Sequence[Pin], providers: Sequence[Pin], ways: Sequence[RouteLine]
) -> Drawing:
    """Draw orders that are planned together: each with the way of who goes."""
    say = look.say
    drawn = _shut(look) + ([layers.routes(ways, say("路线"))] if ways else [])
    drawn += _some(providers, say("服务商")) + _some(orders, say("服务单"))
    classes = [
        LegendClass(colour=BRAND, word=say("服务商"), form="dot"),
        *_shut_classes(look),
    ]
    if any(pin.state == "late" for pin in orders):
        classes.append(LegendClass(colour=HOME, word=say("没有人能去"), form="dot"))
    bounds = _around([(p.lon, p.lat) for p in (*orders, *providers)])
    return Drawing(
        look=look,
        title=say("一起派单"),
        layers=tuple(drawn),
        legend=Legend(classes=tuple(classes)),
        settings={"bounds": bounds},
    )


def rounds_map(look: Look, stops: Sequence[Pin], starts: Sequence[Pin], ways: Sequence[RouteLine]) -> Drawing:
    """Draw the rounds of a day: the stops in their order, where workers set out, and the ways between."""
    say = look.say
    drawn = _shut(look) + ([layers.routes(ways, say("路线"))] if ways else [])
    drawn += _some(starts, say("网格员")) + _some(stops, say("走访点"))
    classes = [LegendClass(colour=BRAND, word=say("走访点"), form="dot"), *_shut_classes(look)]
    if any(pin.state == "late" for pin in stops):
        classes.append(LegendClass(colour=HOME, word=say("未排上"), form="dot"))
    return Drawing(
        look=look,
        title=say("走访路线"),
        layers=tuple(drawn),
        legend=Legend(classes=tuple(classes)),
        settings={"bounds": _around([(p.lon, p.lat) for p in (*stops, *starts)])},
    )


def coverage_map(
    look: Look,
    grid: CoverageGrid,
    title: str,
    *,
    providers: Sequence[Pin] = (),
    blind_spots: Sequence[Pin] = (),
    cells: Sequence[CellShape] = (),
    reach: Sequence[Isochrone] = (),
) -> Drawing:
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
    Drawing
    """
    say = look.say
    drawn = [layers.coverage(grid, say("覆盖"))]
    if cells:
        drawn.append(layers.cell_edges(cells, say("网格")))
    if reach:
        drawn.append(layers.isochrones(reach, say("可达范围")))
    drawn += _some(providers, say("服务商")) + _some(blind_spots, say("盲区"))
    return Drawing(look=look, title=title, layers=tuple(drawn), legend=minutes_legend(title, grid, say))


def tried_at(drawing: Drawing, place: LonLat | None, changed: Sequence[ChangedCell]) -> Drawing:
    """Let the reader of a map put one place by click and drag it, and show which cells that would change.

    The page hears ``place`` and ``drag``; the view stays as it is.
    """
    say = drawing.look.say
    drawn, legend = drawing.layers, drawing.legend
    if changed:
        drawn = (*drawn, layers.changed_cells(changed, say("变化")))
    sides = ((LAMPS["ok"], say("更近的网格"), False), (LAMPS["late"], say("更远的网格"), True))
    told = [
        LegendClass(colour=colour, word=word, form="dash")
        for colour, word, worse in sides
        if any(each.worse == worse for each in changed)
    ]
    settings = {"pick": True, "place_label": say("新"), "keep": True}
    return replace(
        drawing,
        layers=drawn,
        legend=replace(legend, classes=(*legend.classes, *told)),
        settings=settings | {"place": [place.lon, place.lat] if place else None},
    )


def tickets_map(
    look: Look,
    tickets: Sequence[Pin],
    *,
    cells: Sequence[CellShape] = (),
) -> Drawing:
    """Draw tickets as clusters coloured by lamp."""
    say = look.say
    drawn = [layers.cell_edges(cells, say("网格"))] if cells else []
    drawn.append(layers.tickets(tickets, say("工单")))
    words = {"ok": say("时限内"), "warn": say("即将超时"), "late": say("已超时"), "info": say("待派")}
    classes = tuple(LegendClass(colour=LAMPS[s], word=w, form="dot") for s, w in words.items())  # type: ignore[index] # keys are lamp states
    return Drawing(look=look, title=say("工单地图"), layers=tuple(drawn), legend=Legend(classes=classes))


def density_map(look: Look, places: NDArray[np.float64], *, cells: Sequence[CellShape] = ()) -> Drawing:
    """Draw how densely tickets lie, from positions of shape (n, 2); its legend is of the density alone."""
    say = look.say
    drawn = [layers.cell_edges(cells, say("网格"))] if cells else []
    drawn.append(layers.heat(places, say("热力")))
    title = say("上报工单的疏密")
    return Drawing(look=look, title=title, layers=tuple(drawn), legend=density_legend(title, say))


def cells_map(look: Look, cells: Sequence[CellShape], title: str, *, minutes: bool = False) -> Drawing:
    """Draw cells coloured by an amount, or by travel minutes when asked; a click picks the cell."""
    say = look.say
    if minutes:
        drawn = layers.cells_by_minutes(cells, title)
        legend = minutes_legend(title, None, say)
    else:
        drawn, edges = layers.cells_by_amount(cells, title)
        legend = amounts_legend(title, edges, say)
    return Drawing(look=look, title=title, layers=(drawn,), legend=legend, settings={"bounds": _hull(cells)})


def field_map(
    look: Look,
    tasks: Sequence[Pin],
    *,
    cells: Sequence[CellShape] = (),
    way: RouteLine | None = None,
    here: LonLat | None = None,
) -> Drawing:
    """Draw a worker's day on the phone: own cells, tasks in walking order, the way, the own position."""
    say = look.say
    drawn = [layers.cell_edges(cells, say("网格"), named=True)] if cells else []
    drawn += _shut(look)
    if way is not None:
        drawn.append(layers.route(way, say("步行顺序")))
    drawn += _some(tasks, say("任务"))
    if here is not None:
        drawn += _some([Pin(lon=here.lon, lat=here.lat, label="我", kind="worker")], say("我的位置"))
    bounds = _around([(task.lon, task.lat) for task in tasks]) or _hull(cells)
    return Drawing(
        look=look,
        title=say("今日任务"),
        layers=tuple(drawn),
        legend=Legend(classes=tuple(_shut_classes(look))),
        settings={"bounds": bounds},
    )


def way_map(look: Look, start: LonLat, end: Pin, way: RouteLine | None) -> Drawing:
    """Draw a way on foot from where the reader stands to a place; without a way the two places alone."""
    ends = [(start.lon, start.lat), (end.lon, end.lat), *(way.lonlat.tolist() if way else ())]
    drawn = field_map(look, [end], way=way, here=start)
    return replace(drawn, title=look.say("路线"), settings={"bounds": _around(ends)})


def pick_map(look: Look, place: LonLat | None = None, *, cells: Sequence[CellShape] = ()) -> Drawing:
    """Draw a map on which the reader sets one place by click or drag; the page hears ``place``."""
    say = look.say
    drawn = [layers.cell_edges(cells, say("网格"), named=True)] if cells else []
    drawn += _shut(look)
    settings = {"pick": True, "place_label": say("此"), "place": [place.lon, place.lat] if place else None}
    legend = Legend(classes=tuple(_shut_classes(look)))
    return Drawing(look=look, title=say("选择位置"), layers=tuple(drawn), legend=legend, settings=settings)


def _shut(look: Look) -> list[FeatureGroup]:
    return [layers.shut_streets(look.shut, look.say("道路管制"))] if look.shut else []


def _shut_classes(look: Look) -> list[LegendClass]:
    """Return the legend of the closures that are drawn."""
    drawn = [
        (LAMPS["late"], "封路", any(not fact.slow for fact in look.shut)),
        (LAMPS["warn"], "缓行", any(fact.slow for fact in look.shut)),
    ]
    return [
        LegendClass(colour=colour, word=look.say(word), form="dash")
        for colour, word, any_of in drawn
        if any_of
    ]


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
