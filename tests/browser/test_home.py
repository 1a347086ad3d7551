"""The public's and the provider's pages in Chromium."""

import io

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, ViewportSize, expect

from tests.browser.conftest import Client, Login

pytestmark = pytest.mark.browser

CONTACT = {"name": "王阿姨", "phone": "13800138000"}
PHONE: ViewportSize = {"width": 390, "height": 844}


def point(page: Page) -> None:
    """Click the middle of the map on which a place is set."""
    page.frame_locator("#map").locator(".leaflet-container").wait_for()
    box = page.locator("#map").bounding_box()
    assert box is not None
    page.locator("#map").click(position={"x": box["width"] * 0.47, "y": box["height"] * 0.45})
    expect(page.locator("[data-place]")).to_have_text("位置已选好")


def photo() -> FilePayload:
    made = io.BytesIO()
    Image.effect_noise((64, 48), 80).convert("RGB").save(made, "JPEG")
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


def test_anybody_orders_and_follows_by_number(page: Page, site: str) -> None:
    page.goto(site)
    page.locator("#find").fill("lfsm")
    expect(page.locator("[data-found] a")).to_have_text("理发上门")
    page.keyboard.press("Enter")
    page.locator("#name").fill("王阿姨")
    page.locator("#phone").fill("12")
    point(page)
    page.locator('[type="submit"]').click()
    page.locator("#phone").fill("13800138000")
    page.locator('[type="submit"]').click()
    number = page.locator("[data-number]").inner_text()
    assert number.startswith("S330102-")
    expect(page.locator("[data-facts]")).to_contain_text("最晚到达")
    page.locator("[data-follow]").click()
    expect(page.locator(".waits")).to_have_text("等调度员找人")
    assert "王阿姨" not in page.locator("main").inner_text()


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "bad.jpg：这不是完整的照片，没有收下"),
        ("en", "bad.jpg：This is no whole photo and was left out"),
    ],
)
def test_a_bad_photo_is_named_in_the_readers_language_and_left_out(
    page: Page, site: str, lang: str, said: str
) -> None:
    page.goto(f"{site}/report?category=E0102&lang={lang}")
    bad: FilePayload = {"name": "bad.jpg", "mimeType": "image/jpeg", "buffer": photo()["buffer"][:300]}
    page.locator("[data-photos]").set_input_files([bad, photo()])
    expect(page.locator("#messages")).to_contain_text(said)
    expect(page.locator("[data-previews] img")).to_have_count(1)
    expect(page.locator("[data-previews] img")).to_have_attribute("alt", "photo.jpg")


def test_anybody_reports_with_a_photo_and_is_told_who_answers(page: Page, site: str) -> None:
    page.goto(f"{site}/report")
    page.get_by_role("link", name="市容环境 ").first.click()
    page.get_by_label("暴露垃圾").check()
    page.locator("[data-photos]").set_input_files([photo()])
    page.locator("[data-previews] img").wait_for()
    point(page)
    expect(page.locator("[data-answerer]")).to_contain_text("这里由它负责")
    page.locator("#name").fill("王阿姨")
    page.locator("#phone").fill("13800138000")
    page.locator('[type="submit"]').click()
    expect(page.locator('[data-error-for="nature"]')).to_have_text("请选您希望怎样处理")
    page.get_by_label("投诉举报").check()
    page.locator('[type="submit"]').click()
    number = page.locator("[data-number]").inner_text()
    assert number.startswith("T330102-")
    expect(page.locator("[data-facts]")).to_contain_text("责任部门")
    page.goto(f"{site}/follow")
    page.locator('[name="no"]').fill(number.lower())
    page.keyboard.press("Enter")
    expect(page.locator(".waits")).to_have_text("等调度员受理")


def test_a_report_outside_the_district_is_refused_at_its_field(page: Page, site: str) -> None:
    page.goto(f"{site}/report?category=E0102")
    page.frame_locator("#map").locator(".leaflet-container").wait_for()
    page.get_by_label("求助").check()
    page.locator('[type="submit"]').click()
    expect(page.locator('[data-error-for="lon"]')).to_have_text("请在地图上点一下位置")


def test_an_unknown_number_is_told_so(page: Page, site: str) -> None:
    found = page.request.get(f"{site}/follow/T330102-000000-99999")
    assert found.status == 404
    assert "没有这个号码" in found.text()


def test_residents_order_to_their_registered_address_and_cancel(page: Page, site: str, login: Login) -> None:
    login(page, "r000001")
    page.goto(f"{site}/order?item=SV-E15")
    expect(page.locator("[data-registered]")).to_be_visible()
    page.locator('[type="submit"]').click()
    number = page.locator("[data-number]").inner_text()
    page.goto(site)
    expect(page.locator("#own")).to_contain_text("理发上门")
    page.goto(f"{site}/follow/{number}")
    page.locator('[data-act="cancel"]').click()
    page.get_by_role("button", name="居民要求取消").click()
    page.locator('#act [type="submit"]').click()
    expect(page.locator(".waits")).to_have_text("已取消")


@pytest.mark.parametrize("path", ["/", "/order?item=SV-E15", "/report?group=公用设施", "/follow"])
def test_large_type_fits_a_phone(page: Page, site: str, path: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(site + path)
    page.evaluate("localStorage.setItem('jinlin-type', 'large')")
    page.reload()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "22px"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_pages_speak_english(page: Page, site: str) -> None:
    page.goto(f"{site}/order?item=SV-E15&lang=en")
    assert page.locator("h1").inner_text() == "Haircut at home"
    assert page.locator("html").get_attribute("lang") == "en"


def sent_to_first_provider(client: Client) -> str:
    """Place an order next to the first provider and send it there."""
    desk = client("dispatcher")
    provider = desk.get("/api/v1/providers/1").json()
    items = desk.get("/api/v1/items").json()["items"]
    item = next(i["code"] for i in items if i["category"] in provider["categories"])
    body = {"item": item, "contact": CONTACT, "lon": provider["lon"], "lat": provider["lat"]}
    no = str(client("").post("/api/v1/orders", json=body).json()["no"])
    sent = desk.post(f"/api/v1/orders/{no}/actions", json={"action": "contact", "provider": 1})
    assert sent.status_code == 200, sent.text
    return no


def test_a_provider_takes_an_order_to_its_end(page: Page, site: str, login: Login, client: Client) -> None:
    no = sent_to_first_provider(client)
    page.set_viewport_size(PHONE)
    login(page, "p00001")
    page.goto(f"{site}/shop")
    card = page.locator(f'[data-no="{no}"]')
    card.locator('[data-act="accept"]').click()
    home = card.locator("[data-home]")
    expect(home.locator('a[href="tel:13800138000"]')).to_be_visible()  # whom it goes to, told at once
    for action in ("depart", "arrive"):
        card.locator(f'[data-act="{action}"]').click()
    expect(home.locator('a[href^="tel:"]')).to_be_visible()  # and after each step
    agreed = {"action": "consent", "price_fen": 1250, "who": "self", "how": "phone"}
    assert client("dispatcher").post(f"/api/v1/orders/{no}/actions", json=agreed).status_code == 200
    card.locator('[data-act="finish"]').click()
    page.locator("#evidence").set_input_files([photo()])
    page.locator('#act [type="submit"]').click()
    card.locator('[data-act="settle"]').click()
    page.locator("#price_fen").fill("12.5")
    page.locator('#act [type="submit"]').click()
    card.wait_for(state="detached")
    assert client("dispatcher").get(f"/api/v1/orders/{no}").json()["price_fen"] == 1250
    page.get_by_role("link", name="收入与排名").click()
    expect(page.locator('[data-part="past"]')).to_contain_text("¥12.50")


def test_the_public_board_leads_from_the_list_and_the_map_to_the_progress(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("link", name="办理公示").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("办理公示")
    page.frame_locator("#map").locator(".cluster, .pin.ticket").first.wait_for()
    number = page.locator("[data-newest] a").first.inner_text()
    page.locator("[data-newest] a").first.click()
    page.wait_for_url(f"**/follow/{number}")
    expect(page.locator(".waits")).to_be_visible()
    page.set_viewport_size(PHONE)
    page.goto(f"{site}/public")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
