"""What lists may be asked: query parameters with their limits. Unknown parameters are refused."""

from dataclasses import fields
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import AwareDatetime, Field

from api.forms import Form, Short
from api.roles import area_prefix
from api.world import World
from data.queries.orders import OrderFilter
from data.queries.paging import MOST, Ask
from data.queries.tickets import TicketFilter
from data.registers.residents import ResidentFilter
from data.registers.visits import VisitFilter
from dispatch.errors import BadFieldError
from grid.account import Account

MONTH = r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$"
Month = Annotated[str, Query(pattern=MONTH)]
AreaCode = Annotated[str, Query(pattern=r"^[0-9]{0,20}$")]


class ListAsk(Form):
    """Paging, common to all lists."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    after: Annotated[str, Field(max_length=400)] | None = None
    sort: Short = ""
    area: Annotated[str, Field(pattern=r"^\d{0,20}$")] = ""

    def page(self) -> Ask:
        """Give which page is wanted."""
        return Ask(sort=self.sort, limit=self.limit, after=self.after)

    def prefix(self, world: World) -> str:
        """Give what codes in the asked area begin with."""
        return area_prefix(world, self.area)

    def _given(self, kind: type) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(kind) if hasattr(self, f.name)}


class TicketAsk(ListAsk):
    """Filters of the ticket list."""

    state: Short = ""
    lamp: Literal["", "green", "yellow", "orange", "red"] = ""
    department: Short = ""
    category: Short = ""
    reporter: Short = ""
    worker: Short = ""
    supervised: bool = False
    urged: bool = False
    doubtful: bool = False
    nature: Short = ""
    text: Short = ""
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    open: bool = False

    def filter(self) -> TicketFilter:
        """Give the filter."""
        return TicketFilter(**self._given(TicketFilter))


class OrderAsk(ListAsk):
    """Filters of the order list; ``party`` has them, ``informed`` is the area that was told of them."""

    state: Short = ""
    item: Short = ""
    resident: Short = ""
    provider: int | None = None
    party: Short = ""
    informed: Annotated[str, Field(pattern=r"^\d{0,20}$")] = ""
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    open: bool = False
    flagged: bool = False

    def filter(self) -> OrderFilter:
        """Give the filter."""
        return OrderFilter(**self._given(OrderFilter))


class StuckAsk(Form):
    """Filters of the list of orders that wait too long: amber and red ones, or those of one lamp, green ones too."""

    step: Short = ""
    lamp: Literal["", "green", "amber", "red"] = ""
    provider: int | None = None
    area: Annotated[str, Field(pattern=r"^\d{0,20}$")] = ""
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50

    def lamps(self) -> tuple[str, ...]:
        """Return the lamps that are asked for."""
        return (self.lamp,) if self.lamp else ("amber", "red")

    def prefix(self, world: World) -> str:
        """Return what codes in the asked area begin with."""
        return area_prefix(world, self.area)


class VisitAsk(ListAsk):
    """Filters of the list of visits."""

    resident: Short = ""
    household: Short = ""
    finding: Short = ""
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None

    def filter(self) -> VisitFilter:
        """Give the filter."""
        return VisitFilter(**self._given(VisitFilter))


class DeviceAsk(ListAsk):
    """Filters of the list of devices."""

    kind: Short = ""
    silent: bool = False


class ResidentAsk(ListAsk):
    """Search of the resident register."""

    text: Short = ""
    ended: bool = False

    def filter(self) -> ResidentFilter:
        """Give the filter."""
        return ResidentFilter(text=self.text, area=self.area, ended=self.ended)


class ProviderAsk(Form):
    """Filters of the provider list, which is held in memory."""

    category: Short = ""
    state: Short = ""
    text: Short = ""
    area: Annotated[str, Field(pattern=r"^\d{0,20}$")] = ""
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    after: int | None = None


def seen_area(world: World, account: Account, area: str) -> str:
    """Give the prefix of cells that were asked for and may be seen.

    Raises
    ------
    BadFieldError
        When there is no such area, or it lies outside the account's.
    """
    asked = area_prefix(world, area)
    own = world.scheme.prefix(account.area) if account.area else ""
    if asked.startswith(own):
        return asked
    if area and not own.startswith(asked):
        raise BadFieldError("area", area, f"your area is {account.area}")
    return own
