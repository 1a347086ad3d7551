"""Photos: stored under the hash of their content, marked when something tells of them, forgotten when nothing does."""

import os
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from data.errors import BadPhotoError, NoRoomError
from data.models import PhotoRow, PhotoSubjectRow
from data.store.home import Home
from data.store.pictures import Photo, read_photo
from data.store.session import Database
from dispatch.errors import BadFieldError

LARGEST_BYTES = 10 * 1024 * 1024
SAMPLE = "sample"
"""Who gives the drawn photos of sample data; they are never compared with others."""
UNUSED_FOR = timedelta(days=7)
"""How long a photo waits for the report it was sent for."""
STRAY_FOR = timedelta(days=1)
"""How long a file may lie there before its row is written; what stopped in between leaves one behind."""


def keep_photo(database: Database, home: Home, body: bytes, by: str, now: datetime) -> Photo:
    """Check and store a photo; storing the same one again only lets it wait anew for the report it is for.

    Others see a copy that carries the picture alone, turned upright.

    Parameters
    ----------
    database : Database
    home : Home
    body : bytes
        The file as it was sent.
    by : str
        Account that sent it.
    now : datetime
        Aware.

    Returns
    -------
    Photo

    Raises
    ------
    BadPhotoError
        When it is over 10 MB, no JPEG, HEIC, PNG or WebP, or damaged.
    NoRoomError
        When the disk has less room than is reserved for reports.
    """
    if len(body) > LARGEST_BYTES:
        raise too_large(len(body))
    if home.is_short_of_room():
        raise NoRoomError("the disk of the server is nearly full; the report is taken without photos")
    photo, shown = read_photo(body)
    try:
        _write(photo_path(home, photo.sha256, original=True), body)
        _write(photo_path(home, photo.sha256), shown)
    except OSError as error:
        raise NoRoomError(
            f"the photo could not be stored ({error.strerror}); the report is taken without it"
        ) from error
    parts = bands(photo.looks) if photo.looks is not None else (None,) * 4
    values: dict[str, Any] = {name: getattr(photo, name) for name in Photo.__slots__}
    values |= {"by": by, "at": now} | {f"band{i}": part for i, part in enumerate(parts)}

    def work(session: Session) -> None:
        again = update(PhotoRow).where(PhotoRow.sha256 == photo.sha256, PhotoRow.used_at.is_(None))
        if session.get(PhotoRow, photo.sha256) is None:
            session.execute(insert(PhotoRow), [values])
        else:
            session.execute(again.values(at=now))

    database.write(work)
    return photo


def too_large(size: int) -> BadPhotoError:
    """Refuse a photo by its size in bytes."""
    return BadPhotoError(
        f"the photo has {size} bytes; at most {LARGEST_BYTES} (10 MB) are accepted", reason="too_big"
    )


def photo_path(home: Home, sha256: str, *, original: bool = False) -> Path:
    """Return where a photo lies; originals keep their EXIF and are never served."""
    folder = home.photos / ("originals" if original else "shown") / sha256[:2]
    return folder / sha256


def bands(looks: str) -> tuple[int, int, int, int]:
    """Cut a perceptual hash of 64 bits into four parts of 16."""
    whole = int(looks, 16)
    return (whole >> 48, whole >> 32 & 0xFFFF, whole >> 16 & 0xFFFF, whole & 0xFFFF)


def _write(path: Path, body: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        draft = Path(file.name)
        try:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink()
            raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name too is on disk before anybody is told
    finally:
        os.close(folder)


def check_photos(session: Session, names: Any, now: datetime) -> None:  # noqa: ANN401 - straight from a request
    """Let through names of photos that are there, and mark them as used.

    Raises
    ------
    BadFieldError
    """
    if isinstance(names, str) or not all(isinstance(name, str) for name in names):
        raise BadFieldError("evidence", names, "give a list of photo names as /api/v1/photos returned them")
    if not names:
        return
    # The mark comes first: whoever forgets unused photos at the same time waits for it, or is waited for.
    mine = PhotoRow.sha256.in_(names)
    session.execute(update(PhotoRow).where(mine, PhotoRow.used_at.is_(None)).values(used_at=now))
    known = set(session.scalars(select(PhotoRow.sha256).where(mine)))
    for name in names:
        if name not in known:
            raise BadFieldError(
                "photos", name, "upload it to /api/v1/photos first and give the sha256 it returned"
            )


def note_subject(session: Session, kind: str, key: str, names: Iterable[str]) -> None:
    """Note that photos belong to a thing, whose readers may see them from now on; a second time changes nothing.

    Parameters
    ----------
    session : Session
    kind : str
        Name of its kind.
    key : str
        What names it in its kind.
    names : iterable of str
        SHA-256 of each photo; nothing is noted for none.
    """
    wanted = set(names)
    if not wanted:
        return
    held = select(PhotoSubjectRow.sha256).where(
        PhotoSubjectRow.kind == kind, PhotoSubjectRow.key == key, PhotoSubjectRow.sha256.in_(wanted)
    )
    rows = [
        {"sha256": name, "kind": kind, "key": key} for name in sorted(wanted - set(session.scalars(held)))
    ]
    if rows:
        session.execute(insert(PhotoSubjectRow), rows)


def forget_photos(session: Session, now: datetime) -> int:
    """Drop the rows of photos that nothing tells of, days after they were sent; returns how many."""
    unused = delete(PhotoRow).where(
        PhotoRow.used_at.is_(None), PhotoRow.by != SAMPLE, PhotoRow.at < now - UNUSED_FOR
    )
    return int(session.execute(unused).rowcount)  # type: ignore[attr-defined]  # a DELETE's result has a row count


def remove_strays(database: Database, home: Home, now: datetime) -> int:
    """Remove files that no row tells of: of forgotten photos, and of uploads that were cut short; returns how many.

    A file may be written anew for the same photo at this moment, so its age is asked again before it goes.
    """
    removed = 0
    for folder in sorted(home.photos.glob("*/*")):
        old = {path for path in folder.iterdir() if _is_old(path, now)}
        with database.read() as session:
            names = [path.name for path in old]
            known = set(session.scalars(select(PhotoRow.sha256).where(PhotoRow.sha256.in_(names))))
        for path in sorted(old):
            if path.name not in known and _is_old(path, now):
                path.unlink(missing_ok=True)
                removed += 1
    return removed


def _is_old(path: Path, now: datetime) -> bool:
    try:
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return False
    return written < now - STRAY_FOR
