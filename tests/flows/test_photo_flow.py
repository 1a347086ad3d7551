"""Photos on the way: nine with one report, a bad one named while the report goes, none while the disk is nearly full."""

import io
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from api.timers import run_photos
from api.world import TimerState
from data.models import PhotoRow, PhotoSubjectRow, TicketRow
from data.store.photos import UNUSED_FOR
from tests.conftest import SHARED, Site, missing

OPEN = "/open311/v2/requests.json"


def phone_photo(number: int, size: tuple[int, int] = (2000, 1500)) -> bytes:
    """A noisy JPEG, about as large as a phone's."""
    out = io.BytesIO()
    noise = Image.effect_noise(size, 40 + number)
    Image.merge("RGB", (noise, noise.rotate(90, expand=False), noise)).save(out, format="JPEG", quality=95)
    return out.getvalue()


def sent(site: Site, files: list[tuple[str, bytes]]) -> dict[str, str]:
    place = site.inside()
    fields = {"service_code": "E0102", "lat": place["lat"], "long": place["lon"], "description": "x"}
    media = [("media", (name, body, "image/jpeg")) for name, body in files]
    answer = site.client.post(OPEN, data=fields, files=media)
    assert answer.status_code == 201, answer.text
    told: dict[str, str] = answer.json()[0]
    return told


def photos_of(site: Site, no: str) -> list[str]:
    with site.world.database.read() as session:
        return list(session.scalars(select(TicketRow.photos).where(TicketRow.no == no)).one())


def test_nine_photos_of_a_phone_go_with_one_report(sqlite_site: Site) -> None:
    files = [(f"IMG_{n}.jpg", phone_photo(n)) for n in range(9)]
    assert sum(len(body) for _, body in files) > 12 * 1024 * 1024  # more than one photo may have
    told = sent(sqlite_site, files)
    assert told["service_notice"] is None
    assert len(photos_of(sqlite_site, told["service_request_id"])) == 9


@pytest.mark.parametrize("bad", ["truncated.jpg", "heic_head.heic"])
def test_a_bad_photo_is_named_and_the_report_goes(sqlite_site: Site, bad: str) -> None:
    case = SHARED / "cases" / "photos" / bad
    if not case.exists():
        missing("../shared/cases is not there")
    good = phone_photo(1, (200, 150))
    told = sent(sqlite_site, [("good.jpg", good), (bad, case.read_bytes())])
    assert told["service_notice"].startswith(f"{bad}: the file is no photo")
    assert len(photos_of(sqlite_site, told["service_request_id"])) == 1
    answer = sqlite_site.call(
        "dispatcher", "POST", "/api/v1/photos", files={"file": (bad, case.read_bytes())}
    )
    assert (answer.status_code, answer.json()["reason"]) == (422, "photo_unreadable")


def test_while_the_disk_is_nearly_full_reports_go_without_photos(sqlite_site: Site) -> None:
    assert sqlite_site.get(None, "/healthz")["status"] == "ok"
    object.__setattr__(sqlite_site.world.home, "reserve_bytes", 1 << 60)
    answer = sqlite_site.call(
        "dispatcher", "POST", "/api/v1/photos", files={"file": ("a.jpg", phone_photo(1))}
    )
    assert (answer.status_code, answer.json()["reason"]) == (507, "photo_no_room")
    told = sent(sqlite_site, [("good.jpg", phone_photo(1, (200, 150)))])
    assert "taken without photos" in told["service_notice"]
    assert photos_of(sqlite_site, told["service_request_id"]) == []
    health = sqlite_site.get(None, "/healthz")
    assert health["status"] == "degraded"
    assert health["problems"] == ["the disk is nearly full; reports are taken without photos"]
    assert health["disk_free_bytes"] > 0


def test_timers_that_stand_still_are_told(site: Site) -> None:
    object.__setattr__(site.world, "settings", site.world.settings.model_copy(update={"timers": True}))
    ran = TimerState(last_run=site.clock(), ran_at_s=site.clock.steady())
    site.world.timers.update(overdue=ran, order_clocks=ran)
    assert site.get(None, "/healthz")["status"] == "ok"
    site.clock.turn(minutes=5)
    health = site.get(None, "/healthz")
    assert health["status"] == "degraded"
    alarms = (
        "clock alarm_steps countdowns silences tasks_unanswered notices_cut_off notices_follow notices_send"
    )
    names = (*alarms.split(), "empty_shifts", "overdue", "order_clocks", "offers", "webhooks")
    assert health["problems"] == [f"the timer {name} stands still" for name in names]


def test_a_store_that_does_not_answer_is_told(site: Site) -> None:
    site.world.database.write(
        lambda session: session.connection().exec_driver_sql("ALTER TABLE events RENAME TO away")
    )
    answer = site.client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "failing")


def test_photos_that_no_report_tells_of_are_forgotten_by_the_clock(site: Site) -> None:
    used, unused = site.photo("dispatcher"), site.photo("dispatcher", (1, 2, 3))
    site.post(
        "dispatcher",
        "/api/v1/tickets",
        201,
        category="E0102",
        channel="phone",
        photos=[used],
        **site.inside(),
    )
    run_photos(site.world, site.clock.turn(seconds=(UNUSED_FOR + timedelta(hours=1)).total_seconds()))
    with site.world.database.read() as session:
        assert list(session.scalars(select(PhotoRow.sha256))) == [used]
    assert site.call("dispatcher", "GET", f"/api/v1/photos/{unused}").status_code in (401, 404)


def test_a_photo_belongs_to_what_told_of_it(sqlite_site: Site) -> None:
    site, photo = sqlite_site, sqlite_site.photo("dispatcher")
    no = site.post(
        "dispatcher",
        "/api/v1/tickets",
        201,
        category="E0102",
        channel="phone",
        photos=[photo],
        **site.inside(),
    )["no"]
    with site.world.database.read() as session:
        assert list(session.execute(select(PhotoSubjectRow.kind, PhotoSubjectRow.key))) == [("ticket", no)]
