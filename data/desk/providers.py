"""Providers at the door: registered, changed, admitted, warned, left, other hours or capacity."""

from dataclasses import dataclass, replace

from sqlalchemy import select

from data.desk.put import put
from data.desk.work import Deeds, Start, Work
from data.errors import MissingError
from data.models import AreaRow, CellRow, EntityRow
from data.queries.reviews import REMINDED, past_of, reminded
from data.store.done import Done
from data.store.kinds.orders import PROVIDER
from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError
from dispatch.lifecycle import Action, Actor, Event
from dispatch.phone import check_phone
from dispatch.providers import provider as providers
from dispatch.providers.credit_code import check_credit_code
from dispatch.providers.licence import Licence, with_check, with_suspension
from dispatch.providers.provider import TAKING_ORDERS, Provider, check_provider
from dispatch.providers.reviews import RULED, ruled

OURS = (
    "state", "load", "recent_orders", "rating", "rating_count", "prices_fen", "licences", "max_travel_min",
    "credit_code",
)  # fmt: skip
"""What no file tells: it came about here, and a new row for a known number does not take it back."""
LICENCES = ("check_licence", "suspend_licence", "resume_licence")
CHECKS = frozenset({"dispatcher", "admin"})
"""Who looks at licences."""
KEEPS = frozenset({"admin"})
"""Who changes what the register says of a provider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutProvider(Start[Provider]):
    """A provider, new or changed."""

    provider: Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProvider(Start[Provider]):
    """A provider that asks to be admitted; its number is drawn."""

    provider: Provider


def put_provider(work: Work, new: PutProvider, by: Actor) -> Done[Provider]:
    """Register or change a provider; when it was verified stays where that is not told.

    Whatever a file tells of its rating, it begins with what is usual: figures come from orders.
    """
    return put(work, PROVIDER, _unrated(work, new.provider), by, keep=OURS, keep_unless_told=("verified_at",))


def register_provider(work: Work, new: NewProvider, by: Actor) -> Done[Provider]:
    """Register a provider as the lifecycle begins: it has applied, and takes no orders until it is admitted.

    Raises
    ------
    BadFieldError
        For a place outside the area of who registers, and for what no provider can have.
    """
    initial = work.catalogue.provider_lifecycle.initial
    given = _checked(work, replace(new.provider, state=initial), by)
    return put(work, PROVIDER, _unrated(work, replace(given, no=work.draw(PROVIDER))), by)


def act_on_provider(work: Work, no: str, action: Action) -> Done[Provider]:
    """Carry out one action on a provider; fields of ``change`` are those that the register holds of it.

    Raises
    ------
    MissingError
        When there is no such number.
    NotPossibleError, WrongRoleError, BadFieldError
        Nothing is changed then.
    """
    before = work.locked(PROVIDER, no)
    if action.name == "change":
        return _changed(work, before, action)
    if action.name in LICENCES:
        return _licensed(work, before, action)
    if action.name == REMINDED:
        return _reminded(work, before, action)
    if action.name in RULED:
        action = ruled(action, past_of(work.session, no))
    local = work.catalogue.local(work.now)
    after, events = providers.act(before, action, work.catalogue.provider_lifecycle, local)
    if after.state in TAKING_ORDERS and before.state not in TAKING_ORDERS:
        _check_entity(work, after)
    return Done(kind=PROVIDER, before=before, after=after, events=events)


def _changed(work: Work, before: Provider, action: Action) -> Done[Provider]:
    by = action.by
    if by.role not in KEEPS:
        raise WrongRoleError(
            f"the register of providers is kept by {', '.join(sorted(KEEPS))}, not by {by.role}"
        )
    if not work.catalogue.rulebook.scheme.contains(by.area, before.area):
        raise MissingError(f"provider {before.no} does not lie in your area")
    if before.state in work.catalogue.provider_lifecycle.final:
        raise NotPossibleError(f"provider {before.no} has left; what was known of it stays as it is")
    return put(work, PROVIDER, _checked(work, replace(before, **action.fields), by, before.phone), by)


def _licensed(work: Work, before: Provider, action: Action) -> Done[Provider]:
    """Keep what was found of a licence; fields are those of the paper."""
    by, told = action.by, action.fields
    if by.role not in CHECKS:
        raise WrongRoleError(f"licences are looked at by {', '.join(sorted(CHECKS))}, not by {by.role}")
    if before.state in work.catalogue.provider_lifecycle.final:
        raise NotPossibleError(f"provider {before.no} has left; what was known of it stays as it is")
    if action.name == "check_licence":
        kinds = work.catalogue.providers.kinds
        held = with_check(before.licences, Licence(**told), by.user, kinds)
    else:
        suspended = action.name == "suspend_licence"
        held = with_suspension(before.licences, told["kind"], told["number"], suspended=suspended)
    payload = {"kind": told["kind"], "number": told["number"], "reason": told.get("reason", "")}
    event = Event(name=action.name, at=work.now, by=by.user, role=by.role, payload=payload)
    return Done(kind=PROVIDER, before=before, after=replace(before, licences=held), events=(event,))


def _reminded(work: Work, before: Provider, action: Action) -> Done[Provider]:
    """Keep that the clock reminded of the end of a licence; it reminds once of each."""
    if action.by.role != "clock":
        raise WrongRoleError(f"reminders are given by the clock, not by {action.by.role}")
    told = dict(action.fields)
    if (told["kind"], told["number"], told["until"], told["days"]) in reminded(work.session, before.no):
        raise NotPossibleError(f"provider {before.no} was reminded of this already")
    event = Event(name=REMINDED, at=work.now, by=action.by.user, role=action.by.role, payload=told)
    return Done(kind=PROVIDER, before=before, after=before, events=(event,))


def _check_entity(work: Work, provider: Provider) -> None:
    """Let no shop of an entity that closed take orders.

    Raises
    ------
    NotPossibleError
    """
    if provider.credit_code and (closed := _closed_entity(work, provider.credit_code)):
        raise NotPossibleError(
            f"provider {provider.no} belongs to entity {closed}, which closed; reopen it first"
        )


def _closed_entity(work: Work, credit_code: str) -> str | None:
    query = select(EntityRow.no).where(EntityRow.credit_code == credit_code, EntityRow.closed_on.is_not(None))
    return work.session.scalar(query)


def _unrated(work: Work, provider: Provider) -> Provider:
    usual = work.catalogue.standing.prior_stars
    return replace(provider, rating=usual, rating_count=0, recent_orders=0)


def _checked(work: Work, provider: Provider, by: Actor, phone: str = "") -> Provider:
    """Return a provider as it may be kept; the known telephone stays however an earlier version wrote it."""
    items, scheme = work.catalogue.items, work.catalogue.rulebook.scheme
    if not scheme.contains(by.area, provider.area):
        raise BadFieldError("lon", provider.place.lon, f"a place in your area, {by.area}")
    for area in provider.service_areas:
        code = CellRow.code if len(area) > scheme.ends[2] else AreaRow.code
        if work.session.scalar(select(code).where(code.startswith(area, autoescape=True)).limit(1)) is None:
            raise BadFieldError("service_areas", area, "the beginning of a code of an area or cell")
    if provider.phone != phone:
        provider = replace(provider, phone=check_phone(provider.phone) if provider.phone else "")
    if provider.credit_code:
        provider = replace(provider, credit_code=check_credit_code(provider.credit_code))
        if provider.state in TAKING_ORDERS and (closed := _closed_entity(work, provider.credit_code)):
            raise BadFieldError("credit_code", provider.credit_code, f"entity {closed} of this code closed")
    return check_provider(provider, {i.category for i in items.values()}, items)


PROVIDERS = Deeds(
    kind=PROVIDER,
    starts={PutProvider: put_provider, NewProvider: register_provider},
    act=act_on_provider,
)
