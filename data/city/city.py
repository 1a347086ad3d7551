"""The city a process holds in memory: cells, providers, road engine, rules; and how it stays fresh."""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.city.cells import CellMap, Located
from data.city.engine import RoadEngine
from data.city.people import PROFILE, LivePeople
from data.models import AreaRow, CellRow, ClosureRow, DistrictRow, ModuleSwitchRow, fact_of
from data.queries.closures import read_closures, to_come
from data.rules.catalogue import Catalogue
from data.rules.in_force import rules_of
from data.store.done import Done
from data.store.home import Home
from data.store.kinds.orders import ORDER, PROVIDER
from data.store.kinds.places import CELL, CLOSURE
from data.store.kinds.upkeep import MODULE_SWITCH, RULE_TABLE
from data.store.session import Database
from dispatch.errors import UnknownItemError, UnknownProviderError
from dispatch.helping import OpenNeed
from dispatch.item import ServiceItem
from dispatch.matching.candidates import Match
from dispatch.matching.match import match
from dispatch.matching.need import Need, Tastes
from dispatch.matching.together import Plan, plan_together
from dispatch.orders.order import OPEN_STATES, Order
from dispatch.providers.hours import opens_next
from dispatch.providers.provider import Provider
from geo.errors import NoStreetError
from geo.itinerary import Route
from geo.place import Box, LonLat
from grid.area import Area, Cell
from grid.modules import Modules, ModuleSwitch
from grid.responsibility import Answer, responsible

NO_TASTES = Tastes()


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """The district as its row tells it."""

    code: str
    name: str
    sample: bool
    box: Box
    built_at: datetime
    figures: Mapping[str, object]


class City:
    """Everything a request needs without asking the store.

    ``register_version`` grows with each change of a provider; taking and ending orders changes none.

    Parameters
    ----------
    database : Database
        Holds a district.
    catalogue : Catalogue
    home : Home
    clock : callable
        Tells the time; streets close and open by it.

    Raises
    ------
    NotSetUpError
        When there is no district or its engine files are missing.
    BadCatalogueError
        When a table in force for the district does not fit the catalogue.
    """

    def __init__(
        self, database: Database, catalogue: Catalogue, home: Home, clock: Callable[[], datetime]
    ) -> None:
        self.district = _district(database.district())
        self.rules = rules_of(database, catalogue)
        worktime = catalogue.rulebook.worktime
        items = catalogue.items.values()
        self.engine = RoadEngine(home.engine, items, worktime.zone, clock, worktime.holidays)
        self.people = LivePeople(self.engine.empty_index(PROFILE), catalogue.positions)
        self._lock = threading.Lock()
        self.providers: dict[int, Provider] = {}
        self.register_version = 0
        with database.read() as session:
            self.read_ground(session)
            self.read_providers(session)
            self.read_switches(session)
            self.engine.changes.take(read_closures(session, to_come(clock())))
            self.people.follow(session, clock())

    @property
    def catalogue(self) -> Catalogue:
        """The rules in force."""
        return self.rules.catalogue

    def read_closures(self, session: Session, numbers: Collection[str]) -> None:
        """Read some closures from the store; the streets follow before this returns."""
        self.engine.changes.take(read_closures(session, ClosureRow.no.in_(numbers)))

    def read_switches(self, session: Session) -> None:
        """Read from the store where modules are on."""
        switches = [fact_of(ModuleSwitch, row) for row in session.scalars(select(ModuleSwitchRow))]
        bare = Modules(self.catalogue.modules, {}, self.catalogue.rulebook.scheme)
        self.modules = bare.with_switches(switches)

    def read_ground(self, session: Session) -> None:
        """Read areas and cells from the store, those that were changed by another process too."""
        area_rows = list(session.scalars(select(AreaRow).order_by(AreaRow.code)))
        cell_rows = list(session.scalars(select(CellRow).order_by(CellRow.code)))
        self.areas = {row.code: fact_of(Area, row) for row in area_rows}
        self.area_shapes = {row.code: row.shape for row in area_rows}
        self.cell_shapes = {row.code: row.shape for row in cell_rows}
        self.cells = {row.code: fact_of(Cell, row) for row in cell_rows}
        self._map_cells()

    def read_providers(self, session: Session) -> None:
        """Read the providers from the store; those that stand as they are known cost nothing more."""
        self.put_providers(fact_of(Provider, row) for row in session.execute(select(PROVIDER.table)))

    def put_providers(self, providers: Iterable[Provider]) -> None:
        """Take providers as they stand into the register, and those who are new or stand elsewhere onto the streets."""
        moved = []
        with self._lock:
            for provider in providers:
                known = self.providers.get(provider.id)
                self.providers[provider.id] = provider
                if known is None or _without_figures(known) != _without_figures(provider):
                    self.register_version += 1
                    if known is None or _stands(known) != _stands(provider):
                        moved.append(provider)
        self.engine.put(moved)

    def provider(self, provider_id: int) -> Provider:
        """Look a provider up.

        Raises
        ------
        UnknownProviderError
            When it is not registered.
        """
        found = self.providers.get(provider_id)
        if found is None:
            raise UnknownProviderError(f"provider {provider_id} is not registered")
        return found

    def item(self, code: str) -> ServiceItem:
        """Look a service item up.

        Raises
        ------
        UnknownItemError
            When the catalogue does not list it.
        """
        found = self.catalogue.items.get(code)
        if found is None:
            raise UnknownItemError(f"item {code!r} is not in the catalogue; see /api/v1/items")
        return found

    def locate(self, place: LonLat, accuracy_m: float = 0.0) -> Located:
        """Find the cell of a position and those within its error; see `CellMap.locate`."""
        return self._cell_map.locate(place, accuracy_m)

    def department(self, cell: str, category: str, at: datetime) -> Answer:
        """Say who answers for a category in a cell at a time."""
        rulebook = self.catalogue.rulebook
        rulebook.category(category)
        day = rulebook.worktime.local(at).date()
        return responsible(rulebook.responsibility, cell, category, day, rulebook.scheme)

    def department_name(self, code: str) -> str:
        """Give the name of a department or of the office of an area; the code itself when unknown."""
        known = self.catalogue.rulebook.departments.get(code)
        if known is not None:
            return known.name_zh
        area = self.areas.get(code)
        return (
            code
            if area is None
            else f"{area.name}办事处"
            if area.level == "street"
            else f"{area.name}指挥中心"
        )

    def candidates(self, order: Order, now: datetime, k: int, tastes: Tastes = NO_TASTES) -> Match:
        """Find who should go for an order, judged at the wanted time or now."""
        need = self.need(order, now, tastes)
        return match(need, self.providers, self.engine, k=k, weights=self.catalogue.weights)

    def helpers(self, need: OpenNeed, k: int) -> Match:
        """Find which volunteers should come for a need, judged at the hour it begins; nobody where no street leads."""
        at = self.catalogue.local(need.starts_at)
        wanted = Need(item=self.item(need.item), place=need.place, area=need.cell, at=at)
        try:
            return match(wanted, self.providers, self.engine, k=k, weights=self.catalogue.weights)
        except NoStreetError:
            return Match(candidates=(), refused=(), unmet_cause="too_far")

    def offers(self, order: Order, now: datetime, k: int, tastes: Tastes = NO_TASTES) -> Match:
        """Find who should go as `candidates` does, and nobody where no street leads: the order is kept all the same."""
        try:
            return self.candidates(order, now, k, tastes)
        except NoStreetError:
            return Match(candidates=(), refused=(), unmet_cause="too_far")

    def plan(self, orders: Iterable[tuple[Order, Tastes]], now: datetime) -> Plan:
        """Plan who goes for all of some orders at once; with each comes what is known of its resident."""
        needs = [self.need(order, now, tastes) for order, tastes in orders]
        return plan_together(needs, self.providers, self.engine, self.catalogue.weights)

    def need(self, order: Order, now: datetime, tastes: Tastes = NO_TASTES) -> Need:
        """Say what an order needs, at the wanted time or now, for whom."""
        item = self.item(order.item)
        return Need(
            item=item,
            place=order.place,
            area=order.cell,
            at=self._start(order, now),
            max_price_fen=order.max_price_fen,
            tastes=tastes,
            wishes=order.wishes,
            declined=frozenset(order.declined_by),
            on_call=item.urgency == "emergency" and item.category in self.catalogue.orders.on_call,
        )

    def opening(self, order: Order, now: datetime) -> datetime | None:
        """Tell from when somebody can serve an order that nobody can serve now because all are closed.

        Returns
        -------
        datetime or None
            None when somebody can now, nobody would even when open, or no street leads to the place.
        """
        found = self.offers(order, now, 1)
        if found.candidates or found.unmet_cause != "all_closed":
            return None
        at = self._start(order, now)
        closed = (self.providers[r.provider] for r in found.refused if r.reason == "closed")
        return min(filter(None, (opens_next(provider.hours, at) for provider in closed)), default=None)

    def route(self, order: Order, provider_id: int, now: datetime) -> Route | None:
        """Find the way between a provider and the place of an order, boats included, at the wanted time or now."""
        at = self._start(order, now)
        return self.engine.route(self.item(order.item), self.provider(provider_id), order.place, at)

    def spot(self, order: Order) -> LonLat:
        """Tell where the service of an order is done: at the resident's, or with the provider one goes to."""
        if self.item(order.item).direction == "provider_to_resident" or order.provider is None:
            return order.place
        return self.provider(order.provider).place

    def _start(self, order: Order, now: datetime) -> datetime:
        return self.catalogue.local(max(order.wanted_at or now, now))

    def apply(self, done: Done[Any]) -> None:
        """Follow a change that was committed: a provider, a cell, rules, streets, or how those stand whom an order concerns."""
        if done.kind is CELL and done.replayed is None:
            self._follow_cell(done)
        if done.kind is PROVIDER and done.replayed is None:
            self._follow(done)
        if done.kind is RULE_TABLE and done.replayed is None:
            self.rules.take(done.fact)
        if done.kind is MODULE_SWITCH and done.replayed is None:
            self.modules = self.modules.with_switches([done.fact])
        if done.kind is CLOSURE and done.replayed is None:
            self.engine.changes.take([done.fact])
        if done.kind is not ORDER or done.replayed is not None:
            return
        held = None if done.before is None else _holder(done.before)
        holds = _holder(done.fact)
        if held == holds:
            return
        with self._lock:
            for provider, more in ((held, -1), (holds, 1)):
                if provider in self.providers:
                    known = self.providers[provider]
                    self.providers[provider] = replace(known, load=max(0, known.load + more))

    def _follow_cell(self, done: Done[Cell]) -> None:
        """Follow a changed cell; its border only where that was told."""
        code, shape = done.fact.code, done.row.get("shape")
        with self._lock:
            cells = {known: cell for known, cell in self.cells.items() if known != code}
            self.cells = dict(sorted((cells if done.gone else cells | {code: done.fact}).items()))
            if done.gone or shape is not None:
                shapes = {known: one for known, one in self.cell_shapes.items() if known != code}
                self.cell_shapes = dict(sorted((shapes if done.gone else shapes | {code: shape}).items()))
                self._map_cells()

    def _map_cells(self) -> None:
        rulebook = self.catalogue.rulebook
        self._cell_map = CellMap(self.cell_shapes, rulebook.scheme, rulebook.settings.gps_error_m)

    def _follow(self, done: Done[Provider]) -> None:
        """Follow a changed provider; where only its figures changed, its load in memory is the newer one."""
        before, after = done.before, done.fact
        if before is None or _without_figures(before) != _without_figures(after):
            self.put_providers((after,))
            return
        with self._lock:
            known = self.providers.get(after.id, after)
            self.providers[after.id] = replace(
                known,
                rating=after.rating,
                rating_count=after.rating_count,
                recent_orders=after.recent_orders,
            )


def _holder(order: Order) -> int | None:
    return order.provider if order.state in OPEN_STATES else None


def _without_figures(provider: Provider) -> Provider:
    return replace(provider, load=0, recent_orders=0, rating=0.0, rating_count=0)


def _stands(provider: Provider) -> tuple[LonLat, tuple[str, ...]]:
    """Where a provider is found, and by what."""
    return provider.place, tuple(provider.categories)


def _district(row: DistrictRow) -> District:
    return District(
        code=row.code,
        name=row.name,
        sample=row.sample,
        box=Box(row.west, row.south, row.east, row.north),
        built_at=row.built_at,
        figures=row.figures,
    )
