"""Questions over HTTP: list, look, answer; and the words of callers that clerks tell the meaning of."""

from typing import Annotated, Any, Literal

from fastapi import Query
from fastapi.responses import JSONResponse
from pydantic import Field

from api.access import STAFF, access
from api.answers.intake import HeardAnswer, HeardPage, QuestionAnswer, QuestionDetail, QuestionPage
from api.forms import ActionForm, Form, Short
from api.idempotency import ReceiptDep, respond
from api.roles import AccountDep, WorldDep
from api.routing import Router
from api.views.intake import heard_view, question_view
from api.views.shape import plain
from data.queries.paging import MOST, Ask
from data.queries.questions import QuestionState, list_questions, list_words, who_asked
from data.queries.scope import find, seen
from data.store.done import Done
from data.store.kinds.intake import HEARD, QUESTION
from dispatch.lifecycle import Action
from dispatch.resident import masked_contact
from dispatch.sayings import Wanted

router = Router(prefix="/api/v1", tags=["intake"])
SEE = (*STAFF, "resident")


class PageAsk(Form):
    """Which page of a list."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    after: Annotated[str, Field(max_length=400)] | None = None


class QuestionAsk(PageAsk):
    """Which questions are listed."""

    state: QuestionState = "open"
    sort: Short = ""


class WordAsk(PageAsk):
    """Which words are listed: those that nobody has told the meaning of, or those that somebody has."""

    known: bool = False


class WordForm(Form):
    """What a word means: an item for an order, a category for a report, nothing for a question; or forget it."""

    action: Literal["mean", "forget"]
    wanted: Wanted = "question"
    code: Annotated[str, Field(max_length=12)] = ""


@router.get("/questions", response_model=QuestionPage, **access(*SEE, outside="left_out", others="left_out"))
def questions(ask: Annotated[QuestionAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List questions inside one's scope, by default those open, due first."""
    wanted = Ask(sort=ask.sort, limit=ask.limit, after=ask.after)
    with world.database.read() as session:
        page = list_questions(session, seen(QUESTION, account.actor(), world.scheme), ask.state, wanted)
    items = [question_view(world, one, account) for one in page.items]
    return JSONResponse({"items": items, "next": page.next})


@router.get(
    "/questions/{no}", response_model=QuestionDetail, **access(*SEE, outside="hidden", others="hidden")
)
def question(no: str, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Show one question; who asked is masked."""
    with world.database.read() as session:
        found = find(session, QUESTION, no, account.actor(), world.scheme)
        contact = who_asked(session, found)
    shown = None if contact is None else plain(masked_contact(contact), world.zone)
    return JSONResponse(question_view(world, found, account) | {"contact": shown})


@router.post(
    "/questions/{no}/actions",
    response_model=QuestionAnswer,
    **access(*SEE, outside="hidden", others="hidden"),
)
def act(
    no: str, form: ActionForm, world: WorldDep, account: AccountDep, receipts: ReceiptDep
) -> JSONResponse:
    """Answer a question, ask again, or rate the answer."""
    with world.database.read() as session:
        find(session, QUESTION, no, account.actor(), world.scheme)

    def answer(done: Done) -> dict[str, Any]:
        return question_view(world, done.fact, account)

    action = Action(name=form.action, by=account.actor(), fields=form.fields_given())
    done = world.desk.act(QUESTION, no, action, world.clock(), receipt=receipts(answer, 200))
    return respond(done, answer, 200)


@router.get("/sayings", response_model=HeardPage, **access(*STAFF))
def words(ask: Annotated[WordAsk, Query()], world: WorldDep, account: AccountDep) -> JSONResponse:
    """List the words of callers that were not understood, those heard most first; or those that clerks added."""
    del account
    wanted = Ask(sort="-times", limit=ask.limit, after=ask.after)
    with world.database.read() as session:
        page = list_words(session, wanted, known=ask.known)
    return JSONResponse({"items": [heard_view(world, one) for one in page.items], "next": page.next})


@router.post("/sayings/{no}/actions", response_model=HeardAnswer, **access("dispatcher", "admin"))
def tell(no: str, form: WordForm, world: WorldDep, account: AccountDep) -> JSONResponse:
    """Tell what a word of callers means; from then on it is understood at every door."""
    fields = {"wanted": form.wanted, "code": form.code} if form.action == "mean" else {}
    action = Action(name=form.action, by=account.actor(), fields=fields)
    done = world.desk.act(HEARD, no, action, world.clock())
    return JSONResponse(heard_view(world, done.fact))
