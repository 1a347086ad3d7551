"""What indicators are counted from: tickets, orders, providers and people of an area and period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from grid.history import History
from grid.rates import Counts, count
from grid.rulebook import Rulebook

ALARM_CATEGORY = "call_centre"
ON_REGISTER = frozenset({"active", "trial", "warned", "suspended"})


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Residents of a cell by the register, counted."""

    permanent: int = 0
    floating: int = 0
    aged_60: int = 0
    aged_80: int = 0
    alone: int = 0
    aided: int = 0
    cared_for: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFact:
    """A cell: its households and who works there, empty for nobody."""

    code: str
    households: int
    worker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFact:
    """What indicators need of an order; ``payer`` is gov, self, mixed or free."""

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

    @property
    def is_alarm(self) -> bool:
        """Tell an emergency call or safety alarm from a service."""
        return self.urgency == "emergency" and self.category == ALARM_CATEGORY


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFact:
    """What indicators need of a provider."""

    id: int
    area: str
    state: str
    categories: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything indicators are counted from, of one area and one period [start, end).

    ``orders`` were placed or done, or their arrival was due, in the period; ``users`` are pairs of cell and resident
    with an order in the twelve months before the end; ``ratings`` pairs of cell and stars given in the period;
    ``points`` pairs of cell and hundredths of the ledger; ``repeats`` numbers of tickets like one closed before.
    """

    start: datetime
    end: datetime
    rulebook: Rulebook
    cells: Sequence[CellFact] = ()
    people: Mapping[str, People] = field(default_factory=dict)
    tickets: Sequence[History] = ()
    orders: Sequence[OrderFact] = ()
    providers: Sequence[ProviderFact] = ()
    users: frozenset[tuple[str, str]] = frozenset()
    ratings: Sequence[tuple[str, int]] = ()
    points: Sequence[tuple[str, int]] = ()
    repeats: frozenset[str] = frozenset()

    def of_area(self, prefix: str) -> "Facts":
        """Keep what lies where codes begin so."""
        return replace(
            self,
            cells=[c for c in self.cells if c.code.startswith(prefix)],
            people={cell: p for cell, p in self.people.items() if cell.startswith(prefix)},
            tickets=[t for t in self.tickets if t.cell.startswith(prefix)],
            orders=[o for o in self.orders if o.cell.startswith(prefix)],
            providers=[p for p in self.providers if p.area.startswith(prefix)],
            users=frozenset(u for u in self.users if u[0].startswith(prefix)),
            ratings=[r for r in self.ratings if r[0].startswith(prefix)],
            points=[p for p in self.points if p[0].startswith(prefix)],
        )

    def inside(self, at: datetime | None) -> bool:
        """Tell whether a time lies in the period."""
        return at is not None and self.start <= at < self.end

    @cached_property
    def counts(self) -> Counts:
        """Base counts of the tickets."""
        return count(self.tickets, self.start, self.end)

    @cached_property
    def accepted(self) -> list[History]:
        """Tickets reported in the period that count."""
        return [t for t in self.tickets if t.counts and self.inside(t.reported_at)]

    @cached_property
    def closed(self) -> list[History]:
        """Tickets closed in the period."""
        return [t for t in self.tickets if t.counts and self.inside(t.closed_at)]

    @cached_property
    def open_at_end(self) -> list[History]:
        """Filed tickets not closed by the end."""
        return [t for t in self.tickets if t.counts and t.filed_at is not None and t.closed_at is None]

    @cached_property
    def done_orders(self) -> list[OrderFact]:
        """Services done in the period."""
        return [o for o in self.orders if self.inside(o.done_at) and not o.is_alarm]

    def head_count(self, *names: str) -> int:
        """Sum counts of residents."""
        return sum(getattr(p, name) for p in self.people.values() for name in names)

    @cached_property
    def bases(self) -> dict[str, float | None]:
        """Give what normalisers divide by, without the parent."""
        return {
            "residents": self.head_count("permanent", "floating"),
            "elders": self.head_count("aged_60"),
            "households": sum(c.households for c in self.cells),
            "cells": len(self.cells),
            "accepted": len(self.accepted),
            "open": len(self.open_at_end),
            "done_orders": len(self.done_orders),
            "active_providers": len({o.provider for o in self.done_orders}),
            "providers": sum(p.state in ON_REGISTER for p in self.providers),
        }
