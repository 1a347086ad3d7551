"""The line to an MQTT broker: what devices publish, acknowledged when it is on disk.

One thread reads and acknowledges, so that what is waiting is known at every moment; several take, so that messages share
a flush to disk. Those of one device are taken in the order in which they came. While the store is busy or down they wait
and are not acknowledged.
"""

import select
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from api.clock import steady_clock
from api.outside.broker_client import Address, make_client
from api.outside.published import Publication, take_publication, will_come_again
from api.world import World
from data.errors import DataError
from data.log import LOG

TOPIC = "jinlin/v1/+/+/+"
LOCK_KEY = 0x4A4E  # advisory lock: one process at a time holds the line
KEEPALIVE_S = 30
TURN_S = 0.5
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 15.0
AGAIN_S = 1.0
TRIES = 3
NEVER = 0xFFFFFFFF
"""When the broker may forget the session."""
MOST_UNANSWERED = 100
AT_ONCE = 8
MOST_WAITING = 1000
"""Beyond so many, what was published with QoS 0 is dropped."""


class LineLostError(Exception):
    """The line to the broker is lost; the message says why."""


@dataclass(slots=True)
class Waiting:
    """A message that is not on disk yet; ``tries`` counts those that failed by a fault of ours."""

    message: MQTTMessage
    tries: int = 0
    failed: str = ""

    @property
    def device(self) -> str:
        """The topic down to the device."""
        return self.message.topic.rpartition("/")[0]


class Line:
    """One connection to the broker, from its beginning until it is lost."""

    def __init__(self, world: World) -> None:
        self._world, self._state = world, world.broker
        self._client = make_client(world.settings)
        self._client.on_connect = self._connected
        self._client.on_subscribe = self._subscribed
        self._client.on_disconnect = self._lost
        self._client.on_message = self._came
        self._waiting: list[Waiting] = []
        self._hands = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="broker")
        self._again_s, self._why = 0.0, ""

    def hold(self, stop: threading.Event) -> None:
        """Take what is published until asked to stop.

        Raises
        ------
        LineLostError, OSError
        """
        settings = self._world.settings
        address = Address.of(settings.mqtt_url)
        more: dict[str, Any] = {}
        if settings.mqtt_version == "5":
            asked = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # untyped there
            asked.SessionExpiryInterval, asked.ReceiveMaximum = NEVER, MOST_UNANSWERED
            more = {"clean_start": False, "properties": asked}
        self._client.connect(address.host, address.port, KEEPALIVE_S, **more)
        while not stop.is_set():
            self._turn()
            self._work_off(stop)
        self._client.disconnect()

    def close(self) -> None:
        """Leave the line; what was not acknowledged comes again."""
        self._hands.shutdown()
        self._waiting.clear()
        self._state.waiting = 0
        if (socket := self._client.socket()) is not None:
            socket.close()

    def _turn(self) -> None:
        """Read and write what there is, waiting a moment for it."""
        client = self._client
        socket = client.socket()
        if socket is None:
            raise LineLostError(self._why or "the broker closed the line")
        looked = select.poll()  # unlike select it takes any number of open files
        looked.register(socket, select.POLLIN | (select.POLLOUT if client.want_write() else 0))
        code = MQTTErrorCode.MQTT_ERR_SUCCESS
        wait_s = 0.0 if self._is_due() else TURN_S
        for _ in range(AT_ONCE):
            pending = isinstance(socket, ssl.SSLSocket) and socket.pending() > 0
            if not looked.poll(0 if pending else wait_s * 1000) and not pending:
                break
            code = client.loop_read()
            if code != MQTTErrorCode.MQTT_ERR_SUCCESS or client.socket() is None:
                break
            wait_s = 0.0
        if code == MQTTErrorCode.MQTT_ERR_SUCCESS and client.want_write():
            code = client.loop_write()
        if code == MQTTErrorCode.MQTT_ERR_SUCCESS:
            code = client.loop_misc()
        if code != MQTTErrorCode.MQTT_ERR_SUCCESS or self._why:
            raise LineLostError(self._why or code.name)

    def _is_due(self) -> bool:
        return bool(self._waiting) and steady_clock() >= self._again_s

    def _work_off(self, stop: threading.Event) -> None:
        """Take what waits, one of each device at a time; what the store does not take now stays."""
        while self._is_due() and not stop.is_set():
            first: dict[str, Waiting] = {}
            for one in self._waiting:
                first.setdefault(one.device, one)
            batch = list(first.values())[:AT_ONCE]
            for one, taken in zip(batch, self._hands.map(self._take, batch), strict=True):
                if taken:
                    self._waiting.remove(one)
                    self._client.ack(one.message.mid, one.message.qos)
                else:
                    self._again_s = steady_clock() + AGAIN_S
            failed = next((one.failed for one in self._waiting if one.failed), "")
            self._state.why = f"the store takes nothing: {failed}" if failed else ""
            self._state.waiting = len(self._waiting)

    def _take(self, one: Waiting) -> bool:
        """Take one message; False when it has to wait."""
        message = one.message
        came = Publication(topic=message.topic, body=bytes(message.payload), retained=message.retain)
        try:
            take_publication(self._world, came, last=one.tries + 1 >= TRIES)
        except (DBAPIError, DataError, OSError) as error:
            LOG.warning("a message waits for the store", error=type(error).__name__)
            one.tries, one.failed = one.tries + (not will_come_again(error)), type(error).__name__
            return False
        except Exception as error:
            LOG.exception("a message cannot be taken yet")
            one.tries, one.failed = one.tries + 1, type(error).__name__
            return False
        return True

    def _came(self, client: Client, userdata: object, message: MQTTMessage) -> None:
        del client, userdata
        if message.qos == 0 and len(self._waiting) >= MOST_WAITING:
            LOG.warning("a message of QoS 0 is dropped; too many wait")
            return
        self._waiting.append(Waiting(message))
        self._state.waiting = len(self._waiting)

    def _connected(self, client: Client, userdata: object, flags: object, code: Any, more: object) -> None:  # noqa: ANN401 - of paho
        del userdata, flags, more
        if code.is_failure:
            self._why = f"the broker refuses us: {code}"
        else:
            client.subscribe(TOPIC, qos=1)

    def _subscribed(self, client: Client, userdata: object, mid: int, codes: Any, more: object) -> None:  # noqa: ANN401 - of paho
        del client, userdata, mid, more
        if any(code.is_failure for code in codes):
            self._why = f"the broker does not let us read {TOPIC}: {codes[0]}"
            return
        state = self._state
        state.state, state.since, state.why = "connected", self._world.clock(), ""
        LOG.info("connected to the broker of devices")

    def _lost(self, client: Client, userdata: object, flags: object, code: Any, more: object) -> None:  # noqa: ANN401 - of paho
        del client, userdata, flags, more
        self._why = self._why or f"the line broke: {code}"


class BrokerThread(threading.Thread):
    """Holds the line to the broker, and makes it anew when it is lost, after 1, 2, 4 ... s.

    Raises
    ------
    NotSetUpError
        When the settings name no broker that could be reached.
    """

    def __init__(self, world: World) -> None:
        super().__init__(name="broker", daemon=True)
        make_client(world.settings)
        self._world = world
        self._stop_asked = threading.Event()
        self._told("lost", "not connected yet")

    def run(self) -> None:
        """Hold the line until stopped."""
        wait_s = FIRST_WAIT_S
        while not self._stop_asked.is_set():
            try:
                with _only_here(self._world) as got:
                    was = self._hold() if got else self._told("elsewhere", "")
            except (LineLostError, OSError, SQLAlchemyError) as error:
                LOG.warning("the line to the broker is lost", error=type(error).__name__)
                was = self._told(
                    "lost", type(error).__name__ if isinstance(error, SQLAlchemyError) else str(error)
                )
            except Exception as error:
                LOG.exception("the line to the broker is lost")
                was = self._told("lost", type(error).__name__)
            if was == "connected" or self._world.broker.state == "elsewhere":
                wait_s = FIRST_WAIT_S
            self._stop_asked.wait(wait_s)
            wait_s = min(LONGEST_WAIT_S, 2 * wait_s)

    def _hold(self) -> str:
        line = Line(self._world)
        try:
            line.hold(self._stop_asked)
        finally:
            line.close()
        return self._told("lost", "the server stops")

    def _told(self, state: Literal["elsewhere", "lost"], why: str) -> str:
        """Note how the line stands; returns how it stood before."""
        broker = self._world.broker
        was = broker.state
        if was != state:
            broker.since = self._world.clock()
        broker.state, broker.why = state, why
        return was

    def stop(self) -> None:
        """Stop after the message in hand; the broker keeps what comes meanwhile."""
        self._stop_asked.set()
        self.join(timeout=10)


@contextmanager
def _only_here(world: World) -> Iterator[bool]:
    """Hold the lock by which one process of several has the line, for the broker knows one client of our name."""
    if world.database.is_sqlite:
        yield True
        return
    with world.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        got = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK_KEY}))
        try:
            yield got
        finally:
            if got and not connection.invalidated:
                connection.scalar(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK_KEY})
