"""The kiosk by touch alone at 1920x1080 and upright: order, report, follow, rate, nearest hall, and nothing left after a minute."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import WAIT_MS, Client, watch

pytestmark = pytest.mark.browser
PASSWORD = "Kiosk-of-the-hall-7391"
USER, PHONE = "kiosk-hall", "13800001234"
LAND, UPRIGHT = {"width": 1920, "height": 1080}, {"width": 1080, "height": 1920}
Open = Callable[..., Page]
SMALL = """
() => [...document.querySelectorAll("button, a")]
  .filter(e => e.checkVisibility() && !e.closest(".skip") && e.className !== "skip")
  .map(e => [e.textContent.trim(), e.getBoundingClientRect()])
  .filter(([, box]) => box.height < 64 || box.width < 64).map(([text]) => text)
"""
UNNAMED = """
() => [...document.querySelectorAll("button, a, iframe, dialog")]
  .filter(e => e.checkVisibility() && !(e.textContent.trim() || e.title || e.ariaLabel)).length
"""
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def kiosk(chromium: Browser, site: str, client: Client) -> Iterator[Open]:
    """Open the screen of a kiosk that stands at a community station."""
    admin = client("admin")
    (station,) = admin.get("/api/v1/stations", params={"kind": "station", "limit": 1}).json()["items"]
    if admin.get(f"/api/v1/devices/{USER}").status_code == 404:
        device = {"no": USER, "kind": "kiosk", "station": station["no"]}
        assert admin.post("/api/v1/devices", json=device).status_code == 201
        area = admin.get("/api/v1/areas", params={"level": "district"}).json()["features"][0]["id"]
        account = {"user": USER, "name": "自助机", "role": "device", "area": area, "password": PASSWORD}
        assert admin.post("/api/v1/accounts", json=account).status_code == 201
    opened: list[tuple[Any, list[str]]] = []

    def open_it(viewport: dict[str, int], *, still: bool = False) -> Page:
        made = chromium.new_context(
            viewport=viewport,  # type: ignore[arg-type]  # width and height
            has_touch=True,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        made.set_default_timeout(WAIT_MS)
        page = made.new_page()
        opened.append((made, watch(page, site)))
        if still:
            page.clock.install()
        said = {"user": USER, "password": PASSWORD}
        assert page.request.post(f"{site}/api/v1/session", data=said).ok
        page.goto(f"{site}/kiosk")
        return page

    yield open_it
    for made, wrong in opened:
        made.close()
        assert wrong == []


def keys(page: Page, name: str, text: str) -> None:
    for key in text:
        page.locator(f"[data-pad={name}] [data-key='{key}']").tap()


def order(page: Page) -> str:
    """Order by touch alone; gives the number."""
    page.locator("[data-flow=order]").tap()
    page.locator("[data-group='2']").tap()
    page.locator("[data-step=items-2] [data-code]").first.tap()
    keys(page, "phone", PHONE)
    page.locator("[data-next=phone]").tap()
    page.locator("[data-here]").tap()
    keys(page, "door", "2幢302")
    page.locator("[data-next=door]").tap()
    expect(page.locator("[data-facts]")).to_contain_text("最迟")
    page.locator("[data-send]").tap()
    expect(page.locator("[data-done]")).to_have_text("单子收下了")
    return page.locator("[data-number]").inner_text()


def look_up(page: Page, no: str) -> None:
    page.locator("[data-flow=follow]").tap()
    keys(page, "number", no[0] + no[8:].replace("-", ""))
    expect(page.locator("[data-typed=number]")).to_have_text(no)
    page.locator("[data-next=number]").tap()
    keys(page, "ends", PHONE[-4:])
    page.locator("[data-next=ends]").tap()


def answered(client: Client) -> str:
    """Let somebody ask to be rung, and the desk answer; gives the number of the question."""
    asked = {"kind": "question", "text": "几点开门", "caller": {"name": "沈奶奶", "phone": PHONE}}
    no = str(client("").post("/api/v1/intake", json=asked).json()["no"])
    done = client("admin").post(f"/api/v1/questions/{no}/actions", json={"action": "answer", "note": "九点"})
    assert done.status_code == 200, done.text
    return no


def test_an_order_is_made_and_followed_by_touch(kiosk: Open, client: Client) -> None:
    page = kiosk(LAND)
    no = order(page)
    assert client("admin").get(f"/api/v1/orders/{no}").json()["channel"] == "kiosk"
    page.locator("[data-step=done] [data-home]").tap()
    expect(page.locator("[data-step=home]")).to_be_visible()
    look_up(page, no)
    expect(page.locator("[data-status-facts]")).to_contain_text("最迟")
    expect(page.locator("[data-status-problem]")).to_be_hidden()


def test_a_report_is_made_without_a_number_and_an_answer_is_rated(kiosk: Open, client: Client) -> None:
    page = kiosk(LAND)
    page.locator("[data-flow=report]").tap()
    page.locator("[data-class='1']").tap()
    page.locator("[data-step=class-1] [data-code]").first.tap()
    page.locator("[data-skip]").tap()
    page.locator("[data-here]").tap()
    page.locator("[data-send]").tap()
    expect(page.locator("[data-done]")).to_have_text("已经报上去了")
    page.locator("[data-step=done] [data-home]").tap()
    no = answered(client)
    look_up(page, no)
    page.locator("[data-stars='5']").tap()
    expect(page.locator("[data-status-facts]")).to_contain_text("5 分")
    expect(page.locator("[data-rate]")).to_be_hidden()


def test_the_nearest_hall_is_shown_with_minutes_opening_and_way(kiosk: Open) -> None:
    page = kiosk(UPRIGHT)
    page.locator("[data-flow=near]").tap()
    page.locator("[data-kind=hall]").tap()
    expect(page.locator("[data-near] button").first).to_contain_text("分钟")
    expect(page.locator("[data-near] button").first).to_have_attribute("aria-pressed", "true")
    way = page.frame_locator("[data-way] iframe")
    expect(way.locator(".leaflet-container")).to_be_visible()


@pytest.mark.parametrize("viewport", [LAND, UPRIGHT], ids=["lying", "upright"])
def test_targets_are_large_and_the_page_is_sound(kiosk: Open, viewport: dict[str, int]) -> None:
    page = kiosk(viewport)
    for tap in ("", "[data-flow=order]", "[data-group='2']", "[data-step=items-2] [data-code] >> nth=0"):
        if tap:
            page.locator(tap).tap()
        assert page.evaluate(SMALL) == []
        assert page.evaluate(WIDE) <= 0
        assert page.evaluate(UNNAMED) == 0
        expect(page.locator("h1:visible")).to_have_count(1)


def test_after_a_minute_without_a_touch_nothing_is_left(kiosk: Open) -> None:
    page = kiosk(LAND, still=True)
    page.locator("[data-flow=call]").tap()
    keys(page, "phone", PHONE)
    page.evaluate("localStorage.setItem('x', '1'); sessionStorage.setItem('y', '1')")
    page.clock.run_for(51_000)
    expect(page.locator("[data-warning]")).to_be_visible()
    page.locator("[data-stay]").tap()
    expect(page.locator("[data-warning]")).to_be_hidden()
    expect(page.locator("[data-typed=phone]")).to_have_text(PHONE)
    page.clock.run_for(61_000)
    expect(page.locator("[data-step=home]")).to_be_visible()
    expect(page.locator("[data-typed=phone]")).to_have_text("")
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert page.evaluate("history.length") <= 2, "no way leads back to what was typed"


def test_the_red_button_held_for_two_seconds_raises_an_alarm(kiosk: Open, client: Client) -> None:
    page = kiosk(LAND)
    box = page.locator("[data-sos]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    expect(page.locator("[data-crying]")).to_contain_text("马上有人来")
    page.mouse.up()
    listed = client("dispatcher").get("/api/v1/alarms").json()["items"]
    assert USER in [one["device"] for one in listed]
