"""Messages of devices over a real broker: each is on disk before it is acknowledged, whatever stops in between."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt import publish
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from sqlalchemy import func, select, text

from api.app import make_app
from api.outside.broker import LOCK_KEY, BrokerThread
from api.outside.published import Publication, take_publication
from data.errors import NotSetUpError
from data.models import AlarmRow, MessageRow
from data.store.home import Home
from data.store.session import Database
from grid.account import Account
from tests.conftest import NOW, Site, opened
from tests.flows.test_alarms import equip
from tests.flows.test_operations import watched
from tests.mosquitto import SERVER, Mosquitto

GATEWAYS = {"gateway": "gw-secret", "stranger": "st-secret"}
CHILD = """
import os, signal, sys, threading
from datetime import datetime
from pathlib import Path
from paho.mqtt.client import Client
from api.outside.broker import BrokerThread
from api.settings import Settings
from api.world import open_world
home, database, url, now, when = sys.argv[1:]
at = datetime.fromisoformat(now)
if when == "committed":
    Client.ack = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
settings = Settings(home=Path(home), database=database, mqtt_url=url, mqtt_password="server-secret")
world = open_world(settings, lambda: at)
thread = BrokerThread(world)
thread.start()
while True:
    threading.Event().wait(0.02)
    if world.broker.waiting:
        print("received", flush=True)
"""


def until(done: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not happen in time"
        threading.Event().wait(0.02)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    broker = Mosquitto(tmp_path_factory.mktemp("mosquitto"), GATEWAYS)
    yield broker
    broker.stop()


@pytest.fixture
def broker(running: Mosquitto) -> Iterator[Mosquitto]:
    """The broker, empty of what another test left."""
    yield running
    running.forget()


def configure(site: Site, broker: Mosquitto, **more: Any) -> None:
    told = {"mqtt_url": broker.url, "mqtt_password": SERVER["jinlin"], **more}
    object.__setattr__(site.world, "settings", site.world.settings.model_copy(update=told))


@contextmanager
def listening(site: Site, broker: Mosquitto, **more: Any) -> Iterator[None]:
    """Hold the line to the broker for a while."""
    configure(site, broker, **more)
    thread = BrokerThread(site.world)
    thread.start()
    try:
        until(lambda: site.world.broker.state == "connected")
        yield
    finally:
        thread.stop()
    assert not thread.is_alive()


def body(number: str, kind: str = "press", **more: Any) -> str:
    said = {"id": number, "kind": kind, "at": NOW.isoformat(), **more}
    return json.dumps(said | ({"key": "emergency"} if kind == "press" and "key" not in more else {}))


def send(broker: Mosquitto, topic: str, payload: str, user: str = "gateway", **more: Any) -> None:
    auth = {"username": user, "password": GATEWAYS[user]}
    publish.single(
        f"jinlin/v1/{topic}", payload, hostname="127.0.0.1", port=broker.port, auth=auth, **{"qos": 1, **more}
    )


def kept(site: Site, number: str = "") -> list[tuple[str, str]]:
    """Give answer and alarm of the messages that are on disk."""
    query = select(MessageRow.answer, MessageRow.alarm).order_by(MessageRow.id)
    with site.world.database.read() as session:
        rows = session.execute(query.where(MessageRow.number == number) if number else query)
        return [(row.answer, row.alarm) for row in rows]


def open_alarms(site: Site) -> list[tuple[str, int]]:
    with site.world.database.read() as session:
        rows = session.execute(select(AlarmRow.device, AlarmRow.pressed).order_by(AlarmRow.id))
        return [(row.device, row.pressed) for row in rows]


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_a_press_rings_at_the_desk(sqlite_site: Site, broker: Mosquitto, version: str) -> None:
    site = sqlite_site
    equip(site, X1="pendant")
    with listening(site, broker, mqtt_version=version):
        send(broker, "gateway/X1/press", body("p1"))
        until(lambda: kept(site, "p1"))
        ((answer, alarm),) = kept(site, "p1")
        assert answer == "raised"
        assert site.get("dispatcher", f"/api/v1/alarms/{alarm}")["device"] == "X1"
        told = site.get(None, "/healthz")["broker"]
        assert (told["state"], told["taken"], told["waiting"]) == ("connected", 1, 0)
    assert site.world.broker.state == "lost"


def test_what_was_pressed_in_an_absence_arrives_once(sqlite_site: Site, broker: Mosquitto) -> None:
    """First the server is away and the broker is started anew; then the broker alone is away."""
    site = sqlite_site
    equip(site, X1="pendant")
    with listening(site, broker):
        pass
    for number in range(30):  # more than a broker sends without an answer
        send(broker, "gateway/X1/press", body(f"away-{number}"))
    send(broker, "gateway/X1/press", body("lost"), qos=0)
    broker.stop()
    broker.start()
    with listening(site, broker):
        until(lambda: len(kept(site)) == 30)
        gateway = Client(CallbackAPIVersion.VERSION2, client_id="gateway", clean_session=False)
        gateway.username_pw_set("gateway", GATEWAYS["gateway"])
        gateway.reconnect_delay_set(1, 1)
        gateway.connect("127.0.0.1", broker.port)
        gateway.loop_start()
        until(gateway.is_connected)
        broker.stop()
        until(lambda: site.world.broker.state == "lost")
        gateway.publish("jinlin/v1/gateway/X1/press", body("during"), qos=1)
        broker.start()
        until(lambda: kept(site, "during"))
        gateway.disconnect()
        gateway.loop_stop()
        assert site.world.broker.state == "connected"
    assert len(kept(site)) == 31  # and none of QoS 0
    assert open_alarms(site) == [("X1", 31)]


@pytest.mark.parametrize("when", ["received", "committed"])
def test_killed_before_it_acknowledges_the_press_is_there_once(
    home: Home, broker: Mosquitto, when: str
) -> None:
    url = home.default_database
    with opened(home, url) as site:
        equip(site, X1="pendant")
        with listening(site, broker):
            pass
    database = Database(url)
    arguments = [str(home.folder), url, broker.url, NOW.isoformat(), when]
    command = [sys.executable, "-c", CHILD, *arguments]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True) as child:
        try:
            if when == "received":
                with database.engine.execution_options(write=True).begin() as connection:
                    connection.execute(text("UPDATE device_messages SET key = key"))
                    send(broker, "gateway/X1/press", body("p1"))
                    assert child.stdout is not None
                    assert child.stdout.readline() == "received\n"
                    child.send_signal(signal.SIGKILL)
                    child.wait(timeout=20)
            else:
                send(broker, "gateway/X1/press", body("p1"))
            assert child.wait(timeout=60) == -signal.SIGKILL
        finally:
            child.kill()
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(MessageRow)) == (when == "committed")
    database.close()
    with opened(home, url) as site, listening(site, broker):
        until(lambda: site.world.broker.taken == 1)
        assert [answer for answer, _ in kept(site)] == ["raised"]
        assert open_alarms(site) == [("X1", 1)]


def test_an_old_state_raises_nothing_and_hides_nothing(site: Site, broker: Mosquitto) -> None:
    equip(site, X1="pendant", X2="pendant")
    send(broker, "gateway/X1/press", body("old"), retain=True)
    with listening(site, broker):
        until(lambda: kept(site))
        assert kept(site) == [("retained", "")]
        send(broker, "gateway/X1/press", "", retain=True)  # taken away
        send(broker, "gateway/X2/press", body("new"), retain=True)  # of now, for a listener of now
        until(lambda: len(kept(site)) == 2)
        send(broker, "gateway/X2/press", "", retain=True)
        send(broker, "gateway/X1/press", body("old"))  # the message itself came late
        until(lambda: len(open_alarms(site)) == 1 and open_alarms(site)[0][1] == 2)
    assert [answer for answer, _ in kept(site)] == ["raised", "raised"]


def test_a_gateway_speaks_for_nobody_else(site: Site, broker: Mosquitto) -> None:
    equip(site, X1="pendant")
    street = next(
        code
        for code, area in site.world.city.areas.items()
        if area.level == "street"
        and not site.world.city.cells[min(site.world.city.cells)].code.startswith(code[:9])
    )
    with listening(site, broker):
        send(broker, "gateway/X1/press", body("forged"), user="stranger")  # the access list of the broker
        send(broker, "stranger/X1/press", body("unknown"), user="stranger")
        until(lambda: kept(site))
        ((answer, alarm),) = kept(site)
        assert (answer, alarm) == ("refused", "")
        site.enrol(Account(user="stranger", name="别处的网关", role="device", area=street))
        send(broker, "stranger/X1/press", body("elsewhere"), user="stranger")
        until(lambda: kept(site, "elsewhere"))
        assert kept(site, "elsewhere")[0][0] == "unbound"  # as over HTTP: the desk is told, the home is not
        assert site.world.broker.refused == 1
    with site.world.database.read() as session:
        why = session.scalar(select(MessageRow.refused).where(MessageRow.answer == "refused"))
        assert why.startswith("gateway: 'stranger' is not accepted")
        assert session.scalar(select(AlarmRow.resident)) == ""
    line = watched(site)["process.broker"]
    assert (line["state"], line["finding"], line["note"]) == ("warn", "messages_refused", "1")


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("X1/press", "{"),
        ("X1/press", "\x00\ud7ff"),
        ("X1/press", "[" * 4000),
        ("X1/press", '{"id": "a", "kind": "press", "key": "emergency", "\\ud800": 1}'),
        ("X1/press", " " * 5000),
        ("X1/heartbeat", body("b1")),
        ("X1/knock", '{"id": "a", "kind": "knock"}'),
        ("-/press", body("b2")),
        ("X1/enter", body("b3", "enter")),
    ],
)
def test_what_cannot_be_taken_is_kept_and_comes_no_more(sqlite_site: Site, topic: str, payload: str) -> None:
    site = sqlite_site
    equip(site, X1="pendant")
    take_publication(
        site.world, Publication(topic=f"jinlin/v1/gateway/{topic}", body=payload.encode()), last=False
    )
    assert [answer for answer, _ in kept(site)] == ["refused"]
    assert (site.world.broker.refused, open_alarms(site)) == (1, [])


def test_a_store_that_takes_nothing_holds_the_press_back_and_no_longer(
    sqlite_site: Site, broker: Mosquitto
) -> None:
    site = sqlite_site
    equip(site, X1="pendant")
    busy = Database(site.world.settings.database_url())
    with listening(site, broker):
        with busy.engine.execution_options(write=True).begin() as connection:
            connection.execute(text("UPDATE device_messages SET key = key"))
            send(broker, "gateway/X1/press", body("p1"))
            until(lambda: site.world.broker.why)
            assert (site.world.broker.waiting, kept(site)) == (1, [])
            assert "takes nothing" in site.get(None, "/healthz")["problems"][0]
        until(lambda: kept(site))
        until(lambda: site.world.broker.waiting == 0)
    assert (open_alarms(site), site.world.broker.why) == ([("X1", 1)], "the server stops")
    busy.close()


def test_the_last_will_of_a_gateway_is_one_warning_until_it_speaks(
    sqlite_site: Site, broker: Mosquitto
) -> None:
    site = sqlite_site
    equip(site, X1="pendant")
    gateway = Client(CallbackAPIVersion.VERSION2, client_id="gateway")
    gateway.username_pw_set("gateway", GATEWAYS["gateway"])
    gateway.will_set("jinlin/v1/gateway/-/offline", "offline", qos=1, retain=True)
    gateway.connect("127.0.0.1", broker.port)
    gateway.loop_start()
    until(gateway.is_connected)
    with listening(site, broker):
        gateway.socket().close()  # without a word of farewell
        until(lambda: site.world.broker.offline)
        gateway.loop_stop()
    with listening(site, broker):  # the will is retained, so that a server that starts knows
        line = watched(site)["process.gateways"]
        assert (line["state"], line["finding"], line["note"]) == ("warn", "gateways_offline", "gateway")
        send(broker, "gateway/X1/heartbeat", body("h1", "heartbeat"))
        until(lambda: not site.world.broker.offline)
        send(broker, "gateway/-/offline", "", retain=True)
    assert watched(site)["process.gateways"]["state"] == "ok"


def test_a_broker_that_refuses_us_is_late_on_the_page(sqlite_site: Site, broker: Mosquitto) -> None:
    site = sqlite_site
    configure(site, broker, mqtt_password="wrong")
    thread = BrokerThread(site.world)
    thread.start()
    until(lambda: "refuses" in site.world.broker.why)
    assert watched(site)["process.broker"]["state"] == "ok"
    site.clock.turn(seconds=16)
    assert "Not authorized" in watched(site)["process.broker"]["note"]
    page = site.call("admin", "GET", "/admin/operations?lang=en")
    assert "Nothing comes from devices over MQTT" in page.text
    thread.stop()


@pytest.mark.parametrize("url", ["http://broker", "mqtt://", "mqtt://u:secret@broker", "mqtt://broker:port"])
def test_an_address_that_is_none_is_told_at_the_start(sqlite_site: Site, url: str) -> None:
    settings = sqlite_site.world.settings.model_copy(update={"mqtt_url": url})
    object.__setattr__(sqlite_site.world, "settings", settings)
    with pytest.raises(NotSetUpError, match="no address of a broker"):
        make_app(sqlite_site.world)


def test_one_process_of_several_holds_the_line(site: Site, broker: Mosquitto) -> None:
    if site.world.database.is_sqlite:
        return
    engine = site.world.database.engine.execution_options(isolation_level="AUTOCOMMIT")
    configure(site, broker)
    thread = BrokerThread(site.world)
    with engine.connect() as other:
        assert other.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK_KEY})
        thread.start()
        until(lambda: site.world.broker.state == "elsewhere")
        other.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK_KEY})
        until(lambda: site.world.broker.state == "connected")
    thread.stop()
