"""Care plans and kin at the door: what helpers have to know of a person, and whom to call."""

from dataclasses import dataclass, replace
from secrets import token_hex
from typing import TypeVar

from sqlalchemy import select

from data.desk.put import put
from data.desk.work import Deeds, Start, Work
from data.models import ResidentRow
from data.store.done import Done
from data.store.kinds.people import CARE_PLAN, KIN
from dispatch.alarms.care import CarePlan, Kin
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Actor
from dispatch.phone import check_phone

F = TypeVar("F")
SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class PutCarePlan(Start[CarePlan]):
    """A person's plan, new or changed."""

    plan: CarePlan


@dataclass(frozen=True, slots=True, kw_only=True)
class PutKin(Start[Kin]):
    """Somebody to call for a person, new (with an empty number) or changed."""

    kin: Kin


def put_care_plan(work: Work, new: PutCarePlan, by: Actor) -> Done[CarePlan]:
    """Write a person's plan.

    Raises
    ------
    BadFieldError
        When the resident is not registered, or the rules cannot keep the plan.
    """
    _check_resident(work, new.plan.resident)
    work.catalogue.alarms.check_plan(new.plan.own)
    return _salted(put(work, CARE_PLAN, new.plan, by))


def put_kin(work: Work, new: PutKin, by: Actor) -> Done[Kin]:
    """Write whom to call.

    Raises
    ------
    BadFieldError
        When the resident is not registered, or the phone number is none.
    """
    kin = replace(new.kin, phone=check_phone(new.kin.phone))
    _check_resident(work, kin.resident)
    return _salted(put(work, KIN, kin if kin.no else replace(kin, no=work.draw(KIN)), by))


def _salted(done: Done[F]) -> Done[F]:
    return done if done.before is not None else replace(done, row={**done.row, "salt": token_hex(SALT_BYTES)})


def _check_resident(work: Work, resident: str) -> None:
    if work.session.scalar(select(ResidentRow.id).where(ResidentRow.no == resident)) is None:
        raise BadFieldError("resident", resident, "this resident is not registered")


CARE_PLANS = Deeds(kind=CARE_PLAN, starts={PutCarePlan: put_care_plan})
KINS = Deeds(kind=KIN, starts={PutKin: put_kin})
