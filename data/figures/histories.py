"""Histories of tickets: what events told before a time, read once and afterwards only where something was added."""

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from itertools import chain, groupby
from operator import attrgetter, itemgetter
from typing import Any, TypeAlias, TypeVar

import msgspec
from sqlalchemy import JSON, ColumnElement, and_, func, or_, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from data.models import EventRow, TicketRow, table_of
from data.models.base import Time
from data.store.chain import ChainFault
from data.store.memory import no_collecting, set_apart
from grid.period import Period
from grid.plain import unpack
from grid.tickets.fact import Dispatch, Return
from grid.tickets.history import LEFT_OUT, History, Payload, fold

T = TypeVar("T")
Key: TypeAlias = tuple[datetime, datetime | None]
OTHERS_KEPT = 64
APART_FROM = 50_000  # histories; below, the collector walks over them in a hundredth of a second
TOLD = and_(EventRow.kind == "ticket", EventRow.name != "tick")
EVENTS, TICKETS = table_of(EventRow), table_of(TicketRow)
STANDING = (
    *("no", "category", "cell", "channel", "nature", "state", "department", "reworks", "extensions"),
    *("reported_at", "due_at", "response_due_at", "received_at", "done_at", "closed_at"),
    *("dispatches", "sent_back"),
)
RAW_AT = type_coerce(EVENTS.c.at, NullType())
CHUNK = 5000
READ_PAYLOAD = msgspec.json.Decoder(Payload).decode
"""Reads of a payload what a history is folded from; what else it holds is skipped without being built."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """How far the log was read: how many events there were and the newest row."""

    count: int
    last: int


@dataclass(slots=True)
class _Kept:
    mark: _Mark
    by_no: dict[str, History]


class Chronicle:
    """What a process remembers of histories; never stale, because each question looks for added events first.

    Events are only ever added. A newer row is folded in alone; where rows turn up out of turn, as they may on
    PostgreSQL when two transactions overlap, everything is read again. Safe to share between threads.

    Parameters
    ----------
    most : int
        How many histories are kept, over all periods; the newest period always is.
    """

    def __init__(self, most: int = 400_000) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._others: OrderedDict[tuple[str, datetime, datetime | None], tuple[_Mark, Any]] = OrderedDict()

    def histories(self, session: Session, period: Period, prefix: str = "") -> list[History]:
        """Read what the events before the end of a period tell about the tickets that bear on it.

        Parameters
        ----------
        session : Session
        period : Period
        prefix : str
            What the codes of their cells begin with.

        Returns
        -------
        list of History
            By number; empty when nothing was reported.
        """
        key = _key(session, period)
        with self._lock:
            kept = self._fresh(session, period, key)
            self._kept[key] = kept
            self._kept.move_to_end(key)
            while sum(len(k.by_no) for k in self._kept.values()) > self._most and len(self._kept) > 1:
                self._kept.popitem(last=False)
            found = list(kept.by_no.values())
        return [h for h in found if h.cell.startswith(prefix)] if prefix else found

    def remembered(self, session: Session, what: str, period: Period, make: Callable[[], T]) -> T:
        """Give what follows from the events before the end of a period, made anew once any event was added.

        Parameters
        ----------
        session : Session
        what : str
            Names it, with everything else that it depends on.
        period : Period
        make : callable
        """
        key, mark = (what, *_key(session, period)), _mark(session)
        with self._lock:
            known = self._others.get(key)
        if known is not None and known[0] == mark:
            found: T = known[1]
            return found
        made = make()
        with self._lock:
            self._others[key] = (mark, made)
            self._others.move_to_end(key)
            while len(self._others) > OTHERS_KEPT:
                self._others.popitem(last=False)
        return made

    def _fresh(self, session: Session, period: Period, key: Key) -> _Kept:
        mark, kept = _mark(session), self._kept.get(key)
        if kept is not None and kept.mark == mark:
            return kept
        if kept is not None:
            since = EventRow.id > kept.mark.last
            added = session.scalar(
                select(func.count()).select_from(EventRow).where(since, EventRow.id <= mark.last)
            )
            if kept.mark.count + int(added or 0) == mark.count:
                numbers = list(session.scalars(select(EventRow.aggregate).where(since, TOLD).distinct()))
                return _Kept(mark, _changed(session, period, kept.by_no, numbers))
        with no_collecting():
            kept = _Kept(mark, {h.no: h for h in read(session, period)})
        if len(kept.by_no) >= APART_FROM:
            set_apart()
        return kept


def _key(session: Session, period: Period) -> Key:
    """Name a period; while nothing was told after its end, one that grows with the clock stays the same."""
    ended = session.scalar(select(EventRow.id).where(TOLD, EventRow.at >= period.end).limit(1))
    return period.start, None if ended is None else period.end


def _mark(session: Session) -> _Mark:
    count, last = session.execute(select(func.count(), func.max(EventRow.id))).one()
    return _Mark(count, last or 0)


def bearing_on(period: Period) -> ColumnElement[bool]:
    """Give the condition that holds for every ticket a period could count, and for few others.

    Deadlines only move to later times, and a ticket closed before the period whose deadline lies in it still has
    that deadline or a later one.
    """
    lives_on = or_(
        TicketRow.closed_at.is_(None), TicketRow.closed_at >= period.start, TicketRow.due_at >= period.start
    )
    return and_(TicketRow.reported_at < period.end, lives_on)


def read(session: Session, period: Period, *more: ColumnElement[bool]) -> list[History]:
    """Give the histories of a period, by number; ``more`` are conditions on tickets.

    A ticket of which nothing was told since the period's end is now as it was then, so that its row is read instead
    of its events; `folded` gives the same from the log alone.
    """
    untouched = TICKETS.c.told_at < period.end
    rows = session.connection().execute(
        select(*(raw(name) for name in STANDING)).where(bearing_on(period), untouched, *more)
    )
    found = [_standing(row) for part in rows.partitions(CHUNK) for row in part]
    touched = or_(TicketRow.told_at.is_(None), TicketRow.told_at >= period.end)
    found += folded(session, period, touched, *more)
    return sorted(found, key=attrgetter("no"))


def folded(session: Session, period: Period, *more: ColumnElement[bool]) -> Iterator[History]:
    """Fold the histories of a period from the log, by number; ``more`` are conditions on tickets."""
    wanted = and_(bearing_on(period), *more)
    heads = {
        no: (category, cell, channel)
        for no, category, cell, channel in session.execute(
            select(TicketRow.no, TicketRow.category, TicketRow.cell, TicketRow.channel).where(wanted)
        )
    }
    # Over tables and in chunks: with a million events, an object or a call per event is what takes the time.
    query = (
        select(EVENTS.c.aggregate, EVENTS.c.name, RAW_AT, EVENTS.c.payload)
        .where(TOLD, EVENTS.c.at < period.end, EVENTS.c.aggregate.in_(select(TicketRow.no).where(wanted)))
        .order_by(EVENTS.c.aggregate, EVENTS.c.seq)
    )
    rows = session.connection().execute(query.execution_options(yield_per=CHUNK))
    for no, steps in groupby(chain.from_iterable(map(_steps, rows.partitions())), key=itemgetter(0)):
        history = fold(no, *heads[no], (step[1:] for step in steps))
        if history is not None:
            yield history


def altered(session: Session) -> list[ChainFault]:
    """Compare every ticket as it stands with what the log tells of it; empty when they agree.

    A ticket without ``told_at`` is not read from its row by anybody and left out.
    """
    ever = Period(start=datetime.min.replace(tzinfo=UTC), end=datetime.max.replace(tzinfo=UTC))
    told = {h.no: h for h in folded(session, ever, TicketRow.told_at.is_not(None))}
    return [
        ChainFault(kind="ticket", aggregate=h.no, seq=0, detail=_difference(h, told.get(h.no)))
        for h in read(session, ever, TicketRow.told_at.is_not(None))
        if h != told.get(h.no)
    ]


def _difference(standing: History, told: History | None) -> str:
    if told is None:
        return "the log does not tell of it"
    names = [f.name for f in fields(History) if getattr(standing, f.name) != getattr(told, f.name)]
    return "; ".join(f"{n} is {getattr(standing, n)}, the log tells {getattr(told, n)}" for n in names)


def raw(name: str) -> ColumnElement[Any]:
    """Give a column as the driver gives it: times and JSON by the hundred thousand are read here, not one by one."""
    column = TICKETS.c[name]
    return type_coerce(column, NullType()) if isinstance(column.type, (Time, JSON)) else column


def _standing(row: Any) -> History:  # noqa: ANN401 - any row
    """Read a history from a ticket of which nothing was told since."""
    no, category, cell, channel, nature, state, department, reworks, extensions, *times, handed, sent_back = (
        row
    )
    reported, due, *others = times
    response_due, received, done, closed = map(_time, others)
    dispatches = tuple(
        Dispatch(at=datetime.fromisoformat(d["at"]), department=d["department"], anew=d["anew"])
        for d in _list(handed)
    )
    return History(
        no=no,
        category=category,
        cell=cell,
        channel=channel,
        nature=nature,
        state=state,
        department=department,
        reworks=reworks,
        extensions=extensions,
        reported_at=moment(reported),
        due_at=moment(due),
        response_due_at=response_due if dispatches else None,
        filed_at=dispatches[0].at if dispatches else None,
        received_at=received,
        done_at=done,
        closed_at=None if state in LEFT_OUT else closed,
        dispatches=dispatches,
        returns=tuple(unpack(Return, told) for told in _list(sent_back)),
    )


def _time(at: datetime | str | None) -> datetime | None:
    return None if at is None else moment(at)


def _list(told: str | list[Any]) -> list[Any]:
    """Read a JSON list as the driver gives it: text on SQLite, a list on PostgreSQL."""
    if isinstance(told, list):
        return told
    found: list[Any] = json.loads(told) if told != "[]" else []
    return found


def _steps(rows: Sequence[Any]) -> list[tuple[str, str, datetime, Payload]]:
    """Read number, name, time and payload of events."""
    return [(no, name, moment(at), READ_PAYLOAD(told)) for no, name, at, told in rows]


def moment(at: datetime | str) -> datetime:
    """Read a time as the driver gives it: text without an offset on SQLite, an aware time on PostgreSQL."""
    return datetime.fromisoformat(f"{at}+00:00") if isinstance(at, str) else at.astimezone(UTC)


def _changed(
    session: Session, period: Period, before: dict[str, History], numbers: list[str]
) -> dict[str, History]:
    """Give the histories anew where something was told, the others as they were."""
    if not numbers:
        return before
    changed = frozenset(numbers)
    after = {no: h for no, h in before.items() if no not in changed}
    for i in range(0, len(numbers), 500):
        part = TicketRow.no.in_(numbers[i : i + 500])
        after |= {h.no: h for h in read(session, period, part)}
    return dict(sorted(after.items()))
