"""The party's page of service orders in Chromium: told live, accepted by key, whom it is for, and done, on two widths."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import Client, Login

pytestmark = pytest.mark.browser

WIDTHS: tuple[ViewportSize, ...] = ({"width": 1280, "height": 900}, {"width": 390, "height": 844})
CLERK = "d-dp09"


def test_a_party_is_told_accepts_and_declines(page: Page, site: str, login: Login, client: Client) -> None:
    resident = client("r000001")
    page.set_viewport_size(WIDTHS[0])
    login(page, CLERK)
    page.goto(f"{site}/work/orders")
    expect(page.get_by_role("heading", level=1, name="服务订单")).to_be_visible()
    expect(page.locator("[data-jinlin-live]")).to_have_attribute("data-state", "open")
    placed = {"item": "SV-B17", "channel": "web", "note": "想问遗产的事"}
    numbers = [resident.post("/api/v1/orders", json=placed).json()["no"] for _ in range(2)]
    first, second = (page.locator(f'[data-no="{no}"]') for no in numbers)
    expect(first).to_contain_text("待接单")  # by itself
    expect(second).to_contain_text("接单后才显示")
    expect(first).not_to_contain_text("遗产")
    accept = first.get_by_role("button", name="接单", exact=True)
    accept.focus()
    page.keyboard.press("Enter")
    expect(first).to_contain_text("已接单")
    expect(first).to_contain_text("想问遗产的事")
    first.get_by_role("button", name="显示姓名、电话和门牌").click()
    expect(first.locator('a[href^="tel:"]')).to_be_visible()
    second.get_by_role("button", name="拒单").click()
    page.get_by_label("原因").fill("不属本单位职责")
    page.keyboard.press("Control+Enter")
    expect(second).to_have_count(0)
    for size in WIDTHS:
        page.set_viewport_size(size)
        for which in ("open", "informed", "all"):
            page.goto(f"{site}/work/orders?which={which}")
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.goto(f"{site}/work")
    expect(page.get_by_role("link", name="服务订单")).to_be_visible()
    gone = {"action": "cancel", "reason": "试单"}
    assert resident.post(f"/api/v1/orders/{numbers[0]}/actions", json=gone).status_code == 200
