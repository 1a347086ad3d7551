"""OSM change files on an extract: what concerns the extract is taken, the rest of a country's changes is left."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import osmium

from geo.errors import BadExtractError
from geo.osm_order import in_order, newest_of, unreadable

CHANGE_SUFFIXES = (".osc", ".osc.gz", ".osc.bz2")
KINDS = {"n": "nodes", "w": "ways", "r": "relations"}
Key = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """How many objects a change file touched, by kind.

    ``added`` were not in the extract, ``changed`` and ``deleted`` were; ``older`` are there as new or newer already;
    ``outside`` lie elsewhere.
    """

    added: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    deleted: Counter[str] = field(default_factory=Counter)
    older: Counter[str] = field(default_factory=Counter)
    outside: Counter[str] = field(default_factory=Counter)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing of the extract is changed."""
        return not (self.added or self.changed or self.deleted)

    def as_json(self) -> dict[str, dict[str, int]]:
        """Give all counts by name and kind; kinds without any are left out."""
        return {
            name: dict(getattr(self, name)) for name in ("added", "changed", "deleted", "older", "outside")
        }


@dataclass(slots=True)
class _Told:
    """The last that a change file tells of an object; ``names`` are those that it is made of."""

    version: int
    deleted: bool
    names: tuple[Key, ...]
    lonlat: tuple[float, float] | None


@dataclass(slots=True)
class _Ground:
    """What the extract knows: the versions of objects that changes touch, which of those they name it has, its extent."""

    versions: dict[Key, int] = field(default_factory=dict)
    named: set[Key] = field(default_factory=set)
    west: float = 180.0
    south: float = 90.0
    east: float = -180.0
    north: float = -90.0

    def holds(self, lonlat: tuple[float, float] | None) -> bool:
        """Tell whether a place lies within the nodes of the extract."""
        if lonlat is None:
            return False
        return self.west <= lonlat[0] <= self.east and self.south <= lonlat[1] <= self.north


def apply_changes(base: Path, changes: Path, out: Path, folder: Path) -> Changed:
    """Write an extract as it is after a change file.

    A node is taken when the extract has it or it lies within the extract; a way or relation when the extract has it, or
    one of the objects that it is made of. Of several versions of an object the newest counts, in either file.

    Parameters
    ----------
    base : Path
        The extract, see `geo.osm_order.in_order`.
    changes : Path
        A file ending in ``.osc``, ``.osc.gz`` or ``.osc.bz2``.
    out : Path
        What is written, ending in ``.osm.pbf``.
    folder : Path
        Room for copies; about as much as both files take.

    Returns
    -------
    Changed
        All counts empty when no object of the file concerns the extract; ``out`` then equals the extract.

    Raises
    ------
    BadExtractError
        When a file is missing, of another kind, truncated or no OSM data.
    """
    if not changes.is_file():
        raise BadExtractError(f"{changes} does not exist; give a file ending in {', '.join(CHANGE_SUFFIXES)}")
    if not changes.name.endswith(CHANGE_SUFFIXES):
        raise BadExtractError(
            f"{changes.name} is no file of changes; allowed endings are {', '.join(CHANGE_SUFFIXES)}"
        )
    ordered = in_order(base, folder)
    try:
        with osmium.io.Reader(str(changes)) as reader:
            if not reader.header().has_multiple_object_versions:
                raise BadExtractError(
                    f"{changes.name} holds a map and no changes; build the district from it instead"
                )
        told = _told(changes)
        taken, counts = _taken(told, _ground(ordered, told))
        kept = folder / "taken.osc.gz"
        _write(changes, taken, kept)
    except (RuntimeError, UnicodeDecodeError) as error:
        raise unreadable(changes, error) from error
    newest_of([ordered, kept], out)
    return counts


def _told(changes: Path) -> dict[Key, _Told]:
    """Read the last word on each object; higher versions count, later ones where versions are alike."""
    told: dict[Key, _Told] = {}
    for item in _objects(changes):
        key = item.type_str(), item.id
        known = told.get(key)
        if known is None or item.version >= known.version:
            told[key] = _Told(item.version, bool(item.deleted), _names(item), _lonlat(item))
    return told


def _objects(path: Path) -> Iterator[Any]:
    """Read nodes, ways and relations; osmium has no types for what they have in common."""
    yield from osmium.FileProcessor(str(path))


def _names(item: Any) -> tuple[Key, ...]:  # noqa: ANN401 - osmium has no types
    if item.type_str() == "w":
        return tuple(("n", node.ref) for node in item.nodes)
    if item.type_str() == "r":
        return tuple((each.type, each.ref) for each in item.members)
    return ()


def _lonlat(item: Any) -> tuple[float, float] | None:  # noqa: ANN401 - osmium has no types
    if item.type_str() != "n" or not item.location.valid():
        return None
    return item.location.lon, item.location.lat


def _ground(base: Path, told: dict[Key, _Told]) -> _Ground:
    ground = _Ground()
    wanted = {key for one in told.values() for key in one.names}
    for item in _objects(base):
        key = item.type_str(), item.id
        if key in told:
            ground.versions[key] = item.version
        if key in wanted:
            ground.named.add(key)
        if (place := _lonlat(item)) is not None:
            ground.west, ground.east = min(ground.west, place[0]), max(ground.east, place[0])
            ground.south, ground.north = min(ground.south, place[1]), max(ground.north, place[1])
    return ground


def _taken(told: dict[Key, _Told], ground: _Ground) -> tuple[set[Key], Changed]:
    """Choose the objects that concern the extract: nodes first, then what is made of them."""
    counts, taken = Changed(), set[Key]()
    present = set(ground.named)
    for key in sorted(told, key=lambda each: "nwr".index(each[0])):
        one, kind = told[key], KINDS[key[0]]
        known = ground.versions.get(key)
        if known is not None and known >= one.version > 0:
            counts.older[kind] += 1
        elif known is not None:
            (counts.deleted if one.deleted else counts.changed)[kind] += 1
            taken.add(key)
        elif not one.deleted and (ground.holds(one.lonlat) or not present.isdisjoint(one.names)):
            counts.added[kind] += 1
            taken.add(key)
            present.add(key)
        else:
            counts.outside[kind] += 1
    return taken, counts


def _write(changes: Path, taken: set[Key], kept: Path) -> None:
    with osmium.SimpleWriter(str(kept), overwrite=True) as writer:
        for item in _objects(changes):
            if (item.type_str(), item.id) in taken:
                writer.add(item)
