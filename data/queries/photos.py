"""Find a photo for somebody who may see it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from data.errors import MissingError
from data.models import PhotoRow, PhotoSubjectRow
from data.queries.scope import seen
from data.store.home import Home
from data.store.kind import Kind
from data.store.photos import photo_path
from dispatch.lifecycle import Actor
from grid.area import CodeScheme


def find_photo(
    session: Session,
    home: Home,
    sha256: str,
    actor: Actor,
    scheme: CodeScheme,
    kinds: Mapping[str, Kind[Any]],
) -> tuple[Path, str]:
    """Return file and content type of a photo that the actor sent, or that belongs to something the actor may see.

    Parameters
    ----------
    session : Session
    home : Home
    sha256 : str
        Name of the photo.
    actor : Actor
    scheme : CodeScheme
    kinds : mapping of str to Kind
        By name; those that photos can belong to.

    Returns
    -------
    tuple of Path and str

    Raises
    ------
    MissingError
        When there is no such photo, or not for this actor; the two look alike on purpose.
    """
    photo = session.get(PhotoRow, sha256)
    subjects = select(PhotoSubjectRow.kind).where(PhotoSubjectRow.sha256 == sha256).distinct()
    if photo is not None and (
        photo.by == actor.user
        or any(
            _belongs_to_seen(session, sha256, kinds[name], actor, scheme)
            for name in session.scalars(subjects)
            if name in kinds
        )
    ):
        return photo_path(home, sha256), photo.content_type
    raise MissingError(f"photo {sha256[:16]} does not exist or is outside your area")


def _belongs_to_seen(
    session: Session, sha256: str, kind: Kind[Any], actor: Actor, scheme: CodeScheme
) -> bool:
    """Tell whether a photo belongs to one thing of a kind that the actor may see."""
    held = select(PhotoSubjectRow.key).where(
        PhotoSubjectRow.sha256 == sha256, PhotoSubjectRow.kind == kind.name
    )
    key = kind.table.c[kind.key]
    return bool(session.scalar(select(exists().where(key.in_(held), seen(kind, actor, scheme)))))
