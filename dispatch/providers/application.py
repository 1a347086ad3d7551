"""Applications: who wants to become a provider, the documents shown, who checked them, what was decided and why.

The same criteria hold for everybody: the licences that the catalogue asks for the services offered, each document found
right by two different people, and a decision with its reason, which an appeal brings before somebody else.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.item import ServiceItem
from dispatch.lifecycle import Action, Actor, Event, Lifecycle
from dispatch.providers.hours import ALWAYS, check_hours
from dispatch.providers.licence import Lack, Licence, check_documents, lacking
from dispatch.providers.provider import LARGEST_CAPACITY, Provider
from geo.place import LonLat

FIELDS = frozenset({"reason", "note", "documents"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One application.

    ``contact`` is the person who answers for it. ``checked_by`` are the accounts that found everything right since the
    documents were last shown. ``decided_at``, ``decided_by`` and ``reason`` are of the latest decision; ``note`` is what
    the applicant was last asked for; ``provider`` is the number of the provider that it became.
    """

    no: str
    name: str
    categories: tuple[str, ...]
    place: LonLat
    area: str
    address: str
    phone: str
    contact: str
    made_at: datetime
    state: str = "applied"
    hours: str = ALWAYS
    capacity: int = 3
    documents: tuple[Licence, ...] = ()
    checked_by: tuple[str, ...] = ()
    note: str = ""
    decided_at: datetime | None = None
    decided_by: str = ""
    reason: str = ""
    provider: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What applications are decided by: the lifecycle, the services with the licences they need, the kinds there are."""

    lifecycle: Lifecycle
    items: Mapping[str, ServiceItem]
    kinds: tuple[str, ...]

    @property
    def categories(self) -> tuple[str, ...]:
        """The trades that some service wants, sorted."""
        return tuple(sorted({item.category for item in self.items.values()}))


def apply(
    wanted: Application, criteria: Criteria, by: Actor, now: datetime
) -> tuple[Application, tuple[Event, ...]]:
    """Take an application in; its number is drawn by then.

    Parameters
    ----------
    wanted : Application
        As the applicant wrote it.
    criteria : Criteria
    by : Actor
    now : datetime
        In the district's zone.

    Returns
    -------
    tuple of (Application, tuple of Event)

    Raises
    ------
    BadFieldError
        For a trade that no service wants, hours that cannot be read, a capacity out of bounds, a document that the
        catalogue does not know or that has ended.
    """
    unknown = sorted(set(wanted.categories) - set(criteria.categories))
    if unknown or not wanted.categories:
        raise BadFieldError("categories", unknown, f"one or more of {', '.join(criteria.categories)}")
    if not 1 <= wanted.capacity <= LARGEST_CAPACITY:
        raise BadFieldError("capacity", wanted.capacity, f"1 to {LARGEST_CAPACITY} orders at once")
    made = replace(
        wanted,
        state=criteria.lifecycle.initial,
        categories=tuple(sorted(set(wanted.categories))),
        hours=check_hours(wanted.hours),
        documents=check_documents(wanted.documents, criteria.kinds, now.date()),
        made_at=now,
    )
    payload: dict[str, Any] = {"to": made.state, "categories": list(made.categories), "area": made.area}
    return made, (Event(name="apply", at=now, by=by.user, role=by.role, payload=payload | _pictures(made)),)


def _pictures(application: Application) -> dict[str, list[str]]:
    """Return the photos of the documents as events tell of photos: who may see the thing may see them."""
    shown = [each.photo for each in application.documents if each.photo]
    return {"evidence": shown} if shown else {}


def unproven(application: Application, items: Iterable[ServiceItem], today: date) -> dict[str, Lack]:
    """Tell for which trades an applicant could do no service at all, and which licence is lacking.

    Parameters
    ----------
    application : Application
    items : iterable of ServiceItem
    today : date

    Returns
    -------
    dict of str to Lack
        By trade; empty when each trade has a service that could be done. What is done in an emergency proves nothing: it asks for no licence.
    """
    lacks: dict[str, list[Lack | None]] = {trade: [] for trade in application.categories}
    held = proven(application)
    for item in items:
        if item.category in lacks and item.urgency != "emergency":
            lacks[item.category].append(lacking(held, item.licences, today))
    return {trade: found[0] for trade, found in lacks.items() if found and found[0] and all(found)}


def proven(application: Application) -> tuple[Licence, ...]:
    """Return the documents as those who checked them left them."""
    return tuple(replace(each, checked_by=application.checked_by) for each in application.documents)


def act(
    application: Application, action: Action, criteria: Criteria, now: datetime
) -> tuple[Application, tuple[Event, ...]]:
    """Decide one action on an application.

    Parameters
    ----------
    application : Application
    action : Action
    criteria : Criteria
    now : datetime
        In the district's zone.

    Returns
    -------
    tuple of (Application, tuple of Event)

    Raises
    ------
    NotPossibleError, WrongRoleError, BadFieldError
        As the lifecycle table says, when one person checks twice or decides on the appeal against their own decision,
        and when a trade is admitted whose licence is lacking; nothing is changed then.
    """
    move = criteria.lifecycle.move(application.state, action)
    if odd := sorted(set(action.fields) - FIELDS):
        allowed = f"fields of an application action are {', '.join(sorted(FIELDS))}"
        raise BadFieldError(odd[0], action.fields[odd[0]], allowed)
    changed = replace(application, state=criteria.lifecycle.target(application.state, move))
    for effect in move.effects:
        changed = EFFECTS[effect](changed, action, criteria, now)
    payload: dict[str, Any] = {"from": application.state, "to": changed.state}
    payload |= {name: action.fields[name] for name in ("reason", "note") if action.fields.get(name)}
    if changed.documents != application.documents:
        payload |= _pictures(changed)
    event = Event(name=action.name, at=now, by=action.by.user, role=action.by.role, payload=payload)
    return changed, (event,)


def may_act(application: Application, effects: Iterable[str], user: str) -> bool:
    """Tell whether an account is another one than those whose work an action looks at again.

    Parameters
    ----------
    application : Application
    effects : iterable of str
        Of the action, as the lifecycle table names them.
    user : str

    Returns
    -------
    bool
        False for a second check by the first checker, and for who refused it when the appeal is decided.
    """
    wanted = set(effects)
    checked = "check" in wanted and user in application.checked_by
    return not checked and not ("another" in wanted and user == application.decided_by)


def admitted(application: Application, no: str, rating: float, now: datetime) -> Provider:
    """Return the provider that an admitted application becomes: on trial, with its proven licences.

    Parameters
    ----------
    application : Application
    no : str
        The provider's number.
    rating : float
        What ratings are drawn to while nobody rated.
    now : datetime
        In the district's zone, whose day is that of joining.

    Returns
    -------
    Provider
    """
    return Provider(
        id=0,
        no=no,
        name=application.name,
        categories=application.categories,
        place=application.place,
        state="trial",
        address=application.address,
        phone=application.phone,
        hours=application.hours,
        area=application.area,
        capacity=application.capacity,
        rating=rating,
        licences=proven(application),
        joined_on=now.date(),
        verified_at=now,
    )


Effect = Callable[[Application, Action, Criteria, datetime], Application]


def _check(application: Application, action: Action, _criteria: Criteria, _now: datetime) -> Application:
    if not may_act(application, ("check",), action.by.user):
        raise NotPossibleError(f"{action.by.user} has checked {application.no}; the second look is another's")
    return replace(application, checked_by=(*application.checked_by, action.by.user))


def _ask(application: Application, action: Action, _criteria: Criteria, _now: datetime) -> Application:
    return replace(application, note=str(action.fields["note"]), checked_by=())


def _show(application: Application, action: Action, criteria: Criteria, now: datetime) -> Application:
    shown = check_documents(action.fields["documents"], criteria.kinds, now.date())
    return replace(application, documents=shown, checked_by=())


def _decide(application: Application, action: Action, _criteria: Criteria, now: datetime) -> Application:
    reason = str(action.fields["reason"])
    return replace(application, decided_at=now, decided_by=action.by.user, reason=reason)


def _prove(application: Application, _action: Action, criteria: Criteria, now: datetime) -> Application:
    if lacks := unproven(application, criteria.items.values(), now.date()):
        trade, lack = next(iter(sorted(lacks.items())))
        raise NotPossibleError(f"{application.no} cannot be admitted for {trade}: {lack.detail}")
    return application


def _another(application: Application, action: Action, _criteria: Criteria, _now: datetime) -> Application:
    if not may_act(application, ("another",), action.by.user):
        raise NotPossibleError(
            f"{action.by.user} refused {application.no}; another one decides on the appeal"
        )
    return application


def _anew(application: Application, _action: Action, _criteria: Criteria, _now: datetime) -> Application:
    return replace(application, checked_by=())


EFFECTS: Mapping[str, Effect] = {
    "check": _check,
    "ask": _ask,
    "show": _show,
    "another": _another,
    "prove": _prove,
    "decide": _decide,
    "anew": _anew,
}
