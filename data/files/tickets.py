"""Tickets from files: those of another system, with or without their end, judged by the times that the file tells."""

from dataclasses import dataclass
from datetime import datetime

from data.desk.tickets import NewTicket
from data.files.fields import IMPORTER, Desks, Fields, Taken
from data.queries.tickets import sightings
from data.store.done import Done
from data.store.kinds.cases import TICKET
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action, Actor
from dispatch.phone import check_phone
from dispatch.resident import Contact
from grid.tickets.duplicates import Sighting, like_cases
from grid.tickets.ticket import Report

RECORD = Actor(user="import", role="clock")


def take_ticket(fields: Fields, desks: Desks, target: str) -> Taken:
    """Take a ticket in with its past: filed when it was reported, and ended when the file says so, if it does.

    A row that contradicts itself is kept, with the contradiction in its history. Where its state says that it is open it
    stays open, whatever the date; an end without a time, or before the report, is an end that is not judged.

    Raises
    ------
    BadFieldError, UnknownCategoryError, OutsideDistrictError
    """
    if target:
        raise BadFieldError(
            "no", target, "this request was taken in before with other content; tickets are not rewritten"
        )
    word = fields.text("category", needed=True)
    category = desks.reading.categories.get(word, word)
    desks.catalogue.rulebook.category(category)
    place = fields.place()
    at, ended_at = _span(fields, desks)
    located = fields.where(desks, place)
    new = Report(
        no="",
        category=category,
        place=place,
        cell=located.cell,
        channel="import",
        description=fields.text("description") or word,
        address=fields.text("address"),
        border_cells=located.border_cells,
        nature=desks.reading.natures.get(fields.text("nature"), fields.text("nature")),
    )
    phone = fields.text("phone")
    contact = Contact(name=fields.text("name"), phone=check_phone(phone)) if phone else None
    like = _like(desks, new, at)
    done = desks.desk.start(NewTicket(report=new, contact=contact), IMPORTER, at)
    ticket = done.fact
    desks.desk.act(TICKET, ticket.no, Action(name="accept", by=IMPORTER), at)
    told = _Told(state=fields.text("state"), means=_meaning(fields, desks), at=at, ended_at=ended_at)
    notes = list(filter(None, (_end(fields, desks, ticket.no, told), told.contradiction)))
    notes += ["deadline by a year without calendar"] if ticket.provisional else []
    notes += [f"like case of {like}"] if like else []
    notes += ["near a border"] if located.border_cells else []
    return Taken(key=ticket.no, done=done, note="; ".join(notes))


def _span(fields: Fields, desks: Desks) -> tuple[datetime, datetime | None]:
    """Return when a ticket was reported and when it ended, None while it is open.

    A time that the clock showed twice, or never, on the day it was changed is taken so that the end does not come first
    where it can be read so.

    Raises
    ------
    BadFieldError
        When one is still to come.
    """
    begun = fields.readings("reported_at")
    ended = fields.readings("closed_at") if fields.text("closed_at") else ()
    fitting = [(at, end) for at in begun for end in ended if at <= end]
    at, end = fitting[0] if fitting else (begun[0], ended[0] if ended else None)
    for name, moment in (("reported_at", at), ("closed_at", end)):
        if moment is not None and moment > desks.now:
            raise BadFieldError(name, moment.isoformat(), "this time is still to come")
    return at, end


def _like(desks: Desks, new: Report, at: datetime) -> str:
    """Give the number of the nearest like case taken in before, empty for none."""
    rulebook = desks.catalogue.rulebook
    others = sightings(desks.session, new.category, new.place, at, rulebook)
    sighting = Sighting(no="", category=new.category, place=new.place, reported_at=at)
    settings = rulebook.settings
    like = like_cases(sighting, others, settings.like_case_radius_m, settings.like_case_span)
    return like[0].no if like else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What a row tells of the end of a ticket."""

    state: str
    means: str
    at: datetime
    ended_at: datetime | None

    @property
    def contradiction(self) -> str:
        """How a row contradicts itself; empty when it does not."""
        end = self.ended_at
        if self.means == "open":
            return f"contradicts itself: {self.state}, yet closed at {end.isoformat()}" if end else ""
        if end is None:
            ended = self.means in ("done", "void")
            return f"contradicts itself: {self.state}, without a time of it" if ended else ""
        if end < self.at:
            return f"contradicts itself: closed at {end.isoformat()}, reported at {self.at.isoformat()}"
        return "contradicts itself: closed when it was reported" if end == self.at else ""


def _meaning(fields: Fields, desks: Desks) -> str:
    """Return what the state of a row means; what was said of this very file goes before the table."""
    state = fields.text("state")
    return "void" if state in desks.reading.void else desks.catalogue.files.end_of(state)


def _end(fields: Fields, desks: Desks, no: str, told: _Told) -> str:
    """Let a ticket end when the file says it ended; gives ``on time``, ``late``, ``void``, ``not judged``, or nothing.

    When its department received it no such file tells, so that nothing is made of that.
    """

    def act(name: str, by: Actor, when: datetime, **given: str) -> Done:
        return desks.desk.act(TICKET, no, Action(name=name, by=by, fields=given), when)

    if told.contradiction:
        act("say", IMPORTER, told.at, note=told.contradiction)
    ended_at = told.ended_at
    if told.means == "open" or (ended_at is None and told.means not in ("done", "void")):
        return ""
    if told.means == "void":
        act("void", IMPORTER, max(told.at, ended_at or told.at), reason=told.state)
        return "void"
    if ended_at is None or ended_at < told.at:
        act("void", IMPORTER, told.at, reason=told.contradiction)
        return "not judged"
    act("receive", RECORD, told.at)
    note = fields.text("answer") or told.state or "closed in the file"
    done = act("record_done", RECORD, ended_at, note=note)
    act("record_close", RECORD, ended_at, note=note)
    return "on time" if done.events[-1].payload["on_time"] else "late"
