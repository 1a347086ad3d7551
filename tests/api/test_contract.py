"""The contract that every test is held to finds what is not as declared."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.contract import Contract, closed, read_contract

DOCUMENT: dict[str, Any] = {
    "components": {
        "schemas": {
            "One": {
                "type": "object",
                "required": ["no", "at"],
                "properties": {"no": {"type": "string"}, "at": {"type": "string", "format": "date-time"}},
            }
        }
    },
    "paths": {
        "/things/{no}": {
            "get": {
                "responses": {
                    "200": {
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/One"}}}
                    },
                    "204": {},
                }
            }
        },
        "/things/all": {"get": {"responses": {"200": {"content": {"text/csv": {}}}}}},
    },
}
AT = "2026-11-18T10:30:00+08:00"


def answer(body: Any, status: int = 200, media: str = "application/json; charset=utf-8") -> Any:
    return SimpleNamespace(
        status_code=status, content=b"x", headers={"content-type": media}, json=lambda: body
    )


@pytest.mark.parametrize(
    ("path", "given", "fault"),
    [
        ("/things/1", answer({"no": "1", "at": AT}), ""),
        ("/things/1", answer({"no": 1, "at": AT}), "no: 1 is not of type"),
        ("/things/1", answer({"no": "1", "at": "today"}), "at:"),
        ("/things/1", answer({"no": "1"}), '"at" is a required property'),
        ("/things/1", answer({"no": "1", "at": AT, "more": 1}), "'more' was unexpected"),
        ("/things/1", answer({}, 404), "answers 404"),
        ("/things/1", answer({}, 200, "text/html"), "answers 'text/html'"),
        ("/things/all", answer({}, 200, "text/csv"), ""),  # the fixed path before the one with a name
        ("/things/1/more", answer({}, 500), ""),  # no operation
    ],
)
def test_what_an_answer_is_held_to(path: str, given: Any, fault: str) -> None:
    contract = Contract.read(DOCUMENT)
    if not fault:
        contract.check("GET", path, given)
        return
    with pytest.raises(AssertionError, match=fault):
        contract.check("GET", path, given)


def test_maps_stay_open_and_records_are_closed() -> None:
    counts = {"type": "object", "additionalProperties": {"type": "integer"}}
    assert closed({"a": [counts]}) == {"a": [counts]}
    assert closed({"properties": {}})["additionalProperties"] is False


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/api/v1/tickets/count", "GET /api/v1/tickets/count"),
        ("GET", "/api/v1/tickets/T1", "GET /api/v1/tickets/{no}"),
        ("GET", "/open311/v2/requests/T1.json", "GET /open311/v2/requests/{no}.{fmt}"),
        ("GET", "/desk", None),
        ("PUT", "/api/v1/tickets/T1", None),
    ],
)
def test_a_request_is_held_to_its_operation(method: str, path: str, name: str | None) -> None:
    found = read_contract().operation(method, path)
    assert (found.name if found else None) == name
