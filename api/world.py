"""Wiring: one object with everything that requests and timers need, made once at start."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from api.clock import steady_clock, system_clock
from api.lines import Lines
from api.live import Live
from api.locale.untranslated import find_untranslated
from api.locale.words import learn
from api.settings import Settings
from data.city.city import City
from data.city.coverage import Surveyor
from data.city.follow import Follower, mark
from data.city.supply import Supplies
from data.desk.door import Desk
from data.errors import BadCatalogueError
from data.figures.histories import Chronicle
from data.figures.panel import Sources
from data.rules.catalogue import Catalogue, read_catalogue
from data.rules.in_force import InForce
from data.store.done import Done
from data.store.home import Home
from data.store.kinds import KINDS
from data.store.kinds.people import RESIDENT
from data.store.sealed import Sealer, open_sealer
from data.store.session import Database
from dispatch.resident import Resident
from grid.area import CodeScheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A thing that a timer failed on: why, how often, and until when by the steady clock it is left alone."""

    why: str
    tries: int
    until_s: float


@dataclass(slots=True)
class TimerState:
    """What a timer did last; ``held`` is why it waits for a person, ``aside`` what it failed on."""

    last_run: datetime | None = None
    ran_at_s: float | None = None
    duration_s: float = 0.0
    done: int = 0
    failures: int = 0
    held: str = ""
    aside: dict[str, Aside] = field(default_factory=dict)


@dataclass(slots=True)
class BrokerState:
    """How the line to the broker of devices stands, since when, and why it is lost.

    ``elsewhere`` while another process holds it. ``waiting`` counts messages that are here and not yet on disk;
    ``offline`` are the gateways whose last will came, with its time.
    """

    state: Literal["off", "elsewhere", "lost", "connected"] = "off"
    since: datetime | None = None
    why: str = ""
    last_message: datetime | None = None
    taken: int = 0
    refused: int = 0
    waiting: int = 0
    offline: dict[str, datetime] = field(default_factory=dict)


@dataclass(slots=True)
class Watch:
    """What both clocks said at the last look."""

    at: datetime | None = None
    elapsed_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything of one process."""

    settings: Settings
    home: Home
    database: Database
    rules: InForce
    city: City
    surveyor: Surveyor
    supplies: Supplies
    desk: Desk
    live: Live
    lines: Lines
    sealer: Sealer
    clock: Callable[[], datetime]
    started_at: datetime
    started_s: float
    elapsed: Callable[[], float] = steady_clock
    watch: Watch = field(default_factory=Watch)
    timers: dict[str, TimerState] = field(default_factory=dict)
    broker: BrokerState = field(default_factory=BrokerState)
    follower: Follower
    chronicle: Chronicle = field(default_factory=Chronicle)

    @property
    def catalogue(self) -> Catalogue:
        """The rules in force; one request sees one version of them."""
        return self.rules.catalogue

    @property
    def zone(self) -> ZoneInfo:
        """The district's zone."""
        return self.catalogue.zone

    @property
    def scheme(self) -> CodeScheme:
        """How codes of areas and cells are built."""
        return self.catalogue.rulebook.scheme

    def local(self, at: datetime) -> datetime:
        """Return a time in the district's zone."""
        return self.catalogue.local(at)

    @property
    def sources(self) -> Sources:
        """What figures are computed from."""
        return Sources(
            database=self.database,
            catalogue=self.catalogue,
            city=self.city,
            chronicle=self.chronicle,
            supplies=self.supplies,
        )


def _moved(done: Done[Resident]) -> bool:
    """Tell whether there is a home more, one less, or one elsewhere."""
    if done.replayed is not None or done.before is None:
        return True
    before, after = done.before, done.fact
    return (before.place, before.cell, before.ended_on) != (after.place, after.cell, after.ended_on)


def _read_rules(folder: Path) -> Catalogue:
    """Read a catalogue that the pages can show in every language."""
    catalogue = read_catalogue(folder)
    if untold := find_untranslated(folder, catalogue.english):
        raise BadCatalogueError("\n".join(untold))
    return catalogue


def open_world(
    settings: Settings,
    clock: Callable[[], datetime] = system_clock,
    elapsed: Callable[[], float] = steady_clock,
    catalogue: Catalogue | None = None,
) -> World:
    """Read the catalogue, open the store, load the city.

    ``elapsed`` counts seconds and cannot be set, so that a clock that was set is found out. A catalogue that was read
    and proven before is taken as it is.

    Raises
    ------
    BadCatalogueError, NotSetUpError
        The server does not start then.
    """
    catalogue = catalogue or _read_rules(settings.catalogue)
    departments = catalogue.rulebook.departments.values()
    told = {**catalogue.matters.english, **{d.name_zh: d.name_en for d in departments}}
    learn("en", {**told, **catalogue.english})
    home = settings.open_home()
    database = Database(settings.database_url(), settings.write_wait_s)
    database.create(home.folder)
    since = mark(database)
    city = City(database, catalogue, home, clock)
    live = Live(catalogue.rulebook.scheme)

    surveyor = Surveyor(city, database)
    follower = Follower(database, city, surveyor, KINDS, live.publish, since)

    def after(done: Done[Any]) -> None:
        follower.note(done)
        city.apply(done)
        if done.kind is RESIDENT and _moved(done):
            surveyor.forget_homes()
        live.publish(done)

    county = city.district.code[: catalogue.rulebook.scheme.widths[0]]
    desk = Desk(database, city.rules, county, after, city=city)
    return World(
        settings=settings,
        home=home,
        database=database,
        rules=city.rules,
        city=city,
        surveyor=surveyor,
        supplies=Supplies(city, surveyor),
        desk=desk,
        live=live,
        follower=follower,
        lines=Lines(live),
        sealer=open_sealer(home),
        clock=clock,
        elapsed=elapsed,
        started_at=clock(),
        started_s=elapsed(),
    )
