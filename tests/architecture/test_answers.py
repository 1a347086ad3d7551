"""Every operation has a typed answer, every error one shape, and nothing is declared that nothing gives."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any, get_type_hints

import pytest
from fastapi.routing import APIRoute
from starlette.responses import Response

import api.answers
from api.answers.answer import Answer
from api.app import INTERFACES, PAGES
from api.errors import STATUS
from api.openapi import RULES
from api.routing import Router

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
ROUTERS = [part.router for part in INTERFACES]
ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
SHOWN = [route for route in ROUTES if route.include_in_schema]
UNTYPED = ("text/plain", "text/event-stream", "text/xml")


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def is_typed(media: str, schema: dict[str, Any]) -> bool:
    if media.endswith("json"):
        inner = schema.get("items", {}) if schema.get("type") == "array" else schema
        return "$ref" in inner or all("$ref" in one for one in inner.get("anyOf", [{}]))
    return schema == ({"type": "string"} if media in UNTYPED else {"type": "string", "format": "binary"})


def test_every_route_is_taken_by_an_application_as_it_is() -> None:
    routers = [part.router for part in (*INTERFACES, *PAGES)]
    assert all(isinstance(router, Router) for router in routers)
    assert all(isinstance(route, APIRoute) for router in routers for route in router.routes)


def test_every_operation_has_a_typed_answer(document: dict[str, Any]) -> None:
    untyped = [
        f"{name} {status} {media}"
        for name, operation in operations(document)
        for status, answer in operation["responses"].items()
        for media, content in answer.get("content", {"nothing": {}}).items()
        if status != "204" and not is_typed(media, content.get("schema", {}))
    ]
    assert untyped == []


def test_every_error_is_a_problem(document: dict[str, Any]) -> None:
    """Open311 has a shape of its own in two formats, and /healthz tells the same when it is lagging."""
    odd = {
        f"{name} {status}": list(answer["content"])
        for name, operation in operations(document)
        for status, answer in operation["responses"].items()
        if int(status) >= 400 and answer["content"] != PROBLEM
    }
    assert odd.pop("GET /healthz 503") == ["application/json", "application/problem+json"]
    assert [name for name in odd if "/open311/" not in name] == []
    shapes = {tuple(content) for name, content in odd.items() if not name.endswith(" 400")}
    assert shapes == {("application/json", "text/xml")}  # 400 may come from before the route as well
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_the_file_shows_every_operation_of_the_interface(document: dict[str, Any]) -> None:
    shown = {name for name, _ in operations(document)}
    assert shown == {f"{method} {route.path_format}" for route in SHOWN for method in route.methods or ()}
    hidden = {route.path_format for route in ROUTES if not route.include_in_schema}
    assert hidden == {"/features/", "/open311/v2/{path}"}  # the same again, and whatever is not there
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(names) == len(set(names))


def test_declaring_an_answer_costs_a_request_nothing() -> None:
    """FastAPI passes a response on as it is; anything else it would check and write anew at every request."""
    slow = [
        route.name
        for route in SHOWN
        if not (
            inspect.isclass(told := get_type_hints(route.endpoint).get("return"))
            and issubclass(told, Response)
        )
    ]
    assert slow == []


def test_every_status_of_an_error_follows_from_a_rule() -> None:
    """500 is a fault of ours, never promised."""
    assert {status for status in STATUS.values() if status != 500} <= {rule.status for rule in RULES}


def test_no_type_of_answer_is_left_over(document: dict[str, Any]) -> None:
    modules = [
        importlib.import_module(m.name) for m in pkgutil.iter_modules(api.answers.__path__, "api.answers.")
    ]
    kinds = {k for m in modules for k in vars(m).values() if inspect.isclass(k) and issubclass(k, Answer)}
    extended = {base for kind in kinds for base in kind.__mro__[1:]}
    assert {kind.__name__ for kind in kinds - extended} <= set(document["components"]["schemas"])


@pytest.mark.parametrize(
    ("operation", "errors"),
    [
        ("GET /api/v1/items", "400 422 503"),  # asks nobody who they are, names nothing
        ("GET /api/v1/tickets/{no}", "400 401 403 404 503"),  # a number may be any text
        ("GET /api/v1/session", "400 401 403 503"),
        ("POST /api/v1/tickets", "400 401 403 409 413 422 429 503"),  # a receipt, a slow-down for strangers
        (
            "POST /api/v1/cells/{code}/confirm",
            "400 401 403 404 409 413 503",
        ),  # through the desk, without a body
        ("DELETE /api/v1/session", "400 401 403 503"),
        ("GET /features/conformance", "400"),  # asks neither store nor account
        ("POST /open311/v2/requests.{fmt}", "400 403 404 413 429 503"),  # 409 and 422 are 400 there
    ],
)
def test_errors_follow_from_what_an_operation_depends_on(
    document: dict[str, Any], operation: str, errors: str
) -> None:
    answers = dict(operations(document))[operation]["responses"]
    assert [status for status in answers if int(status) >= 400] == errors.split()


def test_an_operation_tells_how_one_signs_in(document: dict[str, Any]) -> None:
    found = dict(operations(document))
    assert found["GET /api/v1/tickets"]["security"] == [{"token": []}, {"cookie": []}]
    assert found["POST /api/v1/tickets"]["security"] == [{}, {"token": []}, {"cookie": []}]
    assert "security" not in found["GET /api/v1/items"]
