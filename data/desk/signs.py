"""Looking for false closure in the store: photos with their likenesses, ratings, contests."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from data.models import PhotoRow, PhotoUseRow
from data.rules.catalogue import Catalogue
from data.store.photos import SAMPLE, bands
from dispatch.lifecycle import Action
from geo.place import LonLat
from grid.rulebook import ClosureSettings
from grid.tickets.fact import Doubt, Ticket
from grid.tickets.signs import Likeness, Proof, sign_of_contest, sign_of_rating, signs_of_photos

PROVING = frozenset({"done", "line_done", "stage_done", "pass"})
BAND_BITS = 16


def note_uses(session: Session, no: str, names: Iterable[str], by: str, at: datetime) -> None:
    """Note that a ticket or an order uses photos.

    Parameters
    ----------
    session : Session
    no : str
        Of the ticket or order.
    names : iterable of str
        SHA-256 of each photo; nothing is noted for none.
    by : str
        Account that gave them.
    at : datetime
        Aware.
    """
    rows = [{"sha256": name, "ticket": no, "by": by, "at": at} for name in dict.fromkeys(names)]
    if rows:
        session.execute(insert(PhotoUseRow), rows)


def signs(session: Session, catalogue: Catalogue, ticket: Ticket, action: Action) -> tuple[Doubt, ...]:
    """Look for signs of false closure in what an action brought, before its photos are noted as used.

    Parameters
    ----------
    session : Session
    catalogue : Catalogue
    ticket : Ticket
    action : Action

    Returns
    -------
    tuple of Doubt
        Empty for none.
    """
    limits = catalogue.rulebook.closure
    if action.name == "rate":
        return sign_of_rating(int(action.fields["rating"]), limits, solved=action.fields.get("solved"))
    if action.name == "contest":
        return sign_of_contest(str(action.fields["reason"]))
    names = tuple(action.fields.get("evidence") or ())
    if action.name not in PROVING or not names:
        return ()
    zone = catalogue.zone
    query = select(PhotoRow).where(PhotoRow.sha256.in_(names), PhotoRow.by != SAMPLE)
    photos = list(session.scalars(query.order_by(PhotoRow.sha256)))
    alike = [like for photo in photos for like in _alike(session, photo, limits)]
    return signs_of_photos(ticket, [_proof(photo, zone) for photo in photos], alike, limits)


def used_before(session: Session, catalogue: Catalogue, no: str, names: Iterable[str]) -> tuple[str, ...]:
    """List the other tickets and orders that the same photos, or such as look like them, were given to.

    Parameters
    ----------
    session : Session
    catalogue : Catalogue
    no : str
        The case they are given to now; not listed.
    names : iterable of str
        SHA-256 of each photo; drawn samples are passed over.

    Returns
    -------
    tuple of str
        Numbers, each once; empty for none.
    """
    given = list(names)
    if not given:
        return ()
    query = select(PhotoRow).where(PhotoRow.sha256.in_(given), PhotoRow.by != SAMPLE)
    limits = catalogue.rulebook.closure
    found = [like.ticket for photo in session.scalars(query) for like in _alike(session, photo, limits)]
    return tuple(dict.fromkeys(other for other in found if other != no))


def _proof(photo: PhotoRow, zone: ZoneInfo) -> Proof:
    place = LonLat(photo.lon, photo.lat) if photo.lon is not None and photo.lat is not None else None
    return Proof(sha256=photo.sha256, taken_at=taken_at(photo.taken_at, zone), place=place)


def taken_at(text: str, zone: ZoneInfo) -> datetime | None:
    """Read a camera's time, which has no offset, as one of the district's zone; None when it is no time."""
    try:
        return datetime.strptime(text, "%Y:%m:%d %H:%M:%S").replace(tzinfo=zone)
    except ValueError:
        return None


def _alike(session: Session, photo: PhotoRow, limits: ClosureSettings) -> list[Likeness]:
    """Find earlier uses of the same photo or one that looks like it, each ticket once, the most alike first."""
    likely: list[Any] = [PhotoUseRow.sha256 == photo.sha256]
    if photo.looks is not None:
        parts = (PhotoRow.band0, PhotoRow.band1, PhotoRow.band2, PhotoRow.band3)
        likely += [part.in_(_around(value)) for part, value in zip(parts, bands(photo.looks), strict=True)]
    query = (
        select(PhotoUseRow.ticket, PhotoRow.sha256, PhotoRow.looks)
        .join(PhotoRow, PhotoRow.sha256 == PhotoUseRow.sha256)
        .where(or_(*likely), PhotoRow.by != SAMPLE)
        .order_by(PhotoUseRow.id)
    )
    best: dict[str, Likeness] = {}
    for ticket, other, looks in session.execute(query):
        bits = 0 if other == photo.sha256 else _differing(photo.looks, looks)
        if bits is None or bits > limits.photo_like_bits:
            continue
        if ticket not in best or bits < best[ticket].bits:
            best[ticket] = Likeness(sha256=photo.sha256, other=other, ticket=ticket, bits=bits)
    return sorted(best.values(), key=lambda like: (like.bits, like.ticket))


def _around(value: int) -> Sequence[int]:
    """Return a part of a hash and all that differ from it in one bit."""
    return [value, *(value ^ (1 << bit) for bit in range(BAND_BITS))]


def _differing(one: str | None, other: str | None) -> int | None:
    if one is None or other is None:
        return None
    return (int(one, 16) ^ int(other, 16)).bit_count()
