"""The cases behind the figures of a frozen month, kept with them and sealed like them.

A case stands behind many figures, so that each is kept once and figures point at it. What is kept of it is a number and a
time: no figure lists persons (see `grid.figures.lines`).
"""

import hashlib
import json
import lzma
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import FrozenListRow
from data.store.chain import canonical
from grid.figures.lines import Behind, Line, from_row, to_row


def pack(lists: Mapping[str, Behind]) -> bytes:
    """Write the lists of an area, by indicator, as few bytes; the same lists give the same."""
    numbers: dict[str, int] = {}
    rows: list[list[Any]] = []

    def at(line: Line) -> int:
        row = to_row(line)
        key = canonical({"line": row})
        if key not in numbers:
            numbers[key] = len(rows)
            rows.append(row)
        return numbers[key]

    told = {
        name: [[at(line) for line in found.cases], [at(line) for line in found.rest], dict(found.items)]
        for name, found in sorted(lists.items())
    }
    return lzma.compress(json.dumps([rows, told], separators=(",", ":")).encode(), preset=1)


def unpack(packed: bytes) -> dict[str, Behind]:
    """Read what `pack` wrote."""
    rows, told = json.loads(lzma.decompress(packed))
    lines = [from_row(row) for row in rows]
    return {
        name: Behind(cases=[lines[n] for n in cases], rest=[lines[n] for n in rest], items=items)
        for name, (cases, rest, items) in told.items()
    }


def frozen_lists(session: Session, month: str, area: str) -> dict[str, Behind] | None:
    """Give the lists of an area in a month, by indicator; None where none were kept."""
    query = select(FrozenListRow.packed).where(FrozenListRow.month == month, FrozenListRow.area == area)
    packed = session.scalar(query)
    return None if packed is None else unpack(packed)


def seal_of_lists(packed: Mapping[str, bytes]) -> str:
    """Hash the lists of all areas of a month, by area; empty for none."""
    if not packed:
        return ""
    digest = hashlib.sha256()
    for area in sorted(packed):
        digest.update(canonical({"area": area, "lists": hashlib.sha256(packed[area]).hexdigest()}).encode())
    return digest.hexdigest()


def seals_of_lists(session: Session) -> dict[str, str]:
    """Hash the lists of each month that has some, as `seal_of_lists` does."""
    kept: dict[str, dict[str, bytes]] = {}
    for row in session.execute(select(FrozenListRow.month, FrozenListRow.area, FrozenListRow.packed)):
        kept.setdefault(row.month, {})[row.area] = row.packed
    return {month: seal_of_lists(packed) for month, packed in kept.items()}
