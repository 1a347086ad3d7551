"""Particulars of residents at the door: written with the resident; values that were told are kept apart from the log."""

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass, replace
from datetime import date, datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import delete, insert, select, text

from data.desk.put import put
from data.desk.work import Deeds, Work
from data.models import ParticularsRow, ResidentKeyRow, StatementRow, fact_of
from data.registers.names import fold
from data.store.done import Done
from data.store.kinds.people import PARTICULARS
from dispatch.errors import BadFieldError
from dispatch.lifecycle import Actor
from dispatch.particulars import Particulars, Phone
from dispatch.phone import check_phone

LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 2))")
SALT_BYTES = 16
NEVER_SAID = frozenset({"identity_hash", "identity_sealed"})


def put_particulars(work: Work, told: Particulars, by: Actor) -> Done[Particulars]:
    """Write the particulars of a resident, and the keys by which they are found.

    Raises
    ------
    BadFieldError
        For words that the rules do not know, a phone that is none, or an identity number of somebody else.
    """
    phones = tuple(replace(phone, number=check_phone(phone.number)) for phone in told.phones)
    told = work.catalogue.people.check(replace(told, phones=phones))
    _check_single(work, told)
    done = put(work, PARTICULARS, told, by)
    if done.changed:
        _find_by(work, told.resident, {*map(fold, told.other_names), *(phone.number for phone in phones)})
    return done if done.before is not None else replace(done, row={"salt": token_hex(SALT_BYTES)})


def particulars_of(work: Work, resident: str) -> Particulars:
    """Return what is known of a resident; nothing where nothing was told."""
    row = work.session.scalar(select(ParticularsRow).where(ParticularsRow.resident == resident))
    return Particulars(resident=resident) if row is None else fact_of(Particulars, row)


def keep_said(work: Work, resident: str, told: Mapping[str, Any], source: str, by: Actor) -> None:
    """Keep what was said of the fields of a resident; the log is told which fields, and no value.

    Parameters
    ----------
    work : Work
    resident : str
        Number of the resident.
    told : Mapping
        Value by field.
    source : str
        Who said so.
    by : Actor
        Who wrote it down.
    """
    rows = [
        {
            "resident": resident,
            "field": name,
            "value": _plain(value),
            "source": source,
            "at": work.now,
            "by": by.user,
        }
        for name, value in told.items()
        if name not in NEVER_SAID
    ]
    if rows:
        work.session.execute(insert(StatementRow), rows)


def _check_single(work: Work, told: Particulars) -> None:
    """Refuse the identity number of another resident; two that are written at once wait for each other."""
    if not told.identity_hash:
        return
    if work.session.get_bind().dialect.name == "postgresql":
        work.session.execute(LOCK, {"name": f"identity {told.identity_hash}"})
    same = ParticularsRow.identity_hash == told.identity_hash
    query = select(ParticularsRow.id).where(same, ParticularsRow.resident != told.resident)
    if work.session.scalar(query.limit(1)) is not None:
        raise BadFieldError("identity", told.identity, "another number; this one is registered already")


def _find_by(work: Work, resident: str, keys: set[str]) -> None:
    work.session.execute(delete(ResidentKeyRow).where(ResidentKeyRow.resident == resident))
    if keys:
        rows = [{"resident": resident, "key": key} for key in sorted(keys)]
        work.session.execute(insert(ResidentKeyRow), rows)


def _plain(value: Any) -> Any:  # noqa: ANN401 - what a field holds
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Phone) or (is_dataclass(value) and not isinstance(value, type)):
        return asdict(value)
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


PARTICULARS_KEPT = Deeds(kind=PARTICULARS)
