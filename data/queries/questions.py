"""Questions page by page, words of callers, and who stands behind a number."""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from data.models import ContactRow, HeardRow, QuestionRow, ResidentRow, fact_of
from data.queries.paging import Ask, Page, turn
from dispatch.questions import Question
from dispatch.resident import Contact
from dispatch.sayings import Heard

QuestionState = Literal["open", "answered", "all"]
SORTS = {"due_at": QuestionRow.due_at, "asked_at": QuestionRow.asked_at, "no": QuestionRow.no}
WORD_SORTS = {"times": HeardRow.times, "text": HeardRow.text}
LAST_DIGITS = 4


def list_questions(
    session: Session, scope: ColumnElement[bool], state: QuestionState, ask: Ask
) -> Page[Question]:
    """List questions inside a scope, by default those that are due first."""
    query = select(QuestionRow).where(scope)
    if state != "all":
        query = query.where(QuestionRow.state == state)
    return turn(session, query, ask, SORTS, QuestionRow.id, lambda row: fact_of(Question, row))


def list_words(session: Session, ask: Ask, *, known: bool) -> Page[Heard]:
    """List words of callers that nobody has told the meaning of, or those that somebody has."""
    query = select(HeardRow).where(HeardRow.known.is_(known))
    return turn(session, query, ask, WORD_SORTS, HeardRow.id, lambda row: fact_of(Heard, row))


def known_words(session: Session) -> Sequence[Heard]:
    """Return the words of callers whose meaning clerks told."""
    query = select(HeardRow).where(HeardRow.known.is_(True)).order_by(HeardRow.text)
    return [fact_of(Heard, row) for row in session.scalars(query)]


def who_asked(session: Session, question: Question) -> Contact | None:
    """Return how to reach who asked: the resident of the register, else the contact given; None for neither."""
    person = session.scalar(select(ResidentRow).where(ResidentRow.no == question.resident))
    if person is not None:
        return Contact(name=person.name, phone=person.phone, address=person.address)
    found = session.scalar(select(ContactRow).where(ContactRow.subject == question.no))
    return None if found is None else fact_of(Contact, found)


def ends_phone(session: Session, no: str, resident: str, digits: str) -> bool:
    """Tell whether four digits are the last of the telephone of who stands behind a number.

    Parameters
    ----------
    session : Session
    no : str
        Of a report, an order, a question.
    resident : str
        Of the register, empty for nobody.
    digits : str
        As they were typed.

    Returns
    -------
    bool
        False for anything but four digits, and where no telephone is known.
    """
    if len(digits) != LAST_DIGITS or not digits.isdecimal():
        return False
    phones = list(session.scalars(select(ContactRow.phone).where(ContactRow.subject == no)))
    if resident:
        phones += session.scalars(select(ResidentRow.phone).where(ResidentRow.no == resident))
    return any(phone.partition("-")[0].endswith(digits) for phone in phones)
