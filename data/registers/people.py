"""What the registers hold of one person, and who has a telephone number."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from data.models import (
    ContactRow,
    EventRow,
    KinRow,
    ParticularsRow,
    ResidentKeyRow,
    ResidentRow,
    StatementRow,
    TagRow,
    fact_of,
)
from data.queries.scope import seen
from data.store.kind import Kind
from data.store.kinds.alarms import ALARM
from data.store.kinds.cases import TICKET
from data.store.kinds.intake import QUESTION
from data.store.kinds.orders import ORDER
from data.store.kinds.people import CARE_PLAN, KIN, PARTICULARS, RESIDENT, TAG
from dispatch.alarms.care import Kin
from dispatch.lifecycle import Actor
from dispatch.particulars import Particulars, Tag
from dispatch.resident import Contact, Resident
from grid.area import CodeScheme

MOST = 200
OF_ONE = (RESIDENT, PARTICULARS, CARE_PLAN)
"""Kinds whose key is the number of the resident."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEvent:
    """One event of a person's records: which record, what happened, by whom, and the names of changed fields."""

    kind: str
    no: str
    name: str
    at: datetime
    by: str
    role: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said of one field of a resident, by which source, and who wrote it down."""

    field: str
    value: Any
    source: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who has a number: residents, those whose relation it is with the resident, and contacts of nobody registered."""

    residents: tuple[Resident, ...]
    kin: tuple[tuple[Kin, Resident], ...]
    contacts: tuple[Contact, ...]


def particulars_of(session: Session, resident: str) -> Particulars:
    """Give what is known of a resident besides; nothing where nothing was told."""
    row = session.scalar(select(ParticularsRow).where(ParticularsRow.resident == resident))
    return Particulars(resident=resident) if row is None else fact_of(Particulars, row)


def tags_of(session: Session, resident: str) -> list[Tag]:
    """List the marks of a resident that were told, also those that ended, the latest first."""
    query = select(TagRow).where(TagRow.resident == resident).order_by(TagRow.id.desc())
    return [fact_of(Tag, row) for row in session.scalars(query)]


def relations_of(session: Session, resident: str) -> list[Kin]:
    """List who stands to a resident in a relation, also those that ended, in the order of call."""
    query = select(KinRow).where(KinRow.resident == resident)
    query = query.order_by(KinRow.ended_on.is_not(None), KinRow.turn, KinRow.no)
    return [fact_of(Kin, row) for row in session.scalars(query)]


def history_of(session: Session, resident: str, limit: int = MOST) -> list[PersonEvent]:
    """List what happened to the records of a resident, the latest first."""
    tags = select(TagRow.no).where(TagRow.resident == resident)
    kin = select(KinRow.no).where(KinRow.resident == resident)
    mine = or_(
        and_(EventRow.kind.in_([kind.name for kind in OF_ONE]), EventRow.aggregate == resident),
        and_(EventRow.kind == TAG.name, EventRow.aggregate.in_(tags)),
        and_(EventRow.kind == KIN.name, EventRow.aggregate.in_(kin)),
    )
    query = select(EventRow).where(mine).order_by(EventRow.at.desc(), EventRow.id.desc()).limit(limit)
    return [
        PersonEvent(
            kind=row.kind,
            no=row.aggregate,
            name=row.name,
            at=row.at,
            by=row.by,
            role=row.role,
            fields=tuple(f for f in json.loads(row.payload).get("fields", ()) if f not in RESIDENT.derived),
        )
        for row in session.scalars(query)
    ]


def said_of(session: Session, resident: str, limit: int = MOST) -> list[Said]:
    """List what was said of the fields of a resident, the latest first."""
    query = select(StatementRow).where(StatementRow.resident == resident)
    query = query.order_by(StatementRow.at.desc(), StatementRow.id.desc()).limit(limit)
    return [fact_of(Said, row) for row in session.scalars(query)]


def phones_of(session: Session, resident: Resident) -> list[str]:
    """List all numbers of a resident, the first of the register first."""
    return [resident.phone, *(phone.number for phone in particulars_of(session, resident.no).phones)]


def who_has(session: Session, phone: str, actor: Actor, scheme: CodeScheme) -> Caller:
    """Find who has a number, as it is kept, among those whom the actor may see."""
    mine = seen(RESIDENT, actor, scheme)
    keyed = select(ResidentKeyRow.resident).where(ResidentKeyRow.key == phone)
    having = select(ResidentRow).where(mine, or_(ResidentRow.phone == phone, ResidentRow.no.in_(keyed)))
    related = (
        select(KinRow, ResidentRow)
        .join(ResidentRow, ResidentRow.no == KinRow.resident)
        .where(mine, KinRow.phone == phone, KinRow.ended_on.is_(None))
    )
    kinds: tuple[Kind[Any], ...] = (TICKET, ORDER, ALARM, QUESTION)
    visible = (select(kind.table.c.no).where(seen(kind, actor, scheme)) for kind in kinds)
    theirs = or_(*(ContactRow.subject.in_(subjects) for subjects in visible))
    named = (
        select(ContactRow).where(ContactRow.phone == phone, theirs).order_by(ContactRow.id.desc()).limit(MOST)
    )
    contacts = [fact_of(Contact, row) for row in session.scalars(named)]
    return Caller(
        residents=tuple(
            fact_of(Resident, r) for r in session.scalars(having.order_by(ResidentRow.no).limit(MOST))
        ),
        kin=tuple((fact_of(Kin, k), fact_of(Resident, r)) for k, r in session.execute(related.limit(MOST))),
        contacts=_each_once(contacts),
    )


def _each_once(contacts: Sequence[Contact]) -> tuple[Contact, ...]:
    return tuple(dict.fromkeys(contacts))
