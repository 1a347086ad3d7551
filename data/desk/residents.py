"""Residents at the door: registered, changed, assessed, and confirmed by a visit."""

from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from secrets import token_hex

from sqlalchemy import delete, insert, or_, select

from data.desk.particulars import keep_said, particulars_of, put_particulars
from data.desk.put import put
from data.desk.tags import held_tags
from data.desk.work import Deeds, Start, Work
from data.errors import MissingError
from data.models import AssessmentRow, ResidentRow, fact_of, table_of
from data.registers.pinyin import search_keys
from data.registers.residents import end_of
from data.store.done import Done
from data.store.kinds.people import RESIDENT
from dispatch.errors import BadFieldError, NotPossibleError
from dispatch.lifecycle import Action, Actor, Event
from dispatch.particulars import Particulars
from dispatch.phone import check_phone
from dispatch.resident import END_REASONS, Resident
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


OURS = ("blocked_providers", "ended_on", "ended_why")
"""What no file tells: it came about here, and a new row for a known number does not take it back."""


def put_resident(work: Work, new: PutResident, by: Actor) -> Done[Resident]:
    """Register or change a resident, and add an assessment to those of earlier days; one of the same day is put right."""
    new = replace(new, resident=_with_tags(work, new.resident))
    done = put(
        work,
        RESIDENT,
        new.resident,
        by,
        keep=OURS,
        keep_unless_told=("verified_at",),
        row=found_by(new.resident),
    )
    if done.before is None:
        done = replace(done, row={**done.row, "salt": token_hex(SALT_BYTES)})
    if new.ability is None or not _assess(work, new.resident.no, new.ability):
        return done
    told = {"assessed_on": new.ability.assessed_on.isoformat(), "edition": new.ability.edition}
    event = Event(name="assessed", at=work.now, by=by.user, role=by.role, payload=told)
    return replace(done, events=(*done.events, event))


def _with_tags(work: Work, given: Resident) -> Resident:
    """Return a resident of a file with the marks that were told here besides."""
    told = held_tags(work, given.no, work.catalogue.local(work.now).date())
    return replace(given, tags=(*given.tags, *sorted(told - set(given.tags)))) if told else given


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


@dataclass(frozen=True, slots=True, kw_only=True)
class NewResident(Start[Resident]):
    """Somebody who was not registered; the number is drawn. ``source`` tells who said so."""

    resident: Resident
    particulars: Particulars
    source: str


def register(work: Work, new: NewResident, by: Actor) -> Done[Resident]:
    """Register a resident with all that is known.

    Raises
    ------
    BadFieldError
        For a phone that is none, words that the rules do not know, or an identity number of somebody else.
    """
    no = work.draw(RESIDENT)
    resident = replace(new.resident, no=no, phone=check_phone(new.resident.phone))
    resident = _lives_here(work, _of_birth(resident, new.particulars), by)
    made = put(work, RESIDENT, resident, by, row=found_by(resident))
    told = put_particulars(work, replace(new.particulars, resident=no), by)
    said = {**_given(resident, Resident), **_given(told.fact, Particulars)}
    keep_said(work, no, said, new.source, by)
    return replace(made, row={**made.row, "salt": token_hex(SALT_BYTES)}, others=(told,))


def act_on_resident(work: Work, no: str, action: Action) -> Done[Resident]:
    """Change what is known of a resident, end the record, or take the ending back.

    Fields of ``change`` are ``resident`` and ``particulars``, the changed fields by name, and ``source``, who said so; of
    ``end`` the reason ``why`` and the day ``on``.

    Raises
    ------
    MissingError
        When there is none in the area of who asks; one elsewhere looks the same.
    NotPossibleError
        For any other action, a change of a record that has ended, and an ending of one that has.
    BadFieldError
        Nothing is changed then.
    """
    before, by = work.locked(RESIDENT, no), action.by
    if not work.catalogue.rulebook.scheme.contains(by.area, before.cell):
        raise MissingError(f"resident {no} does not exist or is outside your area")
    if action.name == "resume" and before.ended_on is not None:
        return _told(work, before, replace(before, ended_on=None, ended_why=""), "resumed", action)
    if before.ended_on is not None:
        raise NotPossibleError(f"the record of {no} ended on {before.ended_on.isoformat()}")
    if action.name == "end":
        return _told(work, before, _ended(work, before, action), "ended", action)
    if action.name == "change":
        return _changed(work, before, action)
    raise NotPossibleError(f"a resident can be changed or ended; {action.name!r} is not possible")


def _ended(work: Work, before: Resident, action: Action) -> Resident:
    why, today = action.fields["why"], work.catalogue.local(work.now).date()
    on: date = action.fields.get("on") or today
    if why not in END_REASONS:
        raise BadFieldError("ended_why", why, "reasons are " + ", ".join(END_REASONS))
    if on > today:
        raise BadFieldError("ended_on", on.isoformat(), "a day that has come")
    return replace(before, ended_on=on, ended_why=why)


def _told(work: Work, before: Resident, after: Resident, name: str, action: Action) -> Done[Resident]:
    by = action.by
    ending = {"ended_on": after.ended_on, "ended_why": after.ended_why}
    keep_said(work, before.no, ending, action.fields.get("source", ""), by)
    event = Event(name=name, at=work.now, by=by.user, role=by.role)
    return Done(kind=RESIDENT, before=before, after=after, events=(event,))


def _changed(work: Work, before: Resident, action: Action) -> Done[Resident]:
    given, by = dict(action.fields.get("resident", {})), action.by
    if "phone" in given:
        given["phone"] = check_phone(given["phone"])
    known = particulars_of(work, before.no)
    told = replace(known, **action.fields.get("particulars", {}))
    after = _lives_here(work, _of_birth(replace(before, **given), told), by)
    done = put(work, RESIDENT, after, by, row=found_by(after))
    others = (put_particulars(work, told, by),) if told != known else ()
    differing = {
        **{name: value for name, value in given.items() if getattr(before, name) != value},
        **{
            f.name: getattr(told, f.name)
            for f in fields(told)
            if getattr(told, f.name) != getattr(known, f.name)
        },
    }
    keep_said(work, before.no, differing, action.fields["source"], by)
    if not others or done.changed:
        return replace(done, others=others)
    event = Event(name="changed", at=work.now, by=by.user, role=by.role, payload={"fields": []})
    return replace(done, events=(event,), others=others)


def _of_birth(resident: Resident, told: Particulars) -> Resident:
    return resident if told.born_on is None else replace(resident, birth_year=told.born_on.year)


def _lives_here(work: Work, resident: Resident, by: Actor) -> Resident:
    if not work.catalogue.rulebook.scheme.contains(by.area, resident.cell):
        raise BadFieldError("lon", resident.place.lon, f"a home in your area, {by.area}")
    return resident


def found_by(resident: Resident) -> dict[str, str]:
    """Return the columns by which a resident is found."""
    return search_keys(resident.name) | {"phone_end": end_of(resident.phone)}


def _given(fact: object, kind: type) -> dict[str, object]:
    """Return the fields of a fact that hold something, but for its numbers and the derived cell."""
    told = {f.name: getattr(fact, f.name) for f in fields(kind)}
    return {name: value for name, value in told.items() if value and name not in ("id", "no", "resident")}


RESIDENTS = Deeds(
    kind=RESIDENT, starts={PutResident: put_resident, NewResident: register}, act=act_on_resident
)
