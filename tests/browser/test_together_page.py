"""All that waits sent at once by the dispatcher."""

import re
from collections.abc import Callable

import httpx2 as httpx
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Login = Callable[[Page, str], None]
Client = Callable[[str], httpx.Client]


def test_a_plan_is_shown_on_a_map_and_sent(page: Page, site: str, login: Login, client: Client) -> None:
    desk = client("dispatcher")
    placed = [
        desk.post(
            "/api/v1/orders", json={"item": "SV-B01", "channel": "phone", "resident": f"R{n:06d}"}
        ).json()["no"]
        for n in range(1, 5)
    ]
    login(page, "dispatcher")
    page.goto(f"{site}/desk")
    page.get_by_role("link", name="一起派单").click()
    expect(page.locator("main")).to_contain_text("已证明最省")
    frame = page.frame_locator("#map")
    expect(frame.locator(".pin.task").first).to_be_visible()
    boxes = page.locator("input[name='order']")
    for box in boxes.all():
        box.uncheck()
    chosen = page.locator(f"tr[data-order='{placed[0]}']")
    chosen.locator("input").check()
    page.get_by_role("button", name="派出所选").click()
    expect(chosen.locator(".good")).to_be_visible()
    expect(page.locator("#messages")).to_contain_text(re.compile("已派出 1 件"))
    assert desk.get(f"/api/v1/orders/{placed[0]}").json()["state"] == "contacted"
    assert desk.get(f"/api/v1/orders/{placed[1]}").json()["state"] == "placed"
