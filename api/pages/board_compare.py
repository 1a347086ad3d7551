"""Two periods or two areas of the board side by side, each number opening its tickets."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import HTMLResponse
from pydantic import Field
from sqlalchemy.orm import Session

from api.forms import Short
from api.pages.board_ask import (
    Asked,
    BoardAsk,
    ViewerDep,
    areas_to_pick,
    asked,
    facts_of,
    name_of_area,
)
from api.pages.shell import language_of, page
from api.roles import WorldDep
from api.routing import Router
from api.views.figures import Compared, change_word, definitions
from api.world import World
from data.figures.facts import records_begin
from grid.account import Account
from grid.figures.sets import SHARES

router = Router(include_in_schema=False)
SHOWN = ("reported", "open", "overdue", "due", "on_time", "late", "unsigned", "reworked", "closed", "rated")


class CompareAsk(BoardAsk):
    """One side as the board has it; ``other_period`` and ``other_area`` are the other, as the first where left out."""

    other_period: Short = ""
    other_area: Annotated[str, Field(pattern=r"^\d{0,20}$")] = ""

    @property
    def sides(self) -> tuple[BoardAsk, BoardAsk]:
        """Both sides as the board is asked."""
        first = BoardAsk(period=self.period, area=self.area)
        return first, BoardAsk(period=self.other_period or self.period, area=self.other_area or self.area)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two: how it was asked, its question, and the name of its area."""

    ask: BoardAsk
    q: Asked
    area_name: str


def _told(world: World, session: Session, sides: tuple[Side, Side]) -> Compared:
    """Count both sides; the first against the second."""
    first, other = (facts_of(world, session, side.q) for side in sides)
    begun = records_begin(session)
    whole = begun is not None and begun <= min(side.q.period.start for side in sides)
    return Compared.of(first, other, world.catalogue.least_compared, whole=whole)


def _side(world: World, account: Account, ask: BoardAsk) -> Side:
    return Side(ask=ask, q=asked(world, account, ask), area_name=name_of_area(world, ask.area))


@router.get("/board/compare")
def compare(
    request: Request, ask: Annotated[CompareAsk, Query()], world: WorldDep, account: ViewerDep
) -> HTMLResponse:
    """Show the figures of two periods or areas side by side; shares with their difference where both have enough cases."""
    first, other = ask.sides
    sides = _side(world, account, first), _side(world, account, other)
    with world.database.read() as session:
        told = _told(world, session, sides)
    lang = language_of(request)
    return page(
        request,
        world,
        account,
        "board_compare.html",
        ask=ask,
        sides=sides,
        counts=[(name, told.now[name], told.before[name]) for name in SHOWN],
        shares=[
            (
                name,
                told.share(name)[0],
                told.share(name)[1].before,
                change_word(told.share(name)[1], lang, "%"),
            )
            for name in SHARES
        ],
        parts=SHARES,
        defined=definitions(lang),
        areas=areas_to_pick(world, account),
        as_of=sides[0].q.now,
    )
