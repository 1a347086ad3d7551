"""Likely doubles: two records of one person, or of one shop. They are proposed; nobody joins them unasked."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import combinations

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import ParticularsRow, ProviderRow, ResidentRow
from data.registers.names import fold
from geo.place import LonLat, distance_m

NEAR_M = 60.0
"""Two shops of one name this near are likely one."""
MOST_ALIKE = 12
"""More records than this that agree are a number of a hall or a landlord, and no doubles."""
Pair = tuple[str, str, str]


def double_residents(session: Session, only: str = "") -> Iterator[Pair]:
    """Find pairs of residents who are likely one person.

    The same identity number says so alone. The same name does with the same telephone or the same year of birth at the
    same address, names compared as they sound, for they are typed by ear.

    Parameters
    ----------
    session : Session
    only : str, optional
        The first or second of the pairs wanted; all by default.

    Yields
    ------
    (str, str, str)
        Numbers of both, the smaller first, and the cell of the first.
    """
    query = (
        select(
            ResidentRow.no,
            ResidentRow.cell,
            ResidentRow.pinyin,
            ResidentRow.phone,
            ResidentRow.birth_year,
            ResidentRow.address,
            ParticularsRow.identity_hash,
        )
        .outerjoin(ParticularsRow, ParticularsRow.resident == ResidentRow.no)
        .where(ResidentRow.ended_on.is_(None))
    )
    cells: dict[str, str] = {}
    born: dict[str, int | None] = {}
    known, alike = _Alike(), _Alike()
    for no, cell, sound, phone, year, address, identity in session.execute(query):
        cells[no], born[no] = cell, year
        known.add(no, identity)
        alike.add(no, sound, phone)
        alike.add(no, sound, year, fold(address))
    pairs = set(known.pairs()) | {(a, b) for a, b in alike.pairs() if _may_be_one(born[a], born[b])}
    yield from _told(pairs, cells, only)


def _told(pairs: Iterable[tuple[str, str]], places: Mapping[str, str], only: str) -> Iterator[Pair]:
    """Give pairs in order with where the first of each belongs; those with one record alone where it is named."""
    for one, other in sorted(pairs):
        if not only or only in (one, other):
            yield one, other, places[one]


class _Alike:
    """Records by what they agree in."""

    def __init__(self) -> None:
        self._groups: dict[tuple[Hashable, ...], list[str]] = defaultdict(list)

    def add(self, no: str, *marks: Hashable) -> None:
        """Note what a record may agree in with others; a mark that is not told is none."""
        if all(marks):
            self._groups[marks].append(no)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Give the pairs that agree, the smaller number first; one pair may come twice."""
        for numbers in self._groups.values():
            if len(numbers) <= MOST_ALIKE:
                yield from combinations(sorted(numbers), 2)


def _may_be_one(one: int | None, other: int | None) -> bool:
    """Tell whether two years of birth may be one; a year apart is a slip or the traditional way of counting."""
    return one is None or other is None or abs(one - other) <= 1


def double_providers(session: Session, only: str = "") -> Iterator[Pair]:
    """Find pairs of providers that are likely one shop: of one name and telephone, or of one name within `NEAR_M`.

    Parameters
    ----------
    session : Session
    only : str, optional
        The first or second of the pairs wanted; all by default.

    Yields
    ------
    (str, str, str)
        Numbers of both, the smaller first, and the area of the first.
    """
    query = select(
        ProviderRow.no,
        ProviderRow.area,
        ProviderRow.name,
        ProviderRow.phone,
        ProviderRow.lon,
        ProviderRow.lat,
    ).where(ProviderRow.state != "left")
    areas: dict[str, str] = {}
    places: dict[str, list[tuple[str, LonLat]]] = defaultdict(list)
    alike = _Alike()
    for no, area, name, phone, lon, lat in session.execute(query):
        areas[no] = area
        alike.add(no, fold(name), phone)
        places[fold(name)].append((no, LonLat(lon, lat)))
    pairs = set(alike.pairs())
    for shops in places.values():
        pairs.update(_near(shops))
    yield from _told(pairs, areas, only)


def _near(shops: Iterable[tuple[str, LonLat]]) -> Iterator[tuple[str, str]]:
    """Give the pairs that stand within `NEAR_M`, the smaller number first; from south to north, so that few are compared."""
    northwards = sorted(shops, key=lambda shop: shop[1].lat)
    for at, (no, place) in enumerate(northwards):
        for other, there in northwards[at + 1 :]:
            if distance_m(place, LonLat(place.lon, there.lat)) > NEAR_M:
                break
            if distance_m(place, there) <= NEAR_M:
                yield min(no, other), max(no, other)
