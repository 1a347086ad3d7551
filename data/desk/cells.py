"""Areas and cells at the door: registered, changed, and confirmed by who keeps them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from shapely.geometry.base import BaseGeometry
from sqlalchemy import select

from data.desk.put import put
from data.desk.work import Deeds, Start, Work
from data.errors import MissingError
from data.models import AccountRow, AreaRow, CellRow
from data.store.done import Done
from data.store.kinds.places import AREA, CELL
from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError
from dispatch.lifecycle import Action, Actor, Event
from geo.errors import BadShapeError
from geo.place import LocalPlane
from geo.shapes import repair
from grid.area import Area, Cell
from grid.errors import BadCodeError

SLIVER_M2 = 10_000.0
KEEPS = frozenset({"admin"})
"""Who draws cells and says who works in them."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCell(Start[Cell]):
    """A cell that is drawn anew in a registered community."""

    cell: Cell
    shape: BaseGeometry


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


def draw_cell(work: Work, new: NewCell, by: Actor) -> Done[Cell]:
    """Register a cell with its border.

    Raises
    ------
    BadFieldError
        For a code that is taken or of another shape, a community that is not registered, a border that is none or lies
        on another cell, and a worker who cannot work there.
    """
    code, scheme = new.cell.code, work.catalogue.rulebook.scheme
    try:
        community = scheme.community_of(code)
    except BadCodeError as error:
        raise BadFieldError("code", code, str(error)) from None
    if not scheme.contains(by.area, code):
        raise BadFieldError("code", code, f"a code in your area, {by.area}")
    if work.session.scalar(select(CellRow.id).where(CellRow.code == code)) is not None:
        raise BadFieldError("code", code, "choose another; this one is taken")
    above = work.session.scalar(select(AreaRow.shape).where(AreaRow.code == community))
    if above is None:
        raise BadFieldError(
            "code", code, f"its community {community} is not registered; take the areas in first"
        )
    cell = _checked(work, replace(new.cell, community=community))
    return put_cell(work, PutCell(cell=cell, shape=_border(work, code, new.shape, above)), by)


def _border(work: Work, code: str, shape: BaseGeometry, above: BaseGeometry) -> BaseGeometry:
    try:
        shape = repair(shape)
    except BadShapeError as error:
        raise BadFieldError("shape", shape.geom_type, str(error)) from None
    if not shape.intersects(above):
        raise BadFieldError("shape", shape.geom_type, "a border in the community that the code begins with")
    others = work.session.execute(select(CellRow.code, CellRow.shape))
    if note := overlap(others, code, shape):
        raise BadFieldError("shape", shape.geom_type, f"a border beside the other cells; this one {note}")
    return shape


def overlap(others: Iterable[tuple[str, BaseGeometry]], code: str, shape: BaseGeometry) -> str:
    """Say which known shape of the same kind a shape overlaps by more than a sliver.

    Parameters
    ----------
    others : iterable of (str, shapely geometry)
        Codes and shapes; that of the same code is passed over.
    code : str
        Of the shape itself.
    shape : shapely polygon or multipolygon
        Degrees.

    Returns
    -------
    str
        Empty for none.
    """
    plane = LocalPlane(shape.centroid.x, shape.centroid.y)
    per_m2 = plane.scale_m[0] * plane.scale_m[1]
    for other, border in others:
        if other == code or not border.intersects(shape):
            continue
        shared_m2 = border.intersection(shape).area * per_m2
        if shared_m2 > SLIVER_M2:
            return f"overlaps {other} by {shared_m2:.0f} m2"
    return ""


def act_on_cell(work: Work, code: str, action: Action) -> Done[Cell]:
    """Confirm that a cell of the actor's area was found right, or change what is known of it.

    Fields of ``change`` are ``name``, ``households`` and ``worker``, who is an active worker of an area that holds the
    cell, or empty while nobody is.

    Raises
    ------
    MissingError
        When there is none there; one elsewhere looks the same.
    NotPossibleError
        For any other action.
    WrongRoleError, BadFieldError
        Nothing is changed then.
    """
    by = action.by
    if action.name not in ("confirm", "change"):
        raise NotPossibleError(f"a cell can be confirmed or changed; {action.name!r} is not possible")
    if not work.catalogue.rulebook.scheme.contains(by.area, code):
        raise MissingError(f"cell {code} is not registered in your area")
    cell = work.locked(CELL, code)
    if action.name == "change":
        if by.role not in KEEPS:
            raise WrongRoleError(f"cells are kept by {', '.join(sorted(KEEPS))}, not by {by.role}")
        return put(work, CELL, _checked(work, replace(cell, **action.fields)), by)
    told = {"households": cell.households, "worker": cell.worker}
    event = Event(name="confirmed", at=work.now, by=by.user, role=by.role, payload=told)
    return Done(kind=CELL, before=cell, after=cell, events=(event,), row={"verified_at": work.now})


def _checked(work: Work, cell: Cell) -> Cell:
    if not cell.name.strip():
        raise BadFieldError("name", cell.name, "this field must not be empty")
    if cell.households < 0:
        raise BadFieldError("households", cell.households, "a number from 0")
    if cell.worker:
        check_worker(work, cell.worker, cell.code)
    return cell


def check_worker(work: Work, user: str, code: str) -> None:
    """Make sure that an account is that of an active worker whose area holds a cell.

    Raises
    ------
    BadFieldError
    """
    row = work.session.scalar(select(AccountRow).where(AccountRow.user == user))
    if row is None or row.role != "worker" or not row.active:
        raise BadFieldError("worker", user, "the user name of an active account of the role worker")
    if not work.catalogue.rulebook.scheme.contains(row.area, code):
        raise BadFieldError("worker", user, f"a worker whose area holds cell {code}; theirs is {row.area}")


AREAS = Deeds(kind=AREA, starts={PutArea: put_area})
CELLS = Deeds(kind=CELL, starts={PutCell: put_cell, NewCell: draw_cell}, act=act_on_cell)
