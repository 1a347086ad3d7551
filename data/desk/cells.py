"""Areas and cells at the door: registered, changed, and confirmed by who keeps them."""

from dataclasses import dataclass, replace
from datetime import datetime

from shapely.geometry.base import BaseGeometry

from data.desk.put import put
from data.desk.work import Deeds, Start, Work
from data.errors import MissingError
from data.store.done import Done
from data.store.kinds import AREA, CELL
from dispatch.errors import NotPossibleError
from dispatch.lifecycle import Action, Actor, Event
from grid.area import Area, Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class PutArea(Start[Area]):
    """An area with its border, new or changed."""

    area: Area
    shape: BaseGeometry


@dataclass(frozen=True, slots=True, kw_only=True)
class PutCell(Start[Cell]):
    """A cell with its border, new or changed; ``verified_at`` is when it was last found right, None when not told."""

    cell: Cell
    shape: BaseGeometry
    verified_at: datetime | None = None


def put_area(work: Work, new: PutArea, by: Actor) -> Done[Area]:
    """Register or change an area."""
    return put(work, AREA, new.area, by, row={"shape": new.shape})


def put_cell(work: Work, new: PutCell, by: Actor) -> Done[Cell]:
    """Register or change a cell."""
    row: dict[str, object] = {"shape": new.shape}
    if new.verified_at is not None:
        row["verified_at"] = new.verified_at
    done = put(work, CELL, new.cell, by, row=row)
    return done if done.before else replace(done, row={"verified_at": None, **done.row})


def act_on_cell(work: Work, code: str, action: Action) -> Done[Cell]:
    """Confirm that a cell of the actor's area, its households and worker, was found right.

    Raises
    ------
    MissingError
        When there is none there; one elsewhere looks the same.
    NotPossibleError
        For any other action.
    """
    if action.name != "confirm":
        raise NotPossibleError(f"a cell can be confirmed; {action.name!r} is not possible")
    by = action.by
    if not work.catalogue.rulebook.scheme.contains(by.area, code):
        raise MissingError(f"cell {code} is not registered in your area")
    cell = work.locked(CELL, code)
    told = {"households": cell.households, "worker": cell.worker}
    event = Event(name="confirmed", at=work.now, by=by.user, role=by.role, payload=told)
    return Done(kind=CELL, before=cell, after=cell, events=(event,), row={"verified_at": work.now})


AREAS = Deeds(kind=AREA, starts={PutArea: put_area})
CELLS = Deeds(kind=CELL, starts={PutCell: put_cell}, act=act_on_cell)
