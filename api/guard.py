"""At the gate: bodies that are too large are refused unread, every answer carries security headers and is counted."""

import re
import time
from base64 import b64encode
from collections.abc import Mapping, MutableMapping
from hashlib import sha256
from typing import Any

from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import problem
from api.locale.words import spoken
from data.files.intake import LARGEST_SENT
from data.log import LOG
from data.store.photos import LARGEST_BYTES

LARGEST_BODY = 256 * 1024
FORM_AROUND = 64 * 1024
PHOTOS_OF_A_REPORT = 9
UPLOADS = {
    "/api/v1/photos": LARGEST_BYTES + FORM_AROUND,
    "/api/v1/imports": LARGEST_SENT + FORM_AROUND,
    "/open311/v2/requests.json": PHOTOS_OF_A_REPORT * LARGEST_BYTES + FORM_AROUND,
    "/open311/v2/requests.xml": PHOTOS_OF_A_REPORT * LARGEST_BYTES + FORM_AROUND,
}
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
REQUESTS = Counter("jinlin_requests", "Requests by method and status", ["method", "status"])
DURATION = Histogram("jinlin_request_seconds", "Time to answer", ["method"])
INLINE = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)


def content_policy(html: str = "") -> str:
    """Give the content policy of a document: files of our own host, and its inline scripts by their hashes.

    Parameters
    ----------
    html : str
        A whole document; without one no inline script may run.

    Returns
    -------
    str
        The value of ``Content-Security-Policy`` (level 3). Styles may stand inline: Leaflet and bars of shares set them.
    """
    hashes = (b64encode(sha256(script.encode()).digest()).decode() for script in INLINE.findall(html))
    scripts = " ".join(["'self'", *(f"'sha256-{digest}'" for digest in hashes)])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; frame-ancestors 'self'; "
        "object-src 'none'; base-uri 'none'"
    )


HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"SAMEORIGIN",
    b"referrer-policy": b"same-origin",
    b"content-security-policy": content_policy().encode(),
}


TLS_HEADERS = {b"strict-transport-security": b"max-age=31536000"}
NOT_KEPT = {b"cache-control": b"no-store"}
"""Of answers that do not say themselves how long they may be kept: a shared computer shows no page of who left it."""
KEPT_IN_CACHES = ("/static/", "/tiles/")


class Guard:
    """Wraps the application; a plain ASGI layer, so that streams and threads behind it stay as they are."""

    def __init__(self, app: ASGIApp, *, behind_tls: bool = False) -> None:
        self.app = app
        self.headers = HEADERS | (TLS_HEADERS if behind_tls else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = time.perf_counter()
        method: str = scope["method"]

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(message, self._headers_of(scope["path"]))
                REQUESTS.labels(method, str(message["status"])).inc()
                DURATION.labels(method).observe(time.perf_counter() - begun)
            await send(message)

        if b"%00" in scope["query_string"] or "\0" in scope["path"]:
            told = "the address holds a NUL, which no text can"
            await problem(400, told, _spoken(scope), field="path")(scope, receive, sending)
            return
        refused = _too_big(scope)
        if refused:
            await problem(413, refused, _spoken(scope), field="body")(scope, receive, sending)
            return
        await self._answer(scope, receive, sending)

    def _headers_of(self, path: str) -> dict[bytes, bytes]:
        return self.headers if path.startswith(KEPT_IN_CACHES) else self.headers | NOT_KEPT

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer; what it failed at is told without what was asked, which may be personal."""
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception as error:
            LOG.exception("request failed", method=scope["method"])
            if begun:  # the server that holds the connection writes down what it is given
                raise BrokenAnswerError(type(error).__name__) from None
            told = "something went wrong here, and was noted; nothing was changed, try again later"
            await problem(500, told, _spoken(scope))(scope, receive, sending)


class BrokenAnswerError(RuntimeError):
    """An answer that broke off after its first bytes; named by the kind of what went wrong alone."""


def _spoken(scope: Scope) -> str:
    return spoken(dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1"))


def _too_big(scope: Scope) -> str:
    """Say why a body is not accepted, or nothing."""
    if scope["method"] not in WITH_BODY:
        return ""
    length = dict(scope["headers"]).get(b"content-length", b"").decode("latin-1")
    most = UPLOADS.get(scope["path"], LARGEST_BODY)
    if not length.isdigit():
        return f"the body has no Content-Length; at most {most} bytes are accepted"
    return f"the body has {length} bytes; at most {most} are accepted" if int(length) > most else ""


def _add_headers(message: MutableMapping[str, Any], headers: Mapping[bytes, bytes]) -> None:
    present = {name for name, _ in message["headers"]}
    message["headers"] = [*message["headers"], *((n, v) for n, v in headers.items() if n not in present)]
