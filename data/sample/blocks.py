"""Houses, driveways and gates inside the blocks of the built-in district, in metres."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import numpy as np
import shapely
from shapely import LineString, Polygon, affinity

from data.sample.ground import Block, Street, alleys
from data.sample.names import Names

M2_PER_HOUSEHOLD = 100.0
_OLD_PARCEL_M2 = 3200.0
_OLD_HOUSE_LEVELS = (2, 2, 2, 3, 3, 4)


@dataclass(frozen=True, slots=True)
class House:
    """A building: outline, storeys, and its tags without the storeys."""

    outline: Polygon
    levels: int
    tags: dict[str, str]

    @property
    def households(self) -> float:
        """Households it holds, zero when nobody lives in it."""
        home = self.tags["building"] in {"apartments", "house", "residential"}
        return self.outline.area * self.levels / M2_PER_HOUSEHOLD if home else 0.0


@dataclass(frozen=True, slots=True)
class Filled:
    """A block with what stands in it; `use` is estate, old, park, school, office, hospital or market."""

    block: Block
    use: str
    name: str
    houses: list[House]
    streets: list[Street]
    gates: list[tuple[float, float]]


def fill(blocks: list[Block], random: Random, names: Names, households: int) -> list[Filled]:
    """Fill blocks and scale the storeys until the wanted number of households lives there.

    Parameters
    ----------
    blocks : list of Block
        Land between streets; empty gives empty.
    random : random.Random
        Where chance comes from.
    names : Names
        Gives names of estates.
    households : int
        Wanted number; met to about one percent.
    """
    filled = [_fill(block, random, names) for block in blocks]
    lived = sum(house.households for each in filled for house in each.houses if house.levels > 4)
    fixed = sum(house.households for each in filled for house in each.houses if house.levels <= 4)
    factor = (households - fixed) / max(lived, 1.0)
    return [_scaled(each, factor, random) for each in filled]


def _scaled(filled: Filled, factor: float, random: Random) -> Filled:
    houses = []
    for house in filled.houses:
        levels = house.levels
        if house.households and levels > 4:
            levels = max(5, int(levels * factor + random.random()))
        houses.append(House(house.outline, levels, house.tags))
    return Filled(filled.block, filled.use, filled.name, houses, filled.streets, filled.gates)


def _fill(block: Block, random: Random, names: Names) -> Filled:
    use = _use(block, random)
    if use == "park":
        return Filled(block, use, names.stem() + "公园", [], [], [])
    if use == "old":
        return _old_quarter(block, random, names)
    if use == "estate":
        return _estate(block, random, names)
    suffix = {"school": "小学", "office": "大厦", "hospital": "医院", "market": "商厦"}[use]
    tags = {
        "school": {"building": "school"},
        "hospital": {"building": "hospital"},
        "office": {"building": "office"},
    }
    houses = list(_rows(block.polygon.buffer(-14), random, (60, 90), (18, 26), 30.0))
    levels = {"school": 4, "hospital": 9, "office": 20, "market": 5}[use]
    built = [House(house, levels, tags.get(use, {"building": "retail"})) for house in houses[:14]]
    return Filled(block, use, names.stem() + suffix, built, [], [])


def _use(block: Block, random: Random) -> str:
    if block.old and random.random() < 0.62:
        return "old"
    draw = random.random()
    if block.island:
        return "park" if draw < 0.12 else "estate"
    for use, share in (
        ("park", 0.055),
        ("school", 0.11),
        ("office", 0.14),
        ("market", 0.16),
        ("hospital", 0.17),
    ):
        if draw < share:
            return use
    return "estate"


def _rows(
    land: shapely.Geometry, random: Random, lengths: tuple[int, int], depths: tuple[int, int], gap_m: float
) -> Iterator[Polygon]:
    """Rows of slabs facing south on a piece of land, those that fit."""
    if land.is_empty:
        return
    turn = random.uniform(-9, 9)
    level = affinity.rotate(land, -turn, origin=(0, 0))
    west, south, east, north = level.bounds
    boxes, y = [], south + 1
    while y < north:
        depth, x = random.randint(*depths), west + random.uniform(0, 12)
        while x < east:
            length = random.randint(*lengths)
            boxes.append(shapely.box(x, y, x + length, y + depth))
            x += length + random.uniform(7, 12)
        y += depth + gap_m
    shapely.prepare(level)
    for box in np.array(boxes)[shapely.contains_properly(level, boxes)]:
        yield affinity.rotate(box, turn, origin=(0, 0))


def _estate(block: Block, random: Random, names: Names) -> Filled:
    """Slabs or towers behind a gate, with a round drive."""
    kind = (
        "walkup" if block.old or block.island or random.random() < 0.35 else random.choice(("mid", "tower"))
    )
    levels, gap_m, lengths = {
        "walkup": (6, 12.0, (22, 46)),
        "mid": (9, 17.0, (20, 40)),
        "tower": (16, 26.0, (18, 28)),
    }[kind]
    name = names.estate()
    round_drive = block.polygon.buffer(-26).simplify(4.0)
    streets: list[Street] = []
    gates: list[tuple[float, float]] = []
    land = block.polygon.buffer(-9)
    if isinstance(round_drive, Polygon) and round_drive.area > 4000:
        streets, gates = _drives(block.polygon, round_drive, random)
        land = land.difference(shapely.union_all([street.line for street in streets]).buffer(4.5))
    houses = [
        House(outline, levels, {"building": "apartments", "name": f"{name}{number}幢"})
        for number, outline in enumerate(_rows(land, random, lengths, (12, 15), gap_m), start=1)
    ]
    return Filled(block, "estate", name, houses, streets, gates)


def _drives(
    block: Polygon, round_drive: Polygon, random: Random
) -> tuple[list[Street], list[tuple[float, float]]]:
    tags = {"service": "driveway", "motor_vehicle": "destination"}
    ring = LineString(round_drive.exterior.coords)
    streets, gates = [Street(ring, "service", "", tags)], []
    start = random.random()
    for gate in range(random.choice((1, 1, 2))):
        inner = ring.interpolate((start + 0.5 * gate) % 1.0, normalized=True)
        outer = shapely.ops.nearest_points(block.exterior, inner)[0]
        streets.append(Street(LineString([inner, outer]), "service", "", tags))
        gates.append((outer.x + 0.35 * (inner.x - outer.x), outer.y + 0.35 * (inner.y - outer.y)))
    middle = shapely.point_on_surface(round_drive)
    across = affinity.rotate(
        LineString([(middle.x - 500, middle.y), (middle.x + 500, middle.y)]), random.uniform(-9, 9)
    )
    parts = shapely.get_parts(across.intersection(round_drive))
    streets.extend(Street(part, "service", "", tags) for part in parts if part.length > 30)
    return streets, gates


def _old_quarter(block: Block, random: Random, names: Names) -> Filled:
    """Low houses along alleys."""
    lines, parcels = alleys(block.polygon, random, _OLD_PARCEL_M2)
    streets = []
    for line in lines:
        highway = random.choice(("living_street", "pedestrian", "pedestrian"))
        streets.append(Street(line, highway, names.street(highway), {"width": "3"}))
    houses = []
    for parcel in parcels:
        for outline in _rows(parcel.buffer(-3), random, (9, 16), (9, 12), 2.5):
            home = random.random() < 0.9
            tags = (
                {"building": "house" if outline.area < 100 else "residential"}
                if home
                else {"building": "retail"}
            )
            houses.append(House(outline, random.choice(_OLD_HOUSE_LEVELS), tags))
    return Filled(block, "old", names.stem() + "里", houses, streets, [])
