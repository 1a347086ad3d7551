"""From the tags of a place to the categories of service it can give; the mapping is a table."""

import csv
from collections.abc import Mapping
from pathlib import Path

from geo.errors import BadExtractError
from geo.osm_tags import Tags

Categories = Mapping[tuple[str, str], tuple[str, ...]]


def read_categories(path: Path) -> Categories:
    """Read the table of ``key,value,category`` rows; one tag may have several rows.

    Parameters
    ----------
    path : Path
        CSV in UTF-8 with that header; empty below it gives no mapping.

    Returns
    -------
    mapping of (str, str) to tuple of str
        Categories of each tag in the order of the file.

    Raises
    ------
    BadExtractError
        When the header differs, or a row has an empty field or stands twice; names file and line.
    """
    table: dict[tuple[str, str], tuple[str, ...]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        if next(rows, None) != ["key", "value", "category"]:
            raise BadExtractError(f"{path.name}, line 1: the header must be key,value,category")
        for line, row in enumerate(rows, start=2):
            if len(row) != 3 or not all(row):
                raise BadExtractError(f"{path.name}, line {line}: three filled fields are needed, not {row}")
            key, value, category = row
            known = table.get((key, value), ())
            if category in known:
                raise BadExtractError(f"{path.name}, line {line}: {key}={value} has {category} already")
            table[key, value] = (*known, category)
    return table


def categories(tags: Tags, table: Categories) -> tuple[str, ...]:
    """List what a place can give by its tags, each category once; empty when no tag is in the table."""
    found = [category for pair in tags.items() for category in table.get(pair, ())]
    return tuple(dict.fromkeys(found))
