"""The base map of a district out of a read extract: a near and a far PMTiles file.

One layer, `base`, with the columns `kind` (road, rail, river, water, green, house, landmark, place),
`class`, `name` and `level`, the ones the pages draw.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pyogrio
import shapely

from geo.osm import Extract, OsmPlace
from geo.place import LonLat

LAYER = "base"
NEAR_ZOOMS = (12, 15)
FAR_ZOOMS = (7, 11)
_ROAD_CLASS = {
    **dict.fromkeys(("motorway", "trunk"), "major"),
    **dict.fromkeys(("residential", "unclassified", "living_street", "road"), "minor"),
    **dict.fromkeys(("footway", "path", "cycleway", "steps", "track", "bridleway"), "path"),
    **{kind: kind for kind in ("primary", "secondary", "tertiary", "service")},
    "pedestrian": "walk",
}
_LANDMARKS = frozenset(
    ["hospital", "school", "university", "townhall", "community_centre", "marketplace", "library", "police"]
)
_FAR_ROADS = ("major", "primary", "secondary", "tertiary")
_FAR_DEG = 0.002
_TILE_BYTES, _TILE_FEATURES = 2_000_000, 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A name on the map; rank is city, town, suburb, quarter or neighbourhood."""

    name: str
    place: LonLat
    rank: str


def write_tiles(extract: Extract, near: Path, *, labels: Iterable[Label] = ()) -> tuple[Path, Path]:
    """Write the base map; files appear whole or not at all.

    Parameters
    ----------
    extract : Extract
        What to draw; parts that are empty are left out.
    near : Path
        Where the near file goes, ending in ``.pmtiles``; the far one becomes ``.far.pmtiles`` beside it.
    labels : iterable of Label
        Names of areas, such as streets and communities of a division.

    Returns
    -------
    tuple of Path
        The near and the far file.
    """
    parts = [*_lines(extract), *_surfaces(extract), _landmarks(extract.places), _labels(labels)]
    frame = geopandas.GeoDataFrame(pd.concat([part for part in parts if len(part)], ignore_index=True))
    frame = frame.set_crs("EPSG:4326")
    far = near.with_name(near.name.removesuffix(".pmtiles") + ".far.pmtiles")
    _write(frame, near, NEAR_ZOOMS)
    _write(frame[_seen_from_afar(frame)], far, FAR_ZOOMS)
    return near, far


def _lines(extract: Extract) -> list[geopandas.GeoDataFrame]:
    kind, line, name = extract.lines.kind, extract.lines.line, extract.lines.name
    classes = np.array([_ROAD_CLASS.get(str(each).removesuffix("_link"), "") for each in kind])
    road, rail, river = classes != "", kind == "rail", kind == "waterway"
    return [
        _frame("road", classes[road], name[road], line[road]),
        _frame("rail", "rail", name[rail], line[rail]),
        _frame("river", "river", name[river], line[river]),
    ]


def _surfaces(extract: Extract) -> list[geopandas.GeoDataFrame]:
    return [
        _frame("green", "park", extract.green.name, extract.green.polygon),
        _frame("water", "water", extract.water.name, extract.water.polygon),
        _frame("house", "house", "", extract.buildings.polygon),
    ]


def _landmarks(places: tuple[OsmPlace, ...]) -> geopandas.GeoDataFrame:
    chosen = [place for place in places if place.name and place.tags.get("amenity") in _LANDMARKS]
    points = shapely.points([place.lon for place in chosen], [place.lat for place in chosen])
    kinds = [place.tags["amenity"] for place in chosen]
    return _frame("landmark", kinds, [place.name for place in chosen], points)


def _labels(labels: Iterable[Label]) -> geopandas.GeoDataFrame:
    chosen = list(labels)
    points = shapely.points([each.place.lon for each in chosen], [each.place.lat for each in chosen])
    return _frame("place", [each.rank for each in chosen], [each.name for each in chosen], points)


def _frame(kind: str, classes: Any, names: Any, shapes: Any) -> geopandas.GeoDataFrame:  # noqa: ANN401 - columns or one value, as pandas takes
    columns = {"class": classes, "name": names, "kind": kind, "level": 0}
    return geopandas.GeoDataFrame(columns, geometry=list(shapes), index=range(len(shapes)))


def _seen_from_afar(frame: geopandas.GeoDataFrame) -> Any:  # noqa: ANN401 - a pandas mask
    """Mark large roads, rails, rivers, wide water and green, and the larger places."""
    bounds = shapely.bounds(frame.geometry.to_numpy())
    wide = (bounds[:, 2:] - bounds[:, :2]).max(axis=1) > _FAR_DEG
    kind, classes = frame["kind"], frame["class"]
    return (
        (wide & kind.isin(["water", "green"]))
        | (kind.eq("road") & classes.isin(_FAR_ROADS))
        | kind.isin(["rail", "river"])
        | (kind.eq("place") & classes.isin(["city", "town", "suburb"]))
    )


def _write(frame: geopandas.GeoDataFrame, path: Path, zooms: tuple[int, int]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.stem}.part.pmtiles")
    draft.unlink(missing_ok=True)
    options = {
        "MINZOOM": zooms[0],
        "MAXZOOM": zooms[1],
        "NAME": path.stem,
        "MAX_SIZE": _TILE_BYTES,
        "MAX_FEATURES": _TILE_FEATURES,
    }
    pyogrio.write_dataframe(
        frame, draft, driver="PMTiles", layer=LAYER, geometry_type="Unknown", dataset_options=options
    )
    draft.replace(path)
