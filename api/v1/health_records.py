"""Facts of health over HTTP, for health roles alone: told, struck, and opened with a reason that is kept."""

from typing import Annotated, Literal

from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, Field

from api.access import access
from api.answers.health_record import HealthCodes, HealthRecord, HealthResultAnswer, HealthTold
from api.forms import Code, Form, HealthLookForm
from api.idempotency import ReceiptDep, respond
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.views.health_record import (
    LOINC_NOTICE,
    code_view,
    known_to,
    opened,
    record_view,
    result_view,
    told_view,
)
from data.desk.health import NewHealthResults
from data.registers.health import result_of
from data.store.kinds.health import HEALTH_RESULT, HEALTH_ROLES
from dispatch.health.result import HealthResult
from dispatch.lifecycle import Action

router = Router(prefix="/api/v1", tags=["health_records"])
MOST = 100


class HealthResultForm(Form):
    """One measured value: our code of it, its number, its UCUM unit letter by letter, and when it was taken."""

    code: Code
    value: float
    unit: Annotated[str, Field(min_length=1, max_length=40)]
    taken_at: AwareDatetime


class HealthResultsForm(Form):
    """Results of one person, kept together or not at all, and who or what measured them."""

    source: Annotated[str, Field(min_length=1, max_length=200)]
    results: Annotated[list[HealthResultForm], Field(min_length=1, max_length=MOST)]


class HealthActionForm(Form):
    """What is done to a result: struck, with the reason why it is wrong."""

    action: Literal["strike"]
    reason: Annotated[str, Field(min_length=4, max_length=200)]


@router.get("/health/codes", response_model=HealthCodes, **access(*HEALTH_ROLES))
def codes(world: WorldDep) -> JSONResponse:
    """List what may be measured: codes, units that are taken, and from where a value stands out."""
    shown = [code_view(code) for code in world.catalogue.health.codes.values()]
    return JSONResponse({"notice": LOINC_NOTICE, "items": shown})


@router.post(
    "/residents/{no}/health/results",
    response_model=HealthTold,
    status_code=201,
    **access(*HEALTH_ROLES, outside="hidden"),
)
def tell(
    no: str, form: HealthResultsForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep
) -> JSONResponse:
    """Tell results of a resident of one's area, all or none; the same once more changes nothing."""
    with world.database.read() as session:
        known_to(world, session, account, no)
    told = tuple(
        HealthResult(no="", resident=no, source=form.source, **one.model_dump()) for one in form.results
    )
    fields = tuple(f"results.{n}." for n in range(len(told)))
    new = NewHealthResults(resident=no, results=told, fields=fields)
    receipt = receipts(told_view, 201)
    return respond(world.desk.start(new, account.actor(), world.clock(), receipt=receipt), told_view, 201)


@router.post(
    "/residents/{no}/health/results/{result}/actions",
    response_model=HealthResultAnswer,
    **access(*HEALTH_ROLES, outside="hidden"),
)
def act(no: str, result: str, form: HealthActionForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Strike a result that is wrong; it stays in the record as struck, with the reason."""
    with world.database.read() as session:
        known_to(world, session, account, no)
        result_of(session, no, result)
    action = Action(name=form.action, by=account.actor(), fields={"reason": form.reason})
    done = world.desk.act(HEALTH_RESULT, result, action, world.clock())
    return JSONResponse(result_view(world, done.fact))


@router.post(
    "/residents/{no}/health/open", response_model=HealthRecord, **access(*HEALTH_ROLES, outside="hidden")
)
def open_record(no: str, form: HealthLookForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Open the health record of a resident of one's area; who opened it, when and why is kept."""
    return JSONResponse(record_view(world, *opened(world, account, no, form.reason)))
