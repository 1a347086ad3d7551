"""Closures at the door: streets closed, slowed or kept open, moved to other times, lifted."""

from dataclasses import dataclass
from typing import Any

from shapely.geometry.base import BaseGeometry

from data.city.city import City
from data.desk.work import Deeds, Start, Work
from data.errors import NotSetUpError
from data.store.done import Done
from data.store.kinds.places import CLOSURE
from dispatch import closures
from dispatch.closures import Closure, Wish
from dispatch.errors import BadFieldError, WrongRoleError
from dispatch.lifecycle import Action, Actor
from geo.place import LonLat
from grid.errors import OutsideDistrictError

NOWHERE = LonLat(0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseStreets(Start[Closure]):
    """What somebody wants of which streets."""

    wish: Wish


def close_streets(work: Work, new: CloseStreets, by: Actor) -> Done[Closure]:
    """Close, slow or keep open some streets; they have to be there, and in the area of who asks.

    Raises
    ------
    BadFieldError, WrongRoleError
    """
    if work.city is None:
        raise NotSetUpError("this process holds no streets; ask the server")
    lifecycle = work.catalogue.closure_lifecycle
    wished, _ = closures.begin("", new.wish, (NOWHERE, ""), by, lifecycle, work.now)
    drawn = work.city.engine.changes.drawn(wished)
    if drawn.is_empty:
        given: Any = list(wished.streets) or dict(wished.shape)
        told = "no street of the map is there; point at a street, or name one"
        raise BadFieldError("streets" if wished.streets else "shape", given, told)
    where = _middle(work.city, drawn)
    _check_area(work, by, where[1])
    made, event = closures.begin(work.draw(CLOSURE), new.wish, where, by, lifecycle, work.now)
    return Done(kind=CLOSURE, after=made, events=(event,))


def act_on_closure(work: Work, no: str, action: Action) -> Done[Closure]:
    """Lift a closure, or move its start and end.

    Raises
    ------
    MissingError, NotPossibleError, WrongRoleError, BadFieldError
        Nothing is changed then.
    """
    before = work.locked(CLOSURE, no)
    _check_area(work, action.by, before.cell)
    after, event = closures.act(before, action, work.catalogue.closure_lifecycle, work.now)
    return Done(kind=CLOSURE, before=before, after=after, events=(event,))


def _middle(city: City, drawn: BaseGeometry) -> tuple[LonLat, str]:
    """Return a place on some streets and its cell; of those outside all cells, such as bridges, the first inside."""
    point = drawn.representative_point()
    place, cell = LonLat(point.x, point.y), ""
    for lon, lat in ((point.x, point.y), *(line.coords[0] for line in drawn.geoms)):
        try:
            return (here := LonLat(lon, lat)), city.locate(here).cell
        except OutsideDistrictError:
            continue
    return place, cell


def _check_area(work: Work, by: Actor, cell: str) -> None:
    prefix = work.catalogue.rulebook.scheme.prefix(by.area) if by.area else ""
    if not cell.startswith(prefix) and not work.county.startswith(prefix):
        raise WrongRoleError(f"these streets lie outside your area {by.area}; ask the district's dispatchers")


CLOSURES = Deeds(kind=CLOSURE, starts={CloseStreets: close_streets}, act=act_on_closure)
