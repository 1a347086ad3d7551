"""Open311 updates: every change of state of a report, for software that shows residents what became of it.

Source: the GET Service Request Updates extension of GeoReport v2 by mySociety (Open311 FMS).
"""

from typing import Annotated, Any

from fastapi import Query, Request, Response

from api.access import EVERYBODY, access
from api.answers.open311 import RequestUpdate
from api.outside.open311 import Format, here
from api.outside.open311_ask import span_of, time_of
from api.outside.open311_format import OpenError, OpenRoute, write
from api.roles import WorldDep
from api.routing import Router
from api.views.shape import plain
from api.world import World
from data.outside.open_requests import OpenUpdate, open_updates

router = Router(prefix="/open311", route_class=OpenRoute, tags=["open311"])
Time = Annotated[str, Query()]


@router.get(
    "/v2/servicerequestupdates.{fmt}",
    response_model=list[RequestUpdate],
    **access(*EVERYBODY, dependencies=here),
)
def updates(fmt: Format, world: WorldDep, start_date: Time = "", end_date: Time = "") -> Response:
    """List changes of state, the oldest first; those of the newest 90 days when nothing is asked."""
    start, end = span_of(time_of(start_date), time_of(end_date), world.clock())
    public = frozenset(world.catalogue.rulebook.public_categories())
    with world.database.read() as session:
        found = open_updates(session, public, start, end)
    return write(fmt, "service_request_updates", [_view(world, update) for update in found])


@router.api_route(
    "/v2/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False
)
def nothing_here(path: str, request: Request) -> Response:
    """Answer what is asked for and is not there in the shape of the interface.

    Raises
    ------
    OpenError
    """
    asked = path.rpartition(".")[0] or path
    if request.method == "GET":
        raise OpenError(404, f"{asked!r} was not found; see discovery.xml")
    raise OpenError(400, f"{request.method} is not possible at {asked!r}")


def _view(world: World, update: OpenUpdate) -> dict[str, Any]:
    lifecycle = world.catalogue.rulebook.lifecycle
    return {
        "update_id": str(update.id),
        "service_request_id": update.no,
        "status": "CLOSED" if update.state in lifecycle.final else "OPEN",
        "updated_datetime": plain(update.at, world.zone),
        "description": lifecycle.labels.get(update.state, update.state),
        "media_url": "",
    }
