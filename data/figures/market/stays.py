"""How long providers stay, by the year of joining: from the register, the log of what became of them, and their orders."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.figures.market.asked import Lines, Market
from data.models import EventRow, OrderRow, ProviderRow
from data.rules.catalogue import Catalogue
from data.store.kinds.orders import PROVIDER
from dispatch.providers.survival import Curve, Spell, Stay, spells, survival
from grid.figures.facts import ON_REGISTER
from grid.figures.lines import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """The providers that joined in a year, or all of them where it is empty; ``returned`` of them had left before."""

    year: str
    curve: Curve
    returned: int

    @property
    def still(self) -> int:
        """How many are still there."""
        return self.curve.stays - self.curve.lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Stays:
    """All providers and those of each year of joining; ``left_out`` are those of whom nobody knows when they joined or left."""

    whole: Cohort
    cohorts: tuple[Cohort, ...]
    left_out: int


def stays(session: Session, catalogue: Catalogue, market: Market) -> tuple[Stays, Lines]:
    """Count how long the providers of an area stay, up to the end of the period.

    Returns
    -------
    tuple of (Stays, Lines)
        Lines by ``stays:`` and the year, or nothing for all: 1 for a provider that is still there, of 1.
    """
    known, left_out = _stays(session, catalogue, market)
    end = market.period.last_day
    found = [s for stay in known for s in spells(stay, end, catalogue.market.return_within)]
    years = sorted({s.joined_on.year for s in found})
    cohorts = {"": found} | {str(y): [s for s in found if s.joined_on.year == y] for y in years}
    made = {year: _cohort(year, of_year) for year, of_year in cohorts.items()}
    lines = {f"stays:{year}": tuple(map(_line, of_year)) for year, of_year in cohorts.items()}
    whole = made.pop("")
    return Stays(whole=whole, cohorts=tuple(made.values()), left_out=left_out), lines


def _cohort(year: str, found: list[Spell]) -> Cohort:
    return Cohort(year=year, curve=survival(found), returned=sum(s.returned for s in found))


def _line(spell: Spell) -> Line:
    return Line(kind="provider", no=str(spell.provider), number=0 if spell.lost else 1, of=1)


def _stays(session: Session, catalogue: Catalogue, market: Market) -> tuple[list[Stay], int]:
    """Read what is known of each provider that ever joined, and count those of whom too little is."""
    local, end = catalogue.local, market.period.end
    begun = session.scalar(select(func.min(EventRow.at)))
    first, moves = _log(session, catalogue, end)
    began, served = _orders(session, end)
    found, left_out = [], 0
    row = ProviderRow
    registered = select(row.id, row.no, row.state, row.joined_on).where(*market.here(row.area))
    for number, no, state, joined_on in session.execute(registered):
        known_since = min(filter(None, (first.get(no), began.get(number))), default=begun)
        gone = state in catalogue.provider_lifecycle.final
        if joined_on is None or known_since is None or (gone and not moves.get(no)):
            left_out += state in ON_REGISTER or joined_on is not None
            continue
        joined = min([joined_on, *(day for day, _ in moves.get(no, ()))])
        seen_on = max(joined, local(known_since).date())
        last = max(filter(None, (seen_on, served.get(number) and local(served[number]).date())))
        returned = max((day for day, left in moves.get(no, ()) if not left), default=seen_on)
        silent_on = max(last, returned) + catalogue.market.silent_after
        found.append(
            Stay(
                provider=number,
                joined_on=joined,
                seen_on=seen_on,
                moves=tuple(moves.get(no, ())),
                silent_on=silent_on if silent_on <= market.period.last_day else None,
            )
        )
    return found, left_out


def _log(
    session: Session, catalogue: Catalogue, end: datetime
) -> tuple[Mapping[str, datetime], Mapping[str, list[tuple[date, bool]]]]:
    """Read when each provider was first told of, and when it left and came back."""
    life, row = catalogue.provider_lifecycle, EventRow
    of_providers = row.kind == PROVIDER.name, row.at < end
    first = session.execute(
        select(row.aggregate, func.min(row.at)).where(*of_providers).group_by(row.aggregate)
    )
    known = {no: at for no, at in first if at is not None}
    names = {
        move.action
        for state, rows in life.moves.items()
        for move in rows.values()
        if (state in life.final) != (life.target(state, move) in life.final)
    }
    events = select(row.aggregate, row.at, row.payload).where(*of_providers, row.name.in_(sorted(names)))
    found: dict[str, list[tuple[date, bool]]] = {}
    for no, at, payload in session.execute(events.order_by(row.id)):
        told = json.loads(payload)
        came, went = told.get("from") in life.final, told.get("to") in life.final
        if came != went:
            found.setdefault(no, []).append((catalogue.local(at).date(), went))
    return known, found


def _orders(session: Session, end: datetime) -> tuple[Mapping[int, datetime], Mapping[int, datetime]]:
    """Read when each provider accepted its first order, and did its last one."""
    row = OrderRow
    query = select(row.provider, func.min(row.accepted_at), func.max(row.done_at)).where(
        row.provider.is_not(None), row.accepted_at < end
    )
    rows = session.execute(query.group_by(row.provider)).all()
    return (
        {int(number or 0): first for number, first, _ in rows if first},
        {int(number or 0): last for number, _, last in rows if last and last < end},
    )
