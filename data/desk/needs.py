"""Needs at the door: published, claimed by volunteers, given up, confirmed by the receiver, withdrawn."""

from dataclasses import dataclass, replace
from secrets import token_hex

from data.desk.work import Deeds, Start, Work
from data.models import ProviderRow
from data.store.done import Done
from data.store.kinds.orders import NEED
from dispatch.errors import BadFieldError, NotPossibleError, WrongRoleError
from dispatch.helping import OpenNeed, claim, confirm, give_up, publish, withdraw
from dispatch.lifecycle import Action, Actor, Event
from dispatch.providers.provider import TAKING_ORDERS

SALT_BYTES = 16
VOLUNTEER = "volunteer"
"""Category of the providers that are volunteers."""
ACTIONS = ("claim", "give_up", "confirm", "withdraw")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForHelp(Start[OpenNeed]):
    """A need to be published; its ``no`` is set by the door."""

    need: OpenNeed


def ask_for_help(work: Work, new: AskForHelp, by: Actor) -> Done[OpenNeed]:
    """Publish a need.

    Raises
    ------
    BadFieldError
        When the item is none that volunteers do, or it cannot be published.
    """
    item = work.catalogue.items.get(new.need.item)
    if item is None or item.category != VOLUNTEER:
        known = ", ".join(code for code, one in work.catalogue.items.items() if one.category == VOLUNTEER)
        raise BadFieldError("item", new.need.item, f"items that volunteers do are {known}")
    need = publish(replace(new.need, no=work.draw(NEED), asked_by=by.user, asked_at=work.now), work.now)
    payload = {"item": need.item, "places": need.places}
    event = Event(name="published", at=work.now, by=by.user, role=by.role, payload=payload)
    return Done(kind=NEED, after=need, events=(event,), row={"salt": token_hex(SALT_BYTES)})


def act_on_need(work: Work, no: str, action: Action) -> Done[OpenNeed]:
    """Claim a place, give it up, confirm a volunteer's minutes, or withdraw the need.

    Raises
    ------
    MissingError, BadFieldError, NotPossibleError, WrongRoleError
    """
    if action.name not in ACTIONS:
        raise NotPossibleError(f"a need can be {', '.join(ACTIONS)}; {action.name!r} is not possible")
    before, by = work.locked(NEED, no), action.by
    if action.name in ("claim", "give_up"):
        number = _volunteer(work, action)
        after = (claim if action.name == "claim" else give_up)(before, number, work.now)
    elif by.role == "provider":
        raise WrongRoleError("the receiver, a worker or the desk says so, never the volunteer")
    elif action.name == "confirm":
        number, minutes = _told(action, "provider"), _told(action, "minutes")
        after = confirm(before, number, minutes, by.user, work.now)
    else:
        number, after = 0, withdraw(before, work.now)
    if after == before:
        return Done(kind=NEED, before=before, after=after)
    payload = {"provider": number} if number else {}
    event = Event(name=action.name, at=work.now, by=by.user, role=by.role, payload=payload)
    return Done(kind=NEED, before=before, after=after, events=(event,))


def _told(action: Action, name: str) -> int:
    if name not in action.fields:
        raise BadFieldError(
            name, "", "name the volunteer, by the row number of the provider; and confirmed minutes"
        )
    return int(action.fields[name])


def _volunteer(work: Work, action: Action) -> int:
    """Return the row number of the volunteer who acts, or for whom the desk acts that heard it by telephone.

    Raises
    ------
    BadFieldError
        When the desk names none.
    WrongRoleError
        When the account is of no volunteers.
    NotPossibleError
        When a resident claims, or the volunteers may not work at present.
    """
    by = action.by
    if by.role == "resident":
        raise NotPossibleError("volunteers claim places themselves, or the desk does for them")
    number = int(by.provider) if by.provider.isdecimal() else _told(action, "provider")
    row = work.session.get(ProviderRow, number)
    if row is None or VOLUNTEER not in row.categories:
        raise WrongRoleError("places are for volunteers: providers of the category volunteer")
    if row.state not in TAKING_ORDERS:
        raise NotPossibleError(f"{row.no} is {row.state} and takes nothing at present")
    return row.id


NEEDS = Deeds(kind=NEED, starts={AskForHelp: ask_for_help}, act=act_on_need)
