"""No input is answered with a bare 500: values that no column, calendar or text holds, in every place of every operation."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.app import make_app
from tests.conftest import Site

BEYOND: tuple[Any, ...] = (
    "\0",
    "a\0b",
    "\ud800",
    2**70,
    -(2**70),
    2**31,
    2**63,
    1e308,
    "0001-01-01T00:00:00+08:00",
    "9999-12-31T23:59:59-12:00",
    "0001-01",
    "9999-12",
    "9" * 5000,
    "%",
    "' OR 1=1 --",
    "",
    None,
    True,
    [],
    {},
    ["\0"],
)
ENDLESS = "/api/v1/stream"
JSON = {"Content-Type": "application/json"}
USERS = ("admin", None)
EVERY = 1 if os.environ.get("JINLIN_TRIALS") == "1" else 14
"""Of the values each field gets every so manyth, another set in every operation and on each database; all of them in the
long trials."""


def operations(spec: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in spec["paths"].items():
        for method, told in methods.items():
            if path != ENDLESS and (method, path) != ("delete", "/api/v1/session"):
                yield method.upper(), path, told


def fields(spec: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """The body's fields by name with some value of the right shape."""
    content = told.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    while "$ref" in schema or "anyOf" in schema:
        schema = schema["anyOf"][0] if "anyOf" in schema else schema
        if "$ref" in schema:
            schema = spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return {name: some(name, one) for name, one in schema.get("properties", {}).items()}


def some(name: str, schema: Mapping[str, Any]) -> Any:
    if name in ("lon", "lat"):
        return {"lon": 120.15, "lat": 30.25}[name]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "string")
    by_kind = {"number": 1.0, "integer": 1, "boolean": False, "array": [], "object": {}}
    return by_kind.get(kind, "2026-11-18T10:00:00+08:00" if schema.get("format") else "text")


def fault(answer: Any) -> str:
    """Say what is wrong with an answer, nothing for most."""
    if answer.status_code >= 500:
        return f"{answer.status_code} {answer.text[:300]}"
    told = answer.headers.get("content-type", "")
    as_problem = told.startswith("application/problem+json") or "/open311" in str(answer.url)
    return "" if answer.status_code < 400 or as_problem else f"{answer.status_code} as {told}"


@pytest.mark.parametrize("user", USERS)
def test_values_beyond_what_can_be_kept_get_a_clear_answer(
    site: Site, user: str | None, document: dict[str, Any]
) -> None:
    wrong: dict[str, str] = {}
    first = 0 if site.world.database.is_sqlite else 7
    for turn, (method, path, told) in enumerate(operations(document), start=first):
        asked = f"{method} {path}"
        named = [p["name"] for p in told.get("parameters", ()) if p["in"] == "path"]
        queried = [p["name"] for p in told.get("parameters", ()) if p["in"] == "query"]
        body = fields(document, told)
        plain = re.sub(r"\{\w+\}", "1", path)
        for value in BEYOND[turn % EVERY :: EVERY]:
            word = str(value).encode("utf-8", "replace").decode()
            tries = [(plain, {"params": {name: word}}) for name in queried]
            tries += (
                [(re.sub(r"\{\w+\}", quote(word, safe="") or "-", path), {"json": body or None})]
                if named
                else []
            )
            tries += [
                (plain, {"content": json.dumps({**body, name: value}), "headers": JSON}) for name in body
            ]
            for address, sent in tries:
                if said := fault(site.call(user, method, address, **sent)):
                    wrong[asked] = f"{value!r:.40} {said}"
    assert not wrong, "\n".join(f"{asked}: {said}" for asked, said in wrong.items())


def test_a_fault_of_ours_tells_nothing_of_what_was_asked(
    sqlite_site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    app = make_app(sqlite_site.world)

    @app.post("/fails")
    def fails(contact: str) -> None:
        with sqlite_site.world.database.read() as session:
            session.execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": contact})

    with TestClient(app, raise_server_exceptions=True) as client:
        answer = client.post("/fails", params={"contact": "王小明13812345678"})
    told = capsys.readouterr()
    assert answer.headers["content-type"] == "application/problem+json"
    assert "王小明" not in answer.text + told.out + told.err
    assert "13812345678" not in answer.text + told.out + told.err


@pytest.mark.parametrize("path", ["/api/v1/tickets?text=%00", "/api/v1/orders/S%00", "/follow/%00"])
def test_a_nul_in_an_address_is_refused(sqlite_site: Site, path: str) -> None:
    answer = sqlite_site.call("dispatcher", "GET", path)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
