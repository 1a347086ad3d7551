"""Finding people: by number, phone, name, pinyin initials or address."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from data.models import ResidentRow, fact_of
from data.queries.paging import Ask, Page, turn
from dispatch.resident import Resident, mask_address

SHOWN_DIGITS = 4
"""The last digits of a phone that `mask_phone` leaves; by those, or by the whole, a caller is found."""
BUILDINGS = ("号楼", "幢", "栋", "座")
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
    """Give what a text may be: nothing finds by a part of what is shown masked, or it could be guessed piece by piece."""
    if text.isdigit():
        found = [ResidentRow.phone == text, ResidentRow.no == text]
        return [*found, ResidentRow.phone.endswith(text)] if len(text) == SHOWN_DIGITS else found
    if text.isascii():
        return [ResidentRow.initials.startswith(text.lower()), ResidentRow.no == text.upper()]
    found = [ResidentRow.name.startswith(text, autoescape=True), ResidentRow.address == text]
    if mask_address(text) != text:
        return found
    inside = ResidentRow.address.contains if text.endswith(BUILDINGS) else ResidentRow.address.startswith
    return [*found, inside(text, autoescape=True)]
