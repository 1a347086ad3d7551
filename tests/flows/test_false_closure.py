"""False closure looked for: photos far, early, used before; a reporter who disagrees; a queue that people work off."""

import io
import random

from PIL import ExifTags, Image
from sqlalchemy import select

from data.models import PhotoRow
from tests.conftest import Site
from tests.flows.test_ticket_life import report


def picture(seed: int) -> Image.Image:
    """Draw something that looks like nothing else: large random patches."""
    draw = random.Random(seed)
    small = Image.new("L", (8, 8))
    small.putdata([draw.randrange(256) for _ in range(64)])
    return small.resize((320, 240), Image.Resampling.BICUBIC).convert("RGB")


def put(site: Site, user: str, image: Image.Image, quality: int = 90, exif: Image.Exif | None = None) -> str:
    out = io.BytesIO()
    image.save(out, format="JPEG", quality=quality, exif=Image.Exif() if exif is None else exif)
    files = {"file": ("p.jpg", out.getvalue(), "image/jpeg")}
    answer = site.call(user, "POST", "/api/v1/photos", files=files)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["sha256"])


def camera(taken: str, lon: float | None = None, lat: float | None = None) -> Image.Exif:
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    if lon is not None and lat is not None:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", (lat, 0.0, 0.0)
        gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "E", (lon, 0.0, 0.0)
    return exif


def finished(site: Site, photo: str) -> dict:
    no = report(site)["no"]
    clerk = site.clerk("DP30")
    site.act(clerk, "ticket", no, "receive")
    site.act(clerk, "ticket", no, "done", evidence=[photo], note="好了")
    return dict(site.get("dispatcher", f"/api/v1/tickets/{no}"))


def kinds(ticket: dict) -> list[str]:
    return [d["kind"] for d in ticket["doubts"]]


def test_a_photo_taken_elsewhere_or_before_the_report_is_doubted(site: Site) -> None:
    place, clerk = site.inside(), site.clerk("DP30")
    honest = put(site, clerk, picture(1), exif=camera("2026:11:18 10:40:00", place["lon"], place["lat"]))
    assert kinds(finished(site, honest)) == []
    odd = put(site, clerk, picture(2), exif=camera("2026:11:17 09:00:00", place["lon"] + 0.01, place["lat"]))
    ticket = finished(site, odd)
    assert kinds(ticket) == ["photo_far", "photo_early"]
    assert ticket["state"] == "done"  # nobody is judged by a sign
    queue = site.get("dispatcher", "/api/v1/tickets", doubtful=True)["items"]
    assert [t["no"] for t in queue] == [ticket["no"]]
    assert ticket["no"] in site.call("dispatcher", "GET", "/desk/queue?tab=doubts").text
    assert "照片拍摄于上报之前" in site.call("dispatcher", "GET", f"/desk/case/{ticket['no']}").text
    day = site.get(site.worker(), "/field/day")
    assert [t["no"] for t in day["tasks"] if t["doubtful"]] == [ticket["no"]]


def test_a_photo_used_before_is_found_even_when_it_was_saved_anew(site: Site) -> None:
    clerk = site.clerk("DP30")
    first = finished(site, put(site, clerk, picture(3)))
    assert kinds(first) == []
    smaller = picture(3).resize((200, 150))
    second = finished(site, put(site, clerk, smaller, quality=50))
    assert kinds(second) == ["photo_reused"]
    assert first["no"] in second["doubts"][0]["detail"]
    exact = finished(site, put(site, clerk, picture(3)))
    assert next(d["detail"] for d in exact["doubts"]) == first["no"]
    assert kinds(finished(site, put(site, clerk, picture(4)))) == []


def test_flat_pictures_have_no_looks(site: Site) -> None:
    sha = site.photo(site.clerk("DP30"))
    other = put(site, site.clerk("DP30"), picture(5))
    with site.world.database.read() as session:
        looks = {row.sha256: row.looks for row in session.scalars(select(PhotoRow))}
    assert looks[sha] is None
    assert looks[other] is not None


def test_a_cleared_doubt_leaves_the_queue_and_a_confirmed_one_opens_the_ticket(site: Site) -> None:
    clerk = site.clerk("DP30")
    finished(site, put(site, clerk, picture(6)))
    second, third = (finished(site, put(site, clerk, picture(6), quality=q)) for q in (70, 60))
    site.act(site.worker(), "ticket", second["no"], "clear_doubt", note="现场看过，属实")
    site.act("dispatcher", "ticket", third["no"], "confirm_doubt", reason="旧照片")
    assert site.get("dispatcher", "/api/v1/tickets", doubtful=True)["items"] == []
    again = site.get("dispatcher", f"/api/v1/tickets/{third['no']}")
    assert (again["state"], again["faked"], again["reworks"]) == ("handling", 1, 1)
    entries = site.get("leader", "/api/v1/scores/DP30/entries", month="2026-11")["items"]
    assert [(e["kind"], e["points"]) for e in entries] == [("faked_evidence", -2.0)]


def test_a_reporter_who_disagrees_puts_a_closed_ticket_into_the_queue(site: Site) -> None:
    clerk = site.clerk("DP30")
    ticket = finished(site, put(site, clerk, picture(7)))
    no = ticket["no"]
    site.act(site.worker(), "ticket", no, "pass", evidence=[put(site, site.worker(), picture(8))])
    site.act("dispatcher", "ticket", no, "close")
    assert not site.get("dispatcher", f"/api/v1/tickets/{no}")["doubtful"]
    site.act(site.worker(), "ticket", no, "rate", rating=1)
    rated = site.get("dispatcher", f"/api/v1/tickets/{no}")
    assert (rated["state"], kinds(rated)) == ("closed", ["call_back"])


def test_others_see_photos_without_exif(site: Site) -> None:
    clerk = site.clerk("DP30")
    sha = put(site, clerk, picture(9), exif=camera("2026:11:18 10:40:00", 120.17, 30.25))
    address = f"/api/v1/photos/{sha}"
    assert site.call("dispatcher", "GET", address).status_code == 404  # it belongs to nothing yet
    assert site.call(clerk, "GET", address).status_code == 200
    finished(site, sha)
    shown = site.call("dispatcher", "GET", address)
    assert site.call("r000002", "GET", address).status_code == 404
    image = Image.open(io.BytesIO(shown.content))
    assert dict(image.getexif()) == {}
    assert b"Exif" not in shown.content
    with site.world.database.read() as session:
        row = session.get(PhotoRow, sha)
    assert row is not None
    assert (row.taken_at, row.lon, row.lat) == ("2026:11:18 10:40:00", 120.17, 30.25)
