"""Answers that are files or text: their media types."""

from typing import Any

from fastapi.responses import Response


def file(*media: str) -> dict[str, Any]:
    """Declare that a route answers a file of one of some media types; unpacked into the route's decorator."""
    return _answers(media, {"type": "string", "format": "binary"})


def text(*media: str) -> dict[str, Any]:
    """Declare that a route answers text of one of some media types; unpacked into the route's decorator."""
    return _answers(media, {"type": "string"})


def _answers(media: tuple[str, ...], schema: dict[str, str]) -> dict[str, Any]:
    content = {one.partition(";")[0]: {"schema": schema} for one in media}
    return {"response_class": Response, "responses": {200: {"content": content}}}
