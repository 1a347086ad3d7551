"""Webhooks: events are sent to other systems, signed, and again until they are taken.

Source: Standard Webhooks 1.0 (headers ``webhook-id``, ``webhook-timestamp``, ``webhook-signature``; scheme v1).
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx2 as httpx

from api.clockwork import CLOCK, alone
from api.outside.lines import answer_of, handed_view, line_of
from api.views.order import without_person
from api.views.shape import plain
from api.world import World
from data.log import LOG
from data.outside.cases import handed_ticket
from data.outside.webhooks import Batch, Delivery, due, keep_outcome
from data.store.kinds.upkeep import WEBHOOK
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action

LOCK_KEY = 0x4A57  # advisory lock: one process at a time sends
MOST_AT_ONCE, SENDERS = 500, 8
TIMEOUT_S, PATIENCE_S = 10.0, 30.0  # of one answer, of one system before the next round
SECRET_BYTES = 32
PREFIX = "whsec_"
PAUSES = tuple(timedelta(seconds=s) for s in (5, 30, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400))
LONGEST_ANSWER = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """How far a batch came: rows that are done with, and why it stopped, empty when it did not."""

    gone: tuple[int, ...]
    failed: str = ""
    for_good: bool = False


def new_secret() -> str:
    """Draw a secret in the standard's form."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def check_url(url: str) -> str:
    """Give an address back that events can be posted to.

    Raises
    ------
    BadFieldError
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadFieldError("url", url, "write an address such as https://host/path")
    return url


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Sign a message: HMAC-SHA256 over id, timestamp and body, parted by full stops."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    told = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, told, hashlib.sha256)).decode()


def send_due(world: World, now: datetime) -> None:
    """Send what waits; a system that does not answer is asked again later, and holds up nobody else."""
    with alone(world, LOCK_KEY) as got:
        if not got:
            return
        with world.database.read() as session:
            batches = due(session, now, MOST_AT_ONCE)
        if not batches:
            return
        with (
            httpx.Client(timeout=TIMEOUT_S, trust_env=False) as client,
            ThreadPoolExecutor(SENDERS) as pool,
        ):
            done = list(pool.map(lambda batch: send_batch(world, client, batch, now), batches))
        for batch, sent in zip(batches, done, strict=True):
            _keep(world, batch, sent, now)


def _keep(world: World, batch: Batch, sent: Sent, now: datetime) -> None:
    pauses: Sequence[timedelta] = () if sent.for_good else PAUSES
    to_hold = world.database.write(
        lambda session: keep_outcome(session, batch.hook, sent.gone, sent.failed, now, pauses)
    )
    if to_hold:
        world.desk.act(WEBHOOK, batch.name, Action(name="hold", by=CLOCK), now)
    if sent.failed:
        LOG.warning("webhook not taken", hook=batch.name, answer=sent.failed, held=to_hold)


def send_batch(world: World, client: httpx.Client, batch: Batch, now: datetime) -> Sent:
    """Send one system its events in order, until one is not taken; nothing is noted in the store."""
    gone, begun = list(batch.unwanted), time.perf_counter()
    for delivery in batch.wanted:
        if time.perf_counter() - begun > PATIENCE_S:
            break
        body = message(world, delivery, batch.line)
        message_id, timestamp = f"{delivery.no}.{delivery.seq}", int(now.timestamp())
        headers = {
            "content-type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(batch.secret, message_id, timestamp, body),
        }
        try:
            answer = client.post(batch.url, content=body, headers=headers)
        except httpx.HTTPError as error:
            return Sent(tuple(gone), f"{type(error).__name__}: {error}"[:LONGEST_ANSWER])
        if not answer.is_success:
            told = f"{answer.status_code} {answer.reason_phrase}"
            return Sent(tuple(gone), told, for_good=answer.status_code == HTTPStatus.GONE)
        gone.append(delivery.row)
    return Sent(tuple(gone))


def message(world: World, delivery: Delivery, line: str = "") -> bytes:
    """Write an event as the receiver gets it: ``type``, ``timestamp`` and ``data``, in UTF-8.

    A line gets the answer to its case, or the case that it is handed, in the forms that it sends them in itself.
    """
    at = plain(delivery.at, world.zone)
    if not line:
        told = ("no", "seq", "name", "by", "role", "rules", "hash", "payload")
        kind = f"{delivery.kind}.{delivery.name}"
        data = {name: getattr(delivery, name) for name in told} | {"at": at}
        if delivery.kind == "order":
            data["payload"] = without_person(delivery.payload)
    elif delivery.number:
        kind = "case.answer"
        data = answer_of(world, line_of(world, line), delivery.number, delivery.no, delivery)
    else:
        kind = "case.handed"
        with world.database.read() as session:
            data = handed_view(world, line, handed_ticket(session, line, delivery.no))
    return json.dumps({"type": kind, "timestamp": at, "data": data}, ensure_ascii=False).encode()
