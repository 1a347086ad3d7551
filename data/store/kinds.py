"""The table of kinds: one record says everything that rooms need to know of a kind of thing.

The door, the numbers, live push, webhooks, following by number, `jinlin verify` and the lists read this table; what a
kind does when something begins or happens stands in its file in `data.desk`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from data.models import (
    AccountRow,
    AlarmRow,
    AppealRow,
    ApplicationRow,
    AppraisalRow,
    AreaRow,
    BillRow,
    BudgetRow,
    CarePlanRow,
    CellRow,
    ClosedMonthRow,
    ClosureRow,
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
    ParticularsRow,
    ProviderRow,
    ResidentRow,
    SwapRow,
    TagRow,
    TaskRow,
    TicketRow,
)
from data.store.intake_kinds import HEARD, QUESTION
from data.store.kind import Kind
from data.store.roles import OVERSEERS
from data.store.scope import All, Always, Blank, Clause, HasPart, Named, OneOf, Same, Scope, Set, Within
from dispatch.alarms.care import CarePlan, Kin
from dispatch.alarms.device import AlarmDevice
from dispatch.alarms.fact import Alarm
from dispatch.alarms.message import Message
from dispatch.alarms.shift import HandOver, Layer, Swap
from dispatch.alarms.task import Task
from dispatch.closures import Closure
from dispatch.money.bill import Bill
from dispatch.money.budget import Budget
from dispatch.money.month import ClosedMonth
from dispatch.orders.order import Order
from dispatch.particulars import Particulars, Tag
from dispatch.providers.application import Application
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

KEEPERS = frozenset({"dispatcher", "worker", "admin"})
"""Those who work with the people of an area, and may know who lives where."""


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
    later=frozenset(
        {
            "departed_at",
            "quoted_fen",
            "consent_fen",
            "consent_by",
            "consent_how",
            "consented_at",
            "check_in_m",
            "stood_in",
            "flags",
            "rated_at",
            "rated_by",
            "reference",
            "promised_from",
            "failed_at",
            "visits",
            "told",
        }
    ),
    derived=frozenset({"tick_at"}),
    live=("state", "cell"),
    told=True,
    public=("state", "item", "arrive_due_at"),
)
PROVIDER = Kind(
    name="provider",
    letter="P",
    in_bulk=True,
    fact=Provider,
    row=ProviderRow,
    lifecycle="provider_lifecycle",
    scope=Scope(
        dict.fromkeys((*OVERSEERS, "worker", "department", "resident"), Always())
        | {"provider": Same("id", "provider")}
    ),
    derived=frozenset({"load", "recent_orders", "rating", "rating_count"}),
    logged=frozenset(
        {"name", "categories", "lon", "lat", "address", "hours", "service_areas", "area", "capacity"}
    )
    | {"prices_fen", "licences", "max_travel_min"},
)
APPLICATION = Kind(
    name="application",
    fact=Application,
    row=ApplicationRow,
    letter="J",
    lifecycle="application_lifecycle",
    scope=Scope(dict.fromkeys(OVERSEERS, Within("area"))),
    live=("state", "area"),
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
    letter="R",
    of_person=True,
    in_bulk=True,
    fact=Resident,
    row=ResidentRow,
    scope=Scope(dict.fromkeys(KEEPERS, Within()) | {"resident": Same("no", "resident")}),
    derived=frozenset({"folded", "pinyin", "initials", "phone_end"}),
    salted=True,
    later=frozenset({"ended_on", "ended_why"}),
)
AT_THE_DESK = Scope(dict.fromkeys(OVERSEERS, Always()))
OF_PERSON = Scope(
    dict.fromkeys(("dispatcher", "admin"), Always()) | {"resident": Same("resident", "resident")}
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
MESSAGE = Kind(name="message", fact=Message, row=MessageRow, key="id", scope=AT_THE_DESK, own_rows=True)
DEVICE = Kind(
    name="device",
    in_bulk=True,
    fact=AlarmDevice,
    row=DeviceRow,
    scope=Scope(dict.fromkeys(OVERSEERS, Always())),
    derived=frozenset({"heard_at", "active_at", "tested_at", "battery", "clock_wrong_at"}),
    free=frozenset({"room", "firmware"}),
    logged=frozenset({"kind", "removed_at", "room", "firmware", "consent"}),
)
CARE_PLAN = Kind(
    name="care_plan",
    fact=CarePlan,
    row=CarePlanRow,
    key="resident",
    scope=OF_PERSON,
    salted=True,
    of_person=True,
)
KIN = Kind(
    name="kin",
    fact=Kin,
    row=KinRow,
    letter="K",
    scope=OF_PERSON,
    salted=True,
    later=frozenset({"ended_on"}),
)
PARTICULARS = Kind(
    name="particulars",
    fact=Particulars,
    row=ParticularsRow,
    key="resident",
    scope=OF_PERSON,
    salted=True,
    of_person=True,
)
TAG = Kind(name="tag", fact=Tag, row=TagRow, letter="N", scope=OF_PERSON, salted=True)
LAYER = Kind(name="shift_layer", fact=Layer, row=LayerRow, key="code", scope=AT_THE_DESK, own_rows=True)
SWAP = Kind(name="shift_swap", fact=Swap, row=SwapRow, letter="W", scope=AT_THE_DESK)
HAND_OVER = Kind(
    name="hand_over", fact=HandOver, row=HandOverRow, key="post", scope=AT_THE_DESK, own_rows=True
)
CELL = Kind(
    name="cell",
    in_bulk=True,
    fact=Cell,
    row=CellRow,
    key="code",
    logged=frozenset({"name", "households", "worker"}),
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
CLOSURE = Kind(
    name="closure",
    fact=Closure,
    row=ClosureRow,
    letter="C",
    lifecycle="closure_lifecycle",
    scope=Scope(dict.fromkeys((*OVERSEERS, "worker", "department", "provider", "resident"), Always())),
    live=("effect", "state", "cell"),
    told=True,
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
HOLD = Kind(name="hold", fact=Hold, row=HoldRow, key="name", scope=Scope({"admin": Always()}))
WEBHOOK = Kind(
    name="webhook",
    fact=Webhook,
    row=HookRow,
    key="name",
    scope=Scope({"admin": Always()}),
    derived=frozenset({"tries", "next_try_at", "sent_at", "last_answer"}),
)

KEEP_MONEY = ("leader", "admin")
BUDGET = Kind(
    name="budget",
    fact=Budget,
    row=BudgetRow,
    letter="B",
    scope=Scope(dict.fromkeys(KEEP_MONEY, Within("area"))),
)
BILL = Kind(
    name="bill",
    fact=Bill,
    row=BillRow,
    letter="M",
    scope=Scope(
        dict.fromkeys(OVERSEERS, Within("area"))
        | {"provider": Same("provider", "provider"), "resident": Same("resident", "resident")}
    ),
)
CLOSED_MONTH = Kind(
    name="closed_month",
    fact=ClosedMonth,
    row=ClosedMonthRow,
    key="month",
    scope=Scope(dict.fromkeys(KEEP_MONEY, Always())),
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
    TICKET, ORDER, PROVIDER, APPLICATION, APPEAL, APPRAISAL, VISIT, RESIDENT, DEVICE, CELL, AREA, FIGURES, DISTRICT, NUMBERS, WEBHOOK, HOLD, ACCOUNT,
    ALARM, TASK, MESSAGE, CARE_PLAN, KIN, PARTICULARS, TAG, LAYER, SWAP, HAND_OVER, CLOSURE, BUDGET, BILL, CLOSED_MONTH,
    QUESTION, HEARD,
)  # fmt: skip
