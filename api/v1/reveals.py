"""The log of looks at personal data, for the data officer; and each person's own part of it."""

from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime

from api.access import access
from api.answers.reveal import RevealPage
from api.forms import RevealForm, Short
from api.roles import AccountDep, WorldDep, whole_only
from api.routing import Router
from api.v1.asks import ListAsk
from api.views.shape import plain
from api.world import World
from data.queries.paging import Ask
from data.registers.reveals import Look, RevealFilter, reveals
from grid.account import Account

router = Router(prefix="/api/v1/reveals", tags=["reveals"])


class RevealAsk(ListAsk):
    """Filters of the log."""

    user: Short = ""
    subject: Short = ""
    since: AwareDatetime | None = None
    refused: bool = False

    def filter(self) -> RevealFilter:
        """Give the filter."""
        return RevealFilter(**self._given(RevealFilter))


@router.get(
    "", response_model=RevealPage, **access("officer", "resident", outside="refused", others="left_out")
)
def log(ask: Annotated[RevealAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List who looked at whose data, when and why, the latest first; ``refused`` those who looked too often.

    Residents see who looked at their own, without the names of accounts.
    """
    wanted, own = ask.filter(), account.role == "resident"
    if own:
        wanted = RevealFilter(subject=account.resident or "-", since=wanted.since)
    else:
        whole_only(world, account)
    turn = Ask(sort=ask.sort or "-at", limit=ask.limit, after=ask.after)
    with world.database.read() as session:
        page = reveals(session, wanted, turn)
    purposes = world.catalogue.reveals.purposes
    items: list[dict[str, Any]] = [
        plain(one, world.zone) | {"purpose_name": purposes.get(one.purpose, one.purpose)}
        for one in page.items
    ]
    if own:
        items = [{k: v for k, v in one.items() if k not in ("user", "id")} for one in items]
    return JSONResponse({"items": items, "next": page.next})


def look_of(world: World, account: Account, subject: str, form: RevealForm, purpose: str) -> Look:
    """Write down who looks at what and why; ``purpose`` is that of the door, used when none is stated."""
    return Look(
        user=account.user,
        role=account.role,
        subject=subject,
        purpose=form.purpose or purpose,
        reason=form.reason,
        at=world.clock(),
    )
