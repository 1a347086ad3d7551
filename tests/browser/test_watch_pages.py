"""A drill that cannot be taken for a real alarm, and the week of shifts, with a swap written on the page."""

import re
from collections.abc import Callable

import httpx2 as httpx
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Login = Callable[[Page, str], None]
Client = Callable[[str], httpx.Client]


def fits(page: Page) -> None:
    """Hold the page against a narrow desk and a phone: nothing sticks out at the side."""
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width
    page.set_viewport_size({"width": 1440, "height": 900})


def test_a_drill_is_striped_and_gives_way_to_what_is_real(
    page: Page, site: str, login: Login, client: Client
) -> None:
    leader, desk = client("leader"), client("dispatcher")
    login(page, "dispatcher")
    page.goto(f"{site}/desk/drills")
    page.get_by_label("报警原因").select_option("gas")
    page.get_by_role("button", name="开始演练").click()
    expect(page.locator("tbody").last).to_contain_text("A")
    fits(page)
    page.goto(f"{site}/desk")
    bar = page.locator("#ring")
    for li in page.locator("#alarms [data-untaken]:not([data-drill])").all():  # what other tests left
        desk.post(f"/api/v1/alarms/{li.get_attribute('data-no')}/actions", json={"action": "take"})
    expect(bar).to_have_class(re.compile("drill"))
    expect(bar.locator("b")).to_contain_text("演练")
    expect(page.locator("body")).not_to_have_class(re.compile("ringing"))
    assert "演练" in page.title()
    no = desk.post("/api/v1/alarms", json={"cause": "smoke"}).json()["no"]
    expect(bar).not_to_have_class(re.compile("drill"))
    expect(bar.locator("b")).to_contain_text(no)
    expect(page.locator("#alarms > li").last.locator("a")).to_have_attribute("data-drill", "")
    desk.post(f"/api/v1/alarms/{no}/actions", json={"action": "take"})
    expect(bar).to_have_class(re.compile("drill"))
    bar.get_by_role("button").click()
    expect(page.locator(".drill-strip")).to_be_visible()
    (drill,) = leader.get("/api/v1/alarms/drills").json()["drills"]
    expect(page.locator("[data-case]")).to_have_attribute("data-case", drill["no"])


def test_a_swap_is_written_on_the_page_of_shifts(page: Page, site: str, login: Login, client: Client) -> None:
    day = {"code": "day", "post": "street", "start": "08:00", "end": "20:00", "first_day": "2026-11-16"}
    body = {**day, "last_day": "2026-11-20", "members": [["leader"]]}
    assert client("leader").post("/api/v1/shifts", json=body).status_code == 201
    login(page, "dispatcher")
    page.goto(f"{site}/desk/rota?week=2026-11-18")
    expect(page.locator("tbody").first).to_contain_text("08:00–20:00")
    fits(page)
    page.get_by_label("岗位").select_option("street")
    page.get_by_label("谁来").select_option("admin")
    page.get_by_label("从").fill("2026-11-18T20:00")
    page.get_by_label("到").fill("2026-11-18T23:00")
    page.get_by_role("button", name="换班").click()
    expect(page.locator("tbody").first).to_contain_text("20:00–23:00")
