"""The table of kinds: one record says everything that rooms need to know of a kind of thing.

The door, the numbers, live push, webhooks, following by number, `jinlin verify` and the lists read this table; what a
kind does when something begins or happens stands in its file in `data.desk`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import Table

from data.models import (
    AccountRow,
    AlarmRow,
    AppealRow,
    AppraisalRow,
    AreaRow,
    Base,
    CarePlanRow,
    CellRow,
    DeviceRow,
    DistrictRow,
    FrozenFiguresRow,
    HandOverRow,
    HoldRow,
    HomeVisitRow,
    HookRow,
    KinRow,
    LayerRow,
    MessageRow,
    NumberLeaseRow,
    OrderRow,
    ProviderRow,
    ResidentRow,
    SwapRow,
    TaskRow,
    TicketRow,
    table_of,
)
from data.store.scope import All, Always, Blank, Clause, HasPart, Named, OneOf, Same, Scope, Set, Within
from dispatch.alarms.care import CarePlan, Kin
from dispatch.alarms.device import AlarmDevice
from dispatch.alarms.fact import Alarm
from dispatch.alarms.message import Message
from dispatch.alarms.shift import HandOver, Layer, Swap
from dispatch.alarms.task import Task
from dispatch.orders.order import Order
from dispatch.providers.provider import Provider
from dispatch.resident import Resident
from grid.account import Account
from grid.area import Area, BuiltDistrict, Cell
from grid.figures.frozen import FrozenMonth
from grid.hold import Hold
from grid.home_visits import HomeVisit
from grid.scores.appeal import Appeal
from grid.scores.appraisal import Appraisal
from grid.tickets.ticket import Ticket
from grid.webhook import Webhook

F = TypeVar("F")
OVERSEERS = ("dispatcher", "leader", "admin")
KEEPERS = frozenset({"dispatcher", "worker", "admin"})
"""Those who work with the people of an area, and may know who lives where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[F]):
    """One kind of thing.

    Parameters
    ----------
    name : str
        Its name in events, numbers of webhooks, live notes and the log.
    fact : type
        The domain fact.
    row : type
        Its row; the two have the same fields, see `data.models.columns_of`.
    scope : Scope
        Who may see one.
    key : str
        The field that names one.
    letter : str
        What its numbers begin with; empty where it is named by a code, a user name or a month.
    derived : frozenset of str
        Columns that follow from others or from other rows; never sealed.
    free : frozenset of str
        Columns that decide nothing; not sealed.
    salted : bool
        Whether the row has a ``salt`` that goes into the seal, so that the log tells nothing about persons.
    live : tuple of str
        Fields that open pages are told when it changes; empty for a kind that pages are not told of.
    told : bool
        Whether webhooks are told of its events.
    lifecycle : str
        Name of its table in ``data/catalogue``, without ending; empty where it has none.
    public : tuple of str
        Fields that a stranger who has its number may see; empty for a kind that cannot be followed.
    own_rows : bool
        Whether its file in `data.desk` writes and verifies the rows itself.
    in_bulk : bool
        Whether rows may come with a built district, without an event of their own.
    """

    name: str
    fact: type[F]
    row: type[Base]
    scope: Scope
    key: str = "no"
    letter: str = ""
    derived: frozenset[str] = frozenset()
    free: frozenset[str] = frozenset()
    salted: bool = False
    live: tuple[str, ...] = ()
    told: bool = False
    lifecycle: str = ""
    public: tuple[str, ...] = ()
    own_rows: bool = False
    in_bulk: bool = False

    @property
    def table(self) -> Table:
        """The table of its rows."""
        return table_of(self.row)

    @property
    def sealed(self) -> tuple[str, ...]:
        """Columns that go into the seal, sorted."""
        return _sealed(self.row, self.derived | self.free | {"id"})

    def key_of(self, fact: F) -> str:
        """Return what names a fact."""
        return str(getattr(fact, self.key))


@cache
def _sealed(row: type[Base], left_out: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(c.name for c in table_of(row).columns if c.name not in left_out))


def _overseen(*more: Clause, by: Mapping[str, Clause]) -> Scope:
    """Return a scope in which overseers see their area, or one of some other clauses holds for them."""
    here: Clause = OneOf((Within(), *more)) if more else Within()
    return Scope(dict.fromkeys(OVERSEERS, here) | dict(by))


REPORTED = Same("reporter", "user")
CONCERNED = OneOf(
    (
        Same("department", "department"),
        Same("answers", "department"),
        All((Set("joint"), HasPart("parts", "department", "department"))),
    )
)
"""A department leads, answers until another has signed, or has a part of a joint case."""

TICKET = Kind(
    name="ticket",
    fact=Ticket,
    row=TicketRow,
    letter="T",
    lifecycle="ticket_lifecycle",
    scope=_overseen(
        by={
            "worker": OneOf((Within(), REPORTED, Same("worker", "user"))),
            "department": All((Within(), CONCERNED)),
            "resident": REPORTED,
            "hotline": REPORTED,
        }
    ),
    derived=frozenset({"tick_at", "next_due_at"}),
    live=("state", "cell", "urgent"),
    told=True,
    public=("state", "promised_at", "department", "category", "waiting"),
)
ORDER = Kind(
    name="order",
    fact=Order,
    row=OrderRow,
    letter="S",
    lifecycle="order_lifecycle",
    scope=_overseen(
        by={
            "worker": Within(),
            "provider": Same("provider", "provider"),
            "resident": Same("resident", "resident"),
        }
    ),
    live=("state", "cell"),
    told=True,
    public=("state", "item", "arrive_due_at"),
)
PROVIDER = Kind(
    name="provider",
    in_bulk=True,
    fact=Provider,
    row=ProviderRow,
    lifecycle="provider_lifecycle",
    scope=Scope(
        dict.fromkeys((*OVERSEERS, "worker", "department", "resident"), Always())
        | {"provider": Same("id", "provider")}
    ),
    derived=frozenset({"load", "recent_orders"}),
)
APPEAL = Kind(
    name="appeal",
    fact=Appeal,
    row=AppealRow,
    letter="Q",
    lifecycle="appeal_lifecycle",
    scope=Scope(dict.fromkeys(OVERSEERS, Always()) | {"department": Same("unit", "department")}),
)
APPRAISAL = Kind(
    name="appraisal",
    fact=Appraisal,
    row=AppraisalRow,
    key="month",
    lifecycle="appraisal",
    scope=Scope(dict.fromkeys((*OVERSEERS, "department"), Always())),
)
VISIT = Kind(
    name="visit",
    fact=HomeVisit,
    row=HomeVisitRow,
    letter="V",
    scope=_overseen(by={"worker": Within()}),
    salted=True,
)
RESIDENT = Kind(
    name="resident",
    in_bulk=True,
    fact=Resident,
    row=ResidentRow,
    scope=Scope(dict.fromkeys(KEEPERS, Within()) | {"resident": Same("no", "resident")}),
    derived=frozenset({"initials"}),
    salted=True,
)
SEEN_ALARM = OneOf((Within(), Blank("cell")))
"""An alarm of the area, or one of which nobody knows where it is: it is nobody else's."""

ALARM = Kind(
    name="alarm",
    fact=Alarm,
    row=AlarmRow,
    letter="A",
    lifecycle="alarm_lifecycle",
    scope=Scope(
        dict.fromkeys(OVERSEERS, SEEN_ALARM)
        | {"worker": OneOf((Within(), Named("told"))), "resident": Same("resident", "resident")}
    ),
    derived=frozenset({"next_step_at"}),
    live=("state", "queue", "cause", "agent", "pressed", "drill", "cell"),
    told=True,
    public=("state",),
)
TASK = Kind(
    name="alarm_task",
    fact=Task,
    row=TaskRow,
    lifecycle="alarm_task_lifecycle",
    scope=Scope(dict.fromkeys(OVERSEERS, Always()) | {"worker": Same("person", "user")}),
    free=frozenset({"lon", "lat", "placed_at"}),
    live=("alarm", "person", "task", "state"),
)
MESSAGE = Kind(
    name="message",
    fact=Message,
    row=MessageRow,
    key="id",
    scope=Scope(dict.fromkeys(OVERSEERS, Always())),
    own_rows=True,
)
DEVICE = Kind(
    name="device",
    in_bulk=True,
    fact=AlarmDevice,
    row=DeviceRow,
    scope=Scope(dict.fromkeys(OVERSEERS, Always())),
    derived=frozenset({"heard_at", "active_at", "tested_at", "battery", "clock_wrong_at"}),
    free=frozenset({"room", "firmware"}),
)
CARE_PLAN = Kind(
    name="care_plan",
    fact=CarePlan,
    row=CarePlanRow,
    key="resident",
    scope=Scope(
        dict.fromkeys(("dispatcher", "admin"), Always()) | {"resident": Same("resident", "resident")}
    ),
    salted=True,
)
KIN = Kind(
    name="kin",
    fact=Kin,
    row=KinRow,
    letter="K",
    scope=Scope(
        dict.fromkeys(("dispatcher", "admin"), Always()) | {"resident": Same("resident", "resident")}
    ),
    salted=True,
)
LAYER = Kind(
    name="shift_layer",
    fact=Layer,
    row=LayerRow,
    key="code",
    scope=Scope(dict.fromkeys(OVERSEERS, Always())),
    own_rows=True,
)
SWAP = Kind(
    name="shift_swap",
    fact=Swap,
    row=SwapRow,
    letter="W",
    scope=Scope(dict.fromkeys(OVERSEERS, Always())),
)
HAND_OVER = Kind(
    name="hand_over",
    fact=HandOver,
    row=HandOverRow,
    key="post",
    scope=Scope(dict.fromkeys(OVERSEERS, Always())),
    own_rows=True,
)
CELL = Kind(
    name="cell",
    in_bulk=True,
    fact=Cell,
    row=CellRow,
    key="code",
    scope=Scope(dict.fromkeys((*OVERSEERS, "worker", "department", "provider", "resident"), Always())),
)
AREA = Kind(
    name="area",
    in_bulk=True,
    fact=Area,
    row=AreaRow,
    key="code",
    scope=Scope(dict.fromkeys((*OVERSEERS, "worker", "department", "provider", "resident"), Always())),
)
FIGURES = Kind(
    name="figures",
    fact=FrozenMonth,
    row=FrozenFiguresRow,
    key="month",
    scope=Scope(dict.fromkeys((*OVERSEERS, "department"), Always())),
    own_rows=True,
)
DISTRICT = Kind(
    name="district",
    fact=BuiltDistrict,
    row=DistrictRow,
    key="code",
    scope=Scope(dict.fromkeys(OVERSEERS, Always())),
)

ACCOUNT = Kind(
    name="account",
    fact=Account,
    row=AccountRow,
    key="user",
    scope=Scope({"admin": Within("area")}),
    derived=frozenset({"second_factor_step"}),
)
HOLD = Kind(
    name="hold",
    fact=Hold,
    row=HoldRow,
    key="name",
    scope=Scope({"admin": Always()}),
)
WEBHOOK = Kind(
    name="webhook",
    fact=Webhook,
    row=HookRow,
    key="name",
    scope=Scope({"admin": Always()}),
    derived=frozenset({"tries", "next_try_at", "sent_at", "last_answer"}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSeries:
    """The numbers of one letter and day; ``void`` are those that were leased and that nothing used."""

    series: str
    void: tuple[int, ...] = ()


NUMBERS = Kind(
    name="numbers",
    fact=NumberSeries,
    row=NumberLeaseRow,
    key="series",
    scope=Scope({"admin": Always()}),
    own_rows=True,
)

KINDS: tuple[Kind[Any], ...] = (
    TICKET, ORDER, PROVIDER, APPEAL, APPRAISAL, VISIT, RESIDENT, DEVICE, CELL, AREA, FIGURES, DISTRICT, NUMBERS, WEBHOOK, HOLD, ACCOUNT,
    ALARM, TASK, MESSAGE, CARE_PLAN, KIN, LAYER, SWAP, HAND_OVER,
)  # fmt: skip


def by_name(kinds: Iterable[Kind[Any]]) -> Mapping[str, Kind[Any]]:
    """Return kinds by their names.

    Raises
    ------
    ValueError
        When two share a name or a letter.
    """
    found: dict[str, Kind[Any]] = {}
    letters: dict[str, str] = {}
    for kind in kinds:
        if kind.name in found:
            raise ValueError(f"two kinds are called {kind.name!r}")
        if kind.letter and letters.setdefault(kind.letter, kind.name) != kind.name:
            raise ValueError(f"numbers of {kind.name} and {letters[kind.letter]} begin with {kind.letter!r}")
        found[kind.name] = kind
    return found


def of_number(kinds: Iterable[Kind[Any]], no: str) -> Kind[Any] | None:
    """Return the kind whose numbers begin as one does; None for no number of ours."""
    return next((kind for kind in kinds if kind.letter and kind.letter == no[:1]), None)
