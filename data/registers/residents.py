"""Finding people: by number, phone, name, pinyin initials or address."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from data.models import ResidentRow, fact_of
from data.queries.paging import Ask, Page, turn
from dispatch.resident import Resident

SORTS = {"no": ResidentRow.no, "cell": ResidentRow.cell}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentFilter:
    """What to find: one text, tried as number, phone, name, initials and address."""

    text: str = ""
    area: str = ""


def find_residents(session: Session, wanted: ResidentFilter, ask: Ask, prefix: str) -> Page[Resident]:
    """Find residents inside an area; digits are tried as phone or number, letters as initials."""
    query = select(ResidentRow)
    if prefix:
        query = query.where(ResidentRow.cell.startswith(prefix))
    if wanted.text:
        query = query.where(or_(*_meant(wanted.text.strip())))
    return turn(session, query, ask, SORTS, ResidentRow.id, lambda row: fact_of(Resident, row))


def _meant(text: str) -> list[ColumnElement[bool]]:
    if text.isdigit():
        return [ResidentRow.phone.startswith(text), ResidentRow.phone.endswith(text), ResidentRow.no == text]
    if text.isascii():
        return [ResidentRow.initials.startswith(text.lower()), ResidentRow.no == text.upper()]
    return [ResidentRow.name.startswith(text), ResidentRow.address.contains(text, autoescape=True)]
