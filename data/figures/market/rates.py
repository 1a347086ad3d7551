"""How much services are used and needed, and how much of that demand providers can carry, by item and area.

What is asked for is an order, or for the items of an alarm's cause an alarm: who presses a button orders nothing. Support
weighs cells by what is demanded of an item there in twelve months; of an item that nobody ordered, as of those that
responders come for, by who may ask.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.city.supply import Supply
from data.figures import registers
from data.figures.market.asked import Lines, Market
from data.figures.reach import reach_of_cells
from data.models import AlarmRow, ResidentRow
from data.registers.elders import last_day, registered
from data.rules.catalogue import Catalogue
from grid.figures.facts import CellReach, OrderFact, People
from grid.figures.lines import Line, by_cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Something that was asked for: an order or an alarm, in a cell, by a resident, empty for nobody of the register."""

    kind: Literal["order", "alarm"]
    no: str
    item: str
    cell: str
    resident: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Use, need and support of an item in an area.

    ``eligible`` residents may ask for it; ``orders`` of it were placed in the period, or alarms raised, by ``asking``
    different residents; ``nameless`` ones name nobody. ``wanted`` weighs where it has to be had, ``by_residents`` or by
    the orders of twelve months, and ``supported`` what of it two providers are in time for; both are 0 where the item
    promises no time.
    """

    item: str
    area: str
    eligible: int
    orders: int
    asking: int
    nameless: int
    wanted: float
    supported: float
    by_residents: bool

    @property
    def use(self) -> float | None:
        """Orders per thousand eligible residents; None where nobody may ask."""
        return 1000 * self.orders / self.eligible if self.eligible else None

    @property
    def need(self) -> float | None:
        """Eligible residents who asked, in percent; None where nobody may."""
        return 100 * self.asking / self.eligible if self.eligible else None

    @property
    def support(self) -> float | None:
        """What two providers are in time for, in percent; None where nothing has to be had or no time is promised."""
        return 100 * self.supported / self.wanted if self.wanted else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Demanded:
    """What rates are counted from: wishes of the period, residents and reach by cell, and who is reached twice."""

    wishes: Sequence[Wish]
    people: Mapping[str, People]
    reach: Sequence[CellReach]
    supply: Supply

    def of_area(self, prefix: str) -> "Demanded":
        """Keep what lies where codes begin so."""
        return replace(
            self,
            wishes=[w for w in self.wishes if w.cell.startswith(prefix)],
            people={cell: p for cell, p in self.people.items() if cell.startswith(prefix)},
            reach=[r for r in self.reach if r.cell.startswith(prefix)],
        )


def demanded(
    session: Session, catalogue: Catalogue, market: Market, supply: Supply, orders: Sequence[OrderFact]
) -> Demanded:
    """Read what rates are counted from; orders are those of the period and area."""
    on = last_day(catalogue.rulebook, market.period)
    conditions = [*market.here(ResidentRow.cell), registered(on)]
    people = registers.people(session, catalogue.rulebook, market.period, conditions)
    reach = reach_of_cells(session, catalogue, market.period, people, supply, market.prefix)
    placed = [
        Wish(kind="order", no=o.no, item=o.item, cell=o.cell, resident=o.resident, at=o.created_at)
        for o in orders
        if market.period.holds(o.created_at)
    ]
    return Demanded(
        wishes=[*placed, *_alarms(session, catalogue, market)], people=people, reach=reach, supply=supply
    )


def _alarms(session: Session, catalogue: Catalogue, market: Market) -> list[Wish]:
    """Read the alarms whose cause is an item; drills are none."""
    items = {cause.code: cause.items[0] for cause in catalogue.alarms.causes.values() if cause.items}
    row, period = AlarmRow, market.period
    query = select(row.no, row.cause, row.cell, row.resident, row.raised_at).where(
        row.raised_at >= period.start,
        row.raised_at < period.end,
        row.drill.is_(False),
        row.cause.in_(sorted(items)),
        *market.here(row.cell),
    )
    return [
        Wish(kind="alarm", no=no, item=items[cause], cell=cell, resident=resident, at=at)
        for no, cause, cell, resident, at in session.execute(query)
    ]


def rates(
    known: Demanded, catalogue: Catalogue, items: Iterable[str], area: str
) -> tuple[list[Rates], Lines]:
    """Count use, need and support of some items in one area.

    Returns
    -------
    tuple of (list of Rates, Lines)
        In the order of the items; lines by ``use:item``, ``need:item`` and ``support:item``.
    """
    found, lines = [], dict[str, tuple[Line, ...]]()
    by_item: dict[str, list[Wish]] = {}
    for wish in known.wishes:
        by_item.setdefault(wish.item, []).append(wish)
    may_ask: dict[str, dict[str, int]] = {}
    for code in items:
        wishes = by_item.get(code, [])
        who = catalogue.reach.eligible.get(catalogue.items[code].function, "")
        if who not in may_ask:
            may_ask[who] = {cell: _may(people, who) for cell, people in known.people.items()}
        may = may_ask[who]
        asking = dict(sorted((w.resident, w.cell) for w in wishes if w.resident))
        weights, by_residents = _weights(known, code, may)
        found.append(
            Rates(
                item=code,
                area=area,
                eligible=sum(may.values()),
                orders=len(wishes),
                asking=len(asking),
                nameless=sum(not w.resident for w in wishes),
                wanted=sum(wanted for _, wanted, _ in weights),
                supported=sum(supported for _, _, supported in weights),
                by_residents=by_residents,
            )
        )
        lines[f"use:{code}"] = tuple(Line(kind=w.kind, no=w.no, at=w.at) for w in wishes)
        lines[f"need:{code}"] = by_cell(((cell, 1) for cell in asking.values()), may.items())
        lines[f"support:{code}"] = by_cell(
            ((cell, supported) for cell, _, supported in weights), ((cell, w) for cell, w, _ in weights)
        )
    return found, lines


def _weights(
    known: Demanded, code: str, may: Mapping[str, int]
) -> tuple[list[tuple[str, float, float]], bool]:
    """Tell by cell what has to be had of an item and what of it two providers are in time for; whether by residents."""
    demand = [
        (r.cell, r.demand[code].wanted, r.demand[code].supported) for r in known.reach if code in r.demand
    ]
    supply = known.supply
    if demand or code not in supply.twice:
        return demand, False
    parts = zip(supply.cells, supply.twice[code].tolist(), supply.residents.tolist(), strict=True)
    return [(c, may[c], may[c] * twice / lives) for c, twice, lives in parts if may.get(c) and lives], True


def _may(people: People, who: str) -> int:
    """Count the residents of a cell who may ask for an item; all of them where nobody is named."""
    count: int = getattr(people, who) if who else people.permanent + people.floating
    return count
