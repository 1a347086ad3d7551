"""What is watched so that the system goes on, for administrators of the whole district."""

from fastapi.responses import JSONResponse

from api.access import access
from api.answers.operations import Operations
from api.roles import AccountDep, WorldDep, whole_only
from api.routing import Router
from api.views.shape import plain
from api.watched import operations

router = Router(prefix="/api/v1", tags=["health"])


@router.get("/operations", response_model=Operations, **access("admin", outside="refused"))
def show(world: WorldDep, account: AccountDep) -> JSONResponse:
    """Tell what runs, what waits, what is silent and when the last backup was made; each line with its state."""
    whole_only(world, account)
    return JSONResponse(plain(operations(world, world.clock()), world.zone))
