"""Visits to people at home over HTTP: tell one, list them, and whom to visit this month; people are shown masked."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from api.access import KEEPERS, STAFF, access
from api.answers.visit import VisitAnswer, VisitPage, VisitPlan
from api.forms import VisitForm
from api.idempotency import ReceiptDep, respond
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.v1.asks import VisitAsk, seen_area
from api.views.shape import plain
from api.world import World
from data.desk.visits import NewVisit
from data.registers.visits import Unseen, list_visits, visit_plan
from data.store.done import Done
from dispatch.resident import masked_resident
from grid.account import Account
from grid.home_visits import HomeVisit
from grid.period import month_of, month_period

router = Router(prefix="/api/v1/visits", tags=["visits"])
MOST_PLANNED = 200
NOBODY: dict[int | str, dict[str, Any]] = {404: {"description": "Nobody of that number lives in one's area"}}
OF_THE_PERSON = frozenset({"resident", "household", "note", "lon", "lat"})
"""What a visit tells of whom it was paid to."""


@router.post(
    "", response_model=VisitAnswer, responses=NOBODY, status_code=201, **access(*KEEPERS, outside="hidden")
)
def tell(form: VisitForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep) -> JSONResponse:
    """Tell of a visit to a resident or household of one's area; with a category it raises a ticket there."""
    now = world.clock()
    if form.category:
        world.catalogue.rulebook.category(form.category)

    def answer(done: Done) -> dict[str, Any]:
        return visit_view(world, done.fact)

    done = world.desk.start(NewVisit(told=form.told()), account.actor(), now, receipt=receipts(answer, 201))
    return respond(done, answer, 201)


@router.get("", response_model=VisitPage, **access(*STAFF, outside="left_out"))
def visits(ask: Annotated[VisitAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List the visits of one's area, page by page; to whom, only for those who work with the people there."""
    prefix = seen_area(world, account, ask.area)
    with world.database.read() as session:
        page = list_visits(session, ask.filter(), ask.page(), prefix)
    shown = [visit_view(world, v) for v in page.items]
    if account.role not in KEEPERS:
        shown = [{name: value for name, value in v.items() if name not in OF_THE_PERSON} for v in shown]
    return JSONResponse({"items": shown, "next": page.next})


@router.get("/plan", response_model=VisitPlan, **access(*STAFF, outside="left_out"))
def plan(world: WorldDep, account: AccountDep) -> JSONResponse:
    """Tell how many special elders of one's area there are and how many were seen this month.

    Those who work with the people of the area are told who was not.
    """
    with world.database.read() as session:
        shown = plan_view(world, account, session, world.clock())
    return JSONResponse(shown if account.role in KEEPERS else shown | {"people": []})


def plan_view(world: World, account: Account, session: Session, now: datetime) -> dict[str, Any]:
    """Show the plan of the running month, those longest unseen first, at most 200."""
    month = month_of(now, world.zone)
    of_month = month_period(month, world.zone)
    found = visit_plan(session, world.catalogue.rulebook, of_month, own_prefix(world, account), MOST_PLANNED)
    people = [_unseen_view(world, one) for one in found.unseen]
    return {"month": month, "special": found.special, "seen": found.seen, "people": people}


def _unseen_view(world: World, one: Unseen) -> dict[str, Any]:
    shown = masked_resident(one.resident)
    view: dict[str, Any] = plain(
        {
            "no": shown.no,
            "name": shown.name,
            "address": shown.address,
            "household": shown.household,
            "cell": shown.cell,
            "lon": shown.place.lon,
            "lat": shown.place.lat,
            "tags": shown.tags,
            "disabled": one.disabled,
            "last_at": one.last_at,
        },
        world.zone,
    )
    return view


def visit_view(world: World, visit: HomeVisit) -> dict[str, Any]:
    """Show a visit; a finding that the rules no longer know goes by its code."""
    rules = world.catalogue.rulebook
    known = rules.registers.visits.findings.get(visit.finding)
    shown: dict[str, Any] = plain(visit, rules.worktime.zone)
    return shown | {"finding_name": known.label if known else visit.finding}


def own_prefix(world: World, account: Account) -> str:
    """Give what the codes of the account's area begin with."""
    return world.scheme.prefix(account.area) if account.area else ""
