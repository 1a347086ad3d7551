"""The health station: whose follow-up is due, people found, and one person's record, which a reason alone opens."""

from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse

from api.pages.shell import language_of, page, visitor
from api.roles import WorldDep, is_whole
from api.routing import Router
from api.views.health_record import LOINC_NOTICE, due_view, known_to
from api.views.names import cell_name
from api.views.resident import resident_line
from api.views.shape import plain
from api.world import World
from data.queries.paging import Ask
from data.registers.health import due_cases
from data.registers.residents import ResidentFilter, find_residents
from data.store.kinds.health import HEALTH_ROLES
from dispatch.resident import masked_resident
from grid.account import Account

router = Router(include_in_schema=False)
NurseDep = Annotated[Account, Depends(visitor(*HEALTH_ROLES))]
LISTED, FOUND = 100, 30


@router.get("/health")
def station(
    request: Request,
    world: WorldDep,
    account: NurseDep,
    text: Annotated[str, Query(max_length=60)] = "",
    missed: bool = False,  # noqa: FBT001, FBT002 - a query
) -> HTMLResponse:
    """List whose follow-up is due or missed, and the people that a search finds, masked."""
    wanted, prefix = text.strip(), "" if is_whole(world, account) else world.scheme.prefix(account.area)
    today, rules = world.local(world.clock()).date(), world.catalogue.chronic
    with world.database.read() as session:
        found = []
        if wanted:
            found = list(find_residents(session, ResidentFilter(text=wanted), Ask(limit=FOUND), prefix).items)
        due, total = due_cases(session, rules, today, prefix, LISTED, missed=missed)
        _, late = due_cases(session, rules, today, prefix, 1, missed=True)
    return page(
        request,
        world,
        account,
        "health.html",
        wanted=wanted,
        found=[resident_line(world, one, account) for one in found],
        due=[due_view(world, one) for one in due],
        total=total,
        late=late,
        missed=missed,
        conditions=_conditions(request, world),
    )


@router.get("/health/{no}")
def person(no: str, request: Request, world: WorldDep, account: NurseDep) -> HTMLResponse:
    """Show one person of one's area, masked: what can be told of them, and the way to open the record with a reason."""
    english, now = language_of(request) == "en", plain(world.clock(), world.zone)
    with world.database.read() as session:
        who = known_to(world, session, account, no)
    codes = world.catalogue.health.codes.values()
    return page(
        request,
        world,
        account,
        "health_person.html",
        who=masked_resident(who),
        cell=cell_name(world, who.cell),
        codes=[
            {"code": one.code, "name": one.name_en if english else one.name_zh, "units": list(one.units)}
            for one in codes
        ],
        conditions=_conditions(request, world),
        now=now[:16],
        offset=now[19:],
        today=now[:10],
        notice=LOINC_NOTICE,
    )


def _conditions(request: Request, world: World) -> dict[str, Any]:
    english = language_of(request) == "en"
    rules = world.catalogue.chronic.conditions.values()
    return {one.code: one.name_en if english else one.name_zh for one in rules}
