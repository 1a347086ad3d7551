"""How the open interface speaks: XML or JSON from the same plain values, and errors in its own shape."""

import json
import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from api.errors import STATUS

XML, JSON = "text/xml; charset=utf-8", "application/json; charset=utf-8"
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
SINGULAR = {
    "services": "service",
    "attributes": "attribute",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
    "values": "value",
}
NOT_FOUND = frozenset({"UnknownCategoryError", "MissingError"})


class OpenError(Exception):
    """An answer of the open interface that is an error."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code, self.description = code, description


def write(fmt: str, root: str, value: Any, status: int = 200) -> Response:  # noqa: ANN401 - what JSON can hold
    """Write plain values as XML under a root element, or as JSON without it.

    Parameters
    ----------
    fmt : str
        ``xml`` or ``json``.
    root : str
        Name of the root element; lists get one element a member, named in the singular.
    value : object
        Mappings, lists and scalars; None and empty texts are empty elements, and null in JSON.
    status : int
    """
    if fmt == "json":
        return Response(json.dumps(_nulls(value), ensure_ascii=False), status, media_type=JSON)
    element = Element(root)
    _fill(element, root, value)
    text = tostring(element, encoding="unicode")
    return Response(f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n', status, media_type=XML)


def _nulls(value: Any) -> Any:  # noqa: ANN401 - what JSON can hold
    """Put null for empty texts: an empty element of the XML is null by the Spark convention."""
    if isinstance(value, Mapping):
        return {key: _nulls(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_nulls(inner) for inner in value]
    return None if value == "" else value


def _fill(element: Element, name: str, value: Any) -> None:  # noqa: ANN401 - what JSON can hold
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _fill(SubElement(element, key), key, inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            _fill(SubElement(element, SINGULAR[name]), SINGULAR[name], inner)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = NOT_IN_XML.sub("", str(value))


def error(fmt: str, code: int, description: str) -> Response:
    """Write an error: a list of one with ``code`` and ``description``."""
    return write(fmt, "errors", [{"code": code, "description": description}], code)


class OpenRoute(APIRoute):
    """A route whose errors have the shape of the open interface."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler."""
        handle = super().get_route_handler()

        async def speak(request: Request) -> Response:
            fmt = "json" if request.url.path.endswith(".json") else "xml"
            try:
                return await handle(request)
            except OpenError as found:
                return error(fmt, found.code, found.description)
            except RequestValidationError as found:
                first = found.errors()[0]
                return error(fmt, 400, f"{first['loc'][-1]}: {first['msg']}")
            except HTTPException as found:
                return error(fmt, found.status_code, str(found.detail))
            except tuple(STATUS) as found:
                return error(fmt, _code(found), str(found.args[0]) if found.args else str(found))

        return speak


def _code(found: Exception) -> int:
    """Give the status: what is unknown is 404, what cannot be used 400, the rest as everywhere."""
    if type(found).__name__ in NOT_FOUND:
        return 404
    status = next(STATUS[kind] for kind in type(found).__mro__ if kind in STATUS)
    return 400 if status in (409, 422) else status
