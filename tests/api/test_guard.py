"""What the layer round the application does when the application fails."""

import pytest
from starlette.types import Message, Receive, Scope, Send

from api.guard import BrokenAnswerError, Guard
from tests.conftest import run_alone

PHONE = "13912345678"
START: Message = {"type": "http.response.start", "status": 200, "headers": []}


def ask(*, begun: bool) -> list[Message]:
    async def application(_scope: Scope, _receive: Receive, send: Send) -> None:
        if begun:
            await send(START)
        raise ValueError(f"nobody answers {PHONE}")

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
    run_alone(Guard(application)(scope, receive, send))
    return sent


def test_a_failure_is_told_without_what_was_asked(capfd: pytest.CaptureFixture[str]) -> None:
    start, body = ask(begun=False)
    assert start["status"] == 500
    assert b"something went wrong here" in body["body"]
    assert PHONE.encode() not in body["body"]
    told = capfd.readouterr().err
    assert "request failed" in told
    assert "kind=ValueError" in told
    assert PHONE not in told


def test_an_answer_that_breaks_off_tells_the_socket_its_kind_alone() -> None:
    with pytest.raises(BrokenAnswerError, match=r"^ValueError$") as broken:
        ask(begun=True)
    assert broken.value.__suppress_context__
