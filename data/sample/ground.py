"""Ground of the built-in district: water, land, streets and blocks, in metres around its middle."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import cos, pi, sin
from random import Random

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.ops import split

from data.sample.names import Names

HALF_WIDTH_M, HALF_HEIGHT_M = 3350.0, 2650.0
BANK_M = 18.0
"""How far the road along the water keeps from it."""
OLD_TOWN = (250.0, 250.0)
OLD_TOWN_RADIUS_M = 1050.0
_STEP_M = 60.0


@dataclass(frozen=True, slots=True)
class Street:
    """A line of the street map before it is cut at junctions."""

    line: LineString
    highway: str
    name: str
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Block:
    """Land between streets; `old` blocks have alleys, the others a gate."""

    polygon: Polygon
    old: bool
    island: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything that lies on the ground except houses."""

    boundary: Polygon
    river: Polygon
    canal: Polygon
    lake: Polygon
    streets: list[Street]
    blocks: list[Block]
    ferry: LineString


def lay_out(random: Random, names: Names) -> Ground:
    """Lay out water, streets and blocks.

    Parameters
    ----------
    random : random.Random
        Where chance comes from.
    names : Names
        Gives street names.

    Returns
    -------
    Ground
        Metres east and north of the middle of the district.
    """
    boundary = _outline(random)
    river, canal, lake = _river(boundary), _canal(random), _ellipse(-2150, 500, 520, 640, random)
    island = _ellipse(700, -2030, 640, 210, random)
    wet = shapely.union_all([river, canal, lake])
    mainland = boundary.buffer(-25).difference(wet.buffer(BANK_M)).buffer(-20).buffer(20)
    banks = [part for part in shapely.get_parts(mainland) if part.area > 1e5]
    arterials = list(_arterials(random, names))
    streets = [street for bank in banks for street in _ring(bank, names)]
    blocks: list[Block] = []
    land = shapely.union_all(banks)
    for arterial in arterials:
        streets.extend(_across(arterial, land, canal))
    rings = [ring for bank in banks for ring in (bank.exterior, *bank.interiors)]
    lines = shapely.union_all([*rings, *(arterial.line for arterial in arterials)])
    for face in shapely.get_parts(shapely.polygonize(shapely.get_parts(lines))):
        if land.buffer(1).contains(face):
            _divide(face, random, names, streets, blocks)
    streets.extend(_island(island, random, names, blocks))
    pier = Point(700, _shore(700) + BANK_M)
    quay = shapely.union_all([street.line for street in streets if street.highway == "tertiary"])
    start = shapely.ops.nearest_points(quay, pier)[0]
    landing = shapely.ops.nearest_points(island.buffer(-25).exterior, start)[0]
    ferry = LineString([start, (start.x - 40, (start.y + landing.y) / 2), landing])
    return Ground(boundary, river.difference(island), canal, lake, streets, blocks, ferry)


def _outline(random: Random) -> Polygon:
    a, b = random.uniform(0, 2 * pi), random.uniform(0, 2 * pi)
    points = []
    for step in range(120):
        angle = 2 * pi * step / 120
        stretch = 1 + 0.05 * sin(3 * angle + a) + 0.035 * sin(5 * angle + b) + 0.02 * sin(11 * angle + a)
        square = (abs(cos(angle)) ** 3 + abs(sin(angle)) ** 3) ** (-1 / 3)
        points.append(
            (HALF_WIDTH_M * stretch * square * cos(angle), HALF_HEIGHT_M * stretch * square * sin(angle))
        )
    return Polygon(points)


def _shore(x: float) -> float:
    """Northern shore of the river."""
    return -1480 + 170 * sin(x / 1300 + 0.6)


def _river(boundary: Polygon) -> Polygon:
    xs = np.arange(-5000.0, 5001.0, 50.0)
    shore = [(x, _shore(x)) for x in xs]
    return Polygon([*shore, (5000, -6000), (-5000, -6000)]).intersection(boundary)


def _canal(random: Random) -> Polygon:
    phase = random.uniform(0, 0.5)
    line = LineString(
        [(620 + 380 * sin(y / 950 + phase), y) for y in np.arange(-1700.0, HALF_HEIGHT_M + 400, 40.0)]
    )
    return line.buffer(36, cap_style="flat")


def _ellipse(x: float, y: float, a: float, b: float, random: Random) -> Polygon:
    phase = random.uniform(0, 2 * pi)
    angles = np.linspace(0, 2 * pi, 48, endpoint=False)
    stretch = 1 + 0.09 * np.sin(3 * angles + phase) + 0.05 * np.sin(5 * angles)
    return Polygon(np.column_stack((x + a * stretch * np.cos(angles), y + b * stretch * np.sin(angles))))


def _arterials(random: Random, names: Names) -> Iterator[Street]:
    """Curved through roads; those from west to east are the bridges over the canal."""
    tags = {"lanes": "6", "maxspeed": "60"}
    for y in (-880, -120, 720, 1560):
        bend, phase = random.uniform(60, 130), random.uniform(0, 2 * pi)
        ends = np.arange(-4200.0, 4201.0, _STEP_M)
        tilt = random.uniform(-0.06, 0.06)
        line = LineString([(x, y + tilt * x + bend * sin(x / 900 + phase)) for x in ends])
        yield Street(line, "primary", names.street("primary"), tags)
    for x in (-2500, -1500, -420, 1480, 2360):
        bend, phase = random.uniform(60, 140), random.uniform(0, 2 * pi)
        ends = np.arange(-3200.0, 3201.0, _STEP_M)
        tilt = random.uniform(-0.1, 0.1)
        line = LineString([(x + tilt * y + bend * sin(y / 800 + phase), y) for y in ends])
        highway = "primary" if x in {-420, 1480} else "secondary"
        yield Street(line, highway, names.street(highway), {"maxspeed": "50"})


def _across(arterial: Street, land: shapely.Geometry, canal: Polygon) -> Iterator[Street]:
    """Cut an arterial to the land and keep its bridges over the canal."""
    near = canal.buffer(BANK_M + 26)
    for piece in _pieces(arterial.line.intersection(land)):
        yield Street(piece, arterial.highway, arterial.name, arterial.tags)
    for piece in _pieces(arterial.line.difference(land)):
        if near.contains(piece) and canal.crosses(piece):
            yield Street(piece, arterial.highway, arterial.name, {**arterial.tags, "bridge": "yes"})


def _pieces(geometry: shapely.Geometry) -> list[LineString]:
    return [part for part in shapely.get_parts(geometry) if isinstance(part, LineString) and part.length > 1]


def _ring(bank: Polygon, names: Names) -> Iterator[Street]:
    """Roads around a bank, renamed about every two kilometres."""
    for edge in (bank.exterior, *bank.interiors):
        ring = LineString(edge.coords)
        count = max(1, round(ring.length / 2000))
        for part in range(count):
            line = shapely.ops.substring(ring, part / count, (part + 1) / count, normalized=True)
            yield Street(line.simplify(1.0), "tertiary", names.street("tertiary"))


def _divide(face: Polygon, random: Random, names: Names, streets: list[Street], blocks: list[Block]) -> None:
    """Halve land by curved streets until blocks remain."""
    waiting = [face]
    while waiting:
        land = waiting.pop()
        if land.area < 1500:
            continue
        wanted = 22_000 if _is_old(land) else random.uniform(30_000, 62_000)
        if land.area < 1.5 * wanted:
            blocks.append(Block(land, _is_old(land)))
            continue
        highway = _street_class(land.area)
        parts = _halve(land, random)
        name, tags = names.street(highway), _street_tags(highway, random)
        streets.extend(Street(line, highway, name, tags) for line in parts[0])
        waiting.extend(parts[1])


def _is_old(land: Polygon) -> bool:
    x, y = land.centroid.x - OLD_TOWN[0], land.centroid.y - OLD_TOWN[1]
    return bool(x * x + y * y < OLD_TOWN_RADIUS_M**2)


def _street_class(area_m2: float) -> str:
    if area_m2 > 450_000:
        return "secondary"
    return "tertiary" if area_m2 > 160_000 else "residential"


def _street_tags(highway: str, random: Random) -> dict[str, str]:
    if highway == "residential" and random.random() < 0.22:
        return {"oneway": random.choice(("yes", "-1")), "oneway:bicycle": random.choice(("yes", "no"))}
    return {"maxspeed": "40"} if highway == "secondary" else {}


def _halve(land: Polygon, random: Random) -> tuple[list[LineString], list[Polygon]]:
    """Cut land across its longer side by a slightly bent line."""
    corners = np.asarray(land.minimum_rotated_rectangle.exterior.coords)[:4]
    if np.hypot(*(corners[1] - corners[0])) < np.hypot(*(corners[2] - corners[1])):
        corners = np.roll(corners, -1, axis=0)
    share = random.uniform(0.38, 0.62)
    turn = random.uniform(-0.06, 0.06)
    foot = corners[0] + (share + turn) * (corners[1] - corners[0])
    top = corners[3] + (share - turn) * (corners[2] - corners[3])
    along = (top - foot) / max(np.hypot(*(top - foot)), 1.0)
    across = np.array((-along[1], along[0]))
    length = float(np.hypot(*(top - foot)))
    bend = random.uniform(-0.05, 0.05) * length
    count = max(3, int(length / _STEP_M))
    ways = np.linspace(-0.05, 1.05, count + 1)
    line = LineString(foot + along * length * ways[:, None] + across * (bend * np.sin(np.pi * ways))[:, None])
    parts = [part for part in split(land, line).geoms if part.area > 0]
    return _pieces(line.intersection(land)), parts


def alleys(block: Polygon, random: Random, size_m2: float) -> tuple[list[LineString], list[Polygon]]:
    """Cut a block into parcels of about `size_m2` by alleys."""
    lines, parcels, waiting = [], [], [block]
    while waiting:
        land = waiting.pop()
        if land.area < 1.5 * size_m2:
            parcels.append(land)
            continue
        cut, parts = _halve(land, random)
        lines.extend(cut)
        waiting.extend(parts)
    return lines, parcels


def _island(island: Polygon, random: Random, names: Names, blocks: list[Block]) -> Iterator[Street]:
    """Streets of the island: a round road and a few lanes."""
    land = island.buffer(-25)
    name = names.street("residential")
    yield Street(LineString(land.exterior.coords), "residential", name)
    lines, parcels = alleys(land, random, 34_000)
    for line in lines:
        yield Street(line, "residential", names.street("residential"))
    blocks.extend(Block(parcel, old=False, island=True) for parcel in parcels)
