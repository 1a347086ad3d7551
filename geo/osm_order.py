"""OSM files in the order and numbering that readers expect, whatever program wrote them.

Osmium and GDAL read nodes, ways and relations in this order, each ascending by a positive number, once. Editors
write negative numbers, export services write ways first or by hand, merged files repeat objects. Such a file is
copied in order; where an object comes more than once its highest version counts, the last of those that tell none.
"""

from collections.abc import Iterable
from pathlib import Path
from shutil import copyfile
from typing import Any

import osmium

from geo.errors import BadExtractError

SUFFIXES = (".osm", ".osm.gz", ".osm.bz2", ".osm.pbf")

_KIND = {"n": 0, "w": 1, "r": 2}
_SORTED = "Type_then_ID"
_NEW_IDS = 1 << 40
"""Negative numbers are counted on from here; the map itself is far below."""


def in_order(path: Path, folder: Path) -> Path:
    """Return the file itself when it is in order, else a copy of it that is.

    Parameters
    ----------
    path : Path
        A file ending in ``.osm``, ``.osm.gz``, ``.osm.bz2`` or ``.osm.pbf``.
    folder : Path
        Where a copy may be written; it takes about as much room as the file.

    Returns
    -------
    Path
        Also GDAL can read it.

    Raises
    ------
    BadExtractError
        When the file is missing, of another kind, truncated or no OSM data.
    """
    if not path.is_file():
        raise BadExtractError(f"{path} does not exist; give a file ending in {', '.join(SUFFIXES)}")
    suffix = next((each for each in SUFFIXES if path.name.lower().endswith(each)), None)
    if suffix is None:
        raise BadExtractError(f"{path.name} is no OSM extract; allowed endings are {', '.join(SUFFIXES)}")
    if not path.name.endswith(suffix):  # osmium tells the format by small letters
        path = Path(copyfile(path, folder / f"extract{suffix}"))
    try:
        is_sorted, has_negative = _order_of(path)
        if is_sorted and not has_negative and suffix != ".osm.bz2":  # which GDAL does not know
            return path
        return _sorted_copy(_numbered_copy(path, folder) if has_negative else path, folder)
    except RuntimeError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: Exception) -> BadExtractError:
    """Make the error of a file that osmium cannot read."""
    message = f"{path.name} cannot be read: {error}; it is truncated or no OSM data"
    return BadExtractError(f"{message}; export it again as {', '.join(SUFFIXES)}")


def _order_of(path: Path) -> tuple[bool, bool]:
    """Tell whether the objects ascend without repeats, and whether any number is negative."""
    with osmium.io.Reader(str(path)) as reader:
        if reader.header().get("sorting") == _SORTED:
            return True, False
    last = (-1, 0)
    ascending = True
    negative = False
    for item in osmium.FileProcessor(str(path)):
        place = (_KIND[item.type_str()], item.id)
        negative = negative or item.id < 0
        ascending = ascending and place > last
        last = place
    return ascending, negative


def _numbered_copy(path: Path, folder: Path) -> Path:
    """Write the objects of a file, in its order, with positive numbers."""
    copy = folder / "numbered.osm.pbf"
    with osmium.SimpleWriter(str(copy), overwrite=True) as writer:
        for item in osmium.FileProcessor(str(path)):
            writer.add(_numbered(item))
    return copy


def _numbered(item: Any) -> Any:  # noqa: ANN401 - osmium has no types
    """Replace the negative numbers of an object and of those that it names."""
    changes: dict[str, Any] = {"id": _positive(item.id)}
    if item.type_str() == "w":
        changes["nodes"] = [_positive(node.ref) for node in item.nodes]
    elif item.type_str() == "r":
        changes["members"] = [(each.type, _positive(each.ref), each.role) for each in item.members]
    return item.replace(**changes)


def _positive(number: int) -> int:
    return number if number >= 0 else _NEW_IDS - number


def _sorted_copy(path: Path, folder: Path) -> Path:
    """Write the objects of a file in order, each in its newest version, without deleted ones."""
    copy = folder / "sorted.osm.pbf"
    newest_of([path], copy)
    return copy


def newest_of(paths: Iterable[Path], copy: Path) -> None:
    """Write the objects of some files in order, each in its newest version, without deleted ones."""
    merged = osmium.MergeInputReader()
    for path in paths:
        merged.add_file(str(path))
    header = osmium.io.Header()
    header.set("sorting", _SORTED)
    with osmium.SimpleWriter(str(copy), header=header, overwrite=True) as writer:
        merged.apply(_Keeper(writer), simplify=True)


class _Keeper:
    """Passes objects on that were not deleted."""

    def __init__(self, writer: osmium.SimpleWriter) -> None:
        self.node = self.way = self.relation = self._keep
        self._writer = writer

    def _keep(self, item: Any) -> None:  # noqa: ANN401 - osmium has no types
        if item.visible:
            self._writer.add(item)
