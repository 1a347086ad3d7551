"""What the board is asked: a period and an area that apply to every number, list and map of it."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import urlencode

from fastapi import Depends
from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from api.forms import Form, Short
from api.pages.shell import visitor
from api.v1.asks import seen_area
from api.views.figures import Compared, league_view
from api.world import World
from data.city.whatif import Trial
from data.figures.facts import records_begin
from data.figures.scores import rank_departments
from data.figures.sets import Where, collect_tickets
from geo.place import LonLat
from grid.account import Account
from grid.figures.facts import Facts
from grid.period import Period, period_before, period_named

ViewerDep = Annotated[Account, Depends(visitor("leader", "admin", "dispatcher", "department"))]
KindDep = Annotated[str, Field(pattern="^(xlsx|csv)$")]
MONTH = re.compile(r"\d{4}-\d{2}")
NUMBER = r"-?\d{1,3}(\.\d{1,12})?"
LEVELS_SHOWN = ("street", "community")


class BoardAsk(Form):
    """Period and area; a form that asks for two days tells them apart, ``since`` and ``until``, in place of the period."""

    period: Short = "month"
    since: date | None = None
    until: date | None = None
    area: Annotated[str, Field(pattern=r"^\d{0,20}$")] = ""
    lang: Short = ""

    @model_validator(mode="after")
    def _two_days_are_a_period(self) -> Self:
        if self.since is not None or self.until is not None:
            self.period = f"{self.since or ''}..{self.until or ''}"  # one day alone is refused as a period
        return self

    @property
    def month(self) -> str:
        """The name of the month asked for; empty when another stretch is asked for."""
        return self.period if self.period in ("month", "last-month") or MONTH.fullmatch(self.period) else ""

    def link(self, path: str, **more: str) -> str:
        """Give the address of another page of the board for the same period and area."""
        given = {"period": self.period, "area": self.area} | more
        return f"{path}?" + urlencode({k: v for k, v in given.items() if v})


class OpenAsk(BoardAsk):
    """The board itself; a page that is open already says the first day it shows.

    With ``wall`` it is shown on a wall, a scene ``every`` so many seconds.
    """

    shown: Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    wall: bool = False
    every: Annotated[int, Field(ge=2, le=3600)] = 20

    def again(self, shown: str) -> str:
        """Give the address that an open page asks again, with the period only where one was asked for."""
        period = self.period if "period" in self.model_fields_set else ""
        wall = {"wall": "1", "every": str(self.every)} if self.wall else {}
        return self.link("/board", period=period, shown=shown, **wall)


SetName = Annotated[str, Field(pattern=r"^[a-z_]+$", max_length=20)]
Sort = Annotated[str, Field(pattern=r"^-?[a-z_]*$", max_length=20)]


class ListAsk(BoardAsk):
    """A list behind a number: its set, what narrows it, its order, and where to go on; ``number`` is part of one."""

    NARROWED_BY: ClassVar[tuple[str, ...]] = ()

    set: SetName
    state: Short = ""
    number: Short = ""
    sort: Sort
    after: Annotated[str, Field(max_length=400)] | None = None

    @property
    def filters(self) -> dict[str, str]:
        """What the list is narrowed by, beside area and period."""
        return {name: getattr(self, name) for name in (*self.NARROWED_BY, "state", "number")}

    def list_link(self, path: str, **more: str) -> str:
        """Give the address of the same list with some parts changed; a change to nothing takes a part away."""
        kept = {"set": self.set, "sort": self.sort} | self.filters
        return self.link(path, **(kept | more))


class TicketsListAsk(ListAsk):
    """Tickets by department, nature and category at the time, and by state now."""

    NARROWED_BY = ("department", "nature", "category")

    set: SetName = "reported"
    department: Short = ""
    nature: Short = ""
    category: Short = ""
    sort: Sort = "-reported_at"


class OrdersListAsk(ListAsk):
    """Orders by function and item, by the party that has them and the provider, and by state now."""

    NARROWED_BY = ("function", "item", "party", "provider")

    set: SetName = "placed"
    function: Short = ""
    item: Short = ""
    party: Short = ""
    provider: Annotated[str, Field(pattern=r"^\d{0,9}$")] = ""
    sort: Sort = "-created_at"


class CoverageAsk(BoardAsk):
    """Coverage of an item at an hour of today (0 to 23), now when left out.

    With ``trial`` a place may be tried: ``put`` is a new one (lon,lat), ``without`` a provider that leaves.
    """

    item: Short = "SV-E05"
    hour: Annotated[int, Field(ge=0, le=23)] | None = None
    trial: bool = False
    put: Annotated[str, Field(pattern=rf"^({NUMBER},{NUMBER})?$", max_length=60)] = ""
    without: Annotated[int, Field(ge=0)] | None = None

    @property
    def place(self) -> LonLat | None:
        """Where a place is tried."""
        return LonLat(*map(float, self.put.split(","))) if self.put else None

    @property
    def trials(self) -> tuple[Trial, ...]:
        """What is tried; nothing, or one thing."""
        some = self.trial and (self.place is not None or self.without is not None)
        return (Trial(provider=self.without, place=self.place),) if some else ()

    def at(self, now: datetime) -> datetime:
        """Give the time to survey, from the district's local time; to the minute while a place is tried."""
        now = now.replace(second=0, microsecond=0) if self.trial else now
        return now if self.hour is None else now.replace(hour=self.hour, minute=0, second=0, microsecond=0)


class TicketsAsk(BoardAsk):
    """How tickets are drawn: how densely they lie, or one by one."""

    drawn: Annotated[str, Field(pattern="^(heat|pins)$")] = "pins"


class CellsAsk(BoardAsk):
    """What the cells are coloured by."""

    by: Annotated[str, Field(pattern="^(open|overdue|total|rate)$")] = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question made definite: the period and the one it is compared with, and which tickets are counted.

    ``area`` is the same without the department, for the ranking of all.
    """

    period: Period
    before: Period
    now: datetime
    where: Where

    @property
    def area(self) -> Where:
        """The whole area, whatever department or nature was asked for."""
        return Where(prefix=self.where.prefix)

    @property
    def earlier(self) -> "Asked":
        """The same question about the period before."""
        return replace(self, period=self.before)


def asked(
    world: World, account: Account, ask: BoardAsk, department: str = "", nature: str = "", category: str = ""
) -> Asked:
    """Make a question definite for an account; a department asks about its own tickets.

    Raises
    ------
    BadFieldError
        For an area that does not exist or lies outside the account's, or a period that is none or has not begun.
    """
    own = account.department if account.role == "department" else department
    prefix = seen_area(world, account, ask.area)
    where = Where(prefix=prefix, department=own, nature=nature, category=category)
    return asked_of(world, ask.period, where)


def asked_of(world: World, period: str, where: Where) -> Asked:
    """Make a question about a named period definite."""
    now = world.local(world.clock())
    return Asked(
        period=period_named(period, world.zone, now),
        before=period_before(period, world.zone, now),
        now=now,
        where=where,
    )


def facts_of(world: World, session: Session, q: Asked) -> Facts:
    """Read the tickets and ratings that a question is about."""
    return collect_tickets(session, world.catalogue.rulebook, world.chronicle, q.period, q.where)


def compared(world: World, session: Session, q: Asked, facts: Facts) -> Compared:
    """Count the sets of a question and of the period before."""
    earlier = facts_of(world, session, q.earlier)
    begun = records_begin(session)
    whole = begun is not None and begun <= q.before.start
    return Compared.of(facts, earlier, world.catalogue.least_compared, whole=whole)


def ranking(world: World, session: Session, q: Asked, department: str = "") -> list[dict[str, Any]]:
    """Rank the departments of the area among each other; shows one of them, or all."""
    facts = facts_of(world, session, replace(q, where=q.area))
    rows = rank_departments(session, facts, world.catalogue.appraisal, q.where.prefix)
    return [row for row in league_view(world, rows) if department in ("", row["department"])]


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


def name_of_area(world: World, area: str) -> str:
    """Give the name of an area or cell; of the district for none."""
    if area in world.city.areas:
        return world.city.areas[area].name
    return world.city.cells[area].name if area in world.city.cells else world.city.district.name
