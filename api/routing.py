"""Routers of the web floor, whose routes an application takes as they are."""

from typing import Any

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute

from api.writers import writers_turn


def operation_id(route: APIRoute) -> str:
    """Name an operation by its tag and function, such as ``tickets_report``: what generated clients call it."""
    return "_".join((*(str(tag) for tag in route.tags[:1]), route.name))


class Router(APIRouter):
    """A router whose routes have all that is common to them from the start.

    An application that includes a router has FastAPI analyse every route once more at its first requests, which takes
    longer than all the rest of a start. It takes these routes as they are instead.

    Parameters
    ----------
    **settings
        Those of `fastapi.APIRouter`, such as ``prefix`` and ``tags``.
    """

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - FastAPI lists and types them
        super().__init__(
            dependencies=[Depends(writers_turn)], generate_unique_id_function=operation_id, **settings
        )
