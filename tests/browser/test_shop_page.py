"""The provider's page in Chromium: today in road order, a pause, hours pointed at, days off, income, and the rank with why."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import Client, Login
from tests.browser.test_home import sent_to_first_provider

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 390, "height": 844}


def test_a_provider_sees_today_and_sets_its_hours(
    page: Page, site: str, login: Login, client: Client
) -> None:
    own = client("p00001")
    before = own.get("/api/v1/providers/1").json()["hours"]
    numbers = [sent_to_first_provider(client) for _ in range(2)]
    for no in numbers:
        assert own.post(f"/api/v1/orders/{no}/actions", json={"action": "accept"}).status_code == 200
    page.set_viewport_size(PHONE)
    login(page, "p00001")
    page.goto(f"{site}/shop")
    turns = [page.locator(f'[data-no="{no}"] .turn').inner_text() for no in numbers]
    assert sorted(turns) == ["1", "2"]

    page.get_by_role("button", name="歇 30 分").click()
    expect(page.locator("[data-opening-state]")).to_have_attribute("data-opening-state", "shut")
    page.get_by_role("button", name="恢复接单").click()
    expect(page.locator("[data-opening-state]")).to_have_attribute("data-opening-state", "open")
    assert own.get("/api/v1/providers/1").json()["hours"] == before
    page.get_by_role("button", name="今天收工").click()
    expect(page.locator("[data-opening-state]")).to_have_attribute("data-opening-state", "shut")
    page.get_by_role("button", name="恢复接单").click()
    expect(page.locator("[data-opening-state]")).to_have_attribute("data-opening-state", "open")

    page.get_by_role("link", name="本店").click()
    page.get_by_role("button", name="加上这几天").click()
    expect(page.locator('[data-error-for="off"]')).to_be_visible()
    page.locator("#off-from").fill("2026-12-30")
    page.locator("#off-to").fill("2027-01-02")
    page.get_by_role("button", name="加上这几天").click()
    expect(page.locator("[data-days-off]")).to_contain_text("2026-12-30–2027-01-02")
    first = page.get_by_role("button", name="周日 08:00")
    first.focus()
    page.keyboard.press("Space")  # half an hour later on Sundays, by keys
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("[data-said]")).to_contain_text("周日 09:00-20:00")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#messages")).to_contain_text("营业时间已保存")
    hours = own.get("/api/v1/providers/1").json()["hours"]
    assert hours == "Mo-Sa 08:00-20:00; Su 09:00-20:00; 2026 Dec 30-2027 Jan 02 off"

    page.get_by_role("link", name="收入与排名").click()
    expect(page.locator("[data-ranking]")).to_contain_text("和排在前面的比")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    body = {"action": "adjust", "hours": before}
    assert own.post("/api/v1/providers/1/actions", json=body).status_code == 200
    for no in numbers:
        gone = {"action": "give_up", "reason": "试单"}
        assert own.post(f"/api/v1/orders/{no}/actions", json=gone).status_code == 200
