"""Holds every answer of the application against what the OpenAPI file declares of its operation."""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jsonschema_rs
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import INTERFACES, PAGES
from api.openapi import describe

FIRST_ERROR = 400
DOCUMENT = "urn:openapi"
"""Where validators find the components, which are read once for all of them."""


@dataclass(frozen=True)
class Operation:
    """One declared operation: its path as a pattern, and what it answers by status and media type."""

    name: str
    method: str
    path: re.Pattern[str]
    answers: dict[str, dict[str, Any]]


@dataclass
class Contract:
    """What the OpenAPI file says, with validators made when first needed.

    Unlike the file, which lets answers grow, it allows no member that is not declared.
    """

    operations: list[Operation]
    registry: jsonschema_rs.Registry
    validators: dict[tuple[str, str, str], Any] = field(default_factory=dict)

    @classmethod
    def read(cls, document: dict[str, Any]) -> "Contract":
        found = [
            Operation(f"{method.upper()} {path}", method.upper(), _pattern(path), operation["responses"])
            for path, item in sorted(document["paths"].items(), key=lambda entry: entry[0].count("{"))
            for method, operation in item.items()
        ]
        parts = {"components": closed(document["components"])}
        return cls(found, jsonschema_rs.Registry([(DOCUMENT, parts)]))

    def operation(self, method: str, path: str) -> Operation | None:
        """Find what a request asks for; None for pages and for what is not there."""
        fitting = (o for o in self.operations if o.method == method and o.path.fullmatch(path))
        return next(fitting, None)

    def check(self, method: str, path: str, answer: Any) -> None:
        """Hold an answer against what its operation declares.

        Raises
        ------
        AssertionError
            When its status, media type or content is not declared.
        """
        operation = self.operation(method, path)
        if operation is None:
            return
        status, name = str(answer.status_code), operation.name
        assert status in operation.answers, f"{name} answers {status}, declared are {list(operation.answers)}"
        content = operation.answers[status].get("content", {})
        media = answer.headers.get("content-type", "").partition(";")[0]
        if not content and not answer.content:
            return
        assert media in content, f"{name} {status} answers {media!r}, declared are {list(content)}"
        if not media.endswith("json"):
            return
        key = (name, status, media)
        if key not in self.validators:
            schema = _inside(content[media]["schema"])
            self.validators[key] = jsonschema_rs.validator_for(
                schema, validate_formats=True, registry=self.registry
            )
        faults = [
            f"{'.'.join(map(str, fault.instance_path))}: {fault.message[:300]}"
            for fault in self.validators[key].iter_errors(answer.json())
        ]
        assert not faults, f"{name} {status}: {faults[:5]}"


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))


def _inside(schema: Any) -> Any:
    """Let the references of a schema point into the document."""
    if isinstance(schema, list):
        return [_inside(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: DOCUMENT + inner if name == "$ref" and isinstance(inner, str) else _inside(inner)
        for name, inner in schema.items()
    }


def closed(schema: Any) -> Any:
    """Forbid members that a schema does not declare, at any depth."""
    if isinstance(schema, list):
        return [closed(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: closed(inner) for name, inner in schema.items()}
    if isinstance(made.get("properties"), dict) and "additionalProperties" not in made:
        made["additionalProperties"] = False
    return made


@cache
def read_document() -> dict[str, Any]:
    """Write the OpenAPI file; it depends on the code alone, so that it needs no world."""
    app = FastAPI(title="Jinlin", version="1")
    for part in (*INTERFACES, *PAGES):
        app.router.routes.extend(part.router.routes)
    describe(app, [part.router for part in INTERFACES])
    return app.openapi()


@cache
def read_contract() -> Contract:
    return Contract.read(read_document())


class CheckedClient(TestClient):
    """A client that fails a test when an answer is not what the OpenAPI file declares."""

    def request(self, method: str, url: Any, **more: Any) -> Any:  # type: ignore[override]
        answer = super().request(method, url, **more)
        if not answer.history:
            read_contract().check(method.upper(), answer.url.path, answer)
        return answer
