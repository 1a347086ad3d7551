"""The public board: what was reported, who kept the promise, where it stands; no personal data, no sign-in."""

from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import ColumnElement

from api.pages.board_ask import Asked, area_pick, asked_of, compared, facts_of, ranking
from api.pages.board_maps import tickets_document
from api.pages.shell import anybody, language_of, page
from api.roles import WorldDep, area_prefix, slow_down
from api.routing import Router
from api.views.figures import definitions
from api.views.shape import plain
from api.world import World
from data.figures.sets import Where, count_categories, list_set
from data.models import TicketRow
from data.queries.paging import Ask
from grid.account import Account
from grid.figures.sets import find_cases

router = Router(include_in_schema=False)
VisitorDep = Annotated[Account, Depends(anybody)]
AreaDep = Annotated[str, Query(max_length=20)]
PERIOD = "30d"
KINDS_SHOWN, NEWEST_SHOWN = 10, 20
PER_MINUTE = 60


@router.get("/public")
def public_board(request: Request, world: WorldDep, account: VisitorDep, area: AreaDep = "") -> HTMLResponse:
    """Show how reports fared in 30 days: the figures of all, one by one only those about public space."""
    slow_down(request, "public board", PER_MINUTE)
    q, public = _asked(world, area), world.catalogue.rulebook.public_categories()
    with world.database.read() as session:
        facts = facts_of(world, session, q)
        figures = compared(world, session, q, facts)
        kinds = count_categories(facts, public, KINDS_SHOWN)
        units = [row for row in ranking(world, session, q) if row["due"]]
        reported = [t.no for t in find_cases(facts, "reported")]
        asked_for = Ask(sort="-reported_at", limit=NEWEST_SHOWN)
        newest = list_set(session, _in_public(world), reported, asked_for).items
    lang = language_of(request)
    in_english = lang == "en"
    named = world.catalogue.rulebook.categories
    names = {code: c.name_en if in_english else c.name_zh for code, c in named.items()}
    return page(
        request,
        world,
        account,
        "public.html",
        area=area,
        areas=area_pick(world),
        figures=figures.now,
        rate=figures.share("handled_on_time")[0],
        defined=definitions(lang),
        kinds=[{"name": names[code], "reported": n, "open": still} for code, n, still in kinds],
        units=units,
        newest=[
            {
                "no": t.no,
                "name": names[t.category],
                "state": t.state,
                "state_name": world.catalogue.rulebook.lifecycle.labels[t.state],
                "place": world.city.areas[world.scheme.community_of(t.cell)].name,
                "department": world.city.department_name(t.department),
                "reported_at": plain(t.reported_at, world.zone),
                "promised_at": plain(t.promised_at, world.zone),
            }
            for t in newest
        ],
        period=q.period,
        as_of=q.now,
    )


@router.get("/public/map")
def public_map(request: Request, world: WorldDep, account: VisitorDep, area: AreaDep = "") -> Response:
    """Draw where reports of 30 days are open."""
    del account
    slow_down(request, "public board", PER_MINUTE)
    return tickets_document(request, world, _asked(world, area), area, _in_public(world))


def _asked(world: World, area: str) -> Asked:
    """Ask for 30 days inside an area, whoever asks."""
    return asked_of(world, PERIOD, Where(prefix=area_prefix(world, area)))


def _in_public(world: World) -> ColumnElement[bool]:
    """Give the condition that a ticket is about public space, so that anybody may see it."""
    return TicketRow.category.in_(world.catalogue.rulebook.public_categories())
