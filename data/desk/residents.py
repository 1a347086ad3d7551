"""Residents at the door: registered, changed, assessed, and confirmed by a visit."""

from dataclasses import asdict, dataclass, replace
from datetime import date
from secrets import token_hex

from sqlalchemy import delete, insert, or_, select

from data.desk.put import put
from data.desk.work import Deeds, Start, Work
from data.models import AssessmentRow, ResidentRow, fact_of, table_of
from data.registers.pinyin import search_keys
from data.registers.residents import end_of
from data.store.done import Done
from data.store.kinds import RESIDENT
from dispatch.lifecycle import Actor, Event
from dispatch.resident import Resident
from grid.home_visits import HomeVisit

TABLE = table_of(ResidentRow)
SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Ability:
    """How able a resident was found on a day; the level means something only with the edition it was judged by."""

    assessed_on: date
    edition: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PutResident(Start[Resident]):
    """A resident, new or changed, and an assessment of a day."""

    resident: Resident
    ability: Ability | None = None


OURS = ("blocked_providers",)
"""What no file tells: it came about here, and a new row for a known number does not take it back."""


def put_resident(work: Work, new: PutResident, by: Actor) -> Done[Resident]:
    """Register or change a resident, and add an assessment to those of earlier days; one of the same day is put right."""
    found_by = search_keys(new.resident.name) | {"phone_end": end_of(new.resident.phone)}
    done = put(work, RESIDENT, new.resident, by, keep=OURS, keep_unless_told=("verified_at",), row=found_by)
    if done.before is None:
        done = replace(done, row={**done.row, "salt": token_hex(SALT_BYTES)})
    if new.ability is None or not _assess(work, new.resident.no, new.ability):
        return done
    told = {"assessed_on": new.ability.assessed_on.isoformat(), "edition": new.ability.edition}
    event = Event(name="assessed", at=work.now, by=by.user, role=by.role, payload=told)
    return replace(done, events=(*done.events, event))


def _assess(work: Work, resident: str, ability: Ability) -> bool:
    """Keep an assessment; tells whether it was not known."""
    table = table_of(AssessmentRow)
    same_day = (table.c.resident == resident) & (table.c.assessed_on == ability.assessed_on)
    known = work.session.execute(select(table.c.edition, table.c.level).where(same_day)).first()
    if known is not None and tuple(known) == (ability.edition, ability.level):
        return False
    work.session.execute(delete(table).where(same_day))
    work.session.execute(insert(table), {"resident": resident, **asdict(ability)})
    return True


def confirm(work: Work, visit: HomeVisit, by: Actor) -> tuple[Done[Resident], ...]:
    """Note that a visit found the records of a resident, or of a whole household, right.

    A household's number may be used in another cell too; records that were confirmed later stay as they are.
    """
    who = TABLE.c.no == visit.resident if visit.resident else TABLE.c.household == visit.household
    earlier = or_(TABLE.c.verified_at.is_(None), TABLE.c.verified_at < visit.visited_at)
    query = select(TABLE).where(who, TABLE.c.cell == visit.cell, earlier).order_by(TABLE.c.id)
    told = Event(name="confirmed", at=work.now, by=by.user, role=by.role, payload={})
    found = [fact_of(Resident, row) for row in work.session.execute(query.with_for_update())]
    return tuple(
        Done(
            kind=RESIDENT,
            before=known,
            after=replace(known, verified_at=visit.visited_at),
            events=(told,),
        )
        for known in found
    )


RESIDENTS = Deeds(kind=RESIDENT, starts={PutResident: put_resident})
