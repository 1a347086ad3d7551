"""The facts that indicators are counted from, of an area and period."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, and_, case, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from data.histories import Chronicle
from data.models import CellRow, EntryRow, EventRow, OrderRow, ProviderRow, ResidentRow, TicketRow
from data.queries.figures import Period
from data.rules import Catalogue
from geo.place import LonLat
from grid.area_facts import CellFact, Facts, OrderFact, People, ProviderFact
from grid.repeats import Settled, repeated

YEAR = timedelta(days=365)
REPEAT_SPAN = timedelta(days=90)
ALONE, AIDED, CARED_FOR = ("elder_alone",), ("low_income",), ("veteran", "disabled", "elder_alone")


def records_begin(session: Session) -> datetime | None:
    """Tell when the first event of the log happened, None for an empty log."""
    return session.scalar(select(func.min(EventRow.at)))


def collect(
    session: Session, catalogue: Catalogue, period: Period, prefix: str, chronicle: Chronicle
) -> Facts:
    """Read everything indicators need where codes begin with a prefix.

    Registers are read as they stand now: they keep no past states.
    """

    def here(column: InstrumentedAttribute[str]) -> list[ColumnElement[bool]]:
        return [column.startswith(prefix)] if prefix else []

    return Facts(
        start=period.start,
        end=period.end,
        rulebook=catalogue.rulebook,
        cells=_cells(session, here(CellRow.code)),
        people=_people(session, period.end.year, here(ResidentRow.cell)),
        tickets=chronicle.histories(session, period, prefix),
        orders=_orders(session, catalogue, period, here(OrderRow.cell)),
        providers=_providers(session, here(ProviderRow.area)),
        users=_users(session, period, here(OrderRow.cell)),
        ratings=chronicle.remembered(
            session, f"ratings in {prefix}", period, lambda: _ratings(session, period, prefix)
        ),
        points=_points(session, period, here(TicketRow.cell)),
        repeats=chronicle.remembered(
            session,
            f"repeats in {prefix}",
            period,
            lambda: _repeats(session, period, here(TicketRow.cell)),
        ),
    )


def _cells(session: Session, here: list[ColumnElement[bool]]) -> list[CellFact]:
    query = select(CellRow.code, CellRow.households, CellRow.worker).where(*here).order_by(CellRow.code)
    return [CellFact(code=c, households=h, worker=w) for c, h, w in session.execute(query)]


def _people(session: Session, year: int, here: list[ColumnElement[bool]]) -> Mapping[str, People]:
    """Count residents by cell in one pass; ages are by year of birth."""
    tags = cast(ResidentRow.tags, String)
    elder = ResidentRow.birth_year <= year - 60

    def tagged(names: tuple[str, ...]) -> ColumnElement[bool]:
        return or_(*(tags.contains(f'"{name}"') for name in names))

    wanted = {
        "permanent": ResidentRow.kind == "permanent",
        "floating": ResidentRow.kind == "floating",
        "aged_60": elder,
        "aged_80": ResidentRow.birth_year <= year - 80,
        "alone": and_(elder, tagged(ALONE)),
        "aided": tagged(AIDED),
        "cared_for": tagged(CARED_FOR),
    }
    sums = [func.sum(case((condition, 1), else_=0)) for condition in wanted.values()]
    query = select(ResidentRow.cell, *sums).where(*here).group_by(ResidentRow.cell)
    return {
        row[0]: People(**{name: int(n) for name, n in zip(wanted, row[1:], strict=True)})
        for row in session.execute(query)
    }


def _orders(
    session: Session, catalogue: Catalogue, period: Period, here: list[ColumnElement[bool]]
) -> list[OrderFact]:
    def inside(column: ColumnElement[datetime | None]) -> ColumnElement[bool]:
        return and_(column >= period.start, column < period.end)

    times = (OrderRow.created_at, OrderRow.done_at, OrderRow.arrive_due_at)
    names = [
        "no",
        "cell",
        "resident",
        "provider",
        "state",
        "price_fen",
        "created_at",
        "contacted_at",
        "arrive_due_at",
        "arrived_at",
        "done_at",
    ]
    columns = [getattr(OrderRow, name) for name in names]
    query = select(OrderRow.item, *columns).where(or_(*(inside(t.expression) for t in times)), *here)
    made = []
    for row in session.execute(query):
        item = catalogue.items.get(row.item)
        made.append(
            OrderFact(
                urgency=item.urgency if item else "normal",
                category=item.category if item else "",
                payer=item.payer if item else "",
                **dict(zip(names, row[1:], strict=True)),
            )
        )
    return made


def _providers(session: Session, here: list[ColumnElement[bool]]) -> list[ProviderFact]:
    query = select(ProviderRow.id, ProviderRow.area, ProviderRow.state, ProviderRow.categories).where(*here)
    return [
        ProviderFact(id=i, area=area, state=state, categories=tuple(kinds))
        for i, area, state, kinds in session.execute(query)
    ]


def _users(session: Session, period: Period, here: list[ColumnElement[bool]]) -> frozenset[tuple[str, str]]:
    query = (
        select(OrderRow.cell, OrderRow.resident)
        .where(
            OrderRow.created_at >= period.end - YEAR,
            OrderRow.created_at < period.end,
            OrderRow.resident != "",
            *here,
        )
        .distinct()
    )
    return frozenset((cell, resident) for cell, resident in session.execute(query))


def _ratings(session: Session, period: Period, prefix: str) -> list[tuple[str, int]]:
    """Read the ratings given in a period of tickets and orders, the last of each."""
    found: list[tuple[str, int]] = []
    for kind, no, cell, rating in (
        ("ticket", TicketRow.no, TicketRow.cell, TicketRow.rating),
        ("order", OrderRow.no, OrderRow.cell, OrderRow.rating),
    ):
        rated = select(EventRow.aggregate).where(
            EventRow.kind == kind,
            EventRow.name == "rate",
            EventRow.at >= period.start,
            EventRow.at < period.end,
        )
        query = select(cell, rating).where(no.in_(rated), rating.is_not(None), cell.startswith(prefix))
        found += [(c, int(stars)) for c, stars in session.execute(query) if stars is not None]
    return found


def _points(session: Session, period: Period, here: list[ColumnElement[bool]]) -> list[tuple[str, int]]:
    query = (
        select(TicketRow.cell, EntryRow.points_centi)
        .join(TicketRow, TicketRow.no == EntryRow.subject)
        .where(EntryRow.at >= period.start, EntryRow.at < period.end, *here)
    )
    return [(cell, points) for cell, points in session.execute(query)]


def _repeats(session: Session, period: Period, here: list[ColumnElement[bool]]) -> frozenset[str]:
    columns = (
        TicketRow.no,
        TicketRow.category,
        TicketRow.lon,
        TicketRow.lat,
        TicketRow.reported_at,
        TicketRow.closed_at,
    )

    def read(*conditions: ColumnElement[bool]) -> list[Settled]:
        rows = session.execute(select(*columns).where(*conditions))
        return [
            Settled(no=no, category=kind, place=LonLat(lon, lat), reported_at=reported, closed_at=closed)
            for no, kind, lon, lat, reported, closed in rows
        ]

    reported = read(TicketRow.reported_at >= period.start, TicketRow.reported_at < period.end, *here)
    closed = read(
        TicketRow.closed_at >= period.start - REPEAT_SPAN,
        TicketRow.closed_at < period.end,
        TicketRow.state == "closed",
    )
    return repeated(reported, closed)
