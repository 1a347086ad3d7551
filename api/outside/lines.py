"""What passes between us and outside lines, in one form for both directions: cases, and answers to cases.

Used by the interface over HTTP and by the files of lines without one.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from math import hypot
from typing import Annotated, Any

from pydantic import AwareDatetime, Field
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.forms import ContactForm, Datum, Form, Long, Placed, Short
from api.views.shape import plain
from api.world import World
from data.desk.tickets import NewTicket
from data.errors import KeyReusedError
from data.outside.cases import Case, case_for, contact_of, handed_ticket, known_case
from data.outside.webhooks import Delivery
from data.queries.tickets import timeline
from data.registers.reveals import Look, reveal
from data.store.kinds.cases import TICKET
from data.store.origins import Origin, was_said
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action, Actor, Event
from geo.place import LocalPlane, LonLat
from grid.hotline import ANSWERS, DEEDS, Hotline
from grid.tickets.ticket import Report, Ticket

Number = Annotated[str, Field(pattern=r"^[\w\-./]{1,64}$")]
Photo = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class CaseForm(Form):
    """A case that is handed over: at a position, or somewhere in an area when the giver knows no better.

    ``number`` is the giver's.
    """

    number: Number
    category: Annotated[str, Field(min_length=1, max_length=60)]
    content: Long
    address: Short = ""
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    datum: Datum = "wgs84"
    area: Short = ""
    nature: Short = ""
    contact: ContactForm | None = None


class AnswerForm(Form):
    """What the taker of a case says of it: ``number`` is the giver's, ``own`` the taker's, ``state`` the taker's word.

    The same answer again changes nothing; to say the same words twice give ``at``, the time they were said, or ``id``.
    ``photos`` are names that /api/v1/photos returned. ``step`` and ``role`` tell more to who wants to know.
    """

    number: Number
    own: Annotated[str, Field(pattern=r"^[\w\-./]{0,64}$")] = ""
    state: Annotated[str, Field(min_length=1, max_length=60)]
    text: Long = ""
    photos: Annotated[tuple[Photo, ...], Field(max_length=9)] = ()
    at: AwareDatetime | None = None
    id: Annotated[str, Field(max_length=80)] = ""
    step: Short = ""
    role: Short = ""


def line_of(world: World, user: str) -> Hotline:
    """Give the line that an account is.

    Raises
    ------
    BadFieldError
    """
    found = world.catalogue.rulebook.lines.get(user)
    if found is None:
        known = ", ".join(world.catalogue.rulebook.lines) or "none"
        raise BadFieldError("user", user, f"a line of hotlines.toml; there are: {known}")
    return found


def take_case(world: World, by: Actor, form: CaseForm, now: datetime) -> tuple[Case, bool]:
    """Take a case over from a line.

    Returns
    -------
    (Case, bool)
        The case, and whether it is new; the same case again is the ticket it became.

    Raises
    ------
    KeyReusedError
        When the number was used for other content.
    UnknownCategoryError, BadFieldError, OutsideDistrictError
    """
    line = line_of(world, by.user)
    origin = Origin(line=by.user, number=form.number, content_hash=_hash(form))
    if (again := _known(world, origin)) is not None:
        return again, False
    new, contact = _report(world, line, form), form.contact.contact() if form.contact else None
    try:
        world.desk.start(NewTicket(report=new, contact=contact), by, now, origin=origin)
    except IntegrityError:  # the same case came twice at once, and the other was first
        if _known(world, origin) is None:
            raise
    with world.database.read() as session:
        return case_for(session, by.user, form.number), True


def _hash(form: Form) -> str:
    told = json.dumps(form.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return sha256(told.encode()).hexdigest()


def _known(world: World, origin: Origin) -> Case | None:
    with world.database.read() as session:
        found = known_case(session, origin.line, origin.number)
    if found is not None and found.content_hash != origin.content_hash:
        raise KeyReusedError(
            f"case {origin.number} was handed over before with other content and is ticket {found.ticket.no}; "
            "act on that, or use a new number"
        )
    return found


def _report(world: World, line: Hotline, form: CaseForm) -> Report:
    category = line.category(form.category)
    world.catalogue.rulebook.category(category)
    place, accuracy_m = _place(world, form)
    located = world.city.locate(place, accuracy_m)
    return Report(
        no="",
        category=category,
        place=place,
        cell=located.cell,
        channel="hotline",
        description=form.content,
        address=form.address,
        accuracy_m=accuracy_m,
        border_cells=located.border_cells,
        nature=line.nature(form.nature),
    )


def _place(world: World, form: CaseForm) -> tuple[LonLat, float]:
    """Give position and error in metres; of a case that names only an area, its middle and how far it reaches."""
    if form.lon is not None and form.lat is not None:
        return Placed(lon=form.lon, lat=form.lat, datum=form.datum).place(), 0.0
    named = [a.code for a in world.city.areas.values() if form.area in (a.code, a.name)]
    if len(named) != 1:
        allowed = "give lon and lat, or the code or name of one area of /api/v1/areas"
        raise BadFieldError("area", form.area, allowed)
    shape = world.city.area_shapes[named[0]]
    middle = shape.representative_point()
    west, south, east, north = shape.bounds
    scale = LocalPlane(middle.x, middle.y).scale_m
    reach = hypot((east - west) * scale[0], (north - south) * scale[1]) / 2
    return LonLat(middle.x, middle.y), reach


def case_view(world: World, line: Hotline, case: Case) -> dict[str, Any]:
    """Show a line its case as it stands."""
    ticket = case.ticket
    told = {
        "number": case.number,
        "no": ticket.no,
        "state": ticket.state,
        "state_name": line.state(ticket.state),
        "category": ticket.category,
        "cell": ticket.cell,
        "department": ticket.department,
        "department_name": world.city.department_name(ticket.department),
        "due_at": ticket.due_at,
        "closed_at": ticket.closed_at,
        "nature": ticket.nature,
        "rating": ticket.rating,
        "solved": ticket.solved,
        "evidence": ticket.evidence,
        "changed_at": case.changed_at,
    }
    shown: dict[str, Any] = plain(told, world.zone)
    return shown


def answers_to(world: World, session: Session, line: Hotline, case: Case) -> list[dict[str, Any]]:
    """Give what was answered to a line's case, each in the form of `AnswerForm`, oldest first."""
    steps = timeline(session, "ticket", case.ticket.no)
    return [answer_of(world, line, case.number, case.ticket.no, s) for s in steps if s.name in ANSWERS]


def answer_of(world: World, line: Hotline, number: str, no: str, step: Event | Delivery) -> dict[str, Any]:
    """Write a step of a ticket as the answer that its line gets, in the form of `AnswerForm`."""
    told = {
        "number": number,
        "own": no,
        "state": line.state(str(step.payload["to"])),
        "text": step.payload.get("note") or step.payload.get("reason") or "",
        "photos": step.payload.get("evidence", []),
        "at": step.at,
        "step": step.name,
        "role": step.role,
    }
    shown: dict[str, Any] = plain(told, world.zone)
    return shown


def given_case(world: World, user: str, ticket: Ticket) -> dict[str, Any]:
    """Write a ticket as the case that a line is handed, in the form of `CaseForm`, without whom to call."""
    line, category = line_of(world, user), world.catalogue.rulebook.categories.get(ticket.category)
    return {
        "number": ticket.no,
        "category": line.word_for(ticket.category),
        "nature": line.nature_word_for(ticket.nature) if ticket.nature else "",
        "content": ticket.description or (category.name_zh if category else ticket.category),
        "address": ticket.address,
        "lon": ticket.place.lon,
        "lat": ticket.place.lat,
        "datum": "wgs84",
        "area": world.scheme.community_of(ticket.cell),
    }


def reveal_contact(world: World, user: str, no: str, now: datetime) -> dict[str, Any] | None:
    """Give whom a line may call about a ticket it holds; that it looked is kept. None when it may not, or nobody said."""
    if not line_of(world, user).contact:
        return None
    look = Look(user=user, role="hotline", subject=no, purpose="handover", reason="handed over", at=now)
    contact = reveal(world.database, look, world.catalogue.reveals, lambda session: contact_of(session, no))
    shown: dict[str, Any] | None = None if contact is None else plain(contact, world.zone)
    return shown


def handed_view(world: World, user: str, ticket: Ticket) -> dict[str, Any]:
    """Show a line a ticket that it was handed: the case, and how the hand-over stands."""
    mine = [one for one in ticket.handovers if one.line == user][-1]
    category = world.catalogue.rulebook.categories.get(ticket.category)
    told = {
        "case": given_case(world, user, ticket),
        "category_name": category.name_zh if category else ticket.category,
        "task": mine.task,
        "photos": ticket.photos,
        "handed_at": mine.at,
        "due_at": ticket.due_at,
        "answer_by": mine.silent_at,
        "state": mine.state,
        "own": mine.number,
        "ended_at": mine.ended_at,
    }
    shown: dict[str, Any] = plain(told, world.zone)
    return shown


def hear(world: World, by: Actor, form: AnswerForm, now: datetime) -> tuple[Ticket, bool]:
    """Take what a line says of a ticket that it was handed.

    Returns
    -------
    (Ticket, bool)
        The ticket, and whether anything changed; the same answer again changes nothing.

    Raises
    ------
    MissingError, BadFieldError, NotPossibleError, WrongRoleError
    """
    action = _deed(world, by, form)
    with world.database.read() as session:
        ticket = handed_ticket(session, by.user, form.number)
        number = f"{form.number} {len(ticket.handovers)} {form.id or _hash(form)}"
        origin = Origin(line=by.user, number=number, content_hash=_hash(form), kind="answer")
        said = was_said(session, origin)
    if said:
        return _as_it_stands(world, by, form), False
    try:
        done = world.desk.act(TICKET, form.number, action, now, origin=origin)
    except IntegrityError:  # the same answer came twice at once, and the other was first
        with world.database.read() as session:
            if not was_said(session, origin):
                raise
        return _as_it_stands(world, by, form), False
    return done.fact, True


def _as_it_stands(world: World, by: Actor, form: AnswerForm) -> Ticket:
    """Read the ticket anew: the answer may have come in beside this one, after the ticket was read."""
    with world.database.read() as session:
        return handed_ticket(session, by.user, form.number)


def _deed(world: World, by: Actor, form: AnswerForm) -> Action:
    """Read what a line means: its word for a state, or one of `DEEDS`."""
    line = line_of(world, by.user)
    deed = line.deed(form.state)
    if deed is None:
        words = ", ".join((*line.answers, *DEEDS))
        raise BadFieldError("state", form.state, f"words of this line are {words}")
    given: Mapping[str, Any] = {
        "word": form.state,
        "number": form.own,
        "evidence": form.photos,
        "said_at": form.at.isoformat() if form.at else None,
        "reason" if deed == "refuse" else "note": form.text or (form.state if deed == "report" else ""),
    }
    fields = {name: value for name, value in given.items() if value}
    return Action(name=f"line_{deed}", by=by, fields=fields)
