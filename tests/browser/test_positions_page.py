"""A worker lets the desk see where they are: the switch on the phone, the mark that moves on the desk's map."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Geolocation, Page, expect

from tests.browser.conftest import SHIFTED_DATE, watch
from tests.browser.test_field import WORKER, own_place

pytestmark = pytest.mark.browser

Login = Callable[[Page, str], None]


@pytest.fixture
def pocket(chromium: Browser, clock: Callable[[], datetime]) -> Iterator[BrowserContext]:
    """A phone of its own that may tell where it is."""
    made = chromium.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    made.add_init_script(SHIFTED_DATE % round(clock().timestamp() * 1000))
    made.grant_permissions(["geolocation"])
    yield made
    made.close()


def test_a_worker_who_agrees_moves_on_the_desks_map_and_is_gone_when_they_refuse(
    pocket: BrowserContext, page: Page, site: str, login: Login, tmp_path: Path
) -> None:
    login(page, "dispatcher")
    page.goto(f"{site}/desk")
    frame = page.frame_locator("#map")
    frame.locator(".leaflet-container").wait_for()
    marks = frame.locator(".pin.worker")
    expect(marks).to_have_count(0)

    phone = pocket.new_page()
    wrong = watch(phone, site)
    login(phone, WORKER)
    here = own_place(phone, site)
    pocket.set_geolocation(here)
    phone.goto(f"{site}/field#me")
    state = phone.locator("[data-share-state]")
    expect(state).to_have_text("已关闭")
    toggle = phone.get_by_role("switch", name="当班时共享位置")
    expect(toggle).not_to_be_checked()
    toggle.focus()
    phone.keyboard.press("Space")
    expect(state).to_have_text("共享中")
    expect(phone.locator("[data-sharing]")).to_be_visible()
    expect(marks).to_have_count(1)
    phone.screenshot(path=tmp_path / "field.png")

    before = marks.evaluate("mark => mark.getBoundingClientRect().x")  # inside the frame, as below
    moved = Geolocation(longitude=here["longitude"] + 0.02, latitude=here["latitude"], accuracy=12)
    phone.wait_for_timeout(10_000)  # it sends at most once in so many seconds
    pocket.set_geolocation(moved)
    page.wait_for_function(
        "before => { const at = document.querySelector('#map').contentDocument.querySelector('.pin.worker')"
        ".getBoundingClientRect(); return Math.abs(at.x - before) > 10; }",
        arg=before,
    )
    marks.click()
    expect(frame.locator(".leaflet-tooltip", has_text="±12 m")).to_be_visible()
    page.screenshot(path=tmp_path / "desk.png")
    toggle.click()
    expect(state).to_have_text("已关闭")
    expect(phone.locator("[data-sharing]")).to_be_hidden()
    expect(marks).to_have_count(0)
    assert wrong == []
