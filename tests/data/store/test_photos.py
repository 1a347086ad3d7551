"""Photos: read apart from the server, shown without anything but the picture, gone when nothing tells of them."""

import base64
import io
import os
import resource
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin
from sqlalchemy import insert, select

from data.errors import BadPhotoError, NoRoomError
from data.models import PhotoRow
from data.store.home import Home
from data.store.photos import (
    STRAY_FOR,
    UNUSED_FOR,
    check_photos,
    forget_photos,
    keep_photo,
    photo_path,
    remove_strays,
)
from data.store.pictures import LONGEST_SIDE, read_photo
from data.store.session import Database
from dispatch.errors import BadFieldError
from tests.conftest import NOW, SHARED, missing

CASES = SHARED / "cases" / "photos"
SECRET = b"Zhang San 13800001234"
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "ADRpbG9jAAAAAERAAAIAAQAAAAAB4gABAAAAAAAAADMAAgAAAAACFQABAAAAAAAAAEYAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAA"
    "AAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAA"
    "kAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq"
    "5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xh"
    "cAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAA"
    "ABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAAgW1kYXQAAAAvKAGvWPkS3f/Qo/+YDIb1FLxzDGiS6T9ORtD0V5SbI6DjQH7/Gn8r"
    "5rvTBYfSsYAAAAAGRXhpZgAATU0AKgAAAAgAAgEOAAIAAAAWAAAAJgESAAMAAAABAAYAAAAAAABaaGFuZyBTYW4gMTM4MDAwMDEy"
    "MzQA"
)
"""64 x 48 pixels with the name and number above in its EXIF, as an iPhone writes."""


def case(name: str) -> bytes:
    path = CASES / name
    if not path.exists():
        missing("../shared/cases is not there")
    return path.read_bytes()


def drawn(size: tuple[int, int] = (320, 240), mode: str = "RGB") -> Image.Image:
    """A picture whose left upper quarter is red."""
    image = Image.new(mode, size, (20, 120, 60, 255)[: len(mode)])
    image.paste((250, 10, 10, 255)[: len(mode)], (0, 0, size[0] // 2, size[1] // 2))
    return image


def written(image: Image.Image, kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format=kind, **more)
    return out.getvalue()


def told_everything(kind: str) -> bytes:
    """A picture with every note that its format can carry."""
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = SECRET.decode()  # description, artist
    exif[0x0112] = 6  # turned
    exif.get_ifd(0x8769)[0x9286] = SECRET  # user comment
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>"
    if kind == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Comment", SECRET.decode())
        notes.add_itxt("Author", SECRET.decode())
        return written(drawn(mode="RGBA"), kind, exif=exif, pnginfo=notes, icc_profile=SECRET * 10)
    if kind == "WEBP":
        return written(drawn(), kind, exif=exif, xmp=xmp, icc_profile=SECRET * 10)
    return written(drawn(), kind, exif=exif, comment=SECRET, xmp=xmp, icc_profile=SECRET * 10)


def parts_of(shown: bytes) -> set[str]:
    """Name the segments or chunks of a file: what it carries beside the picture shows here."""
    if shown.startswith(b"\x89PNG"):
        return {shown[at : at + 4].decode() for at in _chunks(shown, 8, "big", 4, 12)}
    if shown.startswith(b"RIFF"):
        return {shown[at - 4 : at].decode() for at in _chunks(shown, 16, "little", 0, 8)}
    found, at = set(), 2
    while shown[at + 1] != 0xDA:
        found.add(f"{shown[at + 1]:02X}")
        at += 2 + int.from_bytes(shown[at + 2 : at + 4], "big")
    return found


def _chunks(shown: bytes, at: int, order: str, name: int, around: int) -> list[int]:
    starts = []
    while at < len(shown):
        starts.append(at + name)
        size = int.from_bytes(shown[at : at + 4], order)  # type: ignore[arg-type]  # big or little
        at += around + size + (size % 2 if order == "little" else 0)
    return starts


@pytest.mark.parametrize(
    ("kind", "content_type", "bare"),
    [
        ("JPEG", "image/jpeg", {"E0", "DB", "C0", "C4"}),
        ("PNG", "image/png", {"IHDR", "IDAT", "IEND"}),
        ("WEBP", "image/webp", {"VP8 "}),
    ],
)
def test_the_copy_shown_carries_the_picture_alone(kind: str, content_type: str, bare: set[str]) -> None:
    photo, shown = read_photo(told_everything(kind))
    assert photo.content_type == content_type
    assert SECRET not in shown
    assert parts_of(shown) <= bare
    image = Image.open(io.BytesIO(shown))
    assert image.size == (240, 320)  # turned upright
    red = image.convert("RGB").getpixel((200, 40))
    assert isinstance(red, tuple)
    assert red[0] > 200


def test_a_photo_of_an_iphone_is_shown_as_jpeg() -> None:
    assert SECRET in HEIC
    photo, shown = read_photo(HEIC)
    assert (photo.content_type, photo.width, photo.height) == ("image/jpeg", 64, 48)
    assert SECRET not in shown
    assert parts_of(shown) <= {"E0", "DB", "C0", "C4"}


def test_the_comment_of_a_phone_is_gone() -> None:
    body = case("comment.jpg")
    comment = Image.open(io.BytesIO(body)).info["comment"]
    _, shown = read_photo(body)
    assert comment not in shown
    assert "FE" not in parts_of(shown)


def test_position_and_turn_are_read_from_exif() -> None:
    photo, shown = read_photo(case("exif_rot6_gps.jpg"))
    assert photo.lon is not None
    assert 73 < photo.lon < 135
    assert Image.open(io.BytesIO(shown)).size == (photo.height, photo.width)
    assert read_photo(case("exif_gps.png"))[0].lat is not None


def test_of_a_multi_picture_file_the_first_is_shown() -> None:
    body = case("mpo.jpg")
    assert Image.open(io.BytesIO(body)).format == "MPO"
    photo, shown = read_photo(body)
    image = Image.open(io.BytesIO(shown))
    assert (photo.content_type, image.format, getattr(image, "n_frames", 1)) == ("image/jpeg", "JPEG", 1)


@pytest.mark.parametrize("name", ["heic_head.heic", "truncated.jpg"])
def test_half_a_photo_is_refused(name: str) -> None:
    with pytest.raises(BadPhotoError, match="no photo, or only a part") as refused:
        read_photo(case(name))
    assert refused.value.reason == "unreadable"


@pytest.mark.parametrize(
    "body", [b"", b"GIF89a", b"<svg/>", written(drawn(), "GIF"), written(drawn(), "TIFF")]
)
def test_what_is_no_photo_is_refused(body: bytes) -> None:
    with pytest.raises(BadPhotoError, match="JPEG, HEIC, PNG and WebP are accepted"):
        read_photo(body)


def test_a_large_photo_is_shown_smaller_and_its_size_told() -> None:
    photo, shown = read_photo(written(drawn((8000, 6000)), "JPEG"))
    assert (photo.width, photo.height) == (8000, 6000)
    assert max(Image.open(io.BytesIO(shown)).size) == LONGEST_SIDE


def bomb(side: int) -> bytes:
    """A small PNG of side x side pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    squeeze = zlib.compressobj(9)
    rows = b"".join(squeeze.compress(bytes(1 + 4 * side)) for _ in range(side)) + squeeze.flush()
    head = side.to_bytes(4, "big") * 2 + b"\x08\x06\0\0\0"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_pictures_that_unpack_to_much_take_no_memory_of_the_server() -> None:
    with pytest.raises(BadPhotoError, match="at most 60 megapixels") as refused:
        read_photo(bomb(9000))
    assert refused.value.reason == "too_big"
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    largest = bomb(7700)
    with ThreadPoolExecutor(2) as pool:
        told = [pool.submit(read_photo, largest) for _ in range(2)]
        assert all(each.result()[0].width == 7700 for each in told)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before < 100 * 1024  # KiB; one alone unpacks to 237 MB


def test_a_photo_that_takes_too_long_is_refused_and_the_next_is_read() -> None:
    with pytest.raises(BadPhotoError, match="too much memory or time"):
        read_photo(bomb(7700), longest_s=0.2)
    assert read_photo(written(drawn(), "JPEG"))[0].width == 320
    assert not [t for t in threading.enumerate() if "photo" in t.name]


def test_a_disk_without_room_keeps_no_piece_of_a_photo(small: Database, place: Home) -> None:
    body = written(Image.effect_noise((600, 600), 90), "JPEG")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    read_photo(body)  # the process that reads begins before files are limited
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with pytest.raises(NoRoomError, match="the report is taken without it"):
            keep_photo(small, place, body, "w1", NOW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [p for p in place.photos.rglob("*") if p.is_file()] == []
    assert keep_photo(small, place, body, "w1", NOW).size == len(body)


def test_below_the_reserve_photos_are_refused_before_anything_is_written(
    small: Database, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home", reserve_bytes=1 << 60)
    with pytest.raises(NoRoomError, match="nearly full"):
        keep_photo(small, home, written(drawn(), "JPEG"), "w1", NOW)
    assert [p for p in home.photos.rglob("*") if p.is_file()] == []


def test_photos_that_nothing_tells_of_go_after_days(small: Database, place: Home) -> None:
    used, unused, again = (
        keep_photo(small, place, written(drawn((64, side)), "PNG"), "w1", NOW).sha256 for side in (50, 60, 70)
    )
    small.write(lambda session: check_photos(session, [used], NOW))
    small.write(lambda session: session.execute(insert(PhotoRow), [_sample()]))
    later = NOW + UNUSED_FOR + timedelta(hours=1)
    keep_photo(small, place, written(drawn((64, 70)), "PNG"), "w1", later)  # chosen once more
    assert small.write(lambda session: forget_photos(session, later)) == 1
    with small.read() as session:
        assert set(session.scalars(select(PhotoRow.sha256))) == {used, again, "0" * 64}
        assert photo_path(place, used).exists()
    with pytest.raises(BadFieldError, match="upload it"):
        small.write(lambda session: check_photos(session, [unused], later))
    assert remove_strays(small, place, NOW) == 0  # the file may just be written anew
    for path in place.photos.rglob("*"):
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    stray = photo_path(place, used).with_name("tmpabc")
    stray.write_bytes(b"half")
    os.utime(stray, (NOW.timestamp(), NOW.timestamp()))
    assert remove_strays(small, place, NOW + STRAY_FOR + timedelta(hours=1)) == 3
    left = {p.name for p in place.photos.rglob("*") if p.is_file()}
    assert left == {used, again}


def _sample() -> dict[str, object]:
    return {
        "sha256": "0" * 64, "content_type": "image/jpeg", "size": 1, "width": 1, "height": 1, "taken_at": "",
        "by": "sample", "at": NOW - timedelta(days=40),
    }  # fmt: skip
