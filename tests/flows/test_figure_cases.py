"""Every figure opens exactly its cases: what the lines behind it add up to is the figure, in every area and month."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from statistics import median

import pytest
from sqlalchemy import select

from data.city.city import City
from data.city.coverage import Surveyor
from data.city.supply import Supplies
from data.desk.door import Desk
from data.desk.tickets import NewTicket
from data.figures.facts import collect
from data.figures.histories import Chronicle
from data.models import TicketRow, fact_of
from data.rules.catalogue import Catalogue
from data.sample.rehearsal import Rehearsal, Script
from data.store.home import Home
from data.store.session import Database
from dispatch.lifecycle import Actor
from grid.figures.counted import Counted
from grid.figures.facts import Facts
from grid.figures.lines import Line, by_cell, sum_of
from grid.figures.measures import behind, measure
from grid.figures.of_reach import gini
from grid.period import month_so_far
from grid.tickets.ticket import Report, Ticket
from tests.conftest import Site
from tests.flows.test_indicators_flow import sign_in, told
from tests.flows.test_rates_flow import finish
from tests.flows.test_ticket_life import report

UNTIL = datetime.fromisoformat("2026-11-12T18:00:00+08:00")
MONTHS = ("2026-10", "2026-11")


def count(lines: Sequence[Line], rest: Sequence[Line]) -> float:
    del rest
    return sum_of(lines)


def share(lines: Sequence[Line], rest: Sequence[Line]) -> float | None:
    if any(line.of is not None for line in lines):
        whole = sum(line.of or 0 for line in lines)
    else:
        whole = len(lines) + len(rest)
    return 100 * sum_of(lines) / whole if whole else None


def equality(lines: Sequence[Line], rest: Sequence[Line]) -> float | None:
    del rest
    found = gini([line.number / (line.of or 1) for line in lines], [line.of or 1 for line in lines])
    return None if found is None else 1 - found


OTHERWISE: dict[str, Callable[[Sequence[Line], Sequence[Line]], float | None]] = {
    "Q09": lambda lines, _: sum_of(lines) / len(lines),
    "K07": share,
    "K08": lambda lines, _: median(line.number for line in lines),
    "K20": equality,
}
"""How the figures are made of their lines that are neither counts nor shares."""


def report_again(desk: Desk) -> None:
    """Report once more what was closed before at the same place; a short rehearsal has no such case by itself."""
    with desk.database.read() as session:
        closed = select(TicketRow).where(TicketRow.state == "closed").order_by(TicketRow.id)
        row = session.scalars(closed).first()
        assert row is not None
        known = fact_of(Ticket, row)
    again = Report(
        no="",
        category=known.category,
        place=known.place,
        cell=known.cell,
        channel="worker",
        description="又来了",
    )
    desk.start(
        NewTicket(report=again),
        Actor(user=known.worker or "w001001", role="worker"),
        UNTIL - timedelta(minutes=1),
    )


def remade(name: str, unit: str, counted: Counted, facts: Facts) -> float | None:
    if name == "Q17":
        return 1000 * sum_of(counted.lines) / facts.head_count("permanent", "floating")
    make = OTHERWISE.get(name, share if unit == "percent" else count)
    return make(counted.lines, counted.lines_of_rest)


def test_the_lines_make_the_figure_in_every_area_and_month(home: Home, catalogue: Catalogue) -> None:
    database = Database(home.default_database)
    city = City(database, catalogue, home, lambda: UNTIL)
    desk = Desk(database, catalogue, city.district.code[:6], city.apply)
    Rehearsal(desk, city, home, Script(days=15, tickets_per_day=16, orders_per_day=10)).run(
        UNTIL, lambda _share: None
    )
    report_again(desk)
    empty = {i.id for i in catalogue.indicators}
    supply = Supplies(city, Surveyor(city, database)).now(UNTIL)
    prefixes = [catalogue.rulebook.scheme.prefix(code) for code in city.areas]
    with database.read() as session:
        for month in MONTHS:
            period = month_so_far(month, catalogue.zone, UNTIL)
            whole = collect(session, catalogue, period, "", Chronicle(), supply)
            for prefix in prefixes:
                facts = whole.of_area(prefix)
                for indicator in catalogue.indicators:
                    counted, told_ = behind(indicator, facts), measure(indicator, facts)
                    assert counted is not None
                    if told_.why or not counted.rows:
                        continue
                    made = remade(indicator.id, indicator.unit, counted, facts)
                    assert told_.value == pytest.approx(made), (indicator.id, month, prefix)
                    if counted.lines:
                        empty.discard(indicator.id)
    database.close()
    assert empty == set()


def test_cells_sum_up_and_those_with_nothing_are_left_out() -> None:
    lines = by_cell([("b", 1), ("a", 2), ("b", 3), ("c", 0)], [("a", 4), ("d", 2)])
    assert [(line.no, line.number, line.of) for line in lines] == [("a", 2, 4), ("b", 4, 0), ("d", 0, 2)]
    assert by_cell([]) == ()


def test_the_list_is_sorted_paged_and_written_out(sqlite_site: Site) -> None:
    site = sqlite_site
    first = report(site)["no"]
    site.clock.turn(hours=1)
    second = report(site)["no"]
    site.clock.turn(hours=1)
    sign_in(site, "leader")

    def listed(path: str, **ask: str) -> str:
        answer = site.client.get(f"/board/indicators/{path}", params=ask)
        assert answer.status_code == 200
        return answer.text

    newest, oldest = listed("Q13"), listed("Q13", sort="old")
    assert newest.index(second) < newest.index(first)
    assert oldest.index(first) < oldest.index(second)
    rows = list(csv.DictReader(io.StringIO(listed("Q13/cases.csv").lstrip("\ufeff"))))
    assert [row["编号"] for row in rows] == [second, first]
    residents = told(site)["Q01"]["value"]
    sign_in(site, "leader")
    cells = list(csv.DictReader(io.StringIO(listed("Q01/cases.csv").lstrip("\ufeff"))))
    assert sum(int(row["计入"]) for row in cells) == residents
    assert "各网格相加" in listed("Q01")
    assert listed("Q27").count("<tr><td") >= 10
    assert site.client.get("/board/indicators/X1/cases.csv").status_code == 404


def test_satisfaction_opens_tickets_and_orders(sqlite_site: Site) -> None:
    site = sqlite_site
    no = report(site)["no"]
    finish(site, no, site.clerk("DP30"))
    site.act(site.worker(), "ticket", no, "rate", rating=5)
    site.clock.turn(hours=1)
    sign_in(site, "leader")
    page = site.client.get("/board/indicators/K11").text
    assert no in page
