"""The chain of events: canonical JSON, hashes, and the check that finds an altered one."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.orm import Session

from data.models import EntryRow, EventRow, columns_of, table_of
from data.store.purses import book
from dispatch.lifecycle import Event
from dispatch.money.transfer import Transfer
from grid.scores.scoring import Entry

EVENTS, ENTRIES = table_of(EventRow), table_of(EntryRow)
CHANNEL = "jinlin"
"""On PostgreSQL other processes listen here for commits."""
NOTIFY = text(f"NOTIFY {CHANNEL}")
NEWEST = (
    select(EVENTS.c.seq, EVENTS.c.hash)
    .where(EVENTS.c.kind == bindparam("kind"), EVENTS.c.aggregate == bindparam("aggregate"))
    .order_by(EVENTS.c.seq.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFault:
    """A place where the log does not agree with itself."""

    kind: str
    aggregate: str
    seq: int
    detail: str


def canonical(payload: Mapping[str, Any]) -> str:
    """Write JSON in one way only: keys sorted, no blanks, text as it is."""
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def link_hash(before: str, head: Iterable[str], payload: str, seal: str = "") -> str:
    """Hash one event together with the hash before it.

    Parameters
    ----------
    before : str
        Hash of the event before; empty for the first.
    head : iterable of str
        Kind, aggregate, number, name, time, account, role and version of the rules.
    payload : str
        JSON, written in one way only.
    seal : str
        Seal over the row; empty for events of the time before seals.

    Returns
    -------
    str
        SHA-256 in hexadecimal.
    """
    parts = [before, *head, payload] + ([seal] if seal else [])
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def stamp(at: datetime) -> str:
    """Write a time in one way only."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the log is told of one change: events, what they cost and moved, the row's seal, the version of the rules."""

    events: tuple[Event, ...]
    entries: tuple[Entry, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    seal: str = ""
    rules: str


def append(session: Session, kind: str, aggregate: str, told: Told) -> range:
    """Add events to the chain of an aggregate, and the lines of both ledgers that came with them.

    The last event also tells these lines, so that the ledgers can be recomputed from the log, and holds the seal.

    Parameters
    ----------
    session : Session
    kind, aggregate : str
        Name of the kind and key of the fact.
    told : Told
        Events, entries, seal.

    Returns
    -------
    range
        The numbers of the events in the chain.
    """
    costs = [entry_values(e) for e in told.entries]
    last = session.execute(NEWEST, {"kind": kind, "aggregate": aggregate}).first()
    seq, before = (last.seq, last.hash) if last else (0, "")
    rows = []
    for event in told.events:
        seq += 1
        plain, is_last = dict(event.payload), event is told.events[-1]
        if costs and is_last:
            plain["entries"] = [{**c, "at": stamp(c["at"])} for c in costs]
        if told.transfers and is_last:
            plain["transfers"] = [told_transfer(each) for each in told.transfers]
        payload, seal = canonical(plain), told.seal if is_last else ""
        head = (kind, aggregate, str(seq), event.name, stamp(event.at), event.by, event.role, told.rules)
        before = link_hash(before, head, payload, seal)
        rows.append(
            {
                "kind": kind,
                "aggregate": aggregate,
                "seq": seq,
                "name": event.name,
                "at": event.at,
                "by": event.by,
                "role": event.role,
                "rules": told.rules,
                "payload": payload,
                "seal": seal,
                "hash": before,
            }
        )
    if rows:
        session.execute(insert(EVENTS), rows)
    if costs:
        session.execute(insert(ENTRIES), costs)
    if rows:
        book(session, told.transfers)
    if rows and session.get_bind().dialect.name == "postgresql":
        session.execute(NOTIFY)
    return range(seq - len(told.events) + 1, seq + 1)


def entry_values(entry: Entry) -> dict[str, Any]:
    """Return an entry as the columns of its row."""
    names = ("unit", "subject", "kind", "step", "points_centi", "at", "rules", "evidence", "reverses")
    return {name: getattr(entry, name) for name in names}


def told_transfer(transfer: Transfer) -> dict[str, Any]:
    """Return a transfer as the log is told of it."""
    when = {"booked_at": stamp(transfer.booked_at), "booked_on": transfer.booked_on.isoformat()}
    return columns_of(transfer) | when
