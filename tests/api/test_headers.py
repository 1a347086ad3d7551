"""What every answer says of itself, and what an installation may hide."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import make_app
from api.settings import Settings
from api.world import open_world
from data.store.home import Home


@contextmanager
def served(home: Home, **given: Any) -> Iterator[TestClient]:
    settings = Settings(home=home.folder, database=home.default_database, timers=False, follow=False, **given)
    with TestClient(make_app(open_world(settings))) as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/", "/login", "/api/v1/session", "/api/v1/tickets", "/nowhere", "/healthz"]
)
def test_answers_stay_in_no_cache(home: Home, path: str) -> None:
    with served(home) as client:
        answer = client.get(path)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_files_may_be_kept_and_tls_is_asked_for_only_behind_it(home: Home) -> None:
    with served(home) as client:
        plain = client.get("/static/js/dom.js")
    assert plain.status_code == 200
    assert "no-store" not in plain.headers.get("cache-control", "")
    assert "strict-transport-security" not in plain.headers
    with served(home, behind_tls=True) as client:
        assert client.get("/").headers["strict-transport-security"].startswith("max-age=31536000")


def test_an_installation_may_hide_its_figures_and_its_description(home: Home) -> None:
    with served(home) as client:
        shown = [client.get(path).status_code for path in ("/docs", "/openapi.json", "/metrics")]
    with served(home, show_docs=False, show_metrics=False) as client:
        hidden = [client.get(path).status_code for path in ("/docs", "/openapi.json", "/metrics")]
    assert (shown, hidden) == ([200] * 3, [404] * 3)
