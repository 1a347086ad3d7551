"""A day of visits planned at the desk, tried out, published, and walked by a worker without signal."""

import re
from collections.abc import Callable

import httpx2 as httpx
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Login = Callable[[Page, str], None]
Client = Callable[[str], httpx.Client]


def test_a_day_is_planned_published_and_walked(page: Page, site: str, login: Login, client: Client) -> None:
    desk = client("dispatcher")
    areas = desk.get("/api/v1/areas").json()["features"]
    streets = [a["properties"]["code"] for a in areas if a["properties"]["level"] == "street"]
    login(page, "dispatcher")
    page.goto(f"{site}/desk/rounds")
    page.get_by_label("日期").fill("2026-11-18")
    page.get_by_label("区域").select_option(streets[-1])
    page.get_by_label("本月应走访的最多排几户").fill("6")
    page.get_by_role("button", name="排路线").click()
    expect(page.locator("h1")).to_contain_text("2026-11-18")
    no = page.url.rpartition("/")[2]
    frame = page.frame_locator("#map")
    expect(frame.locator(".pin.task").first).to_be_visible()
    form = page.locator("#move")
    form.get_by_role("button", name="先试算").click()
    expect(form.locator("[data-cost]")).to_contain_text(re.compile(r"路上 [+−]\d+ 分"))
    assert desk.get(f"/api/v1/rounds/{no}").json()["version"] == 1
    page.get_by_role("button", name="下发").click()
    expect(page.locator(".page-head")).to_contain_text("已下发")
    day = desk.get(f"/api/v1/rounds/{no}").json()
    worker = max(day["workers"], key=lambda w: len(w["stops"]))
    page.context.clear_cookies()
    login(page, worker["user"])
    page.goto(f"{site}/field")
    stop = page.locator(f"[data-stop='{worker['stops'][0]['id']}']")
    expect(stop.get_by_role("link", name="导航")).to_have_attribute(
        "href", re.compile(r"^geo:\d+\.\d+,\d+\.\d+\?q=")
    )
    stop.get_by_role("button", name="到了").click()
    expect(stop).to_contain_text("已到")
    expect(page.locator("[data-round-title]")).to_contain_text(f"1/{len(worker['stops'])}")
    page.goto(f"{site}/field#mine")
    expect(page.locator("[data-box] [data-draft='sent']").first).to_contain_text("到了")
    assert desk.get(f"/api/v1/rounds/{no}").json()["sums"]["arrived"] == 1
