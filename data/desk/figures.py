"""Figures at the door: those of a month that is over are frozen once for every area."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import insert, select

from data.desk.work import Deeds, Start, Work
from data.figures.frozen import Measures, plain_measures, seal_of_month, sealed
from data.figures.frozen_lists import seal_of_lists
from data.models import FrozenFiguresRow, FrozenListRow
from data.store.done import Done
from data.store.kinds.cases import FIGURES
from dispatch.errors import NotPossibleError
from dispatch.lifecycle import Actor, Event
from grid.figures.frozen import FrozenMonth


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeMonth(Start[FrozenMonth]):
    """All indicators of every area, by its code, of a month such as ``2026-10``, and the packed lists behind them."""

    month: str
    by_area: Mapping[str, Measures]
    lists: Mapping[str, bytes] = field(default_factory=dict)


def freeze(work: Work, new: FreezeMonth, by: Actor) -> Done[FrozenMonth]:
    """Freeze the figures of a month.

    Raises
    ------
    NotPossibleError
        When it was frozen before; what is frozen stands.
    """
    month = new.month
    if work.session.scalar(select(FrozenFiguresRow.id).where(FrozenFiguresRow.month == month).limit(1)):
        raise NotPossibleError(f"the figures of {month} were frozen before")
    rows = [
        {"month": month, "area": area, "frozen_at": work.now, "measures": plain_measures(measures)}
        for area, measures in sorted(new.by_area.items())
    ]
    if rows:
        work.session.execute(insert(FrozenFiguresRow), rows)
    lists = [{"month": month, "area": area, "packed": kept} for area, kept in sorted(new.lists.items())]
    if lists:
        work.session.execute(insert(FrozenListRow), lists)
    made = FrozenMonth(
        month=month, areas=len(rows), sha256=seal_of_month(rows), lists=seal_of_lists(new.lists)
    )
    told = sealed(made.areas, made.sha256, made.lists)
    event = Event(name="freeze", at=work.now, by=by.user, role=by.role, payload=told)
    return Done(kind=FIGURES, after=made, events=(event,))


FROZEN = Deeds(kind=FIGURES, starts={FreezeMonth: freeze})
