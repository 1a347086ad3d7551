"""What the board is asked: a period and an area that apply to every number, list and map of it."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode

from pydantic import Field
from sqlalchemy import ColumnElement

from api.forms import Form, Short
from api.roles import area_prefix, ticket_scope
from api.world import World
from data.figures.sets import of_department, within
from data.models import TicketRow
from data.registers.accounts import Account
from grid.period import Period, month_before, month_of, month_period

PERIODS = ("today", "7d", "30d", "month", "last-month")
PERIOD_PATTERN = rf"^({'|'.join(PERIODS)}|\d{{4}}-\d{{2}})$"
LEVELS_SHOWN = ("street", "community")


class BoardAsk(Form):
    """Period and area."""

    period: Annotated[str, Field(pattern=PERIOD_PATTERN)] = "month"
    area: Annotated[str, Field(pattern=r"^\d{0,20}$")] = ""
    lang: Short = ""

    def link(self, path: str, **more: str) -> str:
        """Give the address of another page of the board for the same period and area."""
        given = {"period": self.period, "area": self.area} | more
        return f"{path}?" + urlencode({k: v for k, v in given.items() if v})


class ListAsk(BoardAsk):
    """A list behind a number."""

    set: Annotated[str, Field(pattern=r"^[a-z_]+$", max_length=20)] = "reported"
    department: Short = ""
    nature: Short = ""
    sort: Annotated[str, Field(pattern=r"^-?[a-z_]*$", max_length=20)] = "-reported_at"
    after: Annotated[str, Field(max_length=400)] | None = None

    def list_link(self, path: str, **more: str) -> str:
        """Give the address of the same list with some parts changed; a change to nothing takes a part away."""
        kept = {"set": self.set, "department": self.department, "nature": self.nature, "sort": self.sort}
        return self.link(path, **(kept | more))


class OrdersAsk(BoardAsk):
    """The orders behind a hot service."""

    item: Short = ""
    state: Short = ""
    after: Annotated[str, Field(max_length=400)] | None = None


class CoverageAsk(BoardAsk):
    """Coverage of an item at an hour of today (0 to 23), now when left out."""

    item: Short = "SV-E05"
    hour: Annotated[int, Field(ge=0, le=23)] | None = None

    def at(self, now: datetime) -> datetime:
        """Give the time to survey, from the district's local time."""
        return now if self.hour is None else now.replace(hour=self.hour, minute=0, second=0, microsecond=0)


class CellsAsk(BoardAsk):
    """What the cells are coloured by."""

    by: Annotated[str, Field(pattern="^(open|overdue|total)$")] = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question made definite: the period, its name, the area's prefix and the conditions on tickets."""

    period: Period
    now: datetime
    prefix: str
    base: tuple[ColumnElement[bool], ...]


def asked(world: World, account: Account, ask: BoardAsk, department: str = "", nature: str = "") -> Asked:
    """Make a question definite for an account.

    Raises
    ------
    BadFieldError
        For an area that does not exist.
    """
    local = world.local(world.clock())
    prefix = area_prefix(world, ask.area)
    base = [ticket_scope(world, account), within(prefix)]
    if department:
        base.append(of_department(department))
    if nature:
        base.append(TicketRow.nature == nature)
    return Asked(period=period_of(world, ask.period, local), now=local, prefix=prefix, base=tuple(base))


def period_of(world: World, name: str, local: datetime) -> Period:
    """Give a period by its name; those that go on end with the day, so that what is due today counts."""
    zone = world.zone
    today = datetime.combine(local.date(), time(0), zone)
    tomorrow = datetime.combine(local.date() + timedelta(days=1), time(0), zone)
    if name == "today":
        return Period(start=today, end=tomorrow)
    if name in ("7d", "30d"):
        return Period(start=tomorrow - timedelta(days=int(name[:-1])), end=tomorrow)
    this = month_of(local, zone)
    month = {"month": this, "last-month": month_before(this)}.get(name, name)
    whole = month_period(month, zone)
    return Period(start=whole.start, end=min(whole.end, tomorrow)) if name == "month" else whole


def areas_to_pick(world: World, account: Account) -> list[tuple[str, str, str]]:
    """List code, name and level of the areas inside the account's own, streets with their communities below."""
    return area_pick(world, world.scheme.prefix(account.area) if account.area else "")


def area_pick(world: World, prefix: str = "") -> list[tuple[str, str, str]]:
    """List code, name and level of the areas whose codes begin so, streets with their communities below."""
    return [
        (a.code, a.name, a.level)
        for a in sorted(world.city.areas.values(), key=lambda a: a.code)
        if a.level in LEVELS_SHOWN and a.code.startswith(prefix)
    ]
