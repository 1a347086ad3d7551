"""Messages of devices at the door: kept together with what they lead to, so that an answer means it is on disk."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select

from data.desk.alarms import cleared, raised_or_joined
from data.desk.countdowns import keep_countdowns, open_countdowns
from data.desk.devices import spoken
from data.desk.homes import Home, cell_of, home_of, lock_home
from data.desk.work import Deeds, Start, Work
from data.models import MessageRow, table_of
from data.registers.duty import own_plan
from data.store.done import Done
from data.store.kinds.alarms import MESSAGE
from dispatch.alarms.alarm import Cry
from dispatch.alarms.device import AlarmDevice
from dispatch.alarms.hearing import Heard, Known, hear
from dispatch.alarms.message import Message
from dispatch.lifecycle import Actor
from geo.place import LonLat

TABLE = table_of(MessageRow)
TWINS = 20
NOT_TAKEN = ("retained", "stale", "refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class HearMessage(Start[Message]):
    """A message of a device, with its body as it came."""

    message: Message
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseMessage(Start[Message]):
    """A body that could not be taken, kept for the operator with the reason."""

    message: Message
    body: str
    why: str


def hear_message(work: Work, new: HearMessage, by: Actor) -> Done[Message]:
    """Keep a message with everything it leads to.

    The answer, the alarm and the faults are in ``row`` of what is returned.

    Raises
    ------
    BadFieldError
        When a device of this kind does not send such a message.
    """
    message, rules = new.message, work.catalogue.alarms
    home = home_of(work, message.device, by)
    lock_home(work, home.resident, message.device)
    home = home_of(work, message.device, by, lock=True)
    twin, twin_alarm = _twin(work, message)
    known = Known(
        device=home.device,
        twin=twin,
        countdowns=open_countdowns(work, message.device, home.resident),
        ends=_ends(work, message, home.device),
        own=own_plan(work.session, home.resident),
    )
    heard = hear(message, known, rules)
    if heard.answer == "repeated":
        told = {"answer": heard.answer, "alarm": twin_alarm, "counts_at": heard.at, "faults": []}
        return Done(kind=MESSAGE, before=message, after=message, row=told)
    others, alarm = _led_to(work, heard, message, home, by)
    told = {
        "answer": heard.answer,
        "alarm": alarm,
        "counts_at": heard.at,
        "faults": list(heard.faults),
    }
    values = _values(message) | told | {"body": new.body, "refused": ""}
    if not message.retained:
        _forget_old_state(work, message)
    work.session.execute(insert(TABLE), values)
    return Done(kind=MESSAGE, after=message, row=told, others=tuple(others))


def _led_to(work: Work, heard: Heard, message: Message, home: Home, by: Actor) -> tuple[list[Done[Any]], str]:
    """Carry out what a message leads to; returns what was done and the number of the alarm."""
    others: list[Done[Any]] = []
    alarm = ""
    keep_countdowns(work, heard.countdowns)
    if home.device is not None and heard.device is not None and heard.device != home.device:
        others.append(spoken(work, home.device, heard.device, by))
    if heard.cause:
        done = raised_or_joined(work, cry_of(work, heard, message, home), by)
        others.append(done)
        alarm = done.fact.no
    for done in cleared(work, message.device, heard.clears, by) if heard.clears else ():
        others.append(done)
        alarm = alarm or done.fact.no
    return others, alarm


def cry_of(work: Work, heard: Heard, message: Message, home: Home) -> Cry:
    """Return the cry of a message: of now, with what the device says of the time.

    Parameters
    ----------
    work : Work
    heard : Heard
        What the message leads to.
    message : Message
        Its own position, where it has one, counts more than the home.
    home : Home

    Returns
    -------
    Cry
        Still without number.
    """
    place, cell = home.place, home.cell
    if message.lon is not None and message.lat is not None:
        place = LonLat(message.lon, message.lat)
        cell = cell_of(work, place) or cell
    late = heard.at < message.received_at
    return Cry(
        no="",
        cause=heard.cause,
        at=message.received_at,
        said_at=heard.at if late else None,
        resident=home.resident,
        device=message.device,
        place=place,
        cell=cell,
        area=work.catalogue.rulebook.scheme.community_of(cell) if cell else "",
    )


def refuse_message(work: Work, new: RefuseMessage, by: Actor) -> Done[Message]:
    """Keep a body that could not be taken."""
    del by
    message = new.message
    told = {"answer": "refused", "alarm": "", "counts_at": message.received_at, "faults": []}
    values = _values(message) | told | {"at": None, "body": new.body, "refused": new.why}
    work.session.execute(insert(TABLE), values)
    return Done(kind=MESSAGE, after=message, row=told)


def _twin(work: Work, message: Message) -> tuple[Message | None, str]:
    """Find the message of the same device and number that came before, the same one where there is one.

    An old state raised nothing, so the message itself, should it come behind it, is no repeat of it.
    """
    before = ("refused",) if message.retained else ("refused", "retained")
    query = select(TABLE).where(
        TABLE.c.device == message.device, TABLE.c.number == message.id, TABLE.c.answer.not_in(before)
    )
    rows = work.session.execute(query.order_by(TABLE.c.id.desc()).limit(TWINS)).all()
    if not rows:
        return None, ""
    found = next((row for row in rows if message.same_as(_message(row))), rows[0])
    return _message(found), str(found.alarm)


def _forget_old_state(work: Work, message: Message) -> None:
    """Let what was kept as an old state give way to the message itself: each message is kept once."""
    same = (
        (TABLE.c.device == message.device) & (TABLE.c.number == message.id) & (TABLE.c.kind == message.kind)
    )
    work.session.execute(delete(TABLE).where(same, TABLE.c.at == message.at, TABLE.c.answer == "retained"))


def _ends(work: Work, message: Message, device: AlarmDevice | None) -> tuple[tuple[str, Any], ...]:
    """Return the newest end of each cause that this message could start."""
    if device is None:
        return ()
    rules = [
        r for r in work.catalogue.alarms.countdowns if r.device == device.kind and r.starts == message.kind
    ]
    found = []
    for rule in rules:
        mine = (TABLE.c.device == device.no) & (TABLE.c.kind == rule.ends) & TABLE.c.answer.not_in(NOT_TAKEN)
        newest = work.session.scalar(
            select(func.max(TABLE.c.counts_at, type_=TABLE.c.counts_at.type)).where(mine)
        )
        if newest is not None:
            found.append((rule.cause, newest))
    return tuple(found)


def _values(message: Message) -> dict[str, Any]:
    names = ("device", "kind", "key", "of", "at", "received_at", "battery", "lon", "lat", "test", "retained")
    return {name: getattr(message, name) for name in names} | {"number": message.id}


def _message(row: Any) -> Message:  # noqa: ANN401 - a row
    return Message(
        id=row.number,
        device=row.device,
        kind=row.kind,
        received_at=row.received_at,
        at=row.at,
        key=row.key,
        of=row.of,
        faults=tuple(row.faults),
    )


MESSAGES = Deeds(kind=MESSAGE, starts={HearMessage: hear_message, RefuseMessage: refuse_message})
