"""Sign-in by an identity provider: a real one is started, and signs, refuses and forges what it is asked to."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from starlette.testclient import TestClient

from api.app import make_app
from api.settings import Settings
from api.world import World, open_world
from data.models import AccountRow
from data.store.home import Home
from data.store.kinds.upkeep import ACCOUNT
from dispatch.lifecycle import Action, Actor

OPERATOR = Actor(user="operator", role="admin")


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A provider in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://localhost:{port}"
    until = time.monotonic() + 30
    while True:
        try:
            requests.get(f"{address}/.well-known/openid-configuration", timeout=1).raise_for_status()
            break
        except requests.RequestException:
            assert running.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
    yield address
    running.terminate()
    running.wait(10)


@pytest.fixture
def world(home: Home, provider: str) -> World:
    settings = Settings(
        home=home.folder,
        database=home.default_database,
        timers=False,
        follow=False,
        sign_in_per_minute=1000,
        openid_issuer=provider,
        openid_client_secret="a secret",
    )
    return open_world(settings, lambda: datetime.now(UTC))


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    with TestClient(make_app(world), follow_redirects=False) as client:
        yield client


def identify(provider: str, sub: str, **claims: Any) -> None:
    """Let the provider know somebody."""
    answer = requests.put(f"{provider}/users/{sub}", json=claims, timeout=10)
    assert answer.status_code == 204


def go(client: TestClient, sub: str, path: str = "/login/openid") -> str:
    """Go to the provider, say who one is, and return the address to come back to."""
    begun = client.get(path)
    assert begun.status_code == 303
    asked = parse_qs(urlsplit(begun.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    answer = requests.post(begun.headers["location"], data={"sub": sub}, allow_redirects=False, timeout=10)
    assert answer.status_code == 302
    return str(answer.headers["location"])


def come_back(client: TestClient, address: str) -> Any:
    told = urlsplit(address)
    return client.get(f"{told.path}?{told.query}")


def test_somebody_signs_in_and_follows_what_the_provider_says(
    client: TestClient, world: World, provider: str
) -> None:
    area = world.city.district.code
    identify(provider, "li", name="李雷", jinlin_role="dispatcher", jinlin_area=area)
    answer = come_back(client, go(client, "li", "/login/openid?next=/board"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/board")
    who = client.get("/api/v1/session").json()
    assert (who["user"], who["name"], who["role"], who["area"]) == ("sso-li", "李雷", "dispatcher", area)
    street = next(a.code for a in world.city.areas.values() if a.level == "street")
    identify(provider, "li", name="李雷", jinlin_role="leader", jinlin_area=street)
    come_back(client, go(client, "li"))
    who = client.get("/api/v1/session").json()
    assert (who["role"], who["area"]) == ("leader", street)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"jinlin_role": "admin"},
        {"jinlin_role": "dispatcher"},
        {"jinlin_role": "dispatcher", "jinlin_area": "999999"},
    ],
)
def test_who_has_no_role_or_area_here_is_not_let_in(
    client: TestClient, world: World, provider: str, claims: dict[str, str]
) -> None:
    identify(provider, "han", name="韩梅梅", **claims)
    answer = come_back(client, go(client, "han"))
    assert answer.status_code == 401
    assert "统一身份没有被接受" in answer.text
    assert client.get("/api/v1/session").status_code == 401
    with world.database.read() as session:
        assert session.query(AccountRow).filter(AccountRow.user == "sso-han").count() == 0


def test_a_disabled_account_stays_shut(client: TestClient, world: World, provider: str) -> None:
    identify(provider, "wei", jinlin_role="dispatcher", jinlin_area=world.city.district.code)
    assert come_back(client, go(client, "wei")).status_code == 303
    world.desk.act(ACCOUNT, "sso-wei", Action(name="disable", by=OPERATOR), world.clock())
    client.cookies.clear()
    assert come_back(client, go(client, "wei")).status_code == 401


def test_what_was_not_begun_here_or_was_altered_is_refused(
    client: TestClient, world: World, provider: str
) -> None:
    identify(provider, "zhao", jinlin_role="dispatcher", jinlin_area=world.city.district.code)
    address = go(client, "zhao")
    other = re.sub(r"state=[^&]+", "state=another", address)
    assert come_back(client, other).status_code == 401
    client.cookies.clear()
    assert come_back(client, address).status_code == 401  # another browser
    address = go(client, "zhao")
    assert come_back(client, address).status_code == 303
    assert come_back(client, address).status_code == 401  # a second time


def test_a_provider_that_does_not_answer_leaves_the_password(home: Home) -> None:
    settings = Settings(
        home=home.folder,
        database=home.default_database,
        timers=False,
        follow=False,
        openid_issuer="http://127.0.0.1:9",
        sign_in_per_minute=1000,
    )
    with TestClient(make_app(open_world(settings)), follow_redirects=False) as client:
        answer = client.get("/login/openid")
        assert answer.status_code == 502
        assert "用账号和密码登录" in answer.text
        assert client.get("/login").status_code == 200


def test_without_a_provider_there_is_no_way_to_it(home: Home) -> None:
    settings = Settings(
        home=home.folder, database=home.default_database, timers=False, follow=False, sign_in_per_minute=1000
    )
    with TestClient(make_app(open_world(settings)), follow_redirects=False) as client:
        assert client.get("/login/openid").status_code == 404
        assert "/login/openid" not in client.get("/login").text
