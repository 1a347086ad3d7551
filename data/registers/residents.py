"""Finding people: by number, phone, name, pinyin, initials or address."""

import re
import unicodedata
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from data.models import ContactRow, ParticularsRow, ResidentKeyRow, ResidentRow, begins, fact_of
from data.queries.paging import Ask, Page, turn
from data.registers.names import fold
from dispatch.phone import read_phone
from dispatch.resident import Resident, mask_address

SHOWN_DIGITS = 4
"""The last digits of a phone that `mask_phone` leaves; by those, or by the whole, a caller is found."""
BUILDINGS = ("号楼", "幢", "栋", "座")
SORTS = {"no": ResidentRow.no, "cell": ResidentRow.cell}
_LETTERS = re.compile(r"[a-zü'’ .-]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentFilter:
    """What to find: one text, tried as number, phone, name, pinyin, initials and address.

    ``ended`` lists the records that have ended instead; ``identity_hash`` finds by an identity number instead of the text.
    """

    text: str = ""
    area: str = ""
    ended: bool = False
    identity_hash: str = ""


def end_of(phone: str) -> str:
    """Give the last digits of a phone by which its owner is found."""
    return phone[-SHOWN_DIGITS:]


def find_residents(session: Session, wanted: ResidentFilter, ask: Ask, prefix: str) -> Page[Resident]:
    """Find residents inside an area; digits are tried as phone or number, letters as pinyin and initials."""
    query = select(ResidentRow)
    if prefix:
        query = query.where(ResidentRow.cell.startswith(prefix))
    query = query.where(ResidentRow.ended_on.is_not(None) if wanted.ended else ResidentRow.ended_on.is_(None))
    if wanted.identity_hash:
        by_card = select(ParticularsRow.resident).where(ParticularsRow.identity_hash == wanted.identity_hash)
        query = query.where(ResidentRow.no.in_(by_card))
    elif wanted.text:
        query = query.where(or_(*_meant(wanted.text.strip())))
    return turn(session, query, ask, SORTS, ResidentRow.id, lambda row: fact_of(Resident, row))


def _meant(text: str) -> list[ColumnElement[bool]]:
    """Give what a text may be: nothing finds by a part of what is shown masked, or it could be guessed piece by piece."""
    plain = unicodedata.normalize("NFKC", text).strip()
    number = [ResidentRow.no == plain.upper()]
    if (phone := read_phone(plain)) is not None:
        return [*number, ResidentRow.phone == phone, _keyed(ResidentKeyRow.key == phone)]
    if plain.isdigit():
        return [*number, ResidentRow.phone_end == plain] if len(plain) == SHOWN_DIGITS else number
    if not plain:
        return number
    return [
        *number,
        *named(ResidentRow, plain),
        _keyed(begins(ResidentKeyRow.key, fold(plain))),
        *([] if plain.isascii() else _lives(plain)),
    ]


def _keyed(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return ResidentRow.no.in_(select(ResidentKeyRow.resident).where(condition))


def named(row: type[ResidentRow] | type[ContactRow], text: str) -> list[ColumnElement[bool]]:
    """Give the conditions that a name is meant by a text: by its beginning, in letters also of its pinyin or initials."""
    folded = fold(text)
    conditions = [begins(row.folded, folded)]
    if _LETTERS.fullmatch(text):
        conditions += [begins(row.pinyin, folded), begins(row.initials, folded)]
    return conditions


def _lives(text: str) -> list[ColumnElement[bool]]:
    exact = ResidentRow.address == text
    if mask_address(text) != text:
        return [exact]
    if text.endswith(BUILDINGS):
        return [exact, ResidentRow.address.contains(text, autoescape=True)]
    return [exact, begins(ResidentRow.address, text)]
