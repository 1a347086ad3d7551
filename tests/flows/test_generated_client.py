"""A client generated from the OpenAPI file alone, as others would make one, against a running server."""

import compileall
import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from api.app import make_app
from api.demo_accounts import PASSWORD
from tests.conftest import Site
from tests.serving import serving

# Kinds of files and streams that the generator has no parser of its own for.
CONFIG = """
post_hooks: []
content_type_overrides:
  application/vnd.openxmlformats-officedocument.spreadsheetml.sheet: application/octet-stream
  image/jpeg: application/octet-stream
  image/png: application/octet-stream
  image/webp: application/octet-stream
  text/event-stream: text/plain
"""
GENERATE = (sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none")
PACKAGE = "jinlin_client"
WORDS = ("session", "tickets", "orders")


@pytest.fixture(scope="module")
def generated(document: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The operations of some words by name, and the client's models."""
    folder = tmp_path_factory.mktemp("client")
    written, config, out = folder / "openapi.json", folder / "config.yml", folder / PACKAGE
    written.write_text(json.dumps(document))
    config.write_text(CONFIG)
    made = subprocess.run(
        [*GENERATE, "--path", str(written), "--output-path", str(out), "--config", str(config)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    assert "WARNING" not in made.stdout + made.stderr
    assert compileall.compile_dir(out, quiet=1)
    sys.path.insert(0, str(folder))
    found = {
        path.stem: importlib.import_module(f"{PACKAGE}.api.{word}.{path.stem}")
        for word in WORDS
        for path in (out / "api" / word).glob("[a-z]*.py")
    }
    yield SimpleNamespace(
        client=importlib.import_module(f"{PACKAGE}.client"),
        models=importlib.import_module(f"{PACKAGE}.models"),
        **found,
    )
    sys.path.remove(str(folder))


@pytest.fixture
def address(sqlite_site: Site) -> Iterator[str]:
    with serving(make_app(sqlite_site.world)) as address:
        yield address


@pytest.fixture
def anybody(generated: Any, address: str) -> Iterator[Any]:
    """A client without a sign-in."""
    with generated.client.Client(base_url=address) as made:
        yield made


@pytest.fixture
def agent(generated: Any, address: str, anybody: Any) -> Iterator[Any]:
    """A client that is signed in as a dispatcher."""
    form = generated.models.SessionForm(user="dispatcher", password=PASSWORD)
    opened = generated.session_open_session.sync(client=anybody, body=form)
    assert isinstance(opened, generated.models.SignedIn)
    with generated.client.AuthenticatedClient(base_url=address, token=opened.token) as made:
        yield made


def test_a_report(sqlite_site: Site, generated: Any, agent: Any) -> None:
    models, place = generated.models, sqlite_site.inside()
    form = models.ReportForm(category="E0102", channel=models.ReportFormChannel("phone"), **place)
    ticket = generated.tickets_report.sync(client=agent, body=form, idempotency_key="one")
    assert isinstance(ticket, models.ReportedAnswer)
    assert (ticket.lon, ticket.state, ticket.lamp.value) == (place["lon"], "reported", "green")
    assert ticket.due_at > ticket.reported_at == sqlite_site.clock()
    again = generated.tickets_report.sync(client=agent, body=form, idempotency_key="one")
    assert again.no == ticket.no

    accept = models.ActionForm(action="accept")
    assert "accept" in [move.action for move in ticket.actions]
    assert generated.tickets_act.sync(ticket.no, client=agent, body=accept).state == "dispatched"
    refused = generated.tickets_act.sync_detailed(ticket.no, client=agent, body=accept)
    assert isinstance(refused.parsed, models.Problem)
    assert (refused.status_code, refused.parsed.status) == (409, 409)
    detail = generated.tickets_ticket.sync(ticket.no, client=agent)
    assert [step.name for step in detail.timeline] == ["reported", "accept"]


def test_an_order(generated: Any, agent: Any) -> None:
    models = generated.models
    form = models.OrderForm(item="SV-B01", channel=models.OrderFormChannel("phone"), resident="R000001")
    order = generated.orders_place.sync(client=agent, body=form)
    assert isinstance(order, models.OrderAnswer)
    best = generated.orders_candidates.sync(order.no, client=agent, k=3).items[0]
    assert best.cost == pytest.approx(sum(best.factors.additional_properties.values()), abs=0.011)
    contact = models.ActionForm(action="contact", provider=best.provider)
    sent = generated.orders_act.sync(order.no, client=agent, body=contact)
    assert (sent.state, sent.provider_name) == ("contacted", best.name)
    assert order.no in [one.no for one in generated.orders_orders.sync(client=agent).items]


def test_what_is_wrong(generated: Any, anybody: Any) -> None:
    form = generated.models.ReportForm(category="nothing", lon=0.0, lat=0.0)
    refused = generated.tickets_report.sync(client=anybody, body=form)
    assert (refused.status, refused.field) == (422, "contact")
    answer = generated.tickets_tickets.sync_detailed(client=anybody)
    assert (answer.status_code, answer.parsed.title) == (401, "Unauthorized")
