"""What gateways publish: topic and body taken as if they had come over HTTP, by the gateway that the topic names."""

import threading
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import DataError as BadValueError
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from api.clockwork import CLOCK
from api.hearing import LARGEST_MESSAGE, read_object, refuse, take
from api.world import World
from data.errors import BusyError, StaleError, TransactionLostError
from data.log import LOG
from data.models import AccountRow
from data.registers.accounts import account_of
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Actor

COUNTING = threading.Lock()
GATEWAY_ITSELF = "-"
"""In the place of the device: what is told of the gateway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What was published; ``retained`` is an old state that the broker repeats."""

    topic: str
    body: bytes
    retained: bool = False


def will_come_again(error: Exception) -> bool:
    """Tell whether the store may take later what it did not take now: it is busy, down, or short of room."""
    if isinstance(error, DBAPIError):
        return not isinstance(error, BadValueError | IntegrityError | ProgrammingError)
    return isinstance(error, BusyError | StaleError | TransactionLostError | OSError)


def take_publication(world: World, came: Publication, *, last: bool) -> None:
    """Take what was published; when this returns it is on disk, taken or refused, and need not come again.

    Parameters
    ----------
    world : World
    came : Publication
    last : bool
        Whether something that fails by a fault of ours is kept as refused, so that it does not hold back others
        for ever.

    Raises
    ------
    Exception
        As the store says; nothing is kept then.
    """
    _, _, gateway, device, kind = came.topic.split("/")
    is_of_gateway = device == GATEWAY_ITSELF and kind in ("offline", "online")
    if not came.body and not is_of_gateway:  # what was retained is taken away
        return
    try:
        by = gateway_of(world, gateway)
        if is_of_gateway:
            _told_of_gateway(world, gateway, is_offline=kind == "offline" and bool(came.body))
            return
        _check(came, device, kind)
    except BadFieldError as error:
        refuse(world, device, came.body, str(error), CLOCK)
        _note_refused(world, gateway, error.field)
        return
    try:
        take(world, device, came.body, by, retained=came.retained)
    except BadFieldError as error:
        _note_refused(world, gateway, error.field)
    except Exception as error:
        if not last or will_come_again(error):
            raise
        LOG.exception("a message cannot be taken", gateway=gateway)
        refuse(world, device, came.body, f"the server failed on it: {type(error).__name__}", by)
        _note_refused(world, gateway, "")
    else:
        _note_taken(world, gateway, retained=came.retained)


def _note_taken(world: World, gateway: str, *, retained: bool) -> None:
    state = world.broker
    with COUNTING:
        state.taken += 1
    state.last_message = world.clock()
    if not retained:  # it speaks
        state.offline.pop(gateway, None)


def _note_refused(world: World, gateway: str, field: str) -> None:
    state = world.broker
    with COUNTING:
        state.refused += 1
    state.last_message = world.clock()
    LOG.warning("a message is refused", gateway=gateway, field=field)


def gateway_of(world: World, user: str) -> Actor:
    """Give the gateway that a topic names; the broker vouches that nobody else publishes there.

    Raises
    ------
    BadFieldError
        When no active account of the role ``device`` has this name.
    """
    with world.database.read() as session:
        row = session.scalar(select(AccountRow).where(AccountRow.user == user))
    if row is None or not row.active or row.role != "device":
        raise BadFieldError("gateway", user, "the topic names an active account of the role device")
    return account_of(row).actor()


def _check(came: Publication, device: str, kind: str) -> None:
    """Make sure that topic and body belong together.

    Raises
    ------
    BadFieldError
    """
    if len(came.body) > LARGEST_MESSAGE:
        raise BadFieldError("size", len(came.body), f"a message has at most {LARGEST_MESSAGE} bytes")
    said = read_object(came.body).get("kind")
    if said != kind:
        raise BadFieldError("topic", kind, f"the topic names the kind of its message, {said!r}")
    if device == GATEWAY_ITSELF:
        raise BadFieldError("topic", device, "a gateway itself is offline or online and sends nothing else")


def _told_of_gateway(world: World, gateway: str, *, is_offline: bool) -> None:
    """Note that a gateway is gone, as its last will says, or here again."""
    offline = world.broker.offline
    if not is_offline:
        offline.pop(gateway, None)
    elif gateway not in offline:
        offline[gateway] = world.clock()
        LOG.warning("a gateway is offline", gateway=gateway)
