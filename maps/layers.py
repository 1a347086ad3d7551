"""One function a layer: facts in, Folium group out."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from folium.map import FeatureGroup
from folium.raster_layers import ImageOverlay
from numpy.typing import NDArray
from shapely import set_precision
from shapely.geometry import mapping

from maps.basemap import Drawn, LocalHeatMap, group
from maps.facts import CellShape, ChangedCell, CoverageGrid, Isochrone, Pin, RouteLine, ShutStreet
from maps.raster import coverage_png, data_address
from maps.style import (
    CELL_EDGE,
    DENSITY_COLOURS,
    IDLE,
    LAMPS,
    amount_colour,
    amount_edges,
    minute_colour,
)

DEGREES_KEPT = 1e-6  # 0.1 m
SHUT_WIDTH = 4.5


def pins(facts: Sequence[Pin], name: str, *, show: bool = True) -> FeatureGroup:
    """Draw marks one by one: providers, candidates, workers, tasks, blind spots, an order's place.

    Parameters
    ----------
    facts : sequence of Pin
        Up to some hundred; use `tickets` for more. Empty gives an empty group.
    name : str
        Word in the layer control.
    show : bool
        Whether it is on at first.

    Returns
    -------
    FeatureGroup
    """
    return group(name, Drawn("pins", [_pin(fact) for fact in facts]), show=show)


def tickets(facts: Sequence[Pin], name: str, *, show: bool = True) -> FeatureGroup:
    """Draw many marks as clusters; a cluster takes the colour of its worst lamp."""
    return group(name, Drawn("clusters", [_pin(fact) for fact in facts]), show=show)


def route(fact: RouteLine, name: str) -> FeatureGroup:
    """Draw a way along streets; fewer than two points give an empty group."""
    if len(fact.lonlat) < 2:
        return group(name)
    return group(name, Drawn("line", _way(fact)))


def routes(facts: Sequence[RouteLine], name: str) -> FeatureGroup:
    """Draw many ways along streets in one group; those of fewer than two points are left out."""
    return group(name, *(Drawn("line", _way(fact)) for fact in facts if len(fact.lonlat) > 1))


def shut_streets(facts: Sequence[ShutStreet], name: str) -> FeatureGroup:
    """Draw closures in red and white along their streets, amber where slowed, thin for those to come."""
    styled = []
    for fact in facts:
        shape = CellShape(id=fact.id, name="", shape=fact.lines, tooltip=fact.tooltip)
        width = SHUT_WIDTH if fact.holds else SHUT_WIDTH / 2
        colour = LAMPS["warn"] if fact.slow else LAMPS["late"]
        under = {"color": "#ffffff", "weight": width + 3, "opacity": 0.95, "lineCap": "butt"}
        over = {"color": colour, "weight": width, "dashArray": "10 8", "lineCap": "butt", "className": "shut"}
        styled += [(shape, under), (shape, over)]
    return group(name, Drawn("shapes", _features(styled, kind="closure")))


def cell_edges(cells: Sequence[CellShape], name: str, *, named: bool = False) -> FeatureGroup:
    """Draw cells as dashed outlines only, with their names when asked."""
    style = {
        "color": CELL_EDGE,
        "weight": 1.4,
        "opacity": 0.55,
        "dashArray": "5 5",
        "fillOpacity": 0.0,
        "className": "cell-edge",
    }
    return group(name, Drawn("shapes", _features([(cell, style) for cell in cells], named=named)))


def changed_cells(facts: Sequence[ChangedCell], name: str) -> FeatureGroup:
    """Outline cells that would be better off in green, those worse off in red."""
    styled = [
        (
            fact.cell,
            {
                "color": LAMPS["late" if fact.worse else "ok"],
                "weight": 1.6,
                "opacity": 0.95,
                "fillOpacity": 0.0,
            },
        )
        for fact in facts
    ]
    return group(name, Drawn("shapes", _features(styled, kind="changed")))


def cells_by_minutes(cells: Sequence[CellShape], name: str) -> FeatureGroup:
    """Colour cells by travel minutes; a cell without a value is hatched grey."""
    styled = [(cell, _fill(None if cell.value is None else minute_colour(cell.value))) for cell in cells]
    return group(name, Drawn("shapes", _features(styled)))


def cells_by_amount(cells: Sequence[CellShape], name: str) -> tuple[FeatureGroup, tuple[float, ...]]:
    """Colour cells by amount in quantile classes.

    Returns
    -------
    FeatureGroup
        The layer.
    tuple of float
        Inner class edges for the legend.
    """
    edges = amount_edges(np.array([cell.value for cell in cells if cell.value is not None], dtype=float))
    styled = [
        (cell, _fill(None if cell.value is None else amount_colour(cell.value, edges))) for cell in cells
    ]
    return group(name, Drawn("shapes", _features(styled))), edges


def coverage(grid: CoverageGrid, name: str) -> FeatureGroup:
    """Lay minutes to the nearest open provider over the map as one picture."""
    box = grid.box
    picture = ImageOverlay(
        image=data_address(coverage_png(grid.minutes, box)),
        bounds=[[box.south, box.west], [box.north, box.east]],
        opacity=0.68,
        pixelated=False,
        alt=name,
    )
    return group(name, picture)


def heat(lonlat: NDArray[np.float64], name: str, *, radius_px: int = 22, show: bool = True) -> FeatureGroup:
    """Draw the density of tickets from positions of shape (n, 2), lon, lat; n = 0 gives an empty group."""
    if len(lonlat) == 0:
        return group(name, show=show)
    points = np.round(lonlat[:, ::-1], 5).tolist()
    gradient = {(at + 1) / len(DENSITY_COLOURS): colour for at, colour in enumerate(DENSITY_COLOURS)}
    options = {"radius": radius_px, "blur": 18, "min_opacity": 0.25, "gradient": gradient}
    made = LocalHeatMap(points, **options)  # type: ignore[no-untyped-call] # folium's plugins are untyped
    return group(name, made, show=show)


def isochrones(facts: Sequence[Isochrone], name: str) -> FeatureGroup:
    """Draw reached areas, the widest lowest."""
    ordered = sorted(facts, key=lambda fact: -fact.minutes)
    styled = [
        (
            CellShape(id=f"{fact.minutes:g}", name="", shape=fact.shape, tooltip=f"{fact.minutes:g} min"),
            {"color": minute_colour(fact.minutes), "weight": 1.5, "fillColor": minute_colour(fact.minutes), "fillOpacity": 0.3},
        )
        for fact in ordered
    ]  # fmt: skip
    return group(name, Drawn("shapes", _features(styled, kind="isochrone")))


def _pin(fact: Pin) -> dict[str, Any]:
    """Leave out what is empty, so that a thousand pins stay small."""
    kept = {key: value for key, value in asdict(fact).items() if value != ""}
    return kept | {"lon": round(fact.lon, 6), "lat": round(fact.lat, 6), "label": fact.label}


def _way(fact: RouteLine) -> dict[str, Any]:
    points = np.round(fact.lonlat, 6).tolist()
    return {"points": points, "tooltip": fact.label, "state": fact.state, "kind": "route", "id": fact.id}


def _fill(colour: str | None) -> dict[str, Any]:
    if colour is None:
        return {"color": IDLE, "weight": 1, "dashArray": "2 4", "fillColor": IDLE, "fillOpacity": 0.12}
    return {"color": "#ffffff", "weight": 1, "opacity": 0.7, "fillColor": colour, "fillOpacity": 0.55}


def _features(
    styled: Sequence[tuple[CellShape, dict[str, Any]]], *, kind: str = "cell", named: bool = False
) -> dict[str, Any]:
    features = [
        {
            "type": "Feature",
            "geometry": mapping(set_precision(cell.shape, DEGREES_KEPT)),
            "properties": {
                "kind": kind, "id": cell.id, "name": cell.name, "show_name": named,
                "tooltip": cell.tooltip or cell.name, "style": style,
            },
        }
        for cell, style in styled
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}
