"""Read the catalogue folder into rules; refuse it, naming file and line, when it does not parse or has a hole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from data.errors import BadCatalogueError
from data.rules.alarms import read_alarms
from data.rules.calendar import code_widths, read_worktime
from data.rules.checks import check_rules
from data.rules.chronic import chronic_rules
from data.rules.counter import counter_rules
from data.rules.dispatching import order_rules, standing
from data.rules.file_columns import FileRules, read_file_rules
from data.rules.files import ENGLISH, FOLDER, catalogue_hash, guard, rows, section, toml
from data.rules.health import health_rules
from data.rules.holes import find_holes
from data.rules.intake import intake_rules
from data.rules.items import alarm_rules, reach_rules, service_items
from data.rules.lifecycles import read_lifecycle
from data.rules.matters import MatterRules, matter_rules
from data.rules.modules import modules
from data.rules.money import money_rules
from data.rules.people import people_rules
from data.rules.positions import position_rules
from data.rules.providers import market_rules, provider_rules
from data.rules.registers import register_rules, reveal_rules
from data.rules.responsibility import responsibility_rules
from data.rules.rounds import round_rules
from data.rules.routing import routing_rules
from data.rules.scores import (
    appeal_rules,
    appraisal_rules,
    least_compared,
    read_deductions,
    read_indicator,
)
from data.rules.tickets import (
    category,
    closure,
    department,
    lines,
    nature,
    response,
    stage_names,
    ticket_settings,
)
from data.rules.watches import watches
from dispatch import closures
from dispatch.alarms.rules import AlarmRules
from dispatch.counter import CounterRules
from dispatch.health.chronic import ChronicRules
from dispatch.health.result import HealthRules
from dispatch.health.watch import Watch
from dispatch.intake import IntakeRules
from dispatch.item import ServiceItem
from dispatch.lifecycle import Lifecycle
from dispatch.matching.need import Weights
from dispatch.money.rules import MoneyRules
from dispatch.orders.routing import Routing
from dispatch.orders.rules import OrderRules
from dispatch.particulars import PeopleRules
from dispatch.positions import PositionRules
from dispatch.providers import application, provider
from dispatch.providers.licence import ProviderRules
from dispatch.providers.market import MarketRules
from dispatch.providers.standing import StandingRules
from dispatch.reach import ReachRules
from dispatch.resident import RevealRules
from dispatch.rounds.day import RoundRules
from dispatch.worktime import WorkTime
from geo.access import AccessTable
from geo.access_table import read_access
from grid.area import CodeScheme
from grid.correction import CheckRules
from grid.figures.indicators import Indicator
from grid.modules import Module
from grid.rulebook import Category, Department, Rulebook
from grid.scores.appeal import AppealRules
from grid.scores.appraisal import AppraisalRules
from grid.tickets import effects


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything read from the catalogue folder; ``version`` is the SHA-256 over its files.

    ``least_compared`` is the smallest number of cases of two periods that are compared with each other; ``english`` has
    the English of names and labels that the interface does not know; ``files`` is what files of each register may hold.
    ``folder`` is the catalogue as its folder has it, None for that itself.
    """

    version: str
    rulebook: Rulebook
    items: Mapping[str, ServiceItem]
    orders: OrderRules
    routing: Routing
    standing: StandingRules
    provider_lifecycle: Lifecycle
    providers: ProviderRules
    market: MarketRules
    application_lifecycle: Lifecycle
    closure_lifecycle: Lifecycle
    rounds: RoundRules
    weights: Weights
    reach: ReachRules
    reveals: RevealRules
    positions: PositionRules
    alarms: AlarmRules
    money: MoneyRules
    people: PeopleRules
    intake: IntakeRules
    counter: CounterRules
    health: HealthRules
    chronic: ChronicRules
    watches: Mapping[str, Watch]
    matters: MatterRules
    appeals: AppealRules
    appraisal: AppraisalRules
    indicators: tuple[Indicator, ...]
    access: AccessTable
    least_compared: int
    english: Mapping[str, str]
    files: FileRules
    checks: CheckRules
    modules: tuple[Module, ...]
    folder: "Catalogue | None" = None

    @property
    def own(self) -> "Catalogue":
        """The catalogue as its folder has it, without any table that was put in force since."""
        return self.folder or self

    @property
    def lifecycles(self) -> Mapping[str, Lifecycle]:
        """The tables of states and actions, by the names of their files."""
        return {
            "ticket_lifecycle": self.rulebook.lifecycle,
            "order_lifecycle": self.orders.lifecycle,
            "provider_lifecycle": self.provider_lifecycle,
            "application_lifecycle": self.application_lifecycle,
            "appeal_lifecycle": self.appeals.lifecycle,
            "appraisal": self.appraisal.lifecycle,
            "alarm_lifecycle": self.alarms.lifecycle,
            "alarm_task_lifecycle": self.alarms.task_lifecycle,
            "closure_lifecycle": self.closure_lifecycle,
            "round_lifecycle": self.rounds.lifecycle,
            "question_lifecycle": self.intake.questions.lifecycle,
            "counter_lifecycle": self.counter.lifecycle,
            "chronic_lifecycle": self.chronic.lifecycle,
        }

    @property
    def order_lifecycle(self) -> Lifecycle:
        """The table of what can happen to an order."""
        return self.orders.lifecycle

    @property
    def zone(self) -> ZoneInfo:
        """The district's zone."""
        return self.rulebook.worktime.zone

    def local(self, at: datetime) -> datetime:
        """Return a time in the district's zone."""
        return self.rulebook.worktime.local(at)


def read_catalogue(folder: Path = FOLDER) -> Catalogue:
    """Read and prove a catalogue.

    Raises
    ------
    BadCatalogueError
        Naming file, line and field of every fault that `find_holes` finds, else of the first one.
    """
    _prove(folder)
    version, settings = catalogue_hash(folder), toml(folder / "settings.toml")
    worktime = read_worktime(folder, settings)
    alarms = read_alarms(folder, version, worktime.zone)
    departments = {d.code: d for d in rows(folder / "departments.csv", department)}
    health = health_rules(folder, settings)
    items, people = service_items(folder / "items.csv", departments), people_rules(folder)
    rulebook = _rulebook(folder, settings, version, worktime, departments, alarms)
    return Catalogue(
        version=version,
        rulebook=rulebook,
        items=items,
        reach=reach_rules(folder, settings, items),
        alarms=alarms,
        orders=order_rules(folder, settings, items),
        routing=routing_rules(folder, items, departments),
        standing=section(folder, settings, "standing", standing),
        money=money_rules(folder, items, people.tags),
        people=people,
        intake=intake_rules(folder, settings, items),
        counter=counter_rules(folder, items, rulebook.categories),
        health=health,
        chronic=chronic_rules(folder, health.codes),
        watches=watches(folder, health.codes),
        matters=matter_rules(folder),
        provider_lifecycle=_lifecycle(folder, "provider", provider.EFFECTS, provider.FIELDS),
        providers=provider_rules(folder, settings, items),
        market=market_rules(folder, settings, items),
        application_lifecycle=_lifecycle(folder, "application", application.EFFECTS, application.FIELDS),
        closure_lifecycle=_lifecycle(folder, "closure", closures.EFFECTS, closures.FIELDS),
        rounds=round_rules(folder),
        reveals=section(folder, settings, "reveals", reveal_rules),
        positions=section(folder, settings, "positions", position_rules),
        weights=section(folder, settings, "dispatch", lambda s: Weights(**s)),
        appeals=appeal_rules(folder / "appeal_lifecycle.toml", worktime),
        appraisal=appraisal_rules(folder / "appraisal.toml", worktime),
        indicators=tuple(rows(folder / "indicators.csv", read_indicator)),
        access=guard(folder / "access.toml", lambda: read_access(folder / "access.toml")),
        least_compared=section(folder, settings, "figures", least_compared),
        english=toml(folder / ENGLISH) if (folder / ENGLISH).exists() else {},
        files=read_file_rules(folder),
        checks=check_rules(folder, settings),
        modules=modules(folder),
    )


def _rulebook(
    folder: Path,
    settings: Mapping[str, Any],
    version: str,
    worktime: WorkTime,
    departments: Mapping[str, Department],
    alarms: AlarmRules,
) -> Rulebook:
    """Read the rules of tickets: who answers, until when, and what a late one costs."""
    categories = _categories(folder, settings)
    lifecycle = read_lifecycle(folder / "ticket_lifecycle.toml", frozenset(effects.EFFECTS), effects.FIELDS)
    natures = {n.code: n for n in rows(folder / "natures.csv", nature)}
    return Rulebook(
        version=version,
        scheme=section(folder, settings, "codes", lambda s: CodeScheme(widths=code_widths(s["widths"]))),
        worktime=worktime,
        lifecycle=lifecycle,
        categories=categories,
        departments=departments,
        responsibility=responsibility_rules(folder / "responsibility.csv"),
        deductions=guard(folder / "scoring.toml", lambda: read_deductions(folder / "scoring.toml")),
        settings=section(folder, settings, "ticket", ticket_settings),
        stage_names=stage_names(folder / "stages.toml", categories),
        closure=section(folder, settings, "closure", closure),
        registers=register_rules(folder, settings, categories, alarms),
        natures=natures,
        lines=lines(folder / "hotlines.toml", categories, natures, lifecycle.states, departments),
        alarm=alarm_rules(folder, settings),
    )


def _prove(folder: Path) -> None:
    """Refuse a catalogue that has holes."""
    if holes := find_holes(folder):
        raise BadCatalogueError("\n".join(holes))


def _categories(folder: Path, settings: Mapping[str, Any]) -> dict[str, Category]:
    """Read the categories of issues by their codes."""
    responses = section(folder, settings, "response", response)
    return {c.code: c for c in rows(folder / "issues.csv", lambda row: category(row, responses))}


def _lifecycle(folder: Path, kind: str, names: Iterable[str], fields: frozenset[str]) -> Lifecycle:
    """Read the lifecycle of a kind."""
    return read_lifecycle(folder / f"{kind}_lifecycle.toml", frozenset(names), fields)
