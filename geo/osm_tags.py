"""What OpenStreetMap tags say: what stands there, how many households live in it, what bars the way.

Sources: the key pages of the OpenStreetMap wiki (highway, railway, barrier, building:levels, addr).
"""

import re
from collections.abc import Mapping
from math import floor

Tags = Mapping[str, str]

GROSS_M2_PER_HOUSEHOLD = 100.0
"""Floor area, stairs and walls included, that one household takes in an apartment house."""

_RESIDENTIAL = frozenset(
    [
        "apartments",
        "residential",
        "house",
        "detached",
        "semidetached_house",
        "terrace",
        "bungalow",
        "dormitory",
        "farm",
        "cabin",
        "static_caravan",
        "houseboat",
        "allotment_house",
    ]
)
_ONE_HOUSEHOLD = frozenset(["house", "detached", "bungalow", "farm", "cabin", "static_caravan", "houseboat"])
_USES = ("shop", "amenity", "office", "tourism", "leisure", "man_made", "industrial", "craft", "healthcare")
_DEFAULT_LEVELS = {"apartments": 6.0, "dormitory": 5.0, "residential": 4.0, "yes": 2.0, "terrace": 2.0}

PLACE_KEYS = (
    "amenity",
    "shop",
    "office",
    "craft",
    "healthcare",
    "social_facility",
    "emergency",
    "tourism",
    "club",
    "government",
    "public_transport",
)
_NO_PLACE = frozenset(
    [
        "bench",
        "waste_basket",
        "parking_space",
        "parking_entrance",
        "bicycle_parking",
        "vending_machine",
        "recycling",
        "fire_hydrant",
        "information",
        "stop_position",
        "platform",
        "hunting_stand",
        "grit_bin",
        "telephone",
        "viewpoint",
        "artwork",
        "motorcycle_parking",
        "picnic_site",
        "guest_house_sign",
        "life_ring",
        "defibrillator",
    ]
)
_GREEN = {
    "leisure": frozenset(
        ["park", "garden", "golf_course", "nature_reserve", "pitch", "playground", "common", "dog_park"]
    ),
    "landuse": frozenset(
        [
            "forest",
            "grass",
            "meadow",
            "recreation_ground",
            "village_green",
            "cemetery",
            "orchard",
            "vineyard",
            "allotments",
            "farmland",
        ]
    ),
    "natural": frozenset(["wood", "grassland", "scrub", "heath", "wetland"]),
}
_WATER_LANDUSE = frozenset(("reservoir", "basin"))
_BARRIER_RAILS = frozenset(("rail", "light_rail", "tram", "narrow_gauge"))
_WATERWAYS = frozenset(("river", "canal", "stream"))
_WALLS = frozenset(("wall", "city_wall", "fence", "retaining_wall", "guard_rail", "jersey_barrier", "hedge"))
_HEAVY_RAILS = frozenset(("rail", "light_rail", "subway", "narrow_gauge", "monorail"))
_WIDE_WATERS = frozenset(("river", "canal"))
_UNDERGROUND = frozenset(("yes", "culvert", "flooded"))


def number(text: str | None) -> float | None:
    """First number in a tag value ("3", "3.5", "6;7"); None when there is none."""
    match = re.search(r"\d+(?:\.\d+)?", text or "")
    return float(match[0]) if match else None


def levels(tags: Tags) -> float:
    """Storeys of a building, guessed from its kind where not mapped (1 to 120)."""
    told = number(tags.get("building:levels"))
    if told is None:
        height_m = number(tags.get("height"))
        told = height_m / 3 if height_m else _DEFAULT_LEVELS.get(tags.get("building", ""), 2.0)
    return min(max(told, 1.0), 120.0)


def is_home(tags: Tags) -> bool:
    """Tell whether people live in a building: by its kind, or unnamed `building=yes` without other use."""
    kind = tags.get("building", "")
    if kind in _RESIDENTIAL or kind == "semidetached_house":
        return True
    return kind == "yes" and not any(key in tags for key in _USES)


def households(tags: Tags, footprint_m2: float) -> int:
    """Estimate of the households living in a building, zero where nobody lives.

    Parameters
    ----------
    tags : mapping
        Tags of the building; `building:flats` is taken as told.
    footprint_m2 : float
        Area on the ground in square metres.

    Returns
    -------
    int
        Households; one for a detached house, else gross floor area / 100 m2.
    """
    if not is_home(tags):
        return 0
    flats = number(tags.get("building:flats"))
    if flats is not None:
        return int(flats)
    kind = tags["building"]
    if kind in _ONE_HOUSEHOLD:
        return 1
    if kind == "yes" and "building:levels" not in tags and not 50 <= footprint_m2 <= 1500:
        return 0
    count = floor(footprint_m2 * levels(tags) / GROSS_M2_PER_HOUSEHOLD + 0.5)
    return max(count, 1)


def is_place(tags: Tags) -> bool:
    """Tell whether something is a shop, an office or another place people go to."""
    return any(key in tags and tags[key] not in _NO_PLACE for key in PLACE_KEYS)


def is_water(tags: Tags) -> bool:
    """Tell whether a polygon is water."""
    wet = tags.get("natural") == "water" or tags.get("waterway") in {"riverbank", "dock"}
    return wet or tags.get("landuse") in _WATER_LANDUSE


def is_green(tags: Tags) -> bool:
    """Tell whether a polygon is park, wood or field."""
    return any(tags.get(key) in values for key, values in _GREEN.items())


def line_kind(tags: Tags) -> str | None:
    """Kind of a line for map and cutting: highway class, "rail", "waterway", or None for others."""
    highway = tags.get("highway", "")
    if highway:
        return highway
    if tags.get("railway") in _BARRIER_RAILS:
        return "rail"
    if tags.get("waterway") in _WATERWAYS:
        return "waterway"
    return None


def is_rail(tags: Tags) -> bool:
    """Tell whether a line is a railway on the ground that nobody walks across; trams run in streets."""
    return tags.get("railway") in _HEAVY_RAILS and not _is_above_or_below(tags)


def is_wall(tags: Tags) -> bool:
    """Tell whether a line is a wall or fence."""
    return tags.get("barrier") in _WALLS


def is_wide_water(tags: Tags) -> bool:
    """Tell whether a line is a river or canal in the open."""
    return tags.get("waterway") in _WIDE_WATERS and not _is_above_or_below(tags)


def _is_above_or_below(tags: Tags) -> bool:
    return tags.get("tunnel") in _UNDERGROUND or tags.get("bridge", "no") != "no"


def address(tags: Tags) -> str:
    """Address in Chinese order: district, street, number, unit; empty when nothing is tagged."""
    if tags.get("addr:full"):
        return tags["addr:full"]
    parts = ("addr:city", "addr:district", "addr:suburb", "addr:street", "addr:housenumber", "addr:unit")
    return "".join(tags[part] for part in parts if part in tags)


def phone(tags: Tags) -> str:
    """Telephone as tagged; empty when there is none."""
    return tags.get("phone") or tags.get("contact:phone") or tags.get("contact:mobile") or ""
