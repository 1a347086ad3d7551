"""A million ticket events through the rates and the 52 indicators. Run ``python -m benchmarks.figures``.

Events are drawn from a seed and written straight into a SQLite file of its own; nothing else is touched.
"""

import gc
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from sqlalchemy import insert

from data.city.supply import Supply
from data.figures.facts import collect
from data.figures.histories import Chronicle
from data.figures.histories import altered as find_altered
from data.models import EventRow, TicketRow, columns_of, table_of
from data.rules.catalogue import Catalogue, read_catalogue
from data.store.chain import canonical
from data.store.session import Database
from dispatch.lifecycle import Action, Actor, Event
from geo.place import LonLat
from grid.figures.measures import measure
from grid.figures.rates import count, rates
from grid.period import Period
from grid.tickets.ticket import Report, Ticket, act, report

EVENTS = 1_000_000
CELLS = [
    f"330102{street:03d}{community:03d}{cell:03d}"
    for street in range(1, 7)
    for community in range(1, 10)
    for cell in range(1, 5)
]
PERIOD = Period(start=datetime(2026, 9, 30, 16, tzinfo=UTC), end=datetime(2026, 10, 31, 16, tzinfo=UTC))
NOBODY = Supply(at=PERIOD.end, cells=(), residents=np.zeros(0, np.int64), once={}, twice={})
WORKER, CLERK = Actor(user="w1", role="worker"), Actor(user="checker", role="worker")
DISPATCHER = Actor(user="dispatcher", role="dispatcher")
T = TypeVar("T")


def life(draw: random.Random, catalogue: Catalogue, no: str) -> tuple[Ticket, list[Event]]:
    """Let one ticket live through the pure floor: filed, received, done, checked, sometimes again, closed, rated."""
    rulebook = catalogue.rulebook
    at = PERIOD.start + timedelta(seconds=draw.randrange(int((PERIOD.end - PERIOD.start).total_seconds())))
    place = LonLat(round(120.1 + draw.random() / 10, 6), round(30.2 + draw.random() / 10, 6))
    new = Report(
        no=no,
        category=draw.choice(list(rulebook.categories)),
        place=place,
        cell=draw.choice(CELLS),
        channel="worker",
    )
    outcome = report(new, WORKER, rulebook, at)
    ticket, events = outcome.ticket, list(outcome.events)
    clerk = Actor(user="d", role="department", department=ticket.department)
    photo = ("a" * 64,)
    steps = [(clerk, "receive", {}), (clerk, "done", {"evidence": photo, "note": "已处置完毕"})]
    if draw.random() < 0.08:
        steps += [(CLERK, "fail", {"evidence": photo, "reason": "现场仍未恢复"}), steps[1]]
    steps += [
        (CLERK, "pass", {"evidence": photo}),
        (DISPATCHER, "close", {}),
        (WORKER, "rate", {"rating": draw.randint(1, 5)}),
    ]
    for by, name, fields in steps[: draw.choice((2, 4, 7, 7, 7, 7, 7, 7, 7))]:
        at += timedelta(seconds=draw.expovariate(1 / 7200))
        outcome = act(ticket, Action(name=name, by=by, fields=fields), rulebook, at)
        ticket = outcome.ticket
        events += outcome.events
    return ticket, events


def rows_of(no: str, events: list[Event]) -> Iterator[dict[str, object]]:
    for seq, event in enumerate(events, 1):
        told = {"at": event.at, "by": event.by, "role": event.role, "name": event.name}
        yield told | {
            "kind": "ticket",
            "aggregate": no,
            "seq": seq,
            "rules": "r",
            "payload": canonical(event.payload),
            "hash": "",
        }


def fill(database: Database, catalogue: Catalogue) -> int:
    """Write lives until there are enough events; many tickets share the lives of a few thousand."""
    draw = random.Random(52)
    lives = [life(draw, catalogue, "T") for _ in range(3000)]
    written = tickets = 0
    while written < EVENTS:
        rows: list[dict[str, object]] = []
        made: list[dict[str, object]] = []
        for ticket, events in lives:
            tickets += 1
            no = f"T330102-261001-{tickets:06d}"
            place = {"lon": 120.1 + draw.random() / 5, "lat": 30.2 + draw.random() / 5}
            made.append(
                columns_of(ticket)
                | place
                | {"no": no, "cell": draw.choice(CELLS), "tick_at": None, "next_due_at": ticket.due_at}
            )
            rows += rows_of(no, events)
        draw.shuffle(lives)
        # As in life, the events of many tickets lie mixed in the table.
        rows.sort(key=lambda row: (row["at"], row["seq"]))
        with database.engine.begin() as connection:
            connection.execute(insert(table_of(TicketRow)), made)
            connection.execute(insert(table_of(EventRow)), rows)
        written += len(rows)
    return written


def timed(what: str, work: Callable[[], T]) -> T:
    begun, cpu = time.perf_counter(), time.process_time()
    found = work()
    print(
        f"  {what:40}{time.perf_counter() - begun:8.2f} s   {time.process_time() - cpu:8.2f} s of processor"
    )
    return found


def measured(database: Database, catalogue: Catalogue, chronicle: Chronicle) -> None:
    """Rates and all indicators of the district and each of its 54 communities."""
    with database.read() as session:
        facts = timed("collect facts", lambda: collect(session, catalogue, PERIOD, "", chronicle, NOBODY))
    timed("rates", lambda: rates(count(facts.tickets, PERIOD.start, PERIOD.end)))
    timed("52 indicators, the district", lambda: [measure(i, facts) for i in catalogue.indicators])
    parts = timed("cut into 54 communities", lambda: facts.of_areas(sorted({c[:12] for c in CELLS})))
    timed(
        "52 indicators, 54 communities",
        lambda: [measure(i, p) for p in parts.values() for i in catalogue.indicators],
    )


def main() -> None:
    catalogue = read_catalogue()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'events.sqlite'}")
        database.create()
        written = timed("write events (not counted)", lambda: fill(database, catalogue))
        print(f"  {written:,} ticket events")
        chronicle = Chronicle()
        for name in ("first call", "repeated call"):
            gc.collect()
            timed(f"{name}, whole", partial(measured, database, catalogue, chronicle))
        with database.read() as session:
            altered = timed("all tickets against the log alone", lambda: find_altered(session))
        print(f"  {len(altered)} tickets that the log tells otherwise")
        database.close()
    print(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
