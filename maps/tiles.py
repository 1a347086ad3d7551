"""The base map made once from an OSM extract: two PMTiles files, near (streets, houses) and far (town)."""

from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from geo.errors import BadExtractError
from geo.osm_order import in_order
from geo.place import Box
from maps.errors import BadBaseMapError
from maps.style import FAR_ZOOMS, NEAR_ZOOMS

LAYER = "base"

Bounds = tuple[float, float, float, float]

ROAD_CLASS = {
    "motorway": "major", "trunk": "major", "primary": "primary", "secondary": "secondary", "tertiary": "tertiary",
    "residential": "minor", "unclassified": "minor", "living_street": "minor", "road": "minor",
    "pedestrian": "walk", "service": "service", "footway": "path", "path": "path", "cycleway": "path",
    "steps": "path", "track": "path", "bridleway": "path",
}  # fmt: skip
FAR_ROADS = frozenset({"major", "primary", "secondary", "tertiary"})
GREEN = {
    "leisure": ("park", "garden", "pitch", "golf_course", "nature_reserve", "playground", "stadium"),
    "landuse": ("grass", "forest", "meadow", "recreation_ground", "village_green", "cemetery", "allotments", "orchard", "vineyard"),
    "natural": ("wood", "scrub", "grassland", "heath"),
}  # fmt: skip
BUILT = ("residential", "commercial", "retail", "industrial", "railway", "construction", "education")
PLACES = ("city", "town", "suburb", "quarter", "neighbourhood", "village", "hamlet", "locality")
LANDMARKS = (
    "hospital",
    "school",
    "university",
    "townhall",
    "community_centre",
    "marketplace",
    "library",
    "police",
)


def write_base_map(extract: Path, near: Path, box: Box | None = None) -> tuple[Path, Path]:
    """Write the base map of an extract, once, at import.

    Parameters
    ----------
    extract : Path
        An OSM file: ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``, in any order.
    near : Path
        Where the near file goes, ``<district>.pmtiles``; the far one becomes ``<district>.far.pmtiles``.
    box : Box, optional
        Cut to this rectangle (features touching it are kept whole); the whole extract when left out.

    Returns
    -------
    tuple of Path
        The near and the far file.

    Raises
    ------
    BadBaseMapError
        When the extract holds nothing to draw, or GDAL cannot read it.
    """
    bbox = (box.west, box.south, box.east, box.north) if box else None
    try:
        with TemporaryDirectory(prefix="jinlin-") as folder:
            parts = _parts(in_order(extract, Path(folder)), bbox)
    except (BadExtractError, pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError) as error:
        message = f"{extract} cannot be read as an OSM extract ({error}); give a .osm.pbf file"
        raise BadBaseMapError(message) from error
    frame = _sound(
        gpd.GeoDataFrame(pd.concat([p for p in parts if len(p)] or parts, ignore_index=True), crs="EPSG:4326")
    )
    if frame.empty:
        message = f"{extract} holds no roads, water, green or houses inside {box}; check the rectangle"
        raise BadBaseMapError(message)
    far = far_file(near)
    _write(frame, near, NEAR_ZOOMS)
    _write(_far(frame), far, FAR_ZOOMS)
    return near, far


def _parts(extract: Path, bbox: Bounds | None) -> list[gpd.GeoDataFrame]:
    """Read everything that is drawn."""
    return [
        _roads(extract, bbox),
        _rails_and_rivers(extract, bbox),
        *_surfaces(extract, bbox),
        _places(extract, bbox),
    ]


def _sound(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Repair shapes that cross themselves and leave out those that are none."""
    shapes = frame.geometry.to_numpy()
    frame = frame[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    return frame.set_geometry(frame.geometry.make_valid(method="structure", keep_collapsed=False))


def far_file(near: Path) -> Path:
    """Name of the far file that belongs to a near one."""
    return near.with_name(near.name.removesuffix(".pmtiles") + ".far.pmtiles")


def _write(frame: gpd.GeoDataFrame, path: Path, zooms: tuple[int, int]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    options = {
        "MINZOOM": zooms[0],
        "MAXZOOM": zooms[1],
        "NAME": path.stem,
        "MAX_SIZE": 2_000_000,
        "MAX_FEATURES": 500_000,
    }
    pyogrio.write_dataframe(
        frame, path, driver="PMTiles", layer=LAYER, geometry_type="Unknown", dataset_options=options
    )


def _far(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Major roads, rails, water and green of some size, larger places: what a town shows from afar."""
    extent = shapely.bounds(frame.geometry.to_numpy())
    across_deg = (extent[:, 2:] - extent[:, :2]).max(axis=1)
    wide = frame["kind"].isin(["water", "green", "built"]) & (across_deg > 0.002)
    lines = ((frame["kind"] == "road") & frame["class"].isin(FAR_ROADS)) | (
        frame["kind"].isin(["rail", "river"]) & frame["class"].isin(["rail", "river", "canal"])
    )
    places = (frame["kind"] == "place") & frame["class"].isin(["city", "town", "suburb", "village"])
    far = frame[wide | lines | places]
    return far if len(far) else frame[frame["kind"] == "road"] if (frame["kind"] == "road").any() else frame


def _read(extract: Path, layer: str, where: str, bbox: Bounds | None) -> gpd.GeoDataFrame:
    source = f"/vsigzip/{extract.absolute()}" if extract.suffix == ".gz" else extract
    frame = pyogrio.read_dataframe(source, layer=layer, where=where, bbox=bbox, on_invalid="ignore")
    zh = frame["other_tags"].str.extract(r'"name:zh(?:-Hans)?"=>"([^"]*)"', expand=False)
    frame["name"] = zh.fillna(frame["name"])
    return frame


def _shape(frame: gpd.GeoDataFrame, kind: str, classes: pd.Series) -> gpd.GeoDataFrame:
    tags = frame["other_tags"].fillna("")
    level = tags.str.contains('"bridge"=>"(?!no)', regex=True).astype(int) - tags.str.contains(
        '"tunnel"=>"(?!no)', regex=True
    )
    return gpd.GeoDataFrame(
        {"kind": kind, "class": classes, "name": frame["name"], "level": level.astype("int32")},
        geometry=frame.geometry, crs="EPSG:4326",
    )  # fmt: skip


def _roads(extract: Path, bbox: Bounds | None) -> gpd.GeoDataFrame:
    frame = _read(extract, "lines", "highway IS NOT NULL", bbox)
    classes = frame["highway"].str.removesuffix("_link").map(ROAD_CLASS)
    keep = classes.notna()
    return _shape(frame[keep], "road", classes[keep])


def _rails_and_rivers(extract: Path, bbox: Bounds | None) -> gpd.GeoDataFrame:
    where = "railway IN ('rail','light_rail','subway','tram') OR waterway IN ('river','canal','stream')"
    frame = _read(extract, "lines", where, bbox)
    rail = frame["railway"].notna()
    parts = [
        _shape(frame[rail], "rail", frame["railway"][rail]),
        _shape(frame[~rail], "river", frame["waterway"][~rail]),
    ]
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs="EPSG:4326")


def _surfaces(extract: Path, bbox: Bounds | None) -> list[gpd.GeoDataFrame]:
    frame = _read(extract, "multipolygons", "building IS NOT NULL OR landuse IS NOT NULL OR leisure IS NOT NULL "
                  "OR natural IS NOT NULL OR amenity IS NOT NULL", bbox)  # fmt: skip
    water = frame["natural"].eq("water") | frame["landuse"].isin(["reservoir", "basin"])
    green = pd.Series(data=False, index=frame.index)
    for tag, values in GREEN.items():
        green |= frame[tag].isin(values)
    house = frame["building"].notna() & ~frame["building"].eq("no")
    built = frame["landuse"].isin(BUILT)
    park = frame["leisure"].eq("park")
    landmark = (frame["amenity"].isin(LANDMARKS) | park) & frame["name"].notna()
    marks = frame[landmark].set_geometry(frame[landmark].geometry.representative_point())
    return [
        _shape(frame[built], "built", frame["landuse"][built]),
        _shape(
            frame[green], "green", frame["leisure"].fillna(frame["landuse"]).fillna(frame["natural"])[green]
        ),
        _shape(frame[water], "water", pd.Series("water", index=frame.index[water])),
        _shape(frame[house], "house", pd.Series("house", index=frame.index[house])),
        _shape(marks, "landmark", marks["amenity"].where(~park[landmark], "park")),
    ]


def _places(extract: Path, bbox: Bounds | None) -> gpd.GeoDataFrame:
    frame = _read(extract, "points", "place IS NOT NULL AND name IS NOT NULL", bbox)
    keep = frame["place"].isin(PLACES)
    return _shape(frame[keep], "place", frame["place"][keep])
