"""Marks of residents at the door: told with a source, and ended; the resident's own list follows."""

from dataclasses import dataclass, replace
from datetime import date
from secrets import token_hex

from sqlalchemy import select

from data.desk.work import Deeds, Start, Work
from data.models import TagRow, fact_of
from data.store.done import Done
from data.store.kinds.people import RESIDENT, TAG
from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.lifecycle import Action, Actor, Event
from dispatch.particulars import Tag
from dispatch.resident import Resident

SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTag(Start[Tag]):
    """A mark; its own number is ignored, one is drawn."""

    tag: Tag


def tell_tag(work: Work, new: NewTag, by: Actor) -> Done[Tag]:
    """Mark a resident.

    Raises
    ------
    MissingError
        When there is no such resident.
    BadFieldError
        For a mark that the rules do not know or that holds already, and for days that do not follow.
    """
    given, today = new.tag, work.catalogue.local(work.now).date()
    resident = work.locked(RESIDENT, given.resident)
    work.catalogue.people.check_tag(given.tag)
    if given.since > today:
        raise BadFieldError("since", given.since.isoformat(), "a day that has come")
    if given.until is not None and given.until < today:
        raise BadFieldError("until", given.until.isoformat(), "a day still to come, or nothing")
    if given.tag in held_tags(work, given.resident, today):
        raise BadFieldError("tag", given.tag, "another one; this resident has it already")
    made = replace(given, no=work.draw(TAG), ended_on=None)
    event = Event(name="told", at=work.now, by=by.user, role=by.role)
    return Done(
        kind=TAG,
        after=made,
        events=(event,),
        row={"salt": token_hex(SALT_BYTES)},
        others=_listed(work, resident, {*resident.tags, made.tag}, by),
    )


def act_on_tag(work: Work, no: str, action: Action) -> Done[Tag]:
    """End a mark on the day ``on``, today when it is not told.

    Raises
    ------
    MissingError
        When there is none.
    NotPossibleError
        For any other action, and when it has ended.
    BadFieldError
        For a day before it began or still to come.
    """
    before = work.locked(TAG, no)
    today = work.catalogue.local(work.now).date()
    if action.name != "end":
        raise NotPossibleError(f"a tag can be ended; {action.name!r} is not possible")
    if before.ended_on is not None:
        raise NotPossibleError(f"the tag {no} ended on {before.ended_on.isoformat()}")
    on: date = action.fields.get("on") or today
    if not before.since <= on <= today:
        raise BadFieldError("on", on.isoformat(), "a day since it began, and not after today")
    resident = work.locked(RESIDENT, before.resident)
    others = _listed(work, resident, set(resident.tags) - {before.tag}, action.by)
    event = Event(name="ended", at=work.now, by=action.by.user, role=action.by.role)
    return Done(kind=TAG, before=before, after=replace(before, ended_on=on), events=(event,), others=others)


def held_tags(work: Work, resident: str, today: date) -> frozenset[str]:
    """Return the marks of a resident that were told and hold on a day."""
    rows = work.session.scalars(select(TagRow).where(TagRow.resident == resident))
    return frozenset(tag.tag for tag in (fact_of(Tag, row) for row in rows) if tag.holds(today))


def _listed(work: Work, before: Resident, tags: set[str], by: Actor) -> tuple[Done[Resident], ...]:
    after = replace(before, tags=tuple(sorted(tags)))
    if after == before:
        return ()
    event = Event(name="changed", at=work.now, by=by.user, role=by.role, payload={"fields": ["tags"]})
    return (Done(kind=RESIDENT, before=before, after=after, events=(event,)),)


TAGS = Deeds(kind=TAG, starts={NewTag: tell_tag}, act=act_on_tag)
