"""The facts of registers that indicators are counted from: cells, residents, providers.

Registers are read as they stand now: of their past they keep only the times at which something came to be.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeAlias

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    String,
    and_,
    case,
    cast,
    func,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from data.models import (
    Base,
    CellRow,
    DeviceRow,
    HomeVisitRow,
    OrderRow,
    ProviderRow,
    ResidentRow,
    table_of,
)
from data.registers.devices import live_at
from data.registers.elders import (
    ELDER,
    OLD,
    last_assessments,
    last_day,
    registered,
    seen_residents,
    special,
    tagged,
)
from grid.figures.facts import ON_REGISTER, CellFact, People, ProviderFact
from grid.period import Period
from grid.rulebook import Rulebook

Here: TypeAlias = Callable[[InstrumentedAttribute[str]], list[ColumnElement[bool]]]
SERVING = timedelta(days=90)
ALONE, AIDED, CARED_FOR = ("elder_alone",), ("low_income",), ("veteran", "disabled", "elder_alone")


def cells(session: Session, here: list[ColumnElement[bool]]) -> list[CellFact]:
    """Read the cells; empty where there are none."""
    query = select(CellRow.code, CellRow.households, CellRow.worker).where(*here).order_by(CellRow.code)
    return [CellFact(code=c, households=h, worker=w) for c, h, w in session.execute(query)]


def people(
    session: Session, rulebook: Rulebook, period: Period, here: list[ColumnElement[bool]]
) -> Mapping[str, People]:
    """Count residents by cell in one pass; ages are by year of birth."""
    year = period.end.year
    elder = ResidentRow.birth_year <= year - ELDER
    assessed, seen = last_assessments(rulebook, period), seen_residents(period)
    is_special = special(rulebook, period, assessed)
    wanted = {
        "permanent": ResidentRow.kind == "permanent",
        "floating": ResidentRow.kind == "floating",
        "aged_60": elder,
        "aged_80": ResidentRow.birth_year <= year - OLD,
        "alone": and_(elder, tagged(ALONE)),
        "aided": tagged(AIDED),
        "cared_for": tagged(CARED_FOR),
        "special": is_special,
        "special_seen": and_(is_special, seen.c.resident.is_not(None)),
    }
    sums = [func.sum(case((condition, 1), else_=0)) for condition in wanted.values()]
    query = (
        select(ResidentRow.cell, *sums)
        .outerjoin(assessed, assessed.c.resident == ResidentRow.no)
        .outerjoin(seen, seen.c.resident == ResidentRow.no)
        .where(*here)
        .group_by(ResidentRow.cell)
    )
    return {
        row[0]: People(**{name: int(n) for name, n in zip(wanted, row[1:], strict=True)})
        for row in session.execute(query)
    }


def visits(session: Session, period: Period, here: list[ColumnElement[bool]]) -> list[tuple[str, str]]:
    """Read cell and household of the visits of a period that found somebody."""
    row = HomeVisitRow
    within = row.counts, row.visited_at >= period.start, row.visited_at < period.end
    found = session.execute(select(row.cell, row.household).where(*within, *here))
    return [(cell, household) for cell, household in found]


def abilities(
    session: Session, rulebook: Rulebook, period: Period, here: list[ColumnElement[bool]]
) -> list[tuple[str, str, int, int]]:
    """Count elders by cell, edition and level of their last assessment that was made by the end and valid then."""
    found = last_assessments(rulebook, period)
    query = (
        select(ResidentRow.cell, found.c.edition, found.c.level, func.count())
        .join(found, found.c.resident == ResidentRow.no)
        .where(ResidentRow.birth_year <= period.end.year - ELDER, *here)
        .group_by(ResidentRow.cell, found.c.edition, found.c.level)
    )
    return [(cell, edition, level, n) for cell, edition, level, n in session.execute(query)]


def providers(session: Session, period: Period, here: list[ColumnElement[bool]]) -> list[ProviderFact]:
    """Read the providers, and which of them did an order in the 90 days before the end."""
    done = OrderRow.done_at >= period.end - SERVING, OrderRow.done_at < period.end
    serving = set(session.scalars(select(OrderRow.provider).where(*done).distinct()))
    row = ProviderRow
    query = select(row.id, row.area, row.state, row.categories, row.joined_on).where(*here)
    return [
        ProviderFact(
            id=i, area=area, state=state, categories=tuple(kinds), joined_on=joined, serving=i in serving
        )
        for i, area, state, kinds, joined in session.execute(query)
    ]


def records(
    session: Session, rulebook: Rulebook, period: Period, here: Here
) -> list[tuple[str, str, int, int]]:
    """Count the records of each kind by code, and those that were complete and fresh at the end."""
    made: list[tuple[str, str, int, int]] = []
    kinds: tuple[tuple[str, type[Base], InstrumentedAttribute[str], ColumnElement[bool]], ...] = (
        ("residents", ResidentRow, ResidentRow.cell, registered(last_day(rulebook, period))),
        ("providers", ProviderRow, ProviderRow.area, ProviderRow.state.in_(ON_REGISTER)),
        ("cells", CellRow, CellRow.code, true()),
    )
    for kind, row, code, which in kinds:
        rule, columns = rulebook.registers.records[kind], table_of(row).c
        verified_at = columns["verified_at"]
        fine = and_(
            verified_at >= period.end - rule.fresh,
            verified_at < period.end,
            *(filled(columns[name]) for name in rule.needs),
        )
        query = select(code, func.count(), func.sum(case((fine, 1), else_=0))).where(which, *here(code))
        made += [(of, kind, n, int(good)) for of, n, good in session.execute(query.group_by(code))]
    return made


def filled(column: Column[Any]) -> ColumnElement[bool]:
    """Give the condition that a field of a record says something."""
    if isinstance(column.type, String):
        return column != ""
    if isinstance(column.type, JSON):
        return cast(column, String).not_in(("[]", "{}", "null"))
    return column.is_not(None) if column.nullable else column != 0


def devices(
    session: Session, rulebook: Rulebook, period: Period, here: list[ColumnElement[bool]]
) -> list[tuple[str, int, int]]:
    """Count by cell the devices that were in homes at the end, and those heard of in the time before."""
    live = live_at(period.end, rulebook.registers.devices.silent)
    query = (
        select(ResidentRow.cell, func.count(), func.sum(case((live, 1), else_=0)))
        .join(DeviceRow, DeviceRow.resident == ResidentRow.no)
        .where(DeviceRow.since < period.end, *here)
        .group_by(ResidentRow.cell)
    )
    return [(cell, n, int(heard)) for cell, n, heard in session.execute(query)]
