"""The district at the door: built from an extract, with everything that is registered in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import delete, insert, select

from data.desk.withdrawals import Restore, Withdraw, restore, withdraw
from data.desk.work import Deeds, Start, Work
from data.errors import MissingError
from data.models import Base, DistrictRow, EventRow, fact_of
from data.store.done import Done
from data.store.kinds.alarms import DEVICE
from data.store.kinds.halls import ENTITY, PARTY, STATION
from data.store.kinds.orders import PROVIDER
from data.store.kinds.people import RESIDENT
from data.store.kinds.places import AREA, CELL, DISTRICT
from data.store.seal import seal_of_rows
from dispatch.errors import NotPossibleError
from dispatch.lifecycle import Actor, Event
from grid.area import BuiltDistrict

Rows: TypeAlias = Mapping[type[Base], Sequence[Mapping[str, Any]]]
IN_BULK = (AREA, CELL, PROVIDER, RESIDENT, DEVICE, STATION, PARTY, ENTITY)
AT_ONCE = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildDistrict(Start[BuiltDistrict]):
    """A district with the rows of everything in it, by class of row; ``row`` is the rest of the district's own."""

    district: BuiltDistrict
    row: Mapping[str, Any]
    rows: Rows


def build(work: Work, new: BuildDistrict, by: Actor) -> Done[BuiltDistrict]:
    """Store a built district; an earlier one in which nothing happened yet is replaced.

    One event seals all rows of a kind together: an event for each of a million residents would say no more.

    Raises
    ------
    NotPossibleError
        When something happened in the earlier district, or it has another code.
    """
    session = work.session
    earlier = session.scalar(select(DistrictRow).limit(1))
    happened = session.scalar(select(EventRow.id).where(EventRow.kind != DISTRICT.name).limit(1))
    if earlier is not None and (happened is not None or earlier.code != new.district.code):
        raise NotPossibleError(
            f"this database holds {earlier.name} and what happened in it; build {new.district.name} into another"
            " database, or into another home: JINLIN_HOME=/path/to/home"
        )
    for table, rows in new.rows.items():
        session.execute(delete(table))
        for start in range(0, len(rows), AT_ONCE):
            session.execute(insert(table), rows[start : start + AT_ONCE])
    sealed = {}
    for kind in IN_BULK:
        count, seal = seal_of_rows(kind, new.rows[kind.row])
        sealed[kind.name] = {"count": count, "seal": seal}
    told = Event(name="built", at=work.now, by=by.user, role=by.role, payload=sealed)
    before = None if earlier is None else new.district
    return Done(kind=DISTRICT, before=before, after=new.district, events=(told,), row=new.row)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateStreets(Start[BuiltDistrict]):
    """The streets of the district as a newer extract has them; ``row`` is what its row tells of that."""

    told: Mapping[str, Any]
    row: Mapping[str, Any]


def update_streets(work: Work, new: UpdateStreets, by: Actor) -> Done[BuiltDistrict]:
    """Note that the streets are those of a newer extract; areas, cells and whatever is registered stay.

    Raises
    ------
    MissingError
        When there is no district.
    """
    row = work.session.scalar(select(DistrictRow).limit(1))
    if row is None:
        raise MissingError("there is no district; run 'jinlin district build' first")
    known = fact_of(BuiltDistrict, row)
    told = Event(name="streets_updated", at=work.now, by=by.user, role=by.role, payload=dict(new.told))
    return Done(kind=DISTRICT, before=known, after=known, events=(told,), row=new.row)


DISTRICTS = Deeds(
    kind=DISTRICT,
    starts={BuildDistrict: build, UpdateStreets: update_streets, Withdraw: withdraw, Restore: restore},
)
