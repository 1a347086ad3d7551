"""Webhooks at a receiver of their own: signed, in order, again until taken, never lost."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx2 as httpx
import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.outside.webhooks import PAUSES, check_url, new_secret, send_batch, send_due, sign
from data.desk.webhooks import NewWebhook
from data.errors import MissingError
from data.models import EventRow
from data.outside.webhooks import Hook, due, hooks
from data.store.kinds.upkeep import WEBHOOK
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Action, Actor
from grid.webhook import HELD, ON, RETIRED
from tests.conftest import Site
from tests.flows.test_ticket_life import report
from tests.serving import serving


@dataclass
class Receiver:
    """Another system: what it took, and how it answers."""

    address: str = ""
    status: int = 204
    taken: list[tuple[str, dict]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        body = await request.body()
        if self.status < 300:
            self.headers.append(dict(request.headers))
            self.bodies.append(body)
            self.taken.append((request.headers["webhook-id"], json.loads(body)))
        return Response(status_code=self.status)


ADMIN = Actor(user="admin", role="admin")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    with serving(Starlette(routes=[Route("/hook", made.take, methods=["POST"])])) as base:
        made.address = f"{base}/hook"
        yield made


def add(site: Site, receiver: Receiver, *events: str, name: str = "hotline") -> str:
    secret = new_secret()
    now = site.world.clock()
    new = NewWebhook(name=name, url=receiver.address, secret=secret, events=events)
    site.world.desk.start(new, ADMIN, now)
    return secret


def switch(site: Site, state: str) -> int:
    action = {ON: "resume", HELD: "hold", RETIRED: "retire"}[state]
    site.world.desk.act(WEBHOOK, "hotline", Action(name=action, by=ADMIN), site.world.clock())
    return hook(site).waiting


def hook(site: Site) -> Hook:
    with site.world.database.read() as session:
        (found,) = hooks(session)
    return found


def send(site: Site) -> None:
    send_due(site.world, site.world.clock())


def test_the_signature_is_that_of_the_published_example() -> None:
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    made = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_every_event_comes_once_in_order_and_signed(site: Site, receiver: Receiver) -> None:
    report(site)  # before anybody listens
    secret = add(site, receiver)
    no = report(site)["no"]
    clerk = site.clerk(site.get("dispatcher", f"/api/v1/tickets/{no}")["department"])
    site.act(clerk, "ticket", no, "receive")
    send(site)
    send(site)
    with site.world.database.read() as session:
        rows = list(session.scalars(select(EventRow).where(EventRow.aggregate == no).order_by(EventRow.seq)))
    assert [message_id for message_id, _ in receiver.taken] == [f"{no}.{row.seq}" for row in rows]
    for (message_id, told), row, headers, body in zip(
        receiver.taken, rows, receiver.headers, receiver.bodies, strict=True
    ):
        assert told["type"] == f"ticket.{row.name}"
        assert (told["data"]["hash"], told["data"]["payload"]) == (row.hash, json.loads(row.payload))
        key = base64.b64decode(secret.split("_", 1)[1])
        signed = b".".join([message_id.encode(), headers["webhook-timestamp"].encode(), body])
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{expected}"
    assert (hook(site).waiting, hook(site).state, hook(site).last_answer) == (0, ON, "")


def test_only_the_events_asked_for_come(site: Site, receiver: Receiver) -> None:
    add(site, receiver, "ticket.receive")
    no = report(site)["no"]
    site.act(
        site.clerk(site.get("dispatcher", f"/api/v1/tickets/{no}")["department"]), "ticket", no, "receive"
    )
    send(site)
    assert [told["type"] for _, told in receiver.taken] == ["ticket.receive"]
    assert hook(site).waiting == 0


def test_what_is_not_taken_waits_longer_and_longer_and_is_then_held(site: Site, receiver: Receiver) -> None:
    add(site, receiver)
    numbers = [report(site)["no"] for _ in range(2)]
    receiver.status = 503
    for tries, pause in enumerate(PAUSES, 1):
        send(site)
        told = hook(site)
        assert (told.tries, told.state, told.last_answer) == (tries, ON, "503 Service Unavailable")
        assert told.next_try_at == site.world.clock() + pause
        receiver.status = 200
        site.clock.turn(seconds=pause.total_seconds() - 1)
        send(site)  # not yet
        assert receiver.taken == []
        receiver.status = 503
        site.clock.turn(seconds=1)
    send(site)
    assert hook(site).state == HELD
    site.sign_in_anew()
    numbers.append(report(site)["no"])  # waits with the others
    receiver.status = 200
    site.clock.turn(days=9)
    send(site)
    assert receiver.taken == []
    assert switch(site, ON) == hook(site).waiting > 0
    send(site)
    assert list(dict.fromkeys(told["data"]["no"] for _, told in receiver.taken)) == numbers
    assert (hook(site).waiting, hook(site).tries) == (0, 0)


def test_a_receiver_that_is_gone_is_held_at_once(sqlite_site: Site, receiver: Receiver) -> None:
    add(sqlite_site, receiver)
    report(sqlite_site)
    receiver.status = 410
    send(sqlite_site)
    assert (hook(sqlite_site).state, hook(sqlite_site).last_answer) == (HELD, "410 Gone")


def test_a_receiver_that_cannot_be_reached_loses_nothing(sqlite_site: Site, receiver: Receiver) -> None:
    no = ""
    good, receiver.address = receiver.address, "http://127.0.0.1:1/hook"
    add(sqlite_site, receiver)
    no = report(sqlite_site)["no"]
    send(sqlite_site)
    assert hook(sqlite_site).last_answer.startswith("ConnectError")
    switch(sqlite_site, RETIRED)
    assert hook(sqlite_site).waiting == 0
    receiver.address = good
    with pytest.raises(MissingError, match="retired"):
        switch(sqlite_site, ON)
    with pytest.raises(BadFieldError, match="taken"):
        add(sqlite_site, receiver)
    add(sqlite_site, receiver, name="another")
    sqlite_site.act(
        sqlite_site.clerk(sqlite_site.get("dispatcher", f"/api/v1/tickets/{no}")["department"]),
        "ticket",
        no,
        "receive",
    )
    send(sqlite_site)
    assert [told["data"]["no"] for _, told in receiver.taken] == [no]


def test_after_a_crash_an_event_comes_again_with_the_same_id(site: Site, receiver: Receiver) -> None:
    add(site, receiver)
    report(site)
    with site.world.database.read() as session:
        (batch,) = due(session, site.world.clock(), 100)
    with httpx.Client(trust_env=False) as client:
        sent = send_batch(site.world, client, batch, site.world.clock())
    assert sent.gone == tuple(d.row for d in batch.wanted)
    # Here the process dies, before it has noted what was taken.
    send(site)
    ids = [f"{d.no}.{d.seq}" for d in batch.wanted]
    assert [message_id for message_id, _ in receiver.taken] == ids + ids
    assert hook(site).waiting == 0


@pytest.mark.parametrize("url", ["", "hook", "ftp://host/x", "http://", "file:///etc/passwd"])
def test_an_address_that_cannot_be_posted_to_is_refused(url: str) -> None:
    with pytest.raises(BadFieldError, match="https://host/path"):
        check_url(url)


def test_an_event_of_no_told_kind_is_refused(sqlite_site: Site, receiver: Receiver) -> None:
    with pytest.raises(BadFieldError, match=r"ticket\.close"):
        add(sqlite_site, receiver, "weather")
