"""What indicators are counted from: tickets, orders, providers and people of an area and period."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from operator import attrgetter, itemgetter
from typing import Any, Literal, NamedTuple

from grid.figures.promises import Promises
from grid.figures.rates import due_in
from grid.rulebook import Rulebook
from grid.tickets.history import History

ALARM_CATEGORY = "call_centre"
CONTENT_STARS = 4
SPOKEN = frozenset({"phone", "counter"})
"""Channels of orders by which an alarm was told in a talk, so that nobody had to answer it."""
VOLUNTARY = frozenset({"volunteer", "social_worker", "charity"})
UNMET = frozenset({"unmet", "handed_over"})
"""States of an order that no provider took, before and after somebody else was found to help."""
ON_REGISTER = frozenset({"active", "trial", "warned", "suspended"})


first, of_cell = itemgetter(0), attrgetter("cell")
CUTS: tuple[tuple[str, Callable[[Any], str], Callable[[list[Any]], Any]], ...] = (
    ("cells", attrgetter("code"), list),
    ("people", first, dict),
    ("abilities", first, list),
    ("visits", first, list),
    ("records", first, list),
    ("devices", first, list),
    ("tickets", of_cell, list),
    ("orders", of_cell, list),
    ("alarms", of_cell, list),
    ("providers", attrgetter("area"), list),
    ("users", first, frozenset),
    ("ratings", of_cell, list),
    ("reach", of_cell, list),
    ("points", first, list),
)
"""Rows of facts, the code each lies by, and what a part of them is kept in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Residents of a cell by the register, counted; ``special`` elders, and those seen by a visit in the period."""

    permanent: int = 0
    floating: int = 0
    aged_60: int = 0
    aged_80: int = 0
    alone: int = 0
    aided: int = 0
    cared_for: int = 0
    special: int = 0
    special_seen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFact:
    """A cell: its households and who works there, empty for nobody."""

    code: str
    households: int
    worker: str


class Demand(NamedTuple):
    """Orders of an item wanted in twelve months, and how many of them two suitable providers are in time for."""

    wanted: float
    supported: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CellReach:
    """Whom services reach in a cell where somebody lives, by roads and registers as they are now.

    ``reached`` counts, by core item, the residents whom one suitable provider reaches in time; ``demand`` has the items
    that promise a time and are wanted at all.
    """

    cell: str
    residents: int
    reached: Mapping[str, int]
    demand: Mapping[str, Demand] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFact:
    """What indicators need of an order; ``payer`` is gov, self, mixed or free.

    ``public_fen`` and ``own_fen`` are what the government and the resident paid by its bill, less what went back; None for
    an order without one.

    ``agent`` took it at ``agent_accept_at``, empty for nobody, None when that was not kept yet.
    """

    no: str
    cell: str
    resident: str
    provider: int | None
    state: str
    urgency: str
    category: str
    payer: str
    price_fen: int | None
    created_at: datetime
    contacted_at: datetime | None
    arrive_due_at: datetime | None
    arrived_at: datetime | None
    done_at: datetime | None
    item: str = ""
    channel: str = ""
    cause: str = ""
    agent: str | None = ""
    agent_accept_at: datetime | None = None
    callback_at: datetime | None = None
    public_fen: int | None = None
    own_fen: int | None = None

    @property
    def arrived_in_time(self) -> bool:
        """Tell whether somebody came by the time that was promised."""
        due_at, at = self.arrive_due_at, self.arrived_at
        return due_at is not None and at is not None and at <= due_at

    @property
    def is_unmet(self) -> bool:
        """Tell whether no provider took it, also where somebody else helps."""
        return self.state in UNMET

    @property
    def is_alarm(self) -> bool:
        """Tell an alarm that was kept as an order, before alarms were a kind of their own, from a service."""
        return self.urgency == "emergency" and self.category == ALARM_CATEGORY


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmFact:
    """What indicators need of an alarm; ``counts`` is whether it is one of how soon alarms are answered."""

    no: str
    cell: str
    raised_at: datetime
    taken_at: datetime | None
    called_at: datetime | None
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """The last rating of a ticket or order in a period; ``solved`` is None where that was not said."""

    no: str
    about: Literal["ticket", "order"]
    cell: str
    at: datetime
    stars: int
    solved: bool | None = None

    @property
    def is_content(self) -> bool:
        """Tell whether whoever rated was satisfied: four or five stars."""
        return self.stars >= CONTENT_STARS


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFact:
    """What indicators need of a provider.

    ``joined_on`` is None when nobody knows; ``serving`` tells of an order done in the 90 days before the period's end.
    """

    id: int
    area: str
    state: str
    categories: tuple[str, ...]
    joined_on: date | None = None
    serving: bool = False


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything indicators are counted from, of one area and one period [start, end).

    ``orders`` were placed or done, or their arrival was due, in the period; ``users`` are pairs of cell and resident
    with an order in the twelve months before the end; ``ratings`` were given in the period; ``reach`` leaves out cells without residents;
    ``points`` pairs of cell and hundredths of the ledger; ``repeats`` numbers of tickets like one closed before.
    ``abilities`` tell by cell, edition and level of the last valid assessment how many elders there are; ``visits`` are pairs of cell
    and household of those in the period that count; ``records`` tell by code and kind how many there are, and how
    many of them were complete and fresh at the end; ``devices`` tell by cell how many were in homes at the end, and
    how many of them were heard of in the time before.
    Facts of parts read the tickets' clocks together.
    """

    start: datetime
    end: datetime
    rulebook: Rulebook
    cells: Sequence[CellFact] = ()
    people: Mapping[str, People] = field(default_factory=dict)
    abilities: Sequence[tuple[str, str, int, int]] = ()
    visits: Sequence[tuple[str, str]] = ()
    records: Sequence[tuple[str, str, int, int]] = ()
    devices: Sequence[tuple[str, int, int]] = ()
    tickets: Sequence[History] = ()
    orders: Sequence[OrderFact] = ()
    alarms: Sequence[AlarmFact] = ()
    providers: Sequence[ProviderFact] = ()
    users: frozenset[tuple[str, str]] = frozenset()
    ratings: Sequence[Rating] = ()
    reach: Sequence[CellReach] = ()
    points: Sequence[tuple[str, int]] = ()
    repeats: frozenset[str] = frozenset()
    promises: Promises | None = None

    def of_areas(self, prefixes: Sequence[str]) -> dict[str, "Facts"]:
        """Cut into the parts where codes begin so, in one pass; prefixes are of one length."""
        wide = len(prefixes[0]) if prefixes else 0
        whole = replace(self, promises=self._promises)
        parts: dict[str, dict[str, Any]] = {prefix: {} for prefix in prefixes}
        for name, code, keep in CUTS:
            rows = getattr(self, name)
            found: dict[str, list[Any]] = {prefix: [] for prefix in prefixes}
            for row in rows.items() if isinstance(rows, Mapping) else rows:
                if (part := found.get(code(row)[:wide])) is not None:
                    part.append(row)
            for prefix, part in found.items():
                parts[prefix][name] = keep(part)
        return {prefix: replace(whole, **part) for prefix, part in parts.items()}

    def of_area(self, prefix: str) -> "Facts":
        """Keep what lies where codes begin so."""
        return self.of_areas([prefix])[prefix]

    @cached_property
    def _promises(self) -> Promises:
        return self.promises or Promises(self.rulebook)

    def response_due_at(self, ticket: History) -> datetime:
        """Return until when a dispatched ticket had to be received."""
        return self._promises.response_due_at(ticket)

    def answered_in_time(self, ticket: History) -> bool:
        """Tell whether a dispatched ticket was received by then."""
        return ticket.received_at is not None and ticket.received_at <= self.response_due_at(ticket)

    def time_used(self, ticket: History) -> float | None:
        """Tell the share of its time that a closed ticket used."""
        return self._promises.time_used(ticket)

    def inside(self, at: datetime | None) -> bool:
        """Tell whether a time lies in the period."""
        return at is not None and self.start <= at < self.end

    @cached_property
    def counting(self) -> list[History]:
        """Tickets neither void nor merged."""
        return [t for t in self.tickets if t.counts]

    @cached_property
    def due(self) -> list[History]:
        """Tickets whose deadline in force binds and lies in the period."""
        return due_in(self.counting, self.start, self.end)

    @cached_property
    def dispatched(self) -> list[History]:
        """Tickets that count and were ever handed to a department."""
        return [t for t in self.counting if t.dispatches]

    @cached_property
    def accepted(self) -> list[History]:
        """Tickets reported in the period that count."""
        return [t for t in self.counting if self.inside(t.reported_at)]

    @cached_property
    def closed(self) -> list[History]:
        """Tickets closed in the period."""
        return [t for t in self.counting if self.inside(t.closed_at)]

    @cached_property
    def open_at_end(self) -> list[History]:
        """Filed tickets not closed by the end."""
        return [t for t in self.counting if t.filed_at is not None and t.closed_at is None]

    @cached_property
    def raised(self) -> list[AlarmFact]:
        """Alarms raised in the period, with those of before that were kept as orders."""
        tests = self.rulebook.alarm.tests
        kept = [
            AlarmFact(
                no=o.no,
                cell=o.cell,
                raised_at=o.created_at,
                taken_at=o.agent_accept_at,
                called_at=o.callback_at,
                counts=o.agent is not None and o.channel not in SPOKEN and o.cause.casefold() not in tests,
            )
            for o in self.orders
            if o.is_alarm
        ]
        return [a for a in (*kept, *self.alarms) if self.inside(a.raised_at)]

    @cached_property
    def overdue(self) -> list[History]:
        """Tickets open at the end whose deadline in force binds and is over."""
        return [t for t in self.open_at_end if t.is_due and t.due_at < self.end]

    @cached_property
    def ticket_ratings(self) -> list[Rating]:
        """Ratings of tickets, the last of each in the period."""
        return [r for r in self.ratings if r.about == "ticket"]

    @cached_property
    def telling(self) -> list[Rating]:
        """Ratings of tickets that say whether the matter is solved."""
        return [r for r in self.ticket_ratings if r.solved is not None]

    @cached_property
    def asked(self) -> list[History | Rating]:
        """Tickets about which a resident could have told: closed in the period or rated in it, each once."""
        rated = {r.no for r in self.ticket_ratings}
        return [*self.ticket_ratings, *(t for t in self.closed if t.no not in rated)]

    @cached_property
    def placed(self) -> list[OrderFact]:
        """Orders placed in the period, whatever became of them."""
        return [o for o in self.orders if self.inside(o.created_at)]

    @cached_property
    def promised(self) -> list[OrderFact]:
        """Orders whose promised arrival lies in the period, cancelled ones among them."""
        return [o for o in self.orders if self.inside(o.arrive_due_at)]

    @cached_property
    def arrivals_due(self) -> list[OrderFact]:
        """Those of them that were not cancelled."""
        return [o for o in self.promised if o.state != "cancelled"]

    @cached_property
    def done_orders(self) -> list[OrderFact]:
        """Services done in the period."""
        return [o for o in self.orders if self.inside(o.done_at) and not o.is_alarm]

    def head_count(self, *names: str) -> int:
        """Sum counts of residents."""
        return sum(getattr(p, name) for p in self.people.values() for name in names)

    @cached_property
    def bases(self) -> dict[str, float | None]:
        """Return what normalisers divide by, without the parent."""
        return {
            "residents": self.head_count("permanent", "floating"),
            "elders": self.head_count("aged_60"),
            "households": sum(c.households for c in self.cells),
            "cells": len(self.cells),
            "accepted": len(self.accepted),
            "open": len(self.open_at_end),
            "done_orders": len(self.done_orders),
            "active_providers": len({o.provider for o in self.done_orders if o.provider is not None}),
            "providers": sum(p.state in ON_REGISTER for p in self.providers),
        }
