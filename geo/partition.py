"""Cut an area into streets, communities and cells of 300 to 500 households along its roads.

Codes: 12 digits for an area (county 6, street 3, community 3), 15 for a cell; the widths are a setting.
Numbering rule: the members of one parent are put into rows from north to south, a row being as high as
the middle member is wide (root of the median area); inside a row they are numbered from west to east by
the middle of their area. The first is 001.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.blocks import Blocks, Land, cut_blocks, land_of
from geo.errors import BadShapeError
from geo.grouping import Adjacency, apportion, groups, quarters
from geo.osm import Extract
from geo.place import LocalPlane
from geo.shapes import to_degrees, to_plane
from geo.street_names import name_area
from geo.tiling import Finding, check_tiling

Level = Literal["city", "district", "street", "community"]
Namer = Callable[[str, Sequence[str], set[str]], str]

__all__ = ["Division", "DrawnArea", "DrawnCell", "Finding", "Plan", "check_tiling", "cut"]

_BLOCKS_PER_CELL = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Sizes and code widths of a division.

    Attributes
    ----------
    households : (int, int)
        Least and most of a cell.
    cells_per_community, communities_per_street : int
        How many are aimed at.
    widths : (int, int, int, int)
        Digits of county, street, community and cell in a code.
    city : str
        Name of the city above the district.
    """

    households: tuple[int, int] = (300, 500)
    cells_per_community: int = 10
    communities_per_street: int = 9
    widths: tuple[int, int, int, int] = (6, 3, 3, 3)
    city: str = "杭州市（样例）"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnArea:
    """An area of a division; parent is empty for the city; polygon in degrees."""

    code: str
    name: str
    level: Level
    parent: str
    polygon: shapely.Geometry


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCell:
    """A cell of a division; polygon in degrees."""

    code: str
    name: str
    community: str
    households: int
    polygon: shapely.Geometry


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """A city, one district, its streets, communities and cells, parents before children.

    `estimated` tells that most households were spread along streets or over land for want of buildings.
    """

    areas: tuple[DrawnArea, ...]
    cells: tuple[DrawnCell, ...]
    estimated: bool


def cut(
    source: Extract | Land,
    *,
    county: str,
    name: str,
    seed: int = 0,
    plan: Plan | None = None,
    namer: Namer = name_area,
) -> Division:
    """Cut an area into streets, communities and cells.

    Parameters
    ----------
    source : Extract or Land
        What to cut; `geo.blocks.land_of` gives a land with another boundary.
    county : str
        County code, digits.
    name : str
        Name of the district.
    seed : int
        Chance; the same seed and source give the same division.
    plan : Plan, optional
        Sizes and code widths.
    namer : callable
        Gives a name from the level, street names nearby (longest first) and the names taken.

    Returns
    -------
    Division
        Cells tile the district exactly and are contiguous where the boundary is. A district with
        fewer households than one cell wants is one cell.

    Raises
    ------
    BadShapeError
        When the county code does not fit, or the boundary is no polygon.
    """
    plan = plan or Plan()
    if len(county) != plan.widths[0] or not county.isdigit():
        raise BadShapeError(f"county code {county!r} must have {plan.widths[0]} digits")
    land = land_of(source) if isinstance(source, Extract) else source
    centre = land.boundary.centroid
    plane = LocalPlane(centre.x, centre.y)
    middle = sum(plan.households) / 2
    blocks = cut_blocks(land, plane, middle / _BLOCKS_PER_CELL)
    label = _levels(blocks, plan, seed)
    return _Drawing(land, plane, blocks, label, plan, namer).division(county, name)


def _levels(blocks: Blocks, plan: Plan, seed: int) -> NDArray[np.int64]:
    """Street, community and cell of each block, shape (blocks, 3)."""
    fine = Adjacency.of(blocks.households, blocks.left, blocks.right, blocks.hold)
    middle = sum(plan.households) / 2
    per_community = middle * plan.cells_per_community
    sizes = (per_community * plan.communities_per_street, per_community, middle)
    spans = tuple((0.75 * size, 1.3 * size) for size in sizes[:2])
    owner = quarters(fine, blocks.left[blocks.solid], blocks.right[blocks.solid], per_community / 3)
    coarse = fine.merged(owner)
    label = np.zeros((len(blocks.polygon), 3), np.int64)
    label[:, 0] = _divided(coarse, np.zeros(len(coarse.ties), np.int64), sizes[0], spans[0], seed)[owner]
    upper = np.zeros(len(coarse.ties), np.int64)
    upper[owner] = label[:, 0]
    label[:, 1] = _divided(coarse, upper, sizes[1], spans[1], seed)[owner]
    label[:, 2] = _divided(fine, label[:, 1], sizes[2], plan.households, seed)
    return label


def _divided(
    blocks: Adjacency, above: NDArray[np.int64], size: float, span: tuple[float, float], seed: int
) -> NDArray[np.int64]:
    """Divide each group of the level above; labels are unique over all groups."""
    label = np.zeros(len(above), np.int64)
    parents, place = np.unique(above, return_inverse=True)
    weight = np.asarray(np.bincount(place, weights=blocks.weight), np.float64)
    counts = apportion(weight, max(len(parents), round(float(weight.sum()) / size)))
    used = 0
    for parent, count in enumerate(counts.tolist()):
        members = np.flatnonzero(place == parent)
        label[members] = groups(blocks.within(members), count, span, seed) + used
        used = int(label[members].max()) + 1
    return label


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Gives groups of blocks their polygons, codes and names."""

    land: Land
    plane: LocalPlane
    blocks: Blocks
    label: NDArray[np.int64]
    plan: Plan
    namer: Namer

    def division(self, county: str, name: str) -> Division:
        digits = sum(self.plan.widths[:3])
        city, district = county[:4].ljust(digits, "0"), county.ljust(digits, "0")
        everything = np.arange(len(self.label))
        whole = to_degrees(self._union(everything), self.plane)
        areas = [
            DrawnArea(code=city, name=self.plan.city, level="city", parent="", polygon=whole),
            DrawnArea(code=district, name=name, level="district", parent=city, polygon=whole),
        ]
        cells: list[DrawnCell] = []
        near = _NamesNear(self.land, self.plane)
        taken: set[str] = set()
        for street, members in self._numbered(everything, 0):
            code = self._code(county, street)
            areas.append(self._area(code, "street", district, members, (near, taken)))
            for community, inner in self._numbered(members, 1):
                inner_code = self._code(county, street, community)
                areas.append(self._area(inner_code, "community", code, inner, (near, taken)))
                cells.extend(self._cells(inner_code, areas[-1].name, inner))
        levels = ("city", "district", "street", "community")
        areas.sort(key=lambda area: (levels.index(area.level), area.code))
        return Division(areas=tuple(areas), cells=tuple(cells), estimated=self.land.estimated)

    def _cells(self, community: str, name: str, members: NDArray[np.int64]) -> list[DrawnCell]:
        width = self.plan.widths[3]
        return [
            DrawnCell(
                code=f"{community}{number:0{width}d}",
                name=f"{name}第{number}网格",
                community=community,
                households=round(float(self.blocks.households[inner].sum())),
                polygon=to_degrees(self._union(inner), self.plane),
            )
            for number, inner in self._numbered(members, 2)
        ]

    def _area(
        self,
        code: str,
        level: Level,
        parent: str,
        members: NDArray[np.int64],
        naming: tuple["_NamesNear", set[str]],
    ) -> DrawnArea:
        polygon = self._union(members)
        near, taken = naming
        name = self.namer(level, near.of(polygon), taken)
        taken.add(name)
        return DrawnArea(
            code=code, name=name, level=level, parent=parent, polygon=to_degrees(polygon, self.plane)
        )

    def _union(self, members: NDArray[np.int64]) -> shapely.Geometry:
        return shapely.coverage_union_all(self.blocks.polygon[members])

    def _code(self, county: str, *numbers: int) -> str:
        widths = self.plan.widths
        parts = [f"{number:0{width}d}" for number, width in zip(numbers, widths[1:], strict=False)]
        return (county + "".join(parts)).ljust(sum(widths[:3]), "0")

    def _numbered(self, members: NDArray[np.int64], depth: int) -> list[tuple[int, NDArray[np.int64]]]:
        """Give the groups of a level inside some blocks their numbers, by the rule of this module."""
        label = self.label[members, depth]
        split = [members[label == group] for group in np.unique(label)]
        shapes = np.array([self._union(each) for each in split], object)
        centre = shapely.get_coordinates(shapely.centroid(shapes))
        row_m = max(float(np.sqrt(np.median(shapely.area(shapes)))), 1.0)
        row = np.floor((centre[:, 1].max() - centre[:, 1]) / row_m)
        order = np.lexsort((centre[:, 0], row))
        return [(number, split[position]) for number, position in enumerate(order, start=1)]


class _NamesNear:
    """Names of streets in or along a polygon."""

    def __init__(self, land: Land, plane: LocalPlane) -> None:
        named = land.name != ""
        lines = to_plane(land.line[named], plane)
        self._names = land.name[named]
        self._length_m = shapely.length(lines)
        self._tree = shapely.STRtree(shapely.line_interpolate_point(lines, 0.5, normalized=True))

    def of(self, polygon: shapely.Geometry) -> list[str]:
        """Names by length in the polygon, longest first."""
        inside = self._tree.query(polygon, predicate="dwithin", distance=15.0)
        names, inverse = np.unique(self._names[inside], return_inverse=True)
        length_m = np.bincount(inverse, weights=self._length_m[inside], minlength=len(names))
        return [str(names[place]) for place in np.argsort(-length_m, kind="stable")]
