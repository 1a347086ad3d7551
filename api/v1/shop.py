"""What a provider is told of itself over HTTP: why it ranks where it does, and what would lift it."""

from typing import Any

from fastapi.responses import JSONResponse

from api.access import access
from api.answers.shop import ShopRanking
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.views.shop import ranking_view
from api.world import World
from data.errors import MissingError
from data.figures.ranking import ranking
from dispatch.providers.provider import Provider
from grid.account import Account

router = Router(prefix="/api/v1/shop", tags=["providers"])


@router.get("/ranking", response_model=ShopRanking, **access("provider", others="left_out"))
def own_ranking(world: WorldDep, account: AccountDep) -> JSONResponse:
    """Tell why one ranks where one does, by item over 30 days; of those in front only means are told."""
    return JSONResponse(ranking_of(world, account))


def ranking_of(world: World, account: Account) -> dict[str, Any]:
    """Give the ranking of the provider of an account."""
    with world.database.read() as session:
        return ranking_view(world, ranking(session, world.city, own_provider(world, account), world.clock()))


def own_provider(world: World, account: Account) -> Provider:
    """Give the provider of an account.

    Raises
    ------
    MissingError
        When the account belongs to none.
    """
    if account.provider is None:
        raise MissingError(f"account {account.user} belongs to no provider")
    return world.city.provider(account.provider)
