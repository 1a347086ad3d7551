"""Cells as a file that is taken in needs them: read once, and again where others changed them meanwhile."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.city.cells import CellMap
from data.models import CellRow, EventRow
from data.rules.catalogue import Catalogue
from data.store.done import Done
from data.store.kinds.places import CELL


class Borders:
    """The cells of the store and their borders, from batch to batch of one file.

    Parameters
    ----------
    catalogue : Catalogue
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._rules = catalogue.rulebook
        self._events = -1
        self._shapes: dict[str, BaseGeometry] = {}
        self._boxes: dict[str, tuple[float, float, float, float]] = {}
        self._changed: set[str] = set()
        self._own: list[str] = []
        self._map: CellMap | None = None

    def follow(self, session: Session) -> None:
        """Read the cells again if somebody else changed one; called at the start of each transaction."""
        events = session.scalar(select(func.count()).where(EventRow.kind == CELL.name)) or 0
        if events != self._events:
            rows = session.execute(select(CellRow.code, CellRow.shape).order_by(CellRow.code))
            self._shapes = {row.code: row.shape for row in rows}
            self._boxes = {code: shape.bounds for code, shape in self._shapes.items()}
            self._events, self._map = events, None
            self._changed.clear()
        self._own.clear()

    def take_back(self) -> None:
        """Forget what the file itself did in this transaction, which was taken back."""
        self._events -= len(self._own)
        self._changed.update(self._own)
        self._own.clear()

    def kept(self, done: Done[Any]) -> None:
        """Note what the file itself did to a cell."""
        if done.kind is CELL and done.after is not None:
            own = [done.after.code] * len(done.events)
            self._events += len(own)
            self._own += own
            self._changed.update(own)

    def map(self, session: Session) -> CellMap:
        """Give the cells as an index."""
        self._freshen(session)
        if self._map is None:
            self._map = CellMap(self._shapes, self._rules.scheme, self._rules.settings.gps_error_m)
        return self._map

    def near(self, session: Session, shape: BaseGeometry) -> Iterator[tuple[str, BaseGeometry]]:
        """Give code and border of the cells whose box meets that of a shape, by code."""
        self._freshen(session)
        if not self._boxes:
            return
        west, south, east, north = np.array(list(self._boxes.values())).T
        left, low, right, high = shape.bounds
        meets = (west <= right) & (east >= left) & (south <= high) & (north >= low)
        codes = list(self._boxes)
        for code in sorted(codes[at] for at in np.flatnonzero(meets)):
            yield code, self._shapes[code]

    def _freshen(self, session: Session) -> None:
        """Read those cells anew that the file changed in this transaction."""
        if not self._changed:
            return
        query = select(CellRow.code, CellRow.shape).where(CellRow.code.in_(self._changed))
        for code in self._changed:
            self._shapes.pop(code, None)
            self._boxes.pop(code, None)
        for code, shape in session.execute(query):
            self._shapes[code], self._boxes[code] = shape, shape.bounds
        self._changed.clear()
        self._map = None
