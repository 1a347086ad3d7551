"""Callers' words at the door: heard and not understood, counted, and told what they mean."""

from dataclasses import dataclass, replace

from sqlalchemy import select

from data.desk.work import Deeds, Start, Work
from data.models import HeardRow, fact_of
from data.store.done import Done
from data.store.kinds.intake import HEARD
from dispatch.errors import BadFieldError, NotPossibleError, UnknownItemError
from dispatch.lifecycle import Action, Actor, Event
from dispatch.sayings import WANTED, Heard, check_saying


@dataclass(frozen=True, slots=True, kw_only=True)
class HearWord(Start[Heard]):
    """A word that was not understood, and what was chosen by hand, where something was."""

    text: str
    item: str = ""
    category: str = ""


def hear_word(work: Work, new: HearWord, by: Actor) -> Done[Heard]:
    """Count a word that was not understood.

    Raises
    ------
    BadFieldError
        For what is too long to be a word, or holds a number.
    """
    text = check_saying(new.text)
    row = work.session.scalar(select(HeardRow).where(HeardRow.text == text).with_for_update())
    event = Event(name="heard", at=work.now, by=by.user, role=by.role)
    if row is None:
        made = Heard(no=work.draw(HEARD), text=text, item=new.item, category=new.category)
        return Done(kind=HEARD, after=made, events=(event,))
    before = fact_of(Heard, row)
    after = replace(before, times=before.times + 1)
    if not before.known:
        after = replace(after, item=new.item or before.item, category=new.category or before.category)
    return Done(kind=HEARD, before=before, after=after, events=(event,))


def act_on_word(work: Work, no: str, action: Action) -> Done[Heard]:
    """Say what a word means, or that it means nothing any more.

    Raises
    ------
    MissingError
        When there is none.
    NotPossibleError
        For any other action.
    BadFieldError, UnknownItemError, UnknownCategoryError
        When what it means is no item, category or question.
    """
    before = work.locked(HEARD, no)
    if action.name == "forget":
        after = replace(before, known=False)
    elif action.name == "mean":
        after = _meaning(work, before, action)
    else:
        raise NotPossibleError(f"a word is told what it means, or forgotten; {action.name!r} is not possible")
    told = {"wanted": after.wanted, "item": after.item, "category": after.category}
    event = Event(name=action.name, at=work.now, by=action.by.user, role=action.by.role, payload=told)
    return Done(kind=HEARD, before=before, after=after, events=(event,))


def _meaning(work: Work, before: Heard, action: Action) -> Heard:
    wanted, code = str(action.fields.get("wanted", "")), str(action.fields.get("code", ""))
    if wanted not in WANTED:
        raise BadFieldError("wanted", wanted, "one of " + ", ".join(WANTED))
    if wanted == "order" and code not in work.catalogue.items:
        raise UnknownItemError(f"item {code!r} is not in the catalogue; see /api/v1/items")
    if wanted == "report":
        work.catalogue.rulebook.category(code)
    item, category = code if wanted == "order" else "", code if wanted == "report" else ""
    return replace(before, known=True, wanted=wanted, item=item, category=category)


SAYINGS = Deeds(kind=HEARD, starts={HearWord: hear_word}, act=act_on_word)
