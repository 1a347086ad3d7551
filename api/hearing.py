"""Messages of devices, whatever brought them: read, kept with what they lead to, or kept as refused."""

import json
from collections.abc import Mapping
from typing import Any

from api.world import World
from data.desk.messages import HearMessage, RefuseMessage
from dispatch.alarms.message import Message, message_of
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Actor

LARGEST_MESSAGE = 4096
UNREADABLE = "write a JSON object"


def take(
    world: World, no: str, body: bytes, by: Actor, *, retained: bool = False
) -> tuple[Message, Mapping[str, Any]]:
    """Take one message of a device; when this returns it is on disk.

    Parameters
    ----------
    world : World
    no : str
        Number of the device, from the address or topic.
    body : bytes
        As it came, at most `LARGEST_MESSAGE` of them.
    by : Actor
        The gateway.
    retained : bool, optional
        Whether a broker repeated an old state.

    Returns
    -------
    tuple of Message and Mapping
        The message, and ``answer``, ``alarm``, ``counts_at`` and ``faults`` of docs/devices.md.

    Raises
    ------
    BadFieldError
        When it cannot be taken; it is kept as refused then.
    """
    now = world.clock()
    try:
        message = message_of(no, read_object(body), now, retained=retained)
        done = world.desk.start(HearMessage(message=message, body=_kept(body)), by, now)
    except BadFieldError as error:
        refuse(world, no, body, str(error), by)
        raise
    return message, done.row


def refuse(world: World, no: str, body: bytes, why: str, by: Actor) -> None:
    """Keep a message that could not be taken, with the reason, for the operator."""
    now = world.clock()
    kept = Message(id="", device=no[:64], kind="", received_at=now)
    world.desk.start(
        RefuseMessage(message=kept, body=_kept(body), why=_kept(why.encode(errors="replace"))), by, now
    )


def read_object(body: bytes) -> dict[str, Any]:
    """Read a JSON object.

    Raises
    ------
    BadFieldError
    """
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        raise BadFieldError("body", body[:40].decode(errors="replace"), UNREADABLE) from None
    if not isinstance(read, dict):
        raise BadFieldError("body", read, UNREADABLE)
    return read


def _kept(body: bytes) -> str:
    """Give a text that both stores can keep: PostgreSQL keeps no character 0."""
    return body[:LARGEST_MESSAGE].decode(errors="replace").replace("\0", "\ufffd")
