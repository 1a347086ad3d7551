"""Kinds that keep the system: accounts and what they agree to, holds, rules in force, modules, webhooks, feeds, series of numbers."""

from dataclasses import dataclass

from data.models import (
    AccountRow,
    CorrectionRow,
    FeedRow,
    HoldRow,
    HookRow,
    ModuleSwitchRow,
    NumberLeaseRow,
    PositionConsentRow,
    RuleTableRow,
)
from data.store.kind import Kind
from data.store.roles import OVERSEERS
from data.store.scope import All, Always, Holds, Same, Scope, Within
from dispatch.positions import PositionConsent
from grid.account import Account
from grid.correction import Correction
from grid.feed import Feed
from grid.hold import Hold
from grid.modules import ModuleSwitch
from grid.rule_table import RuleTable
from grid.webhook import Webhook

ACCOUNT = Kind(
    name="account",
    fact=Account,
    row=AccountRow,
    key="user",
    scope=Scope({"admin": Within("area")}),
    derived=frozenset({"second_factor_step", "signed_in_at"}),
)

POSITION_CONSENT = Kind(
    name="position_consent",
    fact=PositionConsent,
    row=PositionConsentRow,
    key="user",
    scope=Scope(dict.fromkeys(("worker", "provider"), Same("user", "user"))),
)

HOLD = Kind(name="hold", fact=Hold, row=HoldRow, key="name", scope=Scope({"admin": Always()}))

RULE_TABLE = Kind(
    name="rule_table",
    fact=RuleTable,
    row=RuleTableRow,
    key="name",
    scope=Scope(dict.fromkeys(OVERSEERS, Always())),
    live=("edition",),
    told=True,
)

MODULE_SWITCH = Kind(
    name="module_switch",
    fact=ModuleSwitch,
    row=ModuleSwitchRow,
    key="name",
    scope=Scope(dict.fromkeys(OVERSEERS, Within("area"))),
    live=("on",),
    told=True,
)

WEBHOOK = Kind(
    name="webhook",
    fact=Webhook,
    row=HookRow,
    key="name",
    scope=Scope({"admin": Always()}),
    derived=frozenset({"tries", "next_try_at", "sent_at", "last_answer"}),
)

FEED = Kind(
    name="feed",
    fact=Feed,
    row=FeedRow,
    letter="U",
    scope=Scope(
        dict.fromkeys(("admin", "leader"), Within("area"))
        | {"department": All((Within("area"), Same("owner", "department")))}
    ),
    derived=frozenset(
        {
            "cursor",
            "last_at",
            "last_ok_at",
            "last_error",
            "messages",
            "accepted",
            "refused",
            "quarantined",
            "fields",
        }
    ),
)

CORRECTION = Kind(
    name="correction",
    fact=Correction,
    row=CorrectionRow,
    scope=Scope(
        {
            "admin": Within("area"),
            "dispatcher": All((Within("area"), Holds("keeper", ("worker", "dispatcher")))),
            "worker": All((Within("area"), Holds("keeper", ("worker",)))),
        }
    ),
    of_person=True,
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
