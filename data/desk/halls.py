"""Halls and stations, handling parties, legal persons at the door: registered, changed, confirmed, closed, opened again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import ColumnElement, select

from data.desk.providers import act_on_provider
from data.desk.put import put
from data.desk.work import Deeds, Start, Work
from data.errors import MissingError
from data.models import AreaRow, CellRow, EntityRow, ProviderRow, StationRow
from data.store.done import Done
from data.store.kind import Kind
from data.store.kinds.halls import ENTITY, PARTY, STATION
from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError
from dispatch.lifecycle import Action, Actor, Event
from dispatch.party import Party, check_party
from dispatch.phone import check_phone
from dispatch.providers.entity import Entity, check_entity
from dispatch.providers.provider import Provider
from dispatch.station import Station, check_station

Kept = TypeVar("Kept", Station, Party, Entity)
KEEPS = frozenset({"admin"})
"""Who registers, changes and closes them."""
CONFIRMS = frozenset({"admin", "dispatcher", "worker"})
"""Who finds on the spot that all of it is right."""
ACTIONS = ("change", "close", "reopen", "confirm")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStation(Start[Station]):
    """A hall or station whose number is still to be drawn."""

    station: Station


@dataclass(frozen=True, slots=True, kw_only=True)
class NewParty(Start[Party]):
    """A handling party whose number is still to be drawn."""

    party: Party


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntity(Start[Entity]):
    """A legal person or sole trader whose number is still to be drawn."""

    entity: Entity


def register_station(work: Work, new: NewStation, by: Actor) -> Done[Station]:
    """Register a hall or station.

    Raises
    ------
    BadFieldError
        For a place outside the area of who registers, and for what no station can have.
    """
    given = _station(work, new.station, None, by)
    return put(work, STATION, replace(given, no=work.draw(STATION)), by)


def register_party(work: Work, new: NewParty, by: Actor) -> Done[Party]:
    """Register a handling party.

    Raises
    ------
    BadFieldError
        For an area outside that of who registers, and for what no party can have.
    """
    given = _party(work, new.party, None, by)
    return put(work, PARTY, replace(given, no=work.draw(PARTY)), by)


def register_entity(work: Work, new: NewEntity, by: Actor) -> Done[Entity]:
    """Register a legal person or sole trader; there is one of each code.

    Raises
    ------
    BadFieldError
        For a place outside the area of who registers, a code that is none or is registered already.
    """
    given = _entity(work, new.entity, None, by)
    return put(work, ENTITY, replace(given, no=work.draw(ENTITY)), by)


def act_on_station(work: Work, no: str, action: Action) -> Done[Station]:
    """Change, confirm, close or reopen a hall or station; with one that closes its provider leaves."""
    done = _kept(work, STATION, no, action, _station)
    if action.name != "close" or not done.fact.provider_no:
        return done
    return replace(done, others=_leave(work, done.fact, ProviderRow.no == done.fact.provider_no, action))


def act_on_party(work: Work, no: str, action: Action) -> Done[Party]:
    """Change, confirm, close or reopen a handling party; see `_kept`."""
    return _kept(work, PARTY, no, action, _party)


def act_on_entity(work: Work, no: str, action: Action) -> Done[Entity]:
    """Change, confirm, close or reopen a legal person or sole trader; with one that closes its providers leave."""
    done = _kept(work, ENTITY, no, action, _entity)
    if action.name != "close":
        return done
    shops = ProviderRow.credit_code == done.fact.credit_code
    return replace(done, others=_leave(work, done.fact, shops, action))


def _kept(
    work: Work, kind: Kind[Kept], no: str, action: Action, check: Callable[[Work, Kept, Kept, Actor], Kept]
) -> Done[Kept]:
    """Carry out an action on a record; fields of ``change`` are its own, ``close`` needs a reason.

    Raises
    ------
    MissingError
        When there is none in the area of who acts; one elsewhere looks the same.
    NotPossibleError
        For any other action, a change of what is closed, and an opening of what is open.
    WrongRoleError, BadFieldError
        Nothing is changed then.
    """
    by = action.by
    if action.name not in ACTIONS:
        raise NotPossibleError(f"possible are {', '.join(ACTIONS)}; {action.name!r} is not")
    allowed = CONFIRMS if action.name == "confirm" else KEEPS
    if by.role not in allowed:
        raise WrongRoleError(f"{action.name} is for {', '.join(sorted(allowed))}, not for {by.role}")
    before = work.locked(kind, no)
    if not work.catalogue.rulebook.scheme.contains(by.area, before.area):
        raise MissingError(f"{kind.name} {no} is not registered in your area")
    if (before.closed_on is None) == (action.name == "reopen"):
        state = "is open" if before.closed_on is None else f"closed on {before.closed_on.isoformat()}"
        raise NotPossibleError(f"{kind.name} {no} {state}")
    if action.name == "change":
        return put(work, kind, check(work, replace(before, **action.fields), before, by), by)
    return Done(kind=kind, before=before, **_turned(work, before, action))  # type: ignore[arg-type]  # of the kind


def _turned(work: Work, before: Kept, action: Action) -> dict[str, object]:
    """Return a record closed, opened again or confirmed, with the event that tells it."""
    told: dict[str, object] = {}
    if action.name == "confirm":
        after, name = replace(before, verified_at=work.now), "confirmed"
    elif action.name == "reopen":
        after, name = replace(before, closed_on=None, closed_why=""), "reopened"
    else:
        why = str(action.fields.get("reason") or "").strip()
        if not why:
            raise BadFieldError("reason", why, "say why it closes")
        after = replace(before, closed_on=work.catalogue.local(work.now).date(), closed_why=why)
        name, told = "closed", {"reason": why}
    event = Event(name=name, at=work.now, by=action.by.user, role=action.by.role, payload=told)
    return {"after": after, "events": (event,)}


def _leave(
    work: Work, closed: Station | Entity, shops: ColumnElement[bool], action: Action
) -> tuple[Done[Provider], ...]:
    """Let the providers of what closed leave, so that no order is offered to them any more."""
    lifecycle = work.catalogue.provider_lifecycle
    query = select(ProviderRow.no, ProviderRow.state).where(shops).order_by(ProviderRow.no)
    fields = {"reason": f"{closed.no}: {closed.closed_why}"}
    return tuple(
        act_on_provider(work, no, Action(name="leave", by=action.by, fields=fields))
        for no, state in work.session.execute(query).all()
        if any(move.action == "leave" for move in lifecycle.possible(state, action.by.role))
    )


def _station(work: Work, given: Station, before: Station | None, by: Actor) -> Station:
    _within(work, given.area, "lon", by)
    if given.provider_no and (before is None or given.provider_no != before.provider_no):
        registered = select(ProviderRow.id).where(ProviderRow.no == given.provider_no)
        if work.session.scalar(registered) is None:
            raise BadFieldError("provider_no", given.provider_no, "the number of a registered provider")
        query = select(StationRow.no).where(StationRow.provider_no == given.provider_no)
        if other := work.session.scalar(query):
            raise BadFieldError(
                "provider_no", given.provider_no, f"another provider; this one is station {other}"
            )
    given = replace(given, phone=_phone(given.phone, before.phone if before else None, "phone"))
    return check_station(given, work.catalogue.items)


def _party(work: Work, given: Party, before: Party | None, by: Actor) -> Party:
    scheme = work.catalogue.rulebook.scheme
    table = CellRow if len(given.area) > scheme.ends[2] else AreaRow
    if work.session.scalar(select(table.id).where(table.code == given.area)) is None:
        raise BadFieldError("area", given.area, "a code of /api/v1/areas or /api/v1/cells")
    _within(work, given.area, "area", by)
    given = replace(
        given,
        phone=_phone(given.phone, before.phone if before else None, "phone"),
        deputy_phone=_phone(given.deputy_phone, before.deputy_phone if before else None, "deputy_phone"),
    )
    return check_party(given, work.catalogue.rulebook.departments, work.catalogue.items)


def _entity(work: Work, given: Entity, before: Entity | None, by: Actor) -> Entity:
    _within(work, given.area, "lon", by)
    given = check_entity(replace(given, phone=_phone(given.phone, before.phone if before else None, "phone")))
    if before is None or given.credit_code != before.credit_code:
        query = select(EntityRow.no).where(EntityRow.credit_code == given.credit_code)
        if other := work.session.scalar(query):
            raise BadFieldError("credit_code", given.credit_code, f"another code; this one is entity {other}")
    return given


def _within(work: Work, area: str, field: str, by: Actor) -> None:
    if not work.catalogue.rulebook.scheme.contains(by.area, area):
        raise BadFieldError(field, area, f"a place in your area, {by.area}")


def _phone(given: str, known: str | None, field: str) -> str:
    """Return a telephone as it is kept; a known one stays however a file wrote it."""
    if not given or given == known:
        return given
    try:
        return check_phone(given)
    except BadFieldError as error:
        raise BadFieldError(field, given, error.allowed) from None


STATIONS = Deeds(kind=STATION, starts={NewStation: register_station}, act=act_on_station)
PARTIES = Deeds(kind=PARTY, starts={NewParty: register_party}, act=act_on_party)
ENTITIES = Deeds(kind=ENTITY, starts={NewEntity: register_entity}, act=act_on_entity)
