"""The OpenAPI file: what FastAPI reads from the routes, with the errors that each operation can really give.

Which errors those are follows from what an operation depends on and calls, so that nobody keeps a list of them: who asks
for an account can answer 401, who takes a number in its path 404, who goes through the desk 409, and so on.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from dis import Instruction, get_instructions
from functools import cached_property
from inspect import isfunction
from types import CodeType
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, APIRouter
from pydantic import TypeAdapter

from api.answers.open311 import OpenError
from api.answers.problem import Problem
from api.guard import WITH_BODY
from api.idempotency import receipt_maker
from api.outside.open311_format import OpenRoute
from api.roles import COOKIE, SAFE_METHODS, account_or_public, may_try, signed_in, slow_down, world_of
from data.registers.reveals import reveal
from data.store.photos import keep_photo

PROBLEM = "application/problem+json"
REFERENCE = "#/components/schemas/{model}"
PROBLEM_CONTENT = {PROBLEM: {"schema": {"$ref": REFERENCE.format(model=Problem.__name__)}}}
XML = {"text/xml": {"schema": {"type": "string"}}}
OPEN_CONTENT = {
    "application/json": {
        "schema": {"type": "array", "items": {"$ref": REFERENCE.format(model=OpenError.__name__)}}
    }
}
FIRST_ERROR = 400
READS = frozenset({"LOAD_GLOBAL", "LOAD_ATTR", "LOAD_METHOD"})
SECTION = re.compile(r"\s+[A-Z]\w+\n-{3,}\n")
"""A section of a docstring, such as what a constructor raises: of no use to who reads answers."""
SIGN_IN = {
    "token": {"type": "http", "scheme": "bearer", "description": "The token of POST /api/v1/session"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "As browsers sign in"},
}


@dataclass(frozen=True)
class Operation:
    """One method of a route, and what its errors follow from."""

    route: APIRoute
    method: str

    @cached_property
    def depends_on(self) -> frozenset[Callable[..., Any] | None]:
        """Everything that it depends on, at any depth."""
        return frozenset(each.call for each in _walk(self.route.dependant))

    @cached_property
    def reaches(self) -> frozenset[object]:
        """The functions that it calls, through others of the web floor too, and the attributes that these use."""
        return frozenset(_reach(self.route.endpoint, set()))

    @property
    def changes(self) -> bool:
        """Whether it may change something."""
        return self.method not in SAFE_METHODS

    @property
    def names_one(self) -> bool:
        """Whether its path names a thing that may not be there."""
        return bool(self.route.dependant.path_params)

    @cached_property
    def has_limits(self) -> bool:
        """Whether what is sent can be wrong: everything can, but for a name in the path, which may be any text."""
        found = list(_walk(self.route.dependant))
        named = [param.field_info for each in found for param in each.path_params]
        limited = any(info.annotation is not str or info.metadata for info in named)
        asked = any(each.query_params or each.header_params for each in found)
        return limited or asked or self.route.body_field is not None


def _walk(dependant: Dependant) -> Iterable[Dependant]:
    """Yield what a route depends on, itself first."""
    yield dependant
    for inner in dependant.dependencies:
        yield from _walk(inner)


def _reach(function: object, known: set[object]) -> Iterator[object]:
    """Yield the attributes that a function uses and the functions that it calls, through those of this floor."""
    if not isfunction(function) or function in known:
        return
    known.add(function)
    yield function
    if function.__module__.split(".")[0] != __name__.split(".")[0]:
        return
    for step in _steps(function.__code__):
        if step.opname == "LOAD_GLOBAL":
            yield from _reach(function.__globals__.get(step.argval), known)
        else:
            yield step.argval


def _steps(code: CodeType) -> Iterator[Instruction]:
    """Yield where code reads a global or an attribute, that of functions inside it too."""
    yield from (step for step in get_instructions(code) if step.opname in READS)
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _steps(inner)


@dataclass(frozen=True, slots=True)
class Rule:
    """When an operation can answer with an error, and what that tells."""

    status: int
    told: str
    holds: Callable[[Operation], bool]


RULES = (
    Rule(400, "The address or the body cannot be read", lambda _: True),
    Rule(
        401,
        "Not signed in where that is needed, or the sign-in is unknown or over",
        lambda o: account_or_public in o.depends_on,
    ),
    Rule(
        403,
        "Not for this role or area, or a page's form token is missing",
        lambda o: account_or_public in o.depends_on,
    ),
    Rule(404, "Nothing has that name, or not for whoever asks", lambda o: o.names_one),
    Rule(
        409,
        "Not possible as things stand, or the idempotency key was used for another request",
        lambda o: o.changes and (receipt_maker in o.depends_on or "desk" in o.reaches),
    ),
    Rule(413, "The body is too large, or does not say how large it is", lambda o: o.method in WITH_BODY),
    Rule(422, "Something that was sent is wrong; the answer names the field", lambda o: o.has_limits),
    Rule(
        429,
        "Too many requests from this address, or too many looks at personal data in a day",
        lambda o: not o.reaches.isdisjoint({slow_down, may_try, reveal}),
    ),
    Rule(
        503,
        "The store is busy or not reachable; nothing was changed, try again",
        lambda o: o.changes or world_of in o.depends_on,
    ),
    Rule(507, "The disk of the server is nearly full", lambda o: keep_photo in o.reaches),
)
OPEN_RULES = (
    Rule(400, "Something that was asked or sent is wrong", lambda _: True),
    Rule(403, "The api_key is missing or wrong", lambda o: o.changes),
    Rule(404, "Nothing has that name, or the jurisdiction is another one", lambda o: o.has_limits),
    *(rule for rule in RULES if rule.status in (429, 503)),
)
"""Of routes that speak Open311, in its own shape; what cannot be read or is too large is refused before it reaches one."""
BEFORE_OPEN = tuple(rule for rule in RULES if rule.status in (400, 413))


def describe(app: FastAPI, routers: Iterable[APIRouter]) -> None:
    """Let an application give the OpenAPI file of some routers, written when it is first asked for."""
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = document(app, routes)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # the way that FastAPI documents


def document(app: FastAPI, routes: Iterable[APIRoute]) -> dict[str, Any]:
    """Write the OpenAPI file of an application.

    Parameters
    ----------
    app : FastAPI
    routes : iterable of APIRoute
        Those that are described.

    Returns
    -------
    dict
        OpenAPI 3.1; an operation declares its answers and the errors that it can give, and nothing else.
    """
    written = get_openapi(title=app.title, version=app.version, routes=app.routes)
    for route in routes:
        for method in (route.methods or ()) if route.include_in_schema else ():
            _finish(written["paths"][route.path_format][method.lower()], Operation(route, method))
    components = written["components"]
    for unused in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(unused, None)
    for shape in (Problem, OpenError):
        made = TypeAdapter(shape).json_schema(mode="serialization", ref_template=REFERENCE)
        components["schemas"] |= {**made.pop("$defs", {}), shape.__name__: made}
    for operation in (each for methods in written["paths"].values() for each in methods.values()):
        for body in operation.get("requestBody", {}).get("content", {}).values():
            parts = body["schema"].get("$defs", {})  # a body that is written by hand brings its parts along
            components["schemas"] |= parts
            body["schema"] = {name: told for name, told in body["schema"].items() if name != "$defs"}
    for schema in components["schemas"].values():
        if "description" in schema:
            schema["description"] = SECTION.split(schema["description"])[0]
    components["securitySchemes"] = SIGN_IN
    return written


def _finish(written: dict[str, Any], operation: Operation) -> None:
    """Put an operation's errors, and whether it needs a sign-in, into what FastAPI wrote of it."""
    is_open = isinstance(operation.route, OpenRoute)
    rules, content = (OPEN_RULES, OPEN_CONTENT) if is_open else (RULES, PROBLEM_CONTENT)
    own = {str(status) for status in operation.route.responses}
    answers: dict[str, Any] = _errors(operation, rules, content)
    for status, answer in written["responses"].items():
        if int(status) < FIRST_ERROR:
            answers[status] = answer
        elif status in own:
            answers[status] = {**answer, "content": answer.get("content", {}) | content}
    if is_open:
        for answer in answers.values():
            answer["content"] |= XML
        for status, answer in _errors(operation, BEFORE_OPEN, PROBLEM_CONTENT).items():
            answers.setdefault(status, answer)["content"] |= PROBLEM_CONTENT
    written["responses"] = dict(sorted(answers.items()))
    if account_or_public in operation.depends_on:
        needed: list[dict[str, list[str]]] = [{name: []} for name in SIGN_IN]
        written["security"] = needed if signed_in in operation.depends_on else [{}, *needed]


def _errors(operation: Operation, rules: Iterable[Rule], content: Mapping[str, Any]) -> dict[str, Any]:
    return {
        str(rule.status): {"description": rule.told, "content": {**content}}
        for rule in rules
        if rule.holds(operation)
    }
