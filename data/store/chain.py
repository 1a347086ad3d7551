"""The chain of events: canonical JSON, hashes, and the check that finds an altered one."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from data.models import EntryRow, EventRow, table_of
from dispatch.lifecycle import Event
from grid.scores.scoring import Entry

Told: TypeAlias = dict[tuple[str, str, int, str, str], int]
EVENTS, ENTRIES = table_of(EventRow), table_of(EntryRow)
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


def link_hash(before: str, head: Iterable[str], payload: str) -> str:
    """Hash one event together with the hash before it."""
    return hashlib.sha256("\x1f".join([before, *head, payload]).encode()).hexdigest()


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def append(
    session: Session, kind: str, aggregate: str, events: Iterable[Event], entries: Iterable[Entry], rules: str
) -> range:
    """Add events to the chain of an aggregate, and the ledger entries that came with them.

    The entries are also told in the last event, so that the ledger can be recomputed from the log.

    Returns
    -------
    range
        The numbers of the events in the chain.
    """
    told = list(events)
    costs = [_entry_values(e) for e in entries]
    last = session.execute(NEWEST, {"kind": kind, "aggregate": aggregate}).first()
    seq, before = (last.seq, last.hash) if last else (0, "")
    rows = []
    for i, event in enumerate(told):
        seq += 1
        plain = dict(event.payload)
        if costs and i == len(told) - 1:
            plain["entries"] = [{**c, "at": _stamp(c["at"])} for c in costs]
        payload = canonical(plain)
        head = (kind, aggregate, str(seq), event.name, _stamp(event.at), event.by, event.role, rules)
        before = link_hash(before, head, payload)
        rows.append(
            {
                "kind": kind,
                "aggregate": aggregate,
                "seq": seq,
                "name": event.name,
                "at": event.at,
                "by": event.by,
                "role": event.role,
                "rules": rules,
                "payload": payload,
                "hash": before,
            }
        )
    if rows:
        session.execute(insert(EVENTS), rows)
    if costs:
        session.execute(insert(ENTRIES), costs)
    return range(seq - len(told) + 1, seq + 1)


def _entry_values(entry: Entry) -> dict[str, Any]:
    names = ("unit", "subject", "kind", "step", "points_centi", "at", "rules", "evidence", "reverses")
    return {name: getattr(entry, name) for name in names}


def verify(session: Session) -> list[ChainFault]:
    """Walk the whole log: hashes, gaps in the numbering, and the ledger against what the events told.

    Returns
    -------
    list of ChainFault
        Empty when nothing was altered, taken out or slipped in.
    """
    faults: list[ChainFault] = []
    told: Told = {}
    chain, seq, before = ("", ""), 0, ""
    query = select(EventRow).order_by(EventRow.kind, EventRow.aggregate, EventRow.seq)
    for row in session.scalars(query.execution_options(yield_per=2000)):
        if (row.kind, row.aggregate) != chain:
            chain, seq, before = (row.kind, row.aggregate), 0, ""
        seq += 1
        if row.seq != seq:
            faults.append(_fault(row, f"number {seq} is missing from the chain"))
            seq = row.seq
        head = (row.kind, row.aggregate, str(row.seq), row.name, _stamp(row.at), row.by, row.role, row.rules)
        if link_hash(before, head, row.payload) != row.hash:
            faults.append(_fault(row, "the event does not match its hash; it or one before it was altered"))
        before = row.hash
        for entry in json.loads(row.payload).get("entries", ()):
            key = (entry["subject"], entry["kind"], entry["step"], entry["at"], entry["evidence"])
            told[key] = told.get(key, 0) + entry["points_centi"]
    return faults + _ledger_faults(session, told)


def _fault(row: EventRow, detail: str) -> ChainFault:
    return ChainFault(kind=row.kind, aggregate=row.aggregate, seq=row.seq, detail=detail)


def _ledger_faults(session: Session, told: Told) -> list[ChainFault]:
    faults = []
    for row in session.scalars(select(EntryRow).execution_options(yield_per=2000)):
        key = (row.subject, row.kind, row.step, _stamp(row.at), row.evidence)
        points = told.pop(key, None)
        if points != row.points_centi:
            detail = f"ledger says {row.points_centi} for {row.kind}, the events say {points}"
            faults.append(ChainFault(kind="entry", aggregate=row.subject, seq=row.id, detail=detail))
    for (subject, kind, step, *_), points in told.items():
        detail = f"{points} for {kind} step {step} is in the events and not in the ledger"
        faults.append(ChainFault(kind="entry", aggregate=subject, seq=0, detail=detail))
    return faults
