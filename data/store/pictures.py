"""Pictures: read what a photo tells and make the copy that others see, each in a process of its own that may die.

A small file may unpack to hundreds of megabytes or hit a fault of a decoder written in C. The process that reads it has
a limit of memory and of time, and there are at most two of them; what happens there never happens to the server.
"""

import hashlib
import io
import multiprocessing
import resource
import threading
import warnings
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import imagehash
import pi_heif
from PIL import ExifTags, Image, ImageCms, ImageOps, ImageStat, UnidentifiedImageError

from data.errors import BadPhotoError, BusyError

LARGEST_PIXELS = 60_000_000
LONGEST_SIDE = 2560
"""Of the copy that is shown; originals stay as they are."""
QUALITY = 85
FLAT = 4.0  # of 255 shades that a picture deviates; below it, only noise would be compared
SHOWN_AS = {"JPEG": "JPEG", "MPO": "JPEG", "HEIF": "JPEG", "PNG": "PNG", "WEBP": "WEBP"}
CONTENT_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
AT_ONCE = 2
MEMORY_BYTES = 768 * 1024 * 1024
"""Over what the process has when it begins: a picture of `LARGEST_PIXELS` and what decoding takes beside."""
LONGEST_S = 20.0
"""For one photo, counted from when its reader is there."""
LONGEST_START_S = 120.0
"""For a reader to be there: the first one imports its libraries, beside whatever else the machine is doing."""
_READERS = threading.BoundedSemaphore(AT_ONCE)
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__])
pi_heif.register_heif_opener()


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


def read_photo(body: bytes, longest_s: float = LONGEST_S) -> tuple[Photo, bytes]:
    """Read a photo in a process of its own.

    Returns
    -------
    photo, shown
        What it tells, and an upright copy of at most `LONGEST_SIDE` pixels a side that carries the picture alone:
        no EXIF, profile, comment, thumbnail or second picture.

    Raises
    ------
    BadPhotoError
        When it is no JPEG, MPO, HEIC, PNG or WebP, damaged, or takes too much memory or time.
    BusyError
        When others kept reading photos for that long.
    """
    if not _READERS.acquire(timeout=longest_s):
        raise BusyError("too many photos are being read; send it again")
    try:
        return _read_apart(body, longest_s)
    finally:
        _READERS.release()


def _read_apart(body: bytes, longest_s: float) -> tuple[Photo, bytes]:
    """Read a photo in a process of its own, which is gone at the end."""
    told, tell = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=_read_alone, args=(tell, body), daemon=True)
    process.start()
    try:
        tell.close()
        with told, suppress(EOFError):
            if not told.poll(LONGEST_START_S):
                raise BusyError("the server is too busy to read photos; send it again")
            told.recv()  # the reader is there
            if told.poll(longest_s):
                found: tuple[Photo, bytes] | BadPhotoError = told.recv()
                if isinstance(found, BadPhotoError):
                    raise found
                return found
        raise BadPhotoError("the photo takes too much memory or time to read", reason="unreadable")
    finally:
        process.kill()
        process.join()
        process.close()


def _read_alone(tell: Connection, body: bytes) -> None:
    """Read within limits; whatever goes wrong, the one who waits is told by the end of the pipe."""
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY_BYTES,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    tell.send(None)
    try:
        tell.send(picture_of(body))
    except BadPhotoError as error:
        tell.send(error)
    except MemoryError:
        return


def picture_of(body: bytes) -> tuple[Photo, bytes]:
    """Read a photo in this process; see `read_photo`.

    Raises
    ------
    BadPhotoError
        When it is none that can be read.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd metadata; a bomb is refused by its size below
            image = Image.open(io.BytesIO(body))
            kind, size = str(image.format), image.size
            _expect_size(kind, size)
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded no larger than needed
            exif = image.getexif()
            lon, lat = _position(exif)
            shown = _shown(image)
            photo = Photo(
                sha256=hashlib.sha256(body).hexdigest(),
                content_type=CONTENT_TYPES[SHOWN_AS[kind]],
                size=len(body),
                width=size[0],
                height=size[1],
                taken_at=_taken(exif),
                lon=lon,
                lat=lat,
                looks=_looks(shown),
            )
            out = io.BytesIO()
            shown.save(out, format=SHOWN_AS[kind], quality=QUALITY)
    except BadPhotoError:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        raise BadPhotoError(
            "the file is no photo, or only a part of one; JPEG, HEIC, PNG and WebP are accepted",
            reason="unreadable",
        ) from None
    return photo, out.getvalue()


def _expect_size(kind: str, size: tuple[int, int]) -> None:
    if kind not in SHOWN_AS:
        raise BadPhotoError(
            f"{kind} is no format of photos; JPEG, HEIC, PNG and WebP are accepted", reason="unreadable"
        )
    if size[0] * size[1] > LARGEST_PIXELS:
        most = LARGEST_PIXELS // 1_000_000
        raise BadPhotoError(
            f"the photo has {size[0]} x {size[1]} pixels; at most {most} megapixels are accepted",
            reason="too_big",
        )


def _shown(image: Image.Image) -> Image.Image:
    """Make the copy for others: upright, no longer than needed, in the usual colours, and nothing beside the picture."""
    image.load()
    profile = image.info.get("icc_profile")
    exif = image.getexif()
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clear = "transparency" in image.info or image.mode in ("RGBA", "LA", "PA")
    if profile and image.mode in ("RGB", "RGBA", "CMYK", "L"):
        with suppress(ImageCms.PyCMSError, OSError):  # colours of a damaged profile stay as they are
            usual = ImageCms.createProfile("sRGB")
            found = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            mode = "RGBA" if image.mode == "RGBA" else "RGB"
            image = ImageCms.profileToProfile(image, found, usual, outputMode=mode) or image
    bare = image.convert("RGBA" if clear else "RGB")
    turned = Image.new(bare.mode, bare.size)
    turned.paste(bare)
    turned.getexif()[ExifTags.Base.Orientation] = exif.get(ExifTags.Base.Orientation, 1)
    upright = ImageOps.exif_transpose(turned)
    upright.info.clear()
    return upright


def _looks(image: Image.Image) -> str | None:
    """Hash what a picture looks like; None when it is too flat to tell."""
    grey = image.convert("L")
    if ImageStat.Stat(grey.resize((32, 32))).stddev[0] < FLAT:
        return None
    return str(imagehash.phash(grey))


def _taken(exif: Image.Exif) -> str:
    """Read when the shutter opened, else when the file was written, in the camera's own text."""
    opened = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
    return str(opened or exif.get(ExifTags.Base.DateTime, "")).replace("\0", "")[:32]


def _position(exif: Image.Exif) -> tuple[float | None, float | None]:
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    try:
        lat, lon = (_degrees(gps[key]) for key in (ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLongitude))
        south = gps.get(ExifTags.GPS.GPSLatitudeRef, "N") == "S"
        west = gps.get(ExifTags.GPS.GPSLongitudeRef, "E") == "W"
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None, None
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        return None, None
    return (-lon if west else lon), (-lat if south else lat)


def _degrees(parts: tuple[float, float, float]) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600
