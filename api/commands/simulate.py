"""``jinlin simulate``: devices that speak the documented format, to try a server and to load it."""

import http.client
import itertools
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

import click
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from api.outside.broker_client import PORTS, Address
from dispatch.errors import BadFieldError

KINDS = (("heartbeat", 70), ("enter", 12), ("exit", 12), ("battery", 4), ("press", 2))
"""What devices say, and how often of a hundred."""
LONGEST_WAIT_S = 60.0
SENDERS = 8
PUBLISHERS = itertools.count(1)


@dataclass(slots=True)
class Told:
    """What the senders saw: answers by word, statuses that were not taken, seconds of each message."""

    answers: Counter[str] = field(default_factory=Counter)
    refused: Counter[int] = field(default_factory=Counter)
    took_s: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Sender:
    """One kept connection; what is not answered is sent again with the same id and time, after 1, 2, 4 ... s."""

    def __init__(self, url: str, key: str, told: Told, until_s: float) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadFieldError("url", url, "write an address such as http://127.0.0.1:8000")
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        self._connection = kind(parts.hostname, parts.port, timeout=10)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._told, self._until_s = told, until_s

    def send(self, device: str, body: dict[str, object]) -> None:
        """Send one message until it is answered, or the time is over."""
        begun, wait_s = time.monotonic(), 1.0
        while True:
            status, answer = self._once(device, body)
            if 0 < status < 500 and status != 429:
                break
            if time.monotonic() + wait_s > self._until_s:
                break
            time.sleep(wait_s)
            wait_s = min(LONGEST_WAIT_S, 2 * wait_s)
        with self._told.lock:
            if answer:
                self._told.answers[answer] += 1
                self._told.took_s.append(time.monotonic() - begun)
            else:
                self._told.refused[status] += 1

    def _once(self, device: str, body: dict[str, object]) -> tuple[int, str]:
        """Give the status and the word of the answer; 0 for a broken line."""
        try:
            path = f"/api/v1/devices/{device}/messages"
            self._connection.request("POST", path, json.dumps(body), self._headers)
            answer = self._connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return 0, ""
        taken = answer.status in (200, 201)
        return answer.status, str(json.loads(text)["answer"]) if taken else ""


class Publisher:
    """A gateway at a broker; what it publishes with QoS 1 is sent again until the broker has it.

    A broker tells that it has a message, not what came of it.
    """

    def __init__(self, url: str, key: str, told: Told, until_s: float) -> None:
        address = Address.of(url)
        self._gateway, self._told, self._until_s = address.user or "gateway", told, until_s
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=f"{self._gateway}-{next(PUBLISHERS)}")
        self._client.username_pw_set(self._gateway, key)
        if address.secure:
            self._client.tls_set()
        self._client.connect(address.host, address.port)
        self._client.loop_start()

    def send(self, device: str, body: dict[str, object]) -> None:
        """Publish one message and wait until the broker has it, or the time is over."""
        begun = time.monotonic()
        topic = f"jinlin/v1/{self._gateway}/{device}/{body['kind']}"
        sent = self._client.publish(topic, json.dumps(body), qos=1)
        with suppress(RuntimeError):  # the line is lost; paho sends it when it is back
            sent.wait_for_publish(max(0.0, self._until_s - begun))
        with self._told.lock:
            if sent.is_published():
                self._told.answers["acknowledged"] += 1
                self._told.took_s.append(time.monotonic() - begun)
            else:
                self._told.refused[0] += 1


def messages(homes: int, first: int, seed: int) -> Iterator[tuple[str, dict[str, object]]]:
    """Give messages of so many devices without end, each with an id of its own and the time."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    run, names = f"{time.time_ns():x}", [name for name, _ in KINDS]
    weights = [weight for _, weight in KINDS]
    for number in itertools.count(1):
        device = f"D{first + draw.randrange(homes):05d}"
        kind = draw.choices(names, weights)[0]
        body: dict[str, object] = {
            "v": 1,
            "id": f"sim-{run}-{number}",
            "kind": kind,
            "at": datetime.now().astimezone().isoformat(),
        }
        if kind == "press":
            body["key"] = "emergency"
        if kind == "battery":
            body["battery"] = draw.randrange(101)
        yield device, body


@click.group("simulate")
def command() -> None:
    """Play devices against a server."""


@command.command("devices")
@click.option("--homes", default=50, show_default=True, help="How many devices speak.")
@click.option("--first", default=1, show_default=True, help="Number of the first, as in D00001.")
@click.option(
    "--url",
    default="http://127.0.0.1:8000",
    show_default=True,
    help="The server, or a broker as mqtt://GATEWAY@HOST.",
)
@click.option(
    "--key", required=True, help="Key of the gateway; 'jinlin user key' makes one. At a broker its password."
)
@click.option("--rate", default=50.0, show_default=True, help="Messages a second.")
@click.option("--seconds", default=30.0, show_default=True, help="How long.")
@click.option("--seed", default=1, show_default=True)
def devices(homes: int, first: int, url: str, key: str, rate: float, seconds: float, seed: int) -> None:
    """Send messages of HOMES devices at a steady rate, and tell what was answered."""
    if homes < 1 or rate <= 0 or seconds <= 0:
        raise BadFieldError("homes", homes, "homes, rate and seconds are more than 0")
    told, begun = Told(), time.monotonic()
    until_s = begun + seconds
    source, lock = messages(homes, first, seed), threading.Lock()
    sent = itertools.count()

    def work() -> None:
        until = until_s + LONGEST_WAIT_S
        kind = Publisher if urlsplit(url).scheme in PORTS else Sender
        sender = kind(url, key, told, until)
        while True:
            with lock:
                due_s = begun + next(sent) / rate
                if due_s >= until_s:
                    return
                device, body = next(source)
            time.sleep(max(0.0, due_s - time.monotonic()))
            sender.send(device, body)

    threads = [threading.Thread(target=work) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _report(told, time.monotonic() - begun)


def _report(told: Told, took_s: float) -> None:
    took = sorted(told.took_s)
    click.echo(f"{len(took)} messages taken in {took_s:.1f} s ({len(took) / took_s:.1f} a second)")
    if took:
        p50, p95 = took[len(took) // 2] * 1000, took[int(len(took) * 0.95)] * 1000
        click.echo(f"answered after p50 {p50:.0f} ms, p95 {p95:.0f} ms")
    for word, count in told.answers.most_common():
        click.echo(f"  {word:12} {count}")
    for status, count in told.refused.most_common():
        click.echo(f"  not taken: {status or 'no answer'} {count}")
