"""Check the log against itself, both ledgers against the log, and every row against its seal."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models import CounterRow, EntryRow, EventRow
from data.store.chain import ChainFault, link_hash, stamp
from data.store.kind import Kind
from data.store.kinds.places import DISTRICT
from data.store.kinds.upkeep import NUMBERS
from data.store.money_check import money_faults, written
from data.store.numbers import open_leases
from data.store.rows import EARLIER_SEAL
from data.store.seal import seal_of, seal_of_seals

AT_ONCE = 2000
WITHDRAWN = "withdrawn"
"""The event of a record of a register that a file brought by mistake."""
MOST_SHOWN = 20
ENTRY = ("unit", "subject", "kind", "step", "points_centi", "at", "rules", "evidence", "reverses")


@dataclass(slots=True)
class Heard:
    """What a walk over the log found.

    Parameters
    ----------
    faults : list of ChainFault
    entries : Counter
        The ledger of points as the events tell it.
    transfers : Counter
        The ledger of money as the events tell it.
    seals : dict
        By kind and aggregate the number of the last event, and the last seal.
    earlier : dict
        By kind and aggregate the seal of a row as it came with its district.
    built : Mapping
        What the district's last building sealed, by kind.
    void : dict
        By series the numbers that were told void.
    """

    faults: list[ChainFault]
    entries: Counter[tuple[Any, ...]]
    transfers: Counter[str]
    seals: dict[str, dict[str, tuple[int, str]]]
    earlier: dict[str, dict[str, str]]
    built: Mapping[str, Any]
    void: dict[str, frozenset[int]]


def verify(session: Session, kinds: Iterable[Kind[Any]]) -> list[ChainFault]:
    """Walk the whole log and everything that it seals.

    A row that cannot be read is a fault and the walk goes on.

    Returns
    -------
    list of ChainFault
        Empty when nothing was altered, taken out or slipped in. Rows that were last changed before seals were kept
        are passed over.
    """
    heard = walk(session)
    faults = [*heard.faults, *_ledger_faults(session, heard.entries)]
    faults += money_faults(session, heard.transfers)
    for kind in kinds:
        faults += number_faults(session, kind, heard.void)
        if not kind.own_rows:
            faults += seal_faults(session, kind, heard.seals.get(kind.name, {}))
        if kind.in_bulk and kind.name in heard.built:
            faults += _built_faults(session, kind, heard)
    return faults


def walk(session: Session) -> Heard:
    """Walk the log: hashes, gaps in the numbering, what it tells of the ledger, and the last seal of each chain."""
    heard = Heard(faults=[], entries=Counter(), transfers=Counter(), seals={}, earlier={}, built={}, void={})
    chain, seq, before = ("", ""), 0, ""
    query = select(EventRow).order_by(EventRow.kind, EventRow.aggregate, EventRow.seq)
    for row in session.scalars(query.execution_options(yield_per=AT_ONCE)):
        if (row.kind, row.aggregate) != chain:
            chain, seq, before = (row.kind, row.aggregate), 0, ""
        seq += 1
        if row.seq != seq:
            heard.faults.append(_fault(row, f"number {seq} is missing from the chain"))
            seq = row.seq
        head = (row.kind, row.aggregate, str(row.seq), row.name, stamp(row.at), row.by, row.role, row.rules)
        if link_hash(before, head, row.payload, row.seal) != row.hash:
            heard.faults.append(
                _fault(row, "the event does not match its hash; it or one before it was altered")
            )
        before = row.hash
        seals = heard.seals.setdefault(row.kind, {})
        known = seals.get(row.aggregate, (0, ""))[1]
        seals[row.aggregate] = (row.seq, row.seal or known)
        if (
            row.name == WITHDRAWN
        ):  # what was registered by mistake is kept no longer, and its number may come again
            del seals[row.aggregate]
        try:
            _hear(heard, row, json.loads(row.payload))
        except (ValueError, AttributeError, KeyError):
            heard.faults.append(_fault(row, "its payload cannot be read"))
    return heard


def _hear(heard: Heard, row: EventRow, payload: Mapping[str, Any]) -> None:
    for entry in payload.get("entries", ()):
        heard.entries[_told_entry(entry)] += 1
    for transfer in payload.get("transfers", ()):
        heard.transfers[written(transfer)] += 1
    if EARLIER_SEAL in payload:
        heard.earlier.setdefault(row.kind, {})[row.aggregate] = payload[EARLIER_SEAL]
    if row.kind == NUMBERS.name:
        void = heard.void.get(row.aggregate, frozenset())
        heard.void[row.aggregate] = void | frozenset(payload["numbers"])
    if row.kind == DISTRICT.name and row.name == "built":
        heard.built = payload


def _told_entry(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(entry.get(name) for name in ENTRY)


def _fault(row: EventRow, detail: str) -> ChainFault:
    return ChainFault(kind=row.kind, aggregate=row.aggregate, seq=row.seq, detail=detail)


def _ledger_faults(session: Session, told: Counter[tuple[Any, ...]]) -> Iterator[ChainFault]:
    """Compare the ledger with the entries that the events told."""
    left = Counter(told)
    for row in session.scalars(select(EntryRow).execution_options(yield_per=AT_ONCE)):
        entry = tuple(stamp(row.at) if name == "at" else getattr(row, name) for name in ENTRY)
        if left[entry] > 0:
            left[entry] -= 1
            continue
        detail = f"the ledger says {row.points_centi} of {row.unit} for {row.kind}, and no event tells so"
        yield ChainFault(kind="entry", aggregate=row.subject, seq=row.id, detail=detail)
    for entry, count in left.items():
        if count > 0:
            unit, subject, kind, step, points = entry[:5]
            detail = f"the events tell {points} of {unit} for {kind} step {step}, which is not in the ledger"
            yield ChainFault(kind="entry", aggregate=str(subject), seq=0, detail=detail)


def seal_faults(
    session: Session, kind: Kind[Any], told: Mapping[str, tuple[int, str]]
) -> Iterator[ChainFault]:
    """Compare the rows of a kind with what the log sealed.

    Parameters
    ----------
    told : Mapping
        By aggregate the number of its last event, and the last seal, empty where none was kept.
    """
    missing = dict(told)
    table = kind.table
    query = select(table).order_by(table.c[kind.key]).execution_options(yield_per=AT_ONCE)
    for row in session.execute(query):
        key = str(row._mapping[kind.key])  # noqa: SLF001 - the documented way to a row as a mapping
        known = missing.pop(key, None)
        if known is None:
            if not kind.in_bulk:
                yield _row_fault(kind, key, 0, "no event tells of it")
        elif known[1] and not _fits(kind, row._mapping, known[1]):  # noqa: SLF001
            yield _row_fault(kind, key, known[0], "it is not what the log was told")
    for key, (seq, _) in missing.items():
        yield _row_fault(kind, key, seq, "the log was told of it, and it is not kept")


def number_faults(
    session: Session, kind: Kind[Any], void: Mapping[str, frozenset[int]]
) -> Iterator[ChainFault]:
    """Find numbers that were drawn and that nothing has: what was taken out whole leaves one."""
    if not kind.letter:
        return
    pattern = f"{kind.letter}%-______"
    series = select(CounterRow.series, CounterRow.last).where(CounterRow.series.like(pattern))
    column = kind.table.c[kind.key]
    for name, last in session.execute(series):
        used = {
            int(no.rpartition("-")[2])
            for no in session.scalars(select(column).where(column.like(f"{name}-%")))
        }
        free = open_leases(session, name) | void.get(name, frozenset())
        if missing := sorted(set(range(1, last + 1)) - used - free):
            shown = ", ".join(f"{number:05d}" for number in missing[:MOST_SHOWN])
            yield _row_fault(kind, name, 0, f"drawn and not there: {shown} ({len(missing)} in all)")
        if used and max(used) > last:
            yield _row_fault(kind, name, 0, f"{max(used):05d} was never drawn; the counter stands at {last}")


def _built_faults(session: Session, kind: Kind[Any], heard: Heard) -> Iterator[ChainFault]:
    """Compare all rows that came with the district, as they came, with what their building sealed."""
    table, earlier, changed = kind.table, heard.earlier.get(kind.name, {}), heard.seals.get(kind.name, {})

    def seals() -> Iterator[str]:
        for row in session.execute(select(table).order_by(table.c.id).execution_options(yield_per=AT_ONCE)):
            key = str(row._mapping[kind.key])  # noqa: SLF001
            if key in earlier:
                yield earlier[key]
            elif key not in changed:
                yield seal_of(kind, row._mapping)  # noqa: SLF001

    told, found = heard.built[kind.name], seal_of_seals(seals())
    if found != (told["count"], told["seal"]):
        detail = f"of {told['count']} that came with the district {found[0]} are kept, or some are altered"
        yield _row_fault(kind, "", 0, detail)


def _fits(kind: Kind[Any], row: Mapping[Any, Any], seal: str) -> bool:
    try:
        return seal_of(kind, row) == seal
    except (TypeError, ValueError):
        return False


def _row_fault(kind: Kind[Any], key: str, seq: int, detail: str) -> ChainFault:
    return ChainFault(kind=kind.name, aggregate=key, seq=seq, detail=detail)


def count_unsealed(session: Session, kinds: Iterable[Kind[Any]]) -> int:
    """Count the facts whose rows were last changed before seals were kept; their next change seals them."""
    names = [kind.name for kind in kinds if not kind.own_rows]
    chains = (
        select(EventRow.kind, EventRow.aggregate)
        .where(EventRow.kind.in_(names))
        .group_by(EventRow.kind, EventRow.aggregate)
        .having(func.max(EventRow.seal) == "")
    )
    return session.scalar(select(func.count()).select_from(chains.subquery())) or 0
