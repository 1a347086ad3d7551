"""What calls show: numbers masked, who has them as far as the role may know, what the called number says."""

from dataclasses import fields
from typing import Any

from sqlalchemy.orm import Session

from api.access import KEEPERS
from api.answers.call import CallAnswer
from api.views.shape import plain
from api.world import World
from data.registers.people import who_has
from dispatch.calls import Call
from dispatch.phone import mask_phone
from dispatch.resident import Contact, masked_contact
from dispatch.seats import CallHour
from grid.account import Account

STATE_NAMES = {
    "offered": "来电",
    "ringing": "振铃",
    "talking": "通话中",
    "held": "保持",
    "ended": "已结束",
    "abandoned": "未接，已挂断",
}
SHARES = 4


def call_view(world: World, session: Session, call: Call, account: Account) -> dict[str, Any]:
    """Show a call with who has its number, masked."""
    number = world.catalogue.intake.calls.numbers.get(call.called)
    resident, contact = _caller(world, session, call, account)
    shown: dict[str, Any] = plain(call, world.zone)
    told = shown | {
        "state_name": STATE_NAMES[call.state],
        "called_name": number.name_zh if number else "",
        "greeting": number.greeting_zh if number else "",
        "items": list(number.items) if number else [],
        "caller": mask_phone(call.caller) if call.caller else "",
        "resident": resident,
        "contact": None if contact is None else plain(masked_contact(contact), world.zone),
        "wait_s": call.wait_s,
        "talk_s": call.talk_s,
    }
    return {field.name: told[field.name] for field in fields(CallAnswer)}


def _caller(world: World, session: Session, call: Call, account: Account) -> tuple[str, Contact | None]:
    """Give the one resident of a number, and how whoever has it is called; nothing to whom that is not for."""
    if not call.caller or account.role not in KEEPERS:
        return "", None
    found = who_has(session, call.caller, account.actor(), world.scheme)
    if len(found.residents) == 1:
        (one,) = found.residents
        return one.no, Contact(name=one.name, phone=one.phone, address=one.address)
    return "", found.contacts[0] if found.contacts else None


def hour_view(row: CallHour, world: World) -> dict[str, Any]:
    """Show the calls of an hour with their shares."""
    shown: dict[str, Any] = plain(row, world.zone)
    shares = {"share_in_time": row.in_time, "share_abandoned": row.abandoned}
    return shown | {n: round(c / row.offered, SHARES) if row.offered else None for n, c in shares.items()}
