"""Questions at the door: asked, answered, asked again, rated."""

from dataclasses import dataclass
from secrets import token_hex

from sqlalchemy import insert

from data.desk.contacts import keep_contact
from data.desk.follow_keys import key_hash
from data.desk.work import Deeds, Start, Work
from data.models import FollowKeyRow
from data.store.done import Done
from data.store.kinds.intake import QUESTION
from dispatch import questions
from dispatch.lifecycle import Action, Actor
from dispatch.questions import Asking, Question
from dispatch.resident import Contact

SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class NewQuestion(Start[Question]):
    """What is asked, how to reach who asks, and with which key they follow it without an account."""

    asking: Asking
    contact: Contact | None = None
    key: str = ""


def take_question(work: Work, new: NewQuestion, by: Actor) -> Done[Question]:
    """Take a question; one that is answered at once is closed with it.

    Raises
    ------
    BadFieldError, WrongRoleError
    """
    catalogue = work.catalogue
    worktime = catalogue.rulebook.worktime
    asked, events = questions.ask(
        work.draw(QUESTION), new.asking, by, catalogue.intake.questions, worktime, work.now
    )
    if new.key:
        work.session.execute(insert(FollowKeyRow), {"no": asked.no, "key_hash": key_hash(new.key)})
    keep_contact(work, asked.no, new.contact)
    return Done(kind=QUESTION, after=asked, events=events, row={"salt": token_hex(SALT_BYTES)})


def act_on_question(work: Work, no: str, action: Action) -> Done[Question]:
    """Answer a question, ask again, or rate the answer.

    Raises
    ------
    MissingError, NotPossibleError, WrongRoleError, BadFieldError
        Nothing is changed then.
    """
    before = work.locked(QUESTION, no)
    after, event = questions.act(before, action, work.catalogue.intake.questions.lifecycle, work.now)
    return Done(kind=QUESTION, before=before, after=after, events=(event,))


QUESTIONS = Deeds(kind=QUESTION, starts={NewQuestion: take_question}, act=act_on_question)
