"""Photos: checked by content, stored under the hash of it, with position, time and looks read from them."""

import hashlib
import io
import os
import tempfile
import warnings
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import imagehash
from PIL import ExifTags, Image, ImageOps, ImageStat, UnidentifiedImageError
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from data.errors import BadPhotoError, MissingError
from data.models import PhotoRow
from data.store.home import Home
from data.store.session import Database
from dispatch.errors import BadFieldError

LARGEST_BYTES = 10 * 1024 * 1024
LARGEST_PIXELS = 60_000_000
SAMPLE = "sample"
"""Who gives the drawn photos of sample data; they are never compared with others."""
FLAT = 4.0  # of 255 shades that a picture deviates; below it, only noise would be compared
CONTENT_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """What is known of a stored photo; ``taken_at`` is the camera's own text, without zone."""

    sha256: str
    content_type: str
    size: int
    width: int
    height: int
    taken_at: str
    lon: float | None
    lat: float | None
    looks: str | None


def keep_photo(database: Database, home: Home, body: bytes, by: str, now: datetime) -> Photo:
    """Check and store a photo; storing the same one again changes nothing.

    Others see a copy without EXIF, turned upright.

    Raises
    ------
    BadPhotoError
        When it is over 10 MB, no JPEG, PNG or WebP, or damaged.
    """
    if len(body) > LARGEST_BYTES:
        raise BadPhotoError(f"the photo has {len(body)} bytes; at most {LARGEST_BYTES} (10 MB) are accepted")
    photo, shown = _read(body)
    with database.read() as session:
        if session.get(PhotoRow, photo.sha256) is not None:
            return photo
    _write(photo_path(home, photo.sha256, original=True), body)
    _write(photo_path(home, photo.sha256), shown)
    parts = bands(photo.looks) if photo.looks is not None else (None,) * 4
    values: dict[str, Any] = {name: getattr(photo, name) for name in Photo.__slots__}
    values |= {"by": by, "at": now} | {f"band{i}": part for i, part in enumerate(parts)}

    def work(session: Session) -> None:
        if session.get(PhotoRow, photo.sha256) is None:
            session.execute(insert(PhotoRow), [values])

    database.write(work)
    return photo


def find_photo(session: Session, home: Home, sha256: str) -> tuple[Path, str]:
    """Give file and content type of a photo as others may see it.

    Raises
    ------
    MissingError
        When there is no such photo.
    """
    row = session.scalar(select(PhotoRow).where(PhotoRow.sha256 == sha256))
    if row is None:
        raise MissingError(f"photo {sha256[:16]} does not exist")
    return photo_path(home, sha256), row.content_type


def photo_path(home: Home, sha256: str, *, original: bool = False) -> Path:
    """Give where a photo lies; originals keep their EXIF and are never served."""
    folder = home.photos / ("originals" if original else "shown") / sha256[:2]
    return folder / sha256


def _read(body: bytes) -> tuple[Photo, bytes]:
    refused = "the file is no photo; JPEG, PNG and WebP are accepted"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(body))
            if image.format not in CONTENT_TYPES or image.width * image.height > LARGEST_PIXELS:
                raise BadPhotoError(refused + f", of at most {LARGEST_PIXELS // 1_000_000} megapixels")
            image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        if isinstance(error, BadPhotoError):
            raise
        raise BadPhotoError(refused) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadPhotoError(refused + f", of at most {LARGEST_PIXELS // 1_000_000} megapixels") from None
    exif = image.getexif()
    lon, lat = _position(exif)
    photo = Photo(
        sha256=hashlib.sha256(body).hexdigest(),
        content_type=CONTENT_TYPES[str(image.format)],
        size=len(body),
        width=image.width,
        height=image.height,
        taken_at=_taken(exif),
        lon=lon,
        lat=lat,
        looks=_looks(image),
    )
    return photo, _stripped(image)


def bands(looks: str) -> tuple[int, int, int, int]:
    """Cut a perceptual hash of 64 bits into four parts of 16."""
    whole = int(looks, 16)
    return (whole >> 48, whole >> 32 & 0xFFFF, whole >> 16 & 0xFFFF, whole & 0xFFFF)


def _looks(image: Image.Image) -> str | None:
    """Hash what a picture looks like; None when it is too flat to tell."""
    grey = ImageOps.exif_transpose(image).convert("L")
    if ImageStat.Stat(grey.resize((32, 32))).stddev[0] < FLAT:
        return None
    return str(imagehash.phash(grey))


def _taken(exif: Image.Exif) -> str:
    """Read when the shutter opened, else when the file was written, in the camera's own text."""
    opened = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
    return str(opened or exif.get(ExifTags.Base.DateTime, ""))[:32]


def _stripped(image: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(image)
    out = io.BytesIO()
    upright.save(out, format=image.format)  # Pillow writes EXIF only when it is handed over
    return out.getvalue()


def _position(exif: Image.Exif) -> tuple[float | None, float | None]:
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    try:
        lat, lon = (_degrees(gps[key]) for key in (ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLongitude))
        south = gps.get(ExifTags.GPS.GPSLatitudeRef, "N") == "S"
        west = gps.get(ExifTags.GPS.GPSLongitudeRef, "E") == "W"
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None, None
    return (-lon if west else lon), (-lat if south else lat)


def _degrees(parts: tuple[float, float, float]) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600


def _write(path: Path, body: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)


def check_photos(session: Session, names: Any) -> None:  # noqa: ANN401 - straight from a request
    """Let through names of photos that are there.

    Raises
    ------
    BadFieldError
    """
    if isinstance(names, str) or not all(isinstance(name, str) for name in names):
        raise BadFieldError("evidence", names, "give a list of photo names as /api/v1/photos returned them")
    known = (
        set(session.scalars(select(PhotoRow.sha256).where(PhotoRow.sha256.in_(names)))) if names else set()
    )
    for name in names:
        if name not in known:
            raise BadFieldError(
                "photos", name, "upload it to /api/v1/photos first and give the sha256 it returned"
            )
