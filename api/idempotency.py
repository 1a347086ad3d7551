"""Idempotency keys: the same key with the same body gets the stored answer, with another body 409."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse

from api.roles import MaybeDep
from data.store.done import Done
from data.store.receipts import Receipt
from dispatch.errors import BadFieldError

LONGEST_KEY = 128
LIKE_NO_OTHER = 32
"""From this length on a stranger's key counts whatever address it comes from: a phone changes it between two tries."""
PUBLIC = "public"
MakeReceipt = Callable[[Callable[[Done], Mapping[str, Any]], int], Receipt | None]


def request_hash(method: str, path: str, body: bytes) -> str:
    """Hash what was asked, to tell a repeat from another request under the same key."""
    return hashlib.sha256(b"\0".join([method.encode(), path.encode(), body])).hexdigest()


Key = Annotated[
    str, Header(alias="Idempotency-Key", description="The same key and body again changes nothing")
]


async def receipt_maker(request: Request, account: MaybeDep, key: Key = "") -> MakeReceipt:
    """Give a function that makes the receipt of this request, or None when it carries no key."""
    if len(key) > LONGEST_KEY:
        raise BadFieldError("Idempotency-Key", key, f"at most {LONGEST_KEY} characters")
    hashed = request_hash(request.method, request.url.path, await request.body())
    host = request.client.host if request.client else ""
    who = account.user or (PUBLIC if len(key) >= LIKE_NO_OTHER else f"{PUBLIC}@{host}")

    def make(answer: Callable[[Done], Mapping[str, Any]], status: int) -> Receipt | None:
        if not key:
            return None
        return Receipt(user=who, key=key, request_hash=hashed, answer=answer, status=status)

    return make


ReceiptDep = Annotated[MakeReceipt, Depends(receipt_maker)]


def respond(done: Done, answer: Callable[[Done], Mapping[str, Any]], status: int) -> JSONResponse:
    """Answer with what was done now, or with what was answered to this key before."""
    if done.replayed is not None:
        return JSONResponse(dict(done.replayed), status_code=status, headers={"Idempotency-Replayed": "true"})
    return JSONResponse(dict(answer(done)), status_code=status)
