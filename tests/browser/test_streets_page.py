"""A street closed on the map by the dispatcher, seen on the desk, and lifted."""

from collections.abc import Callable

import httpx2 as httpx
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Login = Callable[[Page, str], None]
Client = Callable[[str], httpx.Client]


def test_a_street_is_closed_by_pointing_and_lifted(
    page: Page, site: str, login: Login, client: Client
) -> None:
    login(page, "dispatcher")
    page.goto(f"{site}/desk")
    page.get_by_role("link", name="道路管制").click()
    map_box = page.locator("#map")
    expect(page.frame_locator("#map").locator(".leaflet-container")).to_be_visible()
    page.get_by_text("一片里所有的路").click()
    box = map_box.bounding_box()
    assert box is not None
    for x, y in ((0.45, 0.4), (0.55, 0.4), (0.5, 0.5)):
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
        page.wait_for_timeout(400)
    expect(page.locator("#drawn")).to_contain_text("点了 3 处")
    page.locator("#reason").fill("燃气抢修")
    page.get_by_role("button", name="生效").click()
    row = page.locator("[data-closure]")
    expect(row).to_contain_text("燃气抢修")
    expect(row).to_contain_text("正在管")
    expect(page.frame_locator("#map").locator("path.shut").first).to_be_attached()
    (closure,) = client("leader").get("/api/v1/closures").json()["items"]
    assert closure["lines"]["coordinates"]
    page.goto(f"{site}/desk")
    expect(page.frame_locator("#map").locator("path.shut").first).to_be_attached()
    page.goto(f"{site}/desk/streets")
    row.locator("[name='reason']").fill("抢修完成")
    row.get_by_role("button", name="撤销").click()
    expect(page.locator("main")).to_contain_text("没有管制的路")
