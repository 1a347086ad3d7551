"""Receipts: the answer given to an idempotency key, so that the same request again is answered and not done twice."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from data.errors import KeyReusedError
from data.models import ReceiptRow, table_of

RECEIPTS = table_of(ReceiptRow)
LOCK_KEY = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """An idempotency key with the hash of the request and the way to write the answer that is kept for it."""

    user: str
    key: str
    request_hash: str
    answer: Callable[[Any], Mapping[str, Any]]
    status: int = 200


def answered(session: Session, receipt: Receipt | None) -> Mapping[str, Any] | None:
    """Return the answer that a key was given before, None for a new one.

    Raises
    ------
    KeyReusedError
        When the key was used for another request.
    """
    if receipt is None:
        return None
    if session.get_bind().dialect.name == "postgresql":
        # Two requests with one key wait for each other here; SQLite has one writer anyway.
        session.execute(LOCK_KEY, {"name": f"{receipt.user} {receipt.key}"})
    query = select(ReceiptRow).where(ReceiptRow.user == receipt.user, ReceiptRow.key == receipt.key)
    row = session.scalar(query)
    if row is None:
        return None
    if row.request_hash != receipt.request_hash:
        raise KeyReusedError(
            f"Idempotency-Key {receipt.key!r} was used for another request; make a new key for each"
        )
    kept: Mapping[str, Any] = json.loads(row.answer)
    return kept


def keep_receipt(session: Session, receipt: Receipt, done: object, now: datetime) -> None:
    """Keep the answer to what was done.

    Parameters
    ----------
    session : Session
    receipt : Receipt
    done : object
        What the answer is made of.
    now : datetime
        Aware.
    """
    values = {
        "user": receipt.user,
        "key": receipt.key,
        "request_hash": receipt.request_hash,
        "status": receipt.status,
        "answer": json.dumps(receipt.answer(done), ensure_ascii=False),
        "at": now,
    }
    session.execute(insert(RECEIPTS), values)


def forget_receipts(session: Session, now: datetime) -> int:
    """Drop receipts older than seven days; returns how many."""
    gone = session.execute(delete(ReceiptRow).where(ReceiptRow.at < now - KEPT_FOR))
    return int(gone.rowcount)  # type: ignore[attr-defined]  # a DELETE's result has a row count
