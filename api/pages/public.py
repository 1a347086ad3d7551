"""The public board: what was reported, who kept the promise, where it stands; no personal data, no sign-in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.pages.board import league_table
from api.pages.board_ask import Asked, area_pick, period_of
from api.pages.board_maps import tickets_document
from api.pages.shell import anybody, language_of, page
from api.roles import WorldDep, area_prefix, slow_down
from api.views.shape import plain
from api.world import World
from data.figures.sets import by_category, chosen, counts, list_set, within
from data.models import TicketRow
from data.queries.paging import Ask
from data.registers.accounts import Account

router = APIRouter(include_in_schema=False)
VisitorDep = Annotated[Account, Depends(anybody)]
AreaDep = Annotated[str, Query(max_length=20)]
PERIOD = "30d"
KINDS_SHOWN, NEWEST_SHOWN = 10, 20
PER_MINUTE = 60


@router.get("/public")
def public_board(request: Request, world: WorldDep, account: VisitorDep, area: AreaDep = "") -> HTMLResponse:
    """Show how reports about public space fared in 30 days."""
    slow_down(request, "public board", PER_MINUTE)
    q = _asked(world, area)
    with world.database.read() as session:
        figures = counts(session, q.base, q.period, q.now)
        kinds = by_category(session, q.base, q.period, q.now, KINDS_SHOWN)
        units = [row for row in league_table(world, session, q) if row["due"]]
        reported = (*q.base, chosen("reported", q.period, q.now))
        newest = list_set(session, reported, Ask(sort="-reported_at", limit=NEWEST_SHOWN)).items
    in_english = language_of(request) == "en"
    named = world.catalogue.rulebook.categories
    names = {code: c.name_en if in_english else c.name_zh for code, c in named.items()}
    return page(
        request,
        world,
        account,
        "public.html",
        area=area,
        areas=area_pick(world),
        figures=figures,
        kinds=[{"name": names[code], "reported": n, "open": still} for code, n, still in kinds],
        units=sorted(units, key=lambda row: (row["few"], -row["on_time_share"], row["name"])),
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
    return tickets_document(request, world, _asked(world, area), area)


def _asked(world: World, area: str) -> Asked:
    """Ask for 30 days of public space inside an area, whoever asks."""
    rulebook = world.catalogue.rulebook
    local, prefix = rulebook.worktime.local(world.clock()), area_prefix(world, area)
    base = (TicketRow.category.in_(rulebook.public_categories()), within(prefix))
    return Asked(period=period_of(world, PERIOD, local), now=local, prefix=prefix, base=base)
