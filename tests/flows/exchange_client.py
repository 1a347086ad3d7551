"""A client of the exchange written from docs/exchange.md and the published schemas alone, with the standard library."""

import base64
import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Callable
from typing import Any


class ExchangeClient:
    """The far end of one feed: it sends the rows of its own register, and goes on after a stop where it was."""

    def __init__(self, host: str, no: str, key: str, clock: Callable[[], float] = time.time) -> None:
        self._host, self._no, self._clock = host, no, clock
        self._secret = base64.b64decode(key.removeprefix("whsec_"))

    def call(self, method: str, path: str, body: bytes = b"") -> tuple[int, Any]:
        target = f"/api/v1/feeds/{self._no}{path}"
        stamp, name = str(int(self._clock())), hashlib.sha256(body or target.encode()).hexdigest()[:16]
        told = f"{name}.{stamp}.".encode() + (body or target.encode())
        made = base64.b64encode(hmac.new(self._secret, told, hashlib.sha256).digest()).decode()
        headers = {"webhook-id": name, "webhook-timestamp": stamp, "webhook-signature": f"v1,{made}"}
        connection = http.client.HTTPConnection(self._host, timeout=30)
        try:
            connection.request(method, target, body or None, headers | {"content-type": "application/json"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def schema(self, name: str) -> Any:
        connection = http.client.HTTPConnection(self._host, timeout=30)
        try:
            connection.request("GET", f"/api/v1/schemas/{name}")
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def cursor(self) -> int:
        status, told = self.call("GET", "/position")
        assert status == 200, told
        return int(told["cursor"] or 0)

    def message(self, name: str, rows: list[dict[str, Any]], cursor: int) -> dict[str, Any]:
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self._clock()))
        told = {"schema": "jinlin.message.1", "id": name, "subject": "residents", "sender": {"name": "残联"}}
        return told | {"sent_at": now, "cursor": str(cursor), "rows": rows}

    def tell(self, name: str, rows: list[dict[str, Any]], cursor: int) -> tuple[int, Any]:
        return self.call("POST", "/messages", json.dumps(self.message(name, rows, cursor)).encode())

    def send_all(self, register: list[dict[str, Any]], at_once: int, stop_after: int | None = None) -> int:
        """Send what lies behind the mark that the other side tells; gives how many messages were sent."""
        sent, begun = 0, self.cursor()
        for start in range(begun, len(register), at_once):
            if stop_after == sent:
                break
            rows = register[start : start + at_once]
            status, told = self.tell(f"from-{start}", rows, start + len(rows))
            assert status == 200, told
            sent += 1
        return sent
