"""Governance over HTTP: the published rates, told from events."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse

from api.roles import WorldDep, area_prefix, only
from api.v1.forms import Form, Short
from api.views.shape import plain
from api.world import World
from data.figures.scores import month_bounds
from data.figures.sets import Period
from data.registers.accounts import Account
from dispatch.errors import BadFieldError
from grid.figures.rates import count, rates
from grid.tickets.history import History

router = APIRouter(prefix="/api/v1", tags=["governance"])
OverseerDep = Annotated[Account, Depends(only("leader", "admin", "dispatcher", "department"))]
MONTH = r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$"
Month = Annotated[str, Query(pattern=MONTH)]
AreaCode = Annotated[str, Query(pattern=r"^[0-9]{0,20}$")]
Split = Literal["", "department", "street", "community", "category"]


class RateAsk(Form):
    """Which month, where, whose, and split by what."""

    month: Month
    area: AreaCode = ""
    department: Short = ""
    by: Split = ""


def month_so_far(world: World, month: str, now: datetime) -> Period:
    """Give a month, cut off at the present for the running one.

    Raises
    ------
    BadFieldError
        When the month lies ahead.
    """
    start, end = month_bounds(month, world.catalogue.rulebook.worktime.zone)
    if start > now:
        raise BadFieldError("month", month, "the month has not begun; give this one or an earlier one")
    return Period(start=start, end=min(end, now))


def seen_area(world: World, account: Account, area: str) -> str:
    """Give the prefix of cells that were asked for and may be seen.

    Raises
    ------
    BadFieldError
        When there is no such area, or it lies outside the account's.
    """
    asked = area_prefix(world, area)
    own = world.catalogue.rulebook.scheme.prefix(account.area) if account.area else ""
    if asked.startswith(own):
        return asked
    if area and not own.startswith(asked):
        raise BadFieldError("area", area, f"your area is {account.area}")
    return own


@router.get("/rates")
def show_rates(ask: Annotated[RateAsk, Query()], world: WorldDep, account: OverseerDep) -> JSONResponse:
    """Tell filing, dispatch, closure, on-time closure, rework and extension of a month, with their counts."""
    now = world.clock()
    period = month_so_far(world, ask.month, now)
    department = account.department if account.role == "department" else ask.department
    prefix = seen_area(world, account, ask.area)
    with world.database.read() as session:
        found = world.chronicle.histories(session, period, prefix)
    if department:
        found = [h for h in found if h.department == department]
    zone = world.catalogue.rulebook.worktime.zone
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
    scheme, categories = world.catalogue.rulebook.scheme, world.catalogue.rulebook.categories
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
