"""To become a provider: the public's form, its progress by number, and the desk's page on which it is checked and decided."""

from datetime import datetime
from math import ceil
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import Field
from sqlalchemy.orm import Session

from api.forms import Form, Short
from api.locale.words import words
from api.pages.shell import anybody, language_of, page, visitor
from api.pages.ticket import ROLE_WORDS
from api.roles import PUBLIC, WorldDep, slow_down
from api.routing import Router
from api.v1.applications import own_application
from api.views.application import application_view, criteria_view
from api.views.hours import week_lines
from api.views.shape import plain
from api.world import World
from data.errors import MissingError
from data.queries.applications import count_states, deciding_span, in_states
from data.queries.scope import find
from data.queries.tickets import Step, timeline
from data.store.kinds.orders import APPLICATION
from dispatch.item import ServiceItem
from dispatch.providers.application import Application, may_act
from dispatch.providers.hours import week_of
from dispatch.providers.licence import CHECKERS
from grid.account import Account

router = Router(include_in_schema=False)
VisitorDep = Annotated[Account, Depends(anybody)]
CheckerDep = Annotated[Account, Depends(visitor("dispatcher", "admin"))]
USUAL_HOURS = "Mo-Su 08:00-18:00"
WAITING = ("applied", "checked_once", "checked", "appealed")
OPEN = (*WAITING, "returned")
TABS = ("mine", "open", "decided")
MOST = 200
APPLY_WORDS = {
    "apply": "已提交申请",
    "check": "一人核对无误",
    "ask": "要求补材料",
    "show": "已补交材料",
    "admit": "准入试用",
    "refuse": "不予准入",
    "withdraw": "撤回申请",
    "appeal": "提出申诉",
    "grant": "申诉成立，重新核对",
    "uphold": "维持原决定",
}


class ApplicationsAsk(Form):
    """Which applications: those the reader can act on, all that are not decided, or those that are."""

    tab: Annotated[str, Field(pattern=f"^({'|'.join(TABS)})$")] = "mine"
    lang: Short = ""


@router.get("/apply")
def apply(request: Request, world: WorldDep, account: VisitorDep) -> HTMLResponse:
    """Show what every application is decided by, and the form."""
    now, criteria = world.clock(), _told(request, world)
    with world.database.read() as session:
        decided, half = deciding_span(session, now)
    return page(
        request,
        world,
        account,
        "apply.html",
        **criteria,
        decided=decided,
        half_days=None if half is None else max(1, ceil(half.total_seconds() / 86400)),
        week=week_of(USUAL_HOURS, world.local(now).date()),
        told={
            "needs": {t["category"]: t["licences"] for t in criteria["trades"]},
            "kinds": {code: kind["name"] for code, kind in criteria["kinds"].items()},
            "places": _places(world),
        },
        today=world.local(now).date().isoformat(),
    )


@router.get("/apply/{no}")
def followed(
    no: str,
    request: Request,
    world: WorldDep,
    account: VisitorDep,
    key: Annotated[str, Query(max_length=100)] = "",
) -> HTMLResponse:
    """Show one's own application by number and key, or ask for the key."""
    slow_down(request, "follow", world.settings.follows_per_minute)
    found: Application | None = None
    steps: list[Step] = []
    if key:
        try:
            found = own_application(world, no, key)
        except MissingError:
            found = None
    if found is not None:
        with world.database.read() as session:
            steps = timeline(session, APPLICATION.name, no)
    criteria, shown = _told(request, world), None if found is None else application_view(world, found, PUBLIC)
    answer = page(
        request,
        world,
        account,
        "apply_follow.html",
        **criteria,
        no=no,
        key=key,
        missing=bool(key) and found is None,
        a=shown,
        told={
            "needs": {},
            "kinds": {code: kind["name"] for code, kind in criteria["kinds"].items()},
            "places": [],
        },
        own_kinds=_kinds_of(criteria, shown) if shown else set(),
        steps=[_step(request, world, step, told=False) for step in steps],
        today=world.local(world.clock()).date().isoformat(),
    )
    if key and found is None:
        answer.status_code = 404
    return answer


@router.get("/desk/applications")
def applications(
    request: Request, ask: Annotated[ApplicationsAsk, Query()], world: WorldDep, account: CheckerDep
) -> HTMLResponse:
    """List applications of one's area, who waits longest first."""
    now = world.clock()
    ended = sorted(set(world.catalogue.application_lifecycle.labels) - set(OPEN))
    with world.database.read() as session:
        sets = {
            "open": in_states(session, account.actor(), world.scheme, OPEN, MOST),
            "decided": in_states(session, account.actor(), world.scheme, ended, MOST),
        }
    sets["mine"] = [a for a in sets["open"] if _waits_for(world, a, account)]
    names = _trades(request, world)
    return page(
        request,
        world,
        account,
        "applications.html",
        ask=ask,
        items=[_row(world, each, account, names, now) for each in sets[ask.tab]],
        sizes={tab: len(sets[tab]) for tab in TABS},
        most=MOST,
        checkers=CHECKERS,
    )


@router.get("/desk/applications/{no}")
def application(no: str, request: Request, world: WorldDep, account: CheckerDep) -> HTMLResponse:
    """Show one application: what was shown beside what is needed, who checked, and what can be done."""
    with world.database.read() as session:
        found = find(session, APPLICATION, no, account.actor(), world.scheme)
        steps = timeline(session, APPLICATION.name, no)
    criteria, shown = _told(request, world), application_view(world, found, account)
    moves = _moves(world, found, account)
    return page(
        request,
        world,
        account,
        "application.html",
        **criteria,
        needed=_needed(criteria, shown),
        a=shown | {"actions": [m for m in shown["actions"] if m["action"] in moves]},
        waits_for_another=[m for m in shown["actions"] if m["action"] not in moves],
        documents={each["kind"]: each for each in shown["documents"]},
        steps=[_step(request, world, step, told=True) for step in steps],
        lines=week_lines(week_of(found.hours, world.local(world.clock()).date())),
    )


def waiting_applications(world: World, session: Session, account: Account) -> int:
    """Count the applications of one's area that somebody of the desk has to look at."""
    counts = count_states(session, account.actor(), world.scheme)
    return sum(counts.get(state, 0) for state in WAITING)


def _moves(world: World, application: Application, account: Account) -> set[str]:
    """Give the actions that an account can take now; a second look is another's."""
    possible = world.catalogue.application_lifecycle.possible(application.state, account.role)
    return {m.action for m in possible if may_act(application, m.effects, account.user)}


def _waits_for(world: World, application: Application, account: Account) -> bool:
    """Tell whether it is on this account to bring an application on; asking and refusing may be done at any time."""
    return bool(_moves(world, application, account) - {"ask", "refuse"}) and application.state in WAITING


def _told(request: Request, world: World) -> dict[str, Any]:
    """Give the criteria: trades by their services in the reader's language, kinds of licences, how many check."""
    criteria, english = criteria_view(world), language_of(request) == "en"
    items: dict[str, list[ServiceItem]] = {}
    for item in world.catalogue.items.values():
        items.setdefault(item.category, []).append(item)
    names = _trades(request, world)
    trades = [
        trade | {"name": names[trade["category"]], "market": _is_market(items[trade["category"]])}
        for trade in criteria["trades"]
    ]
    kinds = {k["code"]: k | {"name": k["name_en" if english else "name_zh"]} for k in criteria["licences"]}
    return {
        "trades": sorted(trades, key=lambda t: (not t["market"], t["name"])),
        "kinds": kinds,
        "criteria": criteria,
        "trade_names": names,
    }


def _needed(criteria: dict[str, Any], shown: dict[str, Any]) -> set[str]:
    """Give the kinds of licences that the trades of an application need."""
    return {
        code for t in criteria["trades"] if t["category"] in shown["categories"] for code in t["licences"]
    }


def _kinds_of(criteria: dict[str, Any], shown: dict[str, Any]) -> set[str]:
    """Give the kinds that are needed or were shown."""
    return _needed(criteria, shown) | {each["kind"] for each in shown["documents"]}


def _is_market(items: list[ServiceItem]) -> bool:
    return any(item.sphere == "commercial" for item in items)


def _trades(request: Request, world: World) -> dict[str, str]:
    """Name trades by the services they do, in the reader's language."""
    english = language_of(request) == "en"
    names: dict[str, list[str]] = {}
    for item in world.catalogue.items.values():
        names.setdefault(item.category, []).append(item.name_en if english else item.name_zh)
    return {trade: (", " if english else "、").join(some) for trade, some in names.items()}


def _places(world: World) -> list[dict[str, Any]]:
    """Give communities by name with a place inside each, on which the map is put."""
    inside = {code: shape.representative_point() for code, shape in world.city.area_shapes.items()}
    return [
        {"name": area.name, "lon": round(inside[code].x, 6), "lat": round(inside[code].y, 6)}
        for code, area in sorted(world.city.areas.items())
        if area.level == "community" and code in inside
    ]


def _row(
    world: World, application: Application, account: Account, names: dict[str, str], now: datetime
) -> dict[str, Any]:
    shown = application_view(world, application, account)
    until = application.decided_at if application.state not in OPEN and application.decided_at else now
    return shown | {
        "trades": [names.get(each, each) for each in application.categories],
        "days": (until - application.made_at).total_seconds() / 86400,
    }


def _step(request: Request, world: World, step: Step, *, told: bool) -> dict[str, Any]:
    """Show one line of what happened; who it was only to those who decide."""
    say = words(language_of(request)).gettext
    return {
        "label": APPLY_WORDS.get(step.name, step.name),
        "at": plain(step.at, world.zone),
        "by": step.by if told else "",
        "role": say(ROLE_WORDS.get(step.role, step.role)) if told else "",
        "said": {name: step.payload[name] for name in ("reason", "note") if step.payload.get(name)},
        "photos": [],
        "state": "",
    }
