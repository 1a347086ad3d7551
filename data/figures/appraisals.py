"""Composites of a month, live and recomputed from the log alone."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from data.figures.histories import folded, read
from data.figures.scores import entries, in_part
from data.models import AppealRow, AppraisalRow, EntryRow, EventRow, fact_of
from grid.figures.rates import count
from grid.period import Period, month_period
from grid.scores.appeal import Appeal, AppealRules
from grid.scores.appraisal import (
    Appraisal,
    AppraisalRules,
    Cases,
    Composite,
    Rater,
    composite,
    mark_centi,
    ranked,
)
from grid.scores.scoring import BASE_CENTI, Entry, score_each
from grid.tickets.history import History


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    """One unit's month, three times over; points in hundredths.

    ``ledger_centi`` is from the ledger, ``told_centi`` from the event log, ``composite_centi`` joins the log's with
    the ratings told there, ``frozen_centi`` is what was published, None while nothing was.
    """

    unit: str
    ledger_centi: int
    told_centi: int
    composite_centi: int
    frozen_centi: int | None

    @property
    def agrees(self) -> bool:
        """Tell whether all three give the same to the last digit."""
        return self.ledger_centi == self.told_centi and self.frozen_centi in (None, self.composite_centi)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """An entry with its row number and the appeal against it, if any; ``reversed`` once another takes it back."""

    id: int
    entry: Entry
    appeal: Appeal | None
    reversed: bool


def cases_by_unit(period: Period, histories: Iterable[History]) -> dict[str, Cases]:
    """Count the cases due in a period of each department and those handled in time."""
    groups: dict[str, list[History]] = {}
    for history in histories:
        groups.setdefault(history.department, []).append(history)
    counted = {unit: count(found, period.start, period.end) for unit, found in groups.items()}
    return {unit: Cases(due=c.due, on_time=c.handled_on_time) for unit, c in counted.items() if c.due}


def composites(
    session: Session, rules: AppraisalRules, period: Period, ratings: Mapping[str, int]
) -> list[Composite]:
    """Give the ranked composites of all units with cases due or entries in a period, from the ledger."""
    found = entries(session, period)
    return _ranked(found, cases_by_unit(period, read(session, period)), ratings, rules)


def _ranked(
    found: list[Entry], cases: Mapping[str, Cases], ratings: Mapping[str, int], rules: AppraisalRules
) -> list[Composite]:
    units = sorted(set(cases) | {e.unit for e in found})
    joined = [composite(s, cases.get(s.unit, Cases()), ratings, rules) for s in score_each(units, found)]
    return ranked(joined, rules.least_cases)


def appraisal_for(session: Session, month: str) -> Appraisal | None:
    """Give the appraisal of a month, None before it is begun."""
    row = session.scalar(select(AppraisalRow).where(AppraisalRow.month == month))
    return None if row is None else fact_of(Appraisal, row)


def told_entries(session: Session, period: Period) -> list[Entry]:
    """Read the entries of a period from the event log, oldest first."""
    query = select(EventRow.payload).where(
        EventRow.at >= period.start, EventRow.payload.contains('"entries":[', autoescape=True)
    )
    found = []
    for payload in session.scalars(query.execution_options(yield_per=1000)):
        for line in json.loads(payload)["entries"]:
            at = datetime.fromisoformat(line["at"])
            if period.start <= at < period.end:
                found.append(Entry(**{**line, "at": at}))
    return sorted(found, key=lambda e: (e.at, e.subject, e.kind, e.step))


def told_ratings(session: Session, month: str) -> dict[str, int]:
    """Read the ratings of a month from the event log; later ones replace earlier ones."""
    query = (
        select(EventRow.payload)
        .where(EventRow.kind == "appraisal", EventRow.aggregate == month, EventRow.name == "rate")
        .order_by(EventRow.seq)
    )
    given = map(json.loads, session.scalars(query))
    return {f"{g['unit']}/{g['rater']}": mark_centi(g["score"]) for g in given}


def recompute(session: Session, rules: AppraisalRules, month: str, now: datetime) -> list[Recomputed]:
    """Recompute a month from the event log and compare it with the ledger and with what was published.

    A published month is recomputed by the rules it was published with, the running one up to now.

    Returns
    -------
    list of Recomputed
        By unit; empty for a month without cases and entries.
    """
    whole = month_period(month, rules.worktime.zone)
    frozen = appraisal_for(session, month)
    table = frozen.table if frozen is not None else None
    so_far = Period(start=whole.start, end=max(whole.start, min(whole.end, now)))
    period = whole if table is not None else so_far
    rules = _as_published(rules, table)
    cases = cases_by_unit(period, folded(session, period))
    ledger = {s.unit: s for s in score_each(*_units(cases, entries(session, period)))}
    told = told_entries(session, period)
    log = {s.unit: s for s in score_each(*_units(cases, told))}
    joined = {c.unit: c for c in _ranked(told, cases, told_ratings(session, month), rules)}
    published = {row["unit"]: int(row["composite_centi"]) for row in (table or {}).get("items", ())}
    units = sorted(set(ledger) | set(joined) | set(published))
    return [
        Recomputed(
            unit=unit,
            ledger_centi=ledger[unit].score_centi if unit in ledger else BASE_CENTI,
            told_centi=log[unit].score_centi if unit in log else BASE_CENTI,
            composite_centi=joined[unit].composite_centi if unit in joined else BASE_CENTI,
            frozen_centi=published.get(unit),
        )
        for unit in units
    ]


def _units(cases: Mapping[str, Cases], found: list[Entry]) -> tuple[list[str], list[Entry]]:
    return sorted(set(cases) | {e.unit for e in found}), found


def _as_published(rules: AppraisalRules, table: Mapping[str, Any] | None) -> AppraisalRules:
    if table is None:
        return rules
    weights = dict(table["weights"])
    ledger = weights.pop("ledger")
    raters = tuple(Rater(code=code, name_zh=code, weight=weight) for code, weight in weights.items())
    return replace(rules, ledger_weight=ledger, raters=raters, per_cases=table.get("per_cases", 0))


def ledger_lines(session: Session, period: Period, unit: str, prefix: str = "") -> list[LedgerLine]:
    """List the entries of a unit in a period with the appeals against them, oldest first; of a part of the district or all."""
    back = aliased(EntryRow)
    query = (
        select(EntryRow, AppealRow, back.id.is_not(None))
        .outerjoin(AppealRow, AppealRow.entry == EntryRow.id)
        .outerjoin(back, back.reverses == EntryRow.id)
        .where(EntryRow.unit == unit, EntryRow.at >= period.start, EntryRow.at < period.end)
        .where(in_part(EntryRow.subject, prefix))
        .order_by(EntryRow.at, EntryRow.id)
    )
    return [
        LedgerLine(
            id=row.id,
            entry=fact_of(Entry, row),
            appeal=None if appeal is None else fact_of(Appeal, appeal),
            reversed=taken_back,
        )
        for row, appeal, taken_back in session.execute(query)
    ]


def appeals_of(
    session: Session, unit: str = "", states: Iterable[str] = (), prefix: str = "", most: int = 200
) -> list[Appeal]:
    """List appeals, of one unit or of all, in some states or all, of a part of the district or all, the newest first."""
    query = (
        select(AppealRow).where(in_part(AppealRow.subject, prefix)).order_by(AppealRow.id.desc()).limit(most)
    )
    if unit:
        query = query.where(AppealRow.unit == unit)
    if wanted := tuple(states):
        query = query.where(AppealRow.state.in_(wanted))
    return [fact_of(Appeal, row) for row in session.scalars(query)]


def late_appeals(session: Session, rules: AppealRules, now: datetime) -> list[tuple[str, str, datetime]]:
    """List the appeals whose review is late and about which the clock said nothing yet, the longest late first.

    Returns
    -------
    list of (str, str, datetime)
        Number, what the clock does in that state, and when the term was over.
    """
    deeds = {
        state: move.action
        for state in rules.lifecycle.states
        for move in rules.lifecycle.possible(state, "clock")
    }
    said = (
        select(EventRow.id)
        .where(EventRow.kind == "appeal", EventRow.aggregate == AppealRow.no, EventRow.role == "clock")
        .where(EventRow.at >= AppealRow.due_at)
        .exists()
    )
    query = select(AppealRow.no, AppealRow.state, AppealRow.due_at).where(
        AppealRow.state.in_(deeds), AppealRow.due_at < now, ~said
    )
    rows = session.execute(query.order_by(AppealRow.due_at, AppealRow.id))
    return [(no, deeds[state], due_at) for no, state, due_at in rows]


def find_appeal(session: Session, no: str, prefix: str = "") -> Appeal | None:
    """Give an appeal by its number, None when there is none in the part of the district."""
    row = session.scalar(select(AppealRow).where(AppealRow.no == no, in_part(AppealRow.subject, prefix)))
    return None if row is None else fact_of(Appeal, row)
