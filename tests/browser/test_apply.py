"""Becoming a provider in Chromium: applied on a phone, checked by two, decided, and proposed for an order."""

import io
from collections.abc import Callable

import httpx2 as httpx
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, ViewportSize, expect

pytestmark = pytest.mark.browser

Login = Callable[[Page, str], None]
Client = Callable[[str], httpx.Client]
PHONE: ViewportSize = {"width": 390, "height": 844}


def licence_photo() -> FilePayload:
    made = io.BytesIO()
    Image.effect_noise((64, 48), 80).convert("RGB").save(made, "JPEG")
    return {"name": "licence.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


def point(page: Page) -> None:
    page.frame_locator("#map").locator(".leaflet-container").wait_for()
    box = page.locator("#map").bounding_box()
    assert box is not None
    page.locator("#map").click(position={"x": box["width"] * 0.47, "y": box["height"] * 0.45})
    expect(page.locator("[data-place]")).to_have_text("位置已选好")


def lengthen_monday(page: Page) -> None:
    """Open an hour and a half longer on Mondays: by a press, and by a drag."""
    page.get_by_role("button", name="周一 18:00").click()
    page.get_by_role("button", name="周一 19:00").scroll_into_view_if_needed()
    begins = page.get_by_role("button", name="周一 18:30").bounding_box()
    ends = page.get_by_role("button", name="周一 19:00").bounding_box()
    assert begins is not None
    assert ends is not None
    page.mouse.move(begins["x"] + 5, begins["y"] + 5)
    page.mouse.down()
    page.mouse.move(ends["x"] + 5, ends["y"] + 5)
    page.mouse.up()
    expect(page.locator("[data-said]")).to_contain_text("周一 08:00-19:30")


def apply(page: Page, site: str) -> str:
    """Apply on a phone, with a mistake and a reload in between; gives the number."""
    page.set_viewport_size(PHONE)
    page.goto(site)
    page.get_by_role("link", name="申请成为服务商").click()
    expect(page.locator("main")).to_contain_text("证照由 2 个不同的人核对")
    page.get_by_label("液化气配送").check()
    expect(page.locator("[data-needed-list]")).to_contain_text("燃气经营许可证")
    page.get_by_role("button", name="提交申请").click()
    expect(page.locator("#name-error")).to_be_visible()
    page.get_by_label("店名或单位名").fill("清流燃气")
    page.get_by_label("负责人").fill("周某")
    page.locator("form[data-apply] #phone").fill("13800138642")
    page.get_by_label("地址").fill("某路 8 号")
    point(page)
    lengthen_monday(page)
    page.locator("#number-gas").fill("浙燃2026-118")
    page.get_by_role("button", name="提交申请").click()
    expect(page.locator('[data-error-for="authority-gas"]')).to_be_visible()
    page.locator("#authority-gas").fill("区住建局")
    page.locator("#until-gas").fill("2028-03-01")
    page.locator("#photo-gas").set_input_files(licence_photo())
    page.locator('[data-preview="gas"] img').wait_for()
    page.reload()  # nothing that was typed is lost
    expect(page.get_by_label("店名或单位名")).to_have_value("清流燃气")
    expect(page.locator("[data-said]")).to_contain_text("周一 08:00-19:30")
    expect(page.locator("[data-place]")).to_have_text("位置已选好")
    page.get_by_role("button", name="提交申请").click()
    return page.locator("[data-number]").inner_text()


def check_and_admit(page: Page, site: str, login: Login) -> None:
    """Let a dispatcher check, who may not do so twice, and an administrator check and decide."""
    page.set_viewport_size({"width": 1280, "height": 800})
    login(page, "dispatcher")
    page.goto(f"{site}/desk")
    page.get_by_role("link", name="入驻申请").click()
    page.get_by_role("link", name="清流燃气").click()
    photo = page.locator(".shots img")
    photo.wait_for()
    assert photo.evaluate("image => image.complete && image.naturalWidth > 0")
    page.get_by_role("button", name="核对无误").click()
    expect(page.locator("main")).to_contain_text("要由另一个人核对")
    login(page, "admin")
    page.goto(f"{site}/desk/applications")
    page.get_by_role("link", name="清流燃气").click()
    page.get_by_role("button", name="复核无误").click()
    page.get_by_role("button", name="准入试用").click()
    page.locator("dialog[open] [name='reason']").fill("证照齐全，两人核对无误")
    page.locator("dialog[open]").get_by_role("button", name="准入试用").click()
    expect(page.locator(".page-head .lamp")).to_have_text("已准入")


def test_an_applicant_becomes_a_candidate(page: Page, site: str, login: Login, client: Client) -> None:
    no = apply(page, site)
    page.goto(f"{site}/follow?no={no.lower()}")
    page.get_by_label("留下的电话的最后四位").fill("8642")
    page.get_by_role("button", name="看申请").click()
    expect(page.locator(".waits")).to_have_text("等两个人核对证照")
    assert "13800138642" not in page.locator("main").inner_text()

    check_and_admit(page, site, login)
    page.goto(f"{site}/apply/{no}?key=8642")
    expect(page.locator("main")).to_contain_text("证照齐全，两人核对无误")
    desk = client("dispatcher")
    applied = desk.get(f"/api/v1/providers/applications/{no}").json()
    assert applied["hours"] == "Mo 08:00-19:30; Tu-Su 08:00-18:00"
    order = {"item": "SV-G05", "lon": applied["lon"], "lat": applied["lat"], "channel": "phone"}
    order["contact"] = {"name": "某人", "phone": "13800000000"}
    made = desk.post("/api/v1/orders", json=order).json()["no"]
    proposed = desk.get(f"/api/v1/orders/{made}/candidates", params={"k": 20}).json()["items"]
    assert applied["provider"] in {each["provider_no"] for each in proposed}
    desk.post(f"/api/v1/orders/{made}/actions", json={"action": "cancel", "reason": "试单"})
