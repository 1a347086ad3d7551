"""Chronic cases over HTTP, for health roles alone: whose follow-up is due, cases opened by hand, what is done to one."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import Field

from api.access import access
from api.answers.health_record import ChronicCaseAnswer, DueCases
from api.forms import Code, Form
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.v1.asks import seen_area
from api.views.health_record import case_view, due_view, known_to
from data.desk.chronic import NewChronicCase
from data.registers.health import case_of, due_cases
from data.store.kinds.health import CHRONIC_CASE, HEALTH_ROLES
from dispatch.lifecycle import Action

router = Router(prefix="/api/v1", tags=["chronic_cases"])
Reason = Annotated[str, Field(min_length=4, max_length=200)]


class DueAsk(Form):
    """Whose follow-up: in an area, and only those that were missed."""

    area: Annotated[str, Field(pattern=r"^\d{0,20}$")] = ""
    missed: bool = False
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class ChronicForm(Form):
    """A case that a person opens, with why."""

    condition: Code
    reason: Reason


class ChronicActionForm(Form):
    """What is done to a case: followed up ``on`` a day, else with a ``reason``."""

    action: Literal["follow_up", "refuse", "resume", "close"]
    on: date | None = None
    reason: Reason | None = None

    def fields_given(self) -> dict[str, Any]:
        """Give the fields that were sent, without the action's name."""
        return self.model_dump(exclude={"action"}, exclude_none=True)


@router.get("/health/due", response_model=DueCases, **access(*HEALTH_ROLES, outside="left_out"))
def due(ask: Annotated[DueAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List whose follow-up is due in one's area, masked; the record of one is opened with a reason."""
    prefix, today = seen_area(world, account, ask.area), world.local(world.clock()).date()
    with world.database.read() as session:
        found, total = due_cases(
            session, world.catalogue.chronic, today, prefix, ask.limit, missed=ask.missed
        )
    return JSONResponse({"items": [due_view(world, one) for one in found], "total": total})


@router.post(
    "/residents/{no}/health/cases",
    response_model=ChronicCaseAnswer,
    status_code=201,
    **access(*HEALTH_ROLES, outside="hidden"),
)
def begin(no: str, form: ChronicForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Open a case of a resident of one's area by hand, such as after a diagnosis elsewhere."""
    with world.database.read() as session:
        known_to(world, session, account, no)
    new = NewChronicCase(resident=no, condition=form.condition, reason=form.reason)
    return JSONResponse(
        case_view(world, world.desk.start(new, account.actor(), world.clock()).fact), status_code=201
    )


@router.post(
    "/residents/{no}/health/cases/{case}/actions",
    response_model=ChronicCaseAnswer,
    **access(*HEALTH_ROLES, outside="hidden"),
)
def act(no: str, case: str, form: ChronicActionForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Say that a case was followed up, refused, taken up again or closed."""
    with world.database.read() as session:
        known_to(world, session, account, no)
        case_of(session, no, case)
    action = Action(name=form.action, by=account.actor(), fields=form.fields_given())
    return JSONResponse(case_view(world, world.desk.act(CHRONIC_CASE, case, action, world.clock()).fact))
