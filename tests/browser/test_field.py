"""The grid worker's phone: a report without signal is kept and sent once; checks go the same way."""

import base64
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import ExifTags, Image
from playwright.sync_api import BrowserContext, Geolocation, Page, Request, expect

from tests.browser.conftest import watch

pytestmark = pytest.mark.browser

Login = Callable[[Page, str], None]
WORKER = "w001001"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
OFFLINE_NOISE = ("ERR_INTERNET_DISCONNECTED", "Failed to load resource", "Failed to fetch")


def own_place(page: Page, site: str) -> Geolocation:
    """A place well inside the worker's community."""
    who = page.request.get(f"{site}/api/v1/session").json()
    cells = page.request.get(f"{site}/api/v1/cells?area={who['area']}").json()["features"]
    ring = cells[0]["geometry"]["coordinates"][0]
    if cells[0]["geometry"]["type"] == "MultiPolygon":
        ring = ring[0]
    lon, lat = (sum(point[i] for point in ring[:-1]) / (len(ring) - 1) for i in (0, 1))
    return Geolocation(longitude=lon, latitude=lat, accuracy=9)


@pytest.fixture
def phone(context: BrowserContext, site: str, login: Login) -> Iterator[Page]:
    """The field page on a phone in the worker's own community; errors fail the test, but not the cut line's own."""
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    login(page, WORKER)
    context.grant_permissions(["geolocation"])
    context.set_geolocation(own_place(page, site))
    wrong = watch(page, site)
    page.goto(f"{site}/field")
    page.locator("html[data-kept=yes]").wait_for()
    yield page
    context.set_offline(False)
    page.close()
    assert [line for line in wrong if not any(noise in line for noise in OFFLINE_NOISE)] == []


def write_report(page: Page, words: str) -> None:
    page.locator(".tabbar a[href='#report']").click()
    page.locator("[data-photos] input").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": PIXEL}
    )
    page.locator("[data-cats] button").first.click()
    page.locator("#description").fill(words)
    expect(page.locator("[data-where]")).to_contain_text("±9 m")


def reports_with(page: Page, site: str, words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.request.get(
        f"{site}/api/v1/tickets", params={"text": words, "limit": 50}
    ).json()["items"]
    return found


def test_a_report_is_filed_in_a_few_taps_and_answered(phone: Page, site: str) -> None:
    write_report(phone, "井盖松动一处")
    expect(phone.locator("[data-who]")).to_contain_text("将派给")
    phone.get_by_role("button", name="提交").click()
    card = phone.locator("[data-draft='sent']").first
    expect(card).to_contain_text("主责部门")
    expect(card).to_contain_text("前办结")
    expect(card).to_contain_text("依据")
    (filed,) = reports_with(phone, site, "井盖松动一处")
    assert filed["photos"]
    assert filed["accuracy_m"] == 9


def test_a_report_written_without_signal_is_kept_and_sent_once(
    phone: Page, site: str, context: BrowserContext
) -> None:
    posts: list[Request] = []
    phone.on(
        "request",
        lambda r: posts.append(r) if r.method == "POST" and r.url.endswith("/api/v1/tickets") else None,
    )
    context.set_offline(True)
    write_report(phone, "断网时写下的上报")
    phone.get_by_role("button", name="提交").click()
    expect(phone.locator("[data-draft='waiting']")).to_have_count(1)
    expect(phone.locator("[data-outbox-lamp]")).to_contain_text("1")
    assert posts == []
    phone.reload()  # without signal: the page comes from the phone, the report is still there
    phone.locator(".tabbar a[href='#mine']").click()
    expect(phone.locator("[data-draft='waiting']")).to_have_count(1)
    context.set_offline(False)
    expect(phone.locator("[data-draft='sent']").first).to_contain_text("主责部门")
    phone.evaluate(
        "import('/static/js/field/outbox.js').then(({ sync }) => Promise.all([sync({now: true}), sync({now: true})]))"
    )
    phone.reload()
    phone.wait_for_load_state("networkidle")
    assert len(reports_with(phone, site, "断网时写下的上报")) == 1


def camera_photo() -> bytes:
    """A large photo lying on its side, with time and position as a camera writes them."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.DateTime] = "2026:11:22 10:24:00"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (30.0, 15.0, 0.0), 3: "E", 4: (120.0, 8.0, 0.0)})
    out = io.BytesIO()
    Image.new("RGB", (3000, 2000), "#7a8a90").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_photo_is_made_small_and_keeps_time_and_position(phone: Page) -> None:
    shrunk = phone.evaluate(
        """async (words) => {
          const bytes = Uint8Array.from(atob(words), (c) => c.charCodeAt(0));
          const { shrink } = await import("/static/js/photos.js");
          const small = await shrink(new File([bytes], "photo.jpg", {type: "image/jpeg"}));
          return btoa(String.fromCharCode(...new Uint8Array(await small.arrayBuffer())));
        }""",
        base64.b64encode(camera_photo()).decode(),
    )
    with Image.open(io.BytesIO(base64.b64decode(shrunk))) as image:
        image.load()
        exif = image.getexif()
        assert image.size == (1067, 1600)  # upright now, 1600 pixels at most
    assert exif[ExifTags.Base.Orientation] == 1
    assert exif[ExifTags.Base.DateTime] == "2026:11:22 10:24:00"
    assert exif.get_ifd(ExifTags.IFD.GPSInfo)[4] == (120.0, 8.0, 0.0)


def test_a_half_typed_report_survives_a_reload(phone: Page) -> None:
    write_report(phone, "写了一半")
    phone.reload()
    phone.locator(".tabbar a[href='#report']").click()
    expect(phone.locator("#description")).to_have_value("写了一半")
    expect(phone.locator("[data-cats] [aria-pressed='true']")).to_have_count(1)
    expect(phone.locator("[data-photos] figure")).to_have_count(1)


def test_a_place_is_set_on_the_map_without_gps(phone: Page, context: BrowserContext) -> None:
    context.clear_permissions()
    phone.reload()
    phone.locator(".tabbar a[href='#report']").click()
    phone.locator("[data-pick]").click()
    phone.frame_locator("#pick-map").locator("#map, .leaflet-container").first.click(
        position={"x": 150, "y": 150}
    )
    expect(phone.locator("[data-where]")).to_have_text("地图选点")
    phone.locator("[data-cats] button").first.click()
    phone.locator("#description").fill("没有定位的上报")
    phone.get_by_role("button", name="提交").click()
    expect(phone.locator("[data-draft='sent'], [data-draft='refused']").first).to_be_visible()


def test_near_a_border_the_worker_says_which_cell(phone: Page, site: str, context: BrowserContext) -> None:
    context.set_geolocation(own_place(phone, site) | {"accuracy": 300})
    phone.locator(".tabbar a[href='#report']").click()
    expect(phone.locator("[data-where]")).to_contain_text("±300 m")
    expect(phone.locator("[data-where]")).to_contain_text("定位较粗")
    phone.locator("[data-cats] button").nth(2).click()
    other = phone.locator("[data-border-cells] input").nth(1)
    expect(other).to_be_visible()
    cell = other.input_value()
    other.check()
    phone.locator("#description").fill("边界上的一件")
    phone.get_by_role("button", name="提交").click()
    expect(phone.locator("[data-draft='sent']").first).to_be_visible()
    (filed,) = reports_with(phone, site, "边界上的一件")
    assert filed["cell"] == cell
    assert filed["border_cells"]


def test_a_report_without_category_is_asked_for_one(phone: Page) -> None:
    phone.locator(".tabbar a[href='#report']").click()
    phone.get_by_role("button", name="提交").click()
    expect(phone.locator("[data-error-for='category']").first).to_have_text("请选择类别")


def test_a_like_case_nearby_is_told_before_filing(phone: Page) -> None:
    write_report(phone, "同一件事")
    phone.get_by_role("button", name="提交").click()
    expect(phone.locator("[data-draft='sent']").first).to_be_visible()
    category = phone.evaluate(
        "import('/static/js/field/outbox.js').then(({ list }) => list()).then((all) => all[0].category)"
    )
    phone.locator(".tabbar a[href='#report']").click()
    phone.locator(f"[data-cats] [data-code='{category}']").click()
    expect(phone.locator("[data-like]")).to_contain_text("附近已有相同上报")


def test_a_handled_ticket_is_checked_without_signal(
    phone: Page, site: str, context: BrowserContext, login: Login
) -> None:
    number = handled_ticket(phone, site, login)
    phone.reload()
    phone.locator(f"a[href='#task={number}']").first.click()
    context.set_offline(True)
    form = phone.locator("form[data-act='pass']")
    form.locator("[name='evidence']").set_input_files(
        {"name": "b.png", "mimeType": "image/png", "buffer": PIXEL}
    )
    form.get_by_role("button", name="核查通过").click()
    expect(phone.locator("[data-draft='waiting']")).to_have_count(1)
    context.set_offline(False)
    expect(phone.locator("[data-draft='sent']").first).to_contain_text(number)
    assert phone.request.get(f"{site}/api/v1/tickets/{number}").json()["state"] == "checked"


def handled_ticket(page: Page, site: str, login: Login) -> str:
    """File a ticket as the worker, and handle it as its department."""
    place = own_place(page, site)
    csrf = {"X-CSRF-Token": page.locator("meta[name=csrf-token]").get_attribute("content")}
    body = {
        "category": "E0101",
        "lon": place["longitude"],
        "lat": place["latitude"],
        "channel": "worker",
        "description": "待核查的一件",
    }
    filed = page.request.post(f"{site}/api/v1/tickets", data=body, headers=csrf).json()
    photo = page.request.post(
        f"{site}/api/v1/photos",
        multipart={"file": {"name": "c.png", "mimeType": "image/png", "buffer": PIXEL}},
        headers=csrf,
    ).json()["sha256"]
    signed = page.request.post(
        f"{site}/api/v1/session",
        data={"user": f"d-{filed['department'].lower()}", "password": "jinlin-demo"},
    ).json()
    bearer = {"Authorization": f"Bearer {signed['token']}"}
    for action in ({"action": "receive"}, {"action": "done", "evidence": [photo], "note": "已清理"}):
        answer = page.request.post(
            f"{site}/api/v1/tickets/{filed['no']}/actions", data=action, headers=bearer
        )
        assert answer.ok, answer.text()
    login(page, WORKER)
    return str(filed["no"])


def to_visits(page: Page) -> None:
    page.locator(".tabbar a[href='#visits']").click()
    expect(page.locator("[data-visits-title]")).to_contain_text("本月走访")


def visits_of(page: Page, site: str, resident: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.request.get(
        f"{site}/api/v1/visits", params={"resident": resident, "sort": "-visited_at"}
    ).json()["items"]
    return found


def test_a_visit_told_without_signal_is_kept_and_sent_once(
    phone: Page, site: str, context: BrowserContext
) -> None:
    to_visits(phone)
    card = phone.locator("[data-plan] a").first
    resident = (card.get_attribute("href") or "").removeprefix("#visit=")
    before = len(visits_of(phone, site, resident))
    context.set_offline(True)
    card.click()
    phone.get_by_role("button", name="保存走访").click()
    expect(phone.get_by_text("请选择走访结果")).to_be_visible()
    phone.get_by_label("平安").check()
    phone.get_by_label("登记信息已核对无误").check()
    phone.get_by_label("走访记录（可不填）").fill("血压平稳")
    phone.get_by_role("button", name="保存走访").click()
    expect(phone.locator(f"[data-plan] a[href='#visit={resident}']")).to_have_count(0)
    phone.locator(".tabbar a[href='#mine']").click()
    expect(phone.locator("[data-draft='waiting']")).to_contain_text("走访")
    context.set_offline(False)
    expect(phone.locator("[data-draft='sent']").first).to_contain_text("V330102-")
    told = visits_of(phone, site, resident)
    assert len(told) == before + 1
    assert (told[0]["finding"], told[0]["confirmed"], told[0]["note"]) == ("well", True, "血压平稳")
    assert told[0]["distance_m"] is not None
    to_visits(phone)
    expect(phone.locator(f"[data-plan] a[href='#visit={resident}']")).to_have_count(0)


def test_a_finding_raises_a_ticket_and_the_door_is_shown_for_a_reason(phone: Page, site: str) -> None:
    to_visits(phone)
    phone.locator("[data-plan] a").nth(1).click()
    masked = phone.locator("[data-visit] b").first.inner_text()
    assert masked.endswith("*")
    phone.get_by_role("button", name="看全名、住址和电话").click()
    expect(phone.locator("[data-visit] a[href^='tel:1']")).to_be_visible()
    expect(phone.locator("[data-visit] b").first).not_to_contain_text("*")
    phone.get_by_label("有困难需帮助").check()
    expect(phone.get_by_label("同时上报问题")).to_have_value("E2115")
    phone.get_by_label("问题说明").fill("走访时请求送餐")
    phone.get_by_role("button", name="保存走访").click()
    phone.locator(".tabbar a[href='#mine']").click()
    expect(phone.locator("[data-draft='sent']").first).to_contain_text("T330102-")
    assert len(reports_with(phone, site, "走访时请求送餐")) == 1


def test_anybody_of_the_area_can_be_visited(phone: Page, site: str) -> None:
    everybody = phone.request.get(f"{site}/api/v1/residents", params={"limit": 1}).json()["items"]
    to_visits(phone)
    phone.locator("[data-visit-search]").fill(everybody[0]["no"])
    phone.locator(f"[data-visit-found] a[href='#visit={everybody[0]['no']}']").click()
    phone.get_by_label("无人应答").check()
    expect(phone.get_by_label("登记信息已核对无误")).to_be_hidden()
    phone.get_by_role("button", name="保存走访").click()
    expect(phone.locator("[data-visits-title]")).to_be_visible()


def test_a_report_waits_for_its_writer_to_sign_in_and_goes_by_itself(
    phone: Page, site: str, context: BrowserContext, login: Login
) -> None:
    context.clear_cookies()
    context.add_cookies([{"name": "jinlin", "value": "over", "url": site}])
    write_report(phone, "登录过期时写下的上报")
    phone.get_by_role("button", name="提交").click()
    expect(phone.locator("[data-draft='waiting']")).to_have_count(1)
    expect(phone.locator("[data-outbox-sign-in]")).to_be_visible()
    login(phone, "w001002")  # a colleague takes the phone: not sent in that name
    phone.evaluate("import('/static/js/field/outbox.js').then(({ sync }) => sync({now: true}))")
    expect(phone.locator("[data-draft='waiting']")).to_have_count(1)
    login(phone, WORKER)
    phone.evaluate(
        "import('/static/js/field/outbox.js').then(({ sync }) => sync())"
    )  # as it runs every half minute
    expect(phone.locator("[data-draft='sent']").first).to_contain_text("主责部门")
    expect(phone.locator("[data-outbox-sign-in]")).to_be_hidden()
    (filed,) = reports_with(phone, site, "登录过期时写下的上报")
    assert filed["reporter"] == WORKER
