"""The counter: a clerk takes several items of one person in one press; the papers, the receipt, what is open and late."""

from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import select

from api.access import KEEPERS
from api.pages.desk import item_choices, place_choices
from api.pages.shell import language_of, page, visitor
from api.roles import WorldDep
from api.routing import Router
from api.v1.counter import current, shown
from api.views.names import area_name
from api.views.shape import plain
from api.world import World
from data.desk.counter import CLERKS
from data.models import AccountRow, StationRow, fact_of
from data.queries.scope import find
from data.store.kinds.halls import STATION
from dispatch.counter import MOST_ITEMS, RELATIONS
from dispatch.station import Station
from grid.account import Account

router = Router(include_in_schema=False)
ClerkDep = Annotated[Account, Depends(visitor(*KEEPERS))]
LISTED = 60
RELATION_WORDS = {
    "self": "本人",
    "child": "子女",
    "spouse": "配偶",
    "neighbour": "邻居",
    "worker": "网格员",
    "other": "其他人",
}


@router.get("/counter")
def counter(request: Request, world: WorldDep, account: ClerkDep) -> HTMLResponse:
    """Show the form of a session, and the sessions of today, open, or late."""
    in_english = language_of(request) == "en"
    rules = world.catalogue.counter
    stations, people = _stations(world, account), _agents(world, account)
    return page(
        request,
        world,
        account,
        "counter.html",
        stations=stations,
        agents=people,
        relations=[(key, RELATION_WORDS[key]) for key in RELATIONS],
        consents=[
            {"code": c.code, "name": c.name_en if in_english else c.name_zh, "for": c.needed_for}
            for c in rules.consents.values()
        ],
        sessions=current(world, account)[:LISTED],
        items=item_choices(world),
        places=place_choices(world),
        points={one.no: {"lon": one.place.lon, "lat": one.place.lat, "name": one.name} for one in stations},
        today=plain(world.catalogue.local(world.clock()).date(), world.zone),
        most=MOST_ITEMS,
        in_english=in_english,
    )


@router.get("/counter/{no}")
def session_page(no: str, request: Request, world: WorldDep, account: ClerkDep) -> HTMLResponse:
    """Show one session with its items, papers and hand-over list, and what can be done."""
    return _one(no, request, world, account, "counter_session.html")


@router.get("/counter/{no}/receipt")
def receipt(
    no: str,
    request: Request,
    world: WorldDep,
    account: ClerkDep,
    key: Annotated[str, Query(max_length=100)] = "",
    width: Annotated[str, Query(pattern="^(a5|80)$")] = "a5",
) -> HTMLResponse:
    """Show the receipt of a session to be printed on A5 or on a roll of 80 mm; the key is known right after saving alone."""
    return _one(no, request, world, account, "counter_receipt.html", key=key, width=width)


def _one(
    no: str,
    request: Request,
    world: WorldDep,
    account: Account,
    template: str,
    **more: Any,  # noqa: ANN401 - what the template takes
) -> HTMLResponse:
    in_english = language_of(request) == "en"
    found = shown(world, account, no)
    with world.database.read() as session:
        station = find(session, STATION, found["station"], account.actor(), world.scheme)
    consents = world.catalogue.counter.consents
    named = [
        (one.name_en if in_english else one.name_zh)
        for one in (consents.get(code) for code in found["consents"])
        if one is not None
    ]
    return page(
        request,
        world,
        account,
        template,
        session=found,
        station=station,
        consents=named,
        relation=RELATION_WORDS[found["relation"]],
        today=plain(world.catalogue.local(world.clock()).date(), world.zone),
        address=str(request.base_url).rstrip("/"),
        in_english=in_english,
        **more,
    )


def _stations(world: World, account: Account) -> list[Station]:
    """List the open stations in one's area, halls first."""
    row = StationRow
    query = select(row).where(row.closed_on.is_(None), row.area.startswith(world.scheme.prefix(account.area)))
    with world.database.read() as session:
        return [fact_of(Station, one) for one in session.scalars(query.order_by(row.kind, row.name))]


def _agents(world: World, account: Account) -> list[dict[str, str]]:
    """List the workers and clerks of one's area who can act for a person, oneself first."""
    row = AccountRow
    query = select(row).where(
        row.role.in_(CLERKS), row.active.is_(True), row.area.startswith(world.scheme.prefix(account.area))
    )
    with world.database.read() as session:
        found = [
            {"user": one.user, "name": one.name, "area": area_name(world, one.area)}
            for one in session.scalars(query.order_by(row.name, row.user))
        ]
    return sorted(found, key=lambda one: one["user"] != account.user)
