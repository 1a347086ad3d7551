"""Who calls: recognised by number or by telephone in whatever way it is written, so that nothing known is asked again."""

from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from api.access import KEEPERS
from api.errors import NotAllowedError
from api.forms import Form, Short
from api.world import World
from data.errors import MissingError
from data.queries.scope import find
from data.registers.people import who_has
from data.store.kinds.people import RESIDENT
from dispatch.errors import BadFieldError
from dispatch.phone import check_phone
from dispatch.resident import Contact, Resident
from grid.account import Account


class CallerForm(Form):
    """Who calls: a telephone is enough where it is known; ``another`` when it is not the one whose number it is."""

    name: Annotated[str, Field(max_length=40)] = ""
    phone: Annotated[str, Field(max_length=40)] = ""
    address: Short = ""
    relation: Annotated[str, Field(max_length=20)] = "self"
    another: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Who was recognised: a resident of the register, and how to reach who calls; None for nobody yet."""

    resident: Resident | None = None
    contact: Contact | None = None


def recognise(world: World, account: Account, resident: str, caller: CallerForm | None) -> Known:
    """Recognise who calls.

    Those who work with people recognise by number and telephone; residents are themselves. To anybody else it is not
    told who has a telephone: what they say is taken as it is.

    Raises
    ------
    BadFieldError
        For a number of nobody in one's area, or in whose name one may not speak, and a telephone that is none.
    NotAllowedError
        When a resident names another one.
    """
    if account.role == "resident":
        if resident and resident != account.resident:
            raise NotAllowedError("you can order for yourself only; leave out resident")
        resident = account.resident
    elif resident and account.role not in KEEPERS:
        raise BadFieldError("resident", resident, "you can speak for yourself only; leave it out")
    if resident:
        return _of_number(world, account, resident)
    if caller is None or not caller.phone:
        return Known()
    told = Contact(
        name=caller.name, phone=check_phone(caller.phone), address=caller.address, relation=caller.relation
    )
    if account.role not in KEEPERS or caller.another:
        return Known(contact=told)
    return _of_phone(world, account, told)


def _of_number(world: World, account: Account, resident: str) -> Known:
    try:
        with world.database.read() as session:
            found = find(session, RESIDENT, resident, account.actor(), world.scheme)
    except MissingError:
        raise BadFieldError("resident", resident, "no resident of this number in your area") from None
    return _resident(found)


def _of_phone(world: World, account: Account, told: Contact) -> Known:
    """Recognise by telephone: one resident of that number, else whoever called from it last."""
    with world.database.read() as session:
        caller = who_has(session, told.phone, account.actor(), world.scheme)
    same = [one for one in caller.residents if told.name in ("", one.name)]
    if len(same) == 1:
        return _resident(same[0])
    if caller.contacts and told.name in ("", caller.contacts[0].name):
        last = caller.contacts[0]
        return Known(contact=replace(last, address=told.address or last.address))
    return Known(contact=told)


def _resident(found: Resident) -> Known:
    contact = Contact(name=found.name, phone=found.phone, address=found.address)
    return Known(resident=found, contact=contact if found.phone else None)
