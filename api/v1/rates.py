"""Governance over HTTP: the published rates, told from events."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import Query
from fastapi.responses import JSONResponse

from api.access import OVERSEERS, access
from api.answers.figures import Rates
from api.forms import Form, Short
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.v1.asks import AreaCode, Month, seen_area
from api.views.shape import plain
from api.world import World
from grid.figures.rates import count, rates
from grid.period import Period, month_so_far
from grid.tickets.history import History

router = Router(prefix="/api/v1", tags=["governance"])
Split = Literal["", "department", "street", "community", "category"]


class RateAsk(Form):
    """Which month, where, whose, and split by what."""

    month: Month
    area: AreaCode = ""
    department: Short = ""
    by: Split = ""


@router.get("/rates", response_model=Rates, **access(*OVERSEERS, outside="left_out", others="left_out"))
def show_rates(ask: Annotated[RateAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """Tell filing, dispatch, closure, on-time closure, rework and extension of a month, with their counts."""
    now = world.clock()
    period = month_so_far(ask.month, world.zone, now)
    department = account.department if account.role == "department" else ask.department
    prefix = seen_area(world, account, ask.area)
    with world.database.read() as session:
        found = world.chronicle.histories(session, period, prefix)
    if department:
        found = [h for h in found if h.department == department]
    zone = world.zone
    body = _row(found, period) | {
        "month": ask.month,
        "area": ask.area,
        "department": department,
        "start": plain(period.start, zone),
        "end": plain(period.end, zone),
        "as_of": plain(now, zone),
        "rules": world.catalogue.version,
    }
    if ask.by:
        body["items"] = _split(world, found, ask.by, period)
    return JSONResponse(body)


def _row(found: Sequence[History], period: Period) -> dict[str, Any]:
    counts = count(found, period.start, period.end)
    return {"counts": asdict(counts), "rates": [asdict(rate) for rate in rates(counts)]}


def _split(world: World, found: Iterable[History], by: Split, period: Period) -> list[dict[str, Any]]:
    scheme, categories = world.scheme, world.catalogue.rulebook.categories
    keys: dict[str, Callable[[History], str]] = {
        "department": lambda h: h.department,
        "street": lambda h: scheme.street_of(h.cell),
        "community": lambda h: scheme.community_of(h.cell),
        "category": lambda h: h.category,
    }

    def name(key: str) -> str:
        if by == "department":
            return world.city.department_name(key)
        if by == "category":
            return categories[key].name_zh if key in categories else key
        return world.city.areas[key].name if key in world.city.areas else key

    groups: dict[str, list[History]] = {}
    for history in found:
        groups.setdefault(keys[by](history), []).append(history)
    return [{"key": key, "name": name(key)} | _row(groups[key], period) for key in sorted(groups)]
