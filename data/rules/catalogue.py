"""Read the catalogue folder into rules; refuse it, naming file and line, when it does not parse or has a hole."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, TypeVar, cast, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data.errors import BadCatalogueError
from data.rules.files import catalogue_hash, guard, numbered, rows, section, toml
from data.rules.registers import register_rules
from data.rules.services import alarm_rules, reach_rules
from dispatch.item import PROFILES, Direction, Mode, Profile, ServiceItem, Urgency
from dispatch.lifecycle import Lifecycle, Vocabulary
from dispatch.matching.match import Weights
from dispatch.orders import order
from dispatch.providers import provider
from dispatch.reach import ReachRules
from dispatch.worktime import CalendarYear, Limit, WorkdayMeans, WorkTime
from grid.area import CodeScheme
from grid.deadlines import Stage
from grid.figures.indicators import Indicator
from grid.hotline import Hotline, hotlines_of
from grid.responsibility import BASES, Basis, ResponsibilityRule, known_departments
from grid.rulebook import Category, ClosureSettings, Department, Kind, Nature, Rulebook, TicketSettings
from grid.scores import appeal, appraisal
from grid.scores.appeal import AppealRules
from grid.scores.appraisal import AppraisalRules, Rater
from grid.scores.scoring import Deduction, by_kind
from grid.tickets import effects

FOLDER = Path(__file__).parents[1] / "catalogue"
ROLES = frozenset(
    [
        "resident",
        "worker",
        "dispatcher",
        "department",
        "provider",
        "leader",
        "admin",
        "hotline",
        "device",
        "clock",
    ]
)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything read from the catalogue folder; ``version`` is the SHA-256 over its files."""

    version: str
    rulebook: Rulebook
    items: Mapping[str, ServiceItem]
    order_lifecycle: Lifecycle
    provider_lifecycle: Lifecycle
    weights: Weights
    reach: ReachRules
    appeals: AppealRules
    appraisal: AppraisalRules
    indicators: tuple[Indicator, ...]


def read_catalogue(folder: Path = FOLDER) -> Catalogue:
    """Read and prove a catalogue.

    Raises
    ------
    BadCatalogueError
        Naming file and line of the first fault.
    """
    version = catalogue_hash(folder)
    settings = toml(folder / "settings.toml")
    departments = {d.code: d for d in rows(folder / "departments.csv", _department)}
    response = section(folder, settings, "response", _response)
    categories = {c.code: c for c in rows(folder / "issues.csv", lambda row: _category(row, response))}
    stage_names = _stage_names(folder / "stages.toml", categories)
    rules = _responsibility(folder / "responsibility.csv")
    if unknown := known_departments(rules, departments):
        raise BadCatalogueError(f"responsibility.csv names {unknown[0]}, which departments.csv does not list")
    worktime = _worktime(folder, settings)
    lifecycle = _lifecycle(folder / "ticket_lifecycle.toml", frozenset(effects.EFFECTS), effects.FIELDS)
    natures = {n.code: n for n in rows(folder / "natures.csv", _nature)}
    rulebook = Rulebook(
        version=version,
        scheme=section(folder, settings, "codes", lambda s: CodeScheme(widths=_widths(s["widths"]))),
        worktime=worktime,
        lifecycle=lifecycle,
        categories=categories,
        departments=departments,
        responsibility=rules,
        deductions=guard(folder / "scoring.toml", lambda: _deductions(folder / "scoring.toml")),
        settings=section(folder, settings, "ticket", _ticket_settings),
        stage_names=stage_names,
        closure=section(folder, settings, "closure", _closure),
        registers=register_rules(folder, settings, categories),
        natures=natures,
        lines=_lines(folder / "hotlines.toml", categories, natures, lifecycle.states, departments),
        alarm=alarm_rules(folder, settings),
    )
    items = _items(folder / "items.csv", departments)
    return Catalogue(
        version=version,
        rulebook=rulebook,
        items=items,
        reach=reach_rules(folder, settings, items),
        order_lifecycle=_lifecycle(folder / "order_lifecycle.toml", frozenset(order.EFFECTS), order.FIELDS),
        provider_lifecycle=_lifecycle(
            folder / "provider_lifecycle.toml", frozenset(provider.EFFECTS), provider.FIELDS
        ),
        weights=section(folder, settings, "dispatch", lambda s: Weights(**s)),
        appeals=_appeals(folder / "appeal_lifecycle.toml", worktime),
        appraisal=_appraisal(folder / "appraisal.toml", worktime),
        indicators=tuple(rows(folder / "indicators.csv", _indicator)),
    )


def _lines(path: Path, *known: Collection[str]) -> Mapping[str, Hotline]:
    return guard(path, lambda: hotlines_of(toml(path), *known))


def _items(path: Path, departments: Mapping[str, Department]) -> dict[str, ServiceItem]:
    items = {i.code: i for i in rows(path, _item)}
    for item in items.values():
        if item.department not in departments:
            raise BadCatalogueError(
                f"{path.name}: {item.code} belongs to {item.department}, not in departments.csv"
            )
    return items


def _responsibility(path: Path) -> tuple[ResponsibilityRule, ...]:
    return tuple(
        guard(path, lambda row=row, line=line: rule_of(row, f"{path.name} line {line}"), line)  # type: ignore[misc]
        for line, row in numbered(path)
    )


def _one_of(field: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError(f"{field}: {value!r} is not one of {', '.join(allowed)}")
    return value


def _department(row: Mapping[str, str]) -> Department:
    return Department(code=row["code"], name_zh=row["name_zh"], name_en=row["name_en"], kind=row["kind"])


def _response(section: Mapping[str, Any]) -> dict[bool, Limit]:
    return {True: Limit.parse(section["urgent"]), False: Limit.parse(section["normal"])}


def _category(row: Mapping[str, str], response: Mapping[bool, Limit]) -> Category:
    urgent = _one_of("urgent", row["urgent"], ("Y", "N")) == "Y"
    return Category(
        code=row["code"],
        kind=cast("Kind", _one_of("kind", row["kind"], get_args(Kind))),
        class_zh=row["class_zh"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        owner=row["owner"],
        urgent=urgent,
        limit=Limit.parse(row["limit"]),
        response=response[urgent],
        stages=tuple(_stage(text) for text in row["stages"].split(";") if text),
        filing_condition=row["filing_condition"],
        closing_condition=row["closing_condition"],
        closing_zh=row["closing_zh"],
    )


def _nature(row: Mapping[str, str]) -> Nature:
    def yes(name: str) -> bool:
        return _one_of(name, row[name], ("Y", "N")) == "Y"

    return Nature(
        code=row["code"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        complaint=yes("complaint"),
        answered=yes("answered"),
    )


def _stage(text: str) -> Stage:
    name, _, limit = text.partition("=")
    return Stage(name=name, limit=Limit.parse(limit))


def _stage_names(path: Path, categories: Mapping[str, Category]) -> Mapping[str, str]:
    names: dict[str, str] = guard(path, lambda: dict(toml(path)["labels"]))
    for category in categories.values():
        for stage in category.stages:
            if stage.name not in names:
                raise BadCatalogueError(f"{path.name}: no label for stage {stage.name!r} of {category.code}")
    return names


def rule_of(row: Mapping[str, str], where: str) -> ResponsibilityRule:
    """Read one row of the responsibility table; ``where`` is its file and line, kept as the rule's source.

    Raises
    ------
    ValueError, KeyError
        Naming the column at fault.
    """
    if row["cells"] and not (row["cells"].isascii() and row["cells"].isdigit()):
        raise ValueError(f"cells: {row['cells']!r} is no prefix of a cell code")
    return ResponsibilityRule(
        cells=row["cells"],
        category=row["category"],
        department=row["department"],
        basis=cast("Basis", _one_of("basis", row["basis"], BASES)),
        source=f"{where} ({row['cells'] or '*'} x {row['category'] or '*'})",
        since=_day("since", row["since"], date.min),
        until=_day("until", row["until"], date.max),
        priority=_priority(row["priority"]),
    )


def _day(field: str, text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError:
        raise ValueError(f"{field}: {text!r} is no date such as 2026-11-18") from None


def _priority(text: str) -> int:
    try:
        return int(text or 0)
    except ValueError:
        raise ValueError(f"priority: {text!r} is no whole number") from None


def _item(row: Mapping[str, str]) -> ServiceItem:
    def minutes(field: str) -> int | None:
        return int(row[field]) if row[field] else None

    return ServiceItem(
        code=row["code"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        function=row["function"],
        function_zh=row["function_zh"],
        department=row["department"],
        category=row["category"],
        sphere=row["sphere"],
        mode=cast("Mode", _one_of("mode", row["mode"], get_args(Mode))),
        urgency=cast("Urgency", _one_of("urgency", row["urgency"], get_args(Urgency))),
        direction=cast("Direction", _one_of("direction", row["direction"], get_args(Direction))),
        profile=cast("Profile", _one_of("profile", row["profile"], PROFILES)),
        promise_ack_min=minutes("promise_ack_min"),
        promise_arrive_min=minutes("promise_arrive_min"),
        promise_complete_h=minutes("promise_complete_h"),
        payer=row["payer"],
        price_fen=int(row["price_fen"]),
    )


def _indicator(row: Mapping[str, str]) -> Indicator:
    told: dict[str, Any] = dict(row)
    told |= {"least": int(row["least"] or 0), "stock": row["stock"] == "Y"}
    return Indicator(**told)


def _deductions(path: Path) -> Mapping[str, Deduction]:
    return by_kind(Deduction(**row) for row in toml(path)["deduction"])


def _lifecycle(path: Path, effect_names: frozenset[str], fields: frozenset[str]) -> Lifecycle:
    words = Vocabulary(effects=effect_names, roles=ROLES, fields=fields)
    return guard(path, lambda: Lifecycle.parse(toml(path), words))


def _appeals(path: Path, worktime: WorkTime) -> AppealRules:
    words = Vocabulary(effects=frozenset(appeal.EFFECTS), roles=ROLES, fields=appeal.FIELDS)
    table = toml(path)

    def make() -> AppealRules:
        terms = {name: Limit.parse(table["terms"][name]) for name in appeal.TERMS}
        return AppealRules(lifecycle=Lifecycle.parse(table, words), terms=terms, worktime=worktime)

    return guard(path, make)


def _appraisal(path: Path, worktime: WorkTime) -> AppraisalRules:
    words = Vocabulary(effects=frozenset(appraisal.EFFECTS), roles=ROLES, fields=appraisal.FIELDS)
    table = toml(path)

    def make() -> AppraisalRules:
        return AppraisalRules(
            lifecycle=Lifecycle.parse(table["lifecycle"], words),
            worktime=worktime,
            ledger_name_zh=table["ledger_name_zh"],
            ledger_weight=table["ledger_weight"],
            raters=tuple(Rater(**row) for row in table["rater"]),
            open_for_appeal=Limit.parse(table["open_for_appeal"]),
            least_cases=table["least_cases"],
            per_cases=table["per_cases"],
        )

    return guard(path, make)


def _widths(given: list[int]) -> tuple[int, int, int, int]:
    if len(given) != 4 or any(not isinstance(w, int) or w < 1 for w in given):
        raise ValueError(f"widths: {given} are not four positive whole numbers")
    county, street, community, cell = given
    return county, street, community, cell


def _worktime(folder: Path, settings: Mapping[str, Any]) -> WorkTime:
    years = tuple(
        guard(path, lambda path=path: _year(toml(path)))  # type: ignore[misc]  # default binds the path
        for path in sorted(folder.glob("calendar_*.toml"))
    )

    def make(section: Mapping[str, Any]) -> WorkTime:
        try:
            zone = ZoneInfo(section["zone"])
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"zone: {section['zone']!r} is unknown") from None
        means = _one_of("workday_means", section["workday_means"], get_args(WorkdayMeans))
        shifts = tuple(_shift(text) for text in section["shifts"])
        return WorkTime(zone=zone, shifts=shifts, years=years, workday_means=cast("WorkdayMeans", means))

    return section(folder, settings, "worktime", make)


def _shift(text: str) -> tuple[time, time]:
    start, _, end = text.partition("-")
    return time.fromisoformat(start), time.fromisoformat(end)


def _year(table: Mapping[str, Any]) -> CalendarYear:
    days: set[date] = set()
    for row in table["holiday"]:
        if row["to"] < row["from"]:
            raise BadCatalogueError(f"holiday {row['name']} ends before it starts")
        days.update(row["from"] + timedelta(days=n) for n in range((row["to"] - row["from"]).days + 1))
    return CalendarYear(
        year=table["year"],
        holidays=frozenset(days),
        workdays=frozenset(table["workdays"]),
        source=table["source"],
    )


def _closure(section: Mapping[str, Any]) -> ClosureSettings:
    return ClosureSettings(
        photo_far_m=float(section["photo_far_m"]),
        photo_early=timedelta(minutes=section["photo_early_min"]),
        photo_like_bits=int(section["photo_like_bits"]),
        low_rating=int(section["low_rating"]),
    )


def _ticket_settings(section: Mapping[str, Any]) -> TicketSettings:
    return TicketSettings(
        like_case_radius_m=float(section["like_case_radius_m"]),
        like_case_span=timedelta(hours=section["like_case_hours"]),
        gps_error_m=float(section["gps_error_m"]),
        most_extensions=int(section["most_extensions"]),
        most_returns=int(section["most_returns"]),
        contest_limit=Limit.parse(section["contest_limit"]),
        verify_limit=Limit.parse(section["verify_limit"]),
        most_visits=int(section["most_visits"]),
        whistle_urgent=Limit.parse(section["whistle_urgent"]),
        whistle_normal=Limit.parse(section["whistle_normal"]),
        waiting_days=int(section["waiting_days"]),
    )
