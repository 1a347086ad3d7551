"""Money over HTTP: the ledger, budgets, refunds, closed months."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import Field

from api.access import access
from api.answers.money import BillAnswer, BudgetChanged, BudgetPage, ClosedMonthAnswer, LedgerPage
from api.forms import Form, Long, Short
from api.idempotency import ReceiptDep, respond
from api.roles import AccountDep, WorldDep, whole_only
from api.routing import Router
from api.v1.asks import MONTH, ListAsk, seen_area
from api.views.money import bill_view
from api.views.shape import plain
from api.world import World
from data.desk.budgets import NewBudget
from data.desk.months import CloseMonth
from data.queries.money import LedgerFilter, Standing, budgets, earned_by, ledger, within
from data.queries.scope import find, seen
from data.store.done import Done
from data.store.kinds.money import BILL, BUDGET, KEEP_MONEY
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action
from dispatch.money.budget import MOST_FEN, Budget
from dispatch.money.transfer import Reason

router = Router(prefix="/api/v1", tags=["money"])
Fen = Annotated[int, Field(ge=1, le=MOST_FEN)]
Code = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_]*$")]


class LedgerAsk(ListAsk):
    """Filters of the ledger; ``first`` and ``last`` are days, both included."""

    order_no: Short = ""
    bill: Short = ""
    budget: Short = ""
    policy: Short = ""
    item: Short = ""
    reason: Literal["", Reason] = ""
    first: date | None = None
    last: date | None = None

    def filter(self) -> LedgerFilter:
        """Return the filter."""
        return LedgerFilter(**self._given(LedgerFilter))


class BudgetForm(Form):
    """A budget: whose money, for which policy, where and when, and how much of it."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    source: Code
    area: Annotated[str, Field(pattern=r"^\d{2,20}$")]
    year: Annotated[int, Field(ge=2000, le=2099)]
    policy: Code
    amount_fen: Fen


class BudgetActionForm(Form):
    """Money put into a budget or taken out of it, or its end; ``booked_on`` is an earlier day in an open month."""

    action: Literal["grant", "withdraw", "close"]
    amount_fen: Fen | None = None
    booked_on: date | None = None
    note: Long = ""


class RefundForm(Form):
    """What goes back of a bill, in fen; all that is left when neither part is given."""

    action: Literal["refund"]
    subsidy_fen: Annotated[int, Field(ge=0, le=MOST_FEN)] | None = None
    own_fen: Annotated[int, Field(ge=0, le=MOST_FEN)] | None = None
    booked_on: date | None = None
    reason: Annotated[str, Field(min_length=1, max_length=4000)]


class MonthForm(Form):
    """A month to be closed."""

    month: Annotated[str, Field(pattern=MONTH)]


@router.get(
    "/ledger",
    response_model=LedgerPage,
    **access(*KEEP_MONEY, "provider", outside="left_out", others="left_out"),
)
def show_ledger(ask: Annotated[LedgerAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List the lines of the money ledger of one's area; providers see what they earned and gave back."""
    scope = [within(seen_area(world, account, ask.area))]
    if account.role == "provider":
        scope = [earned_by(account.provider or 0)]
    with world.database.read() as session:
        page = ledger(session, scope, ask.filter(), ask.page())
    items = [plain(line.transfer, world.zone) | {"number": line.number} for line in page.items]
    return JSONResponse({"items": items, "next": page.next, "as_of": plain(world.clock(), world.zone)})


@router.post(
    "/ledger/months",
    response_model=ClosedMonthAnswer,
    status_code=201,
    **access(*KEEP_MONEY, outside="refused"),
)
def close(form: MonthForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep) -> JSONResponse:
    """Close a month that is over: nothing is booked in it any more."""
    whole_only(world, account)
    new, answer = CloseMonth(month=form.month), _shown(world)
    done = world.desk.start(new, account.actor(), world.clock(), receipt=receipts(answer, 201))
    return respond(done, answer, 201)


@router.get("/budgets", response_model=BudgetPage, **access(*KEEP_MONEY, outside="left_out"))
def list_budgets(ask: Annotated[ListAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List the budgets of one's area with what is free, held and spent."""
    with world.database.read() as session:
        page = budgets(session, seen(BUDGET, account.actor(), world.scheme), ask.page())
    items = [plain(s.budget, world.zone) | _parts(s) for s in page.items]
    return JSONResponse({"items": items, "next": page.next})


@router.post(
    "/budgets", response_model=BudgetChanged, status_code=201, **access(*KEEP_MONEY, outside="refused")
)
def open_budget(form: BudgetForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep) -> JSONResponse:
    """Open a budget with its first grant."""
    if form.area not in world.city.areas:
        raise BadFieldError("area", form.area, "give a code of /api/v1/areas")
    given = form.model_dump(exclude={"amount_fen"})
    new = NewBudget(budget=Budget(no="", **given), amount_fen=form.amount_fen)
    answer = _shown(world)
    done = world.desk.start(new, account.actor(), world.clock(), receipt=receipts(answer, 201))
    return respond(done, answer, 201)


@router.post("/budgets/{no}/actions", response_model=BudgetChanged, **access(*KEEP_MONEY, outside="hidden"))
def act_on_budget(
    no: str, form: BudgetActionForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep
) -> JSONResponse:
    """Grant more, take out what is free, or close."""
    with world.database.read() as session:
        find(session, BUDGET, no, account.actor(), world.scheme)
    if form.action != "close" and form.amount_fen is None:
        raise BadFieldError("amount_fen", None, f"{form.action} needs it")
    fields = form.model_dump(exclude={"action"}, exclude_none=True)
    action, answer = Action(name=form.action, by=account.actor(), fields=fields), _shown(world)
    done = world.desk.act(BUDGET, no, action, world.clock(), receipt=receipts(answer, 200))
    return respond(done, answer, 200)


@router.post(
    "/bills/{no}/actions", response_model=BillAnswer, **access("dispatcher", *KEEP_MONEY, outside="hidden")
)
def act_on_bill(
    no: str, form: RefundForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep
) -> JSONResponse:
    """Give back what was paid, wholly or in part: the public part to its budget, the own part to the resident."""
    with world.database.read() as session:
        find(session, BILL, no, account.actor(), world.scheme)

    def answer(done: Done) -> dict[str, Any]:
        return bill_view(world, done.fact)

    fields = form.model_dump(exclude={"action"}, exclude_none=True)
    action = Action(name=form.action, by=account.actor(), fields=fields)
    done = world.desk.act(BILL, no, action, world.clock(), receipt=receipts(answer, 200))
    return respond(done, answer, 200)


def _shown(world: World) -> Callable[[Done], dict[str, Any]]:
    """Return what makes an answer of what was done, with all fields of the fact."""

    def answer(done: Done) -> dict[str, Any]:
        shown: dict[str, Any] = plain(done.fact, world.zone)
        return shown

    return answer


def _parts(found: Standing) -> dict[str, int]:
    return {name: getattr(found, name) for name in ("free_fen", "held_fen", "spent_fen")}
