"""The board on a wall: figures follow what happens, scenes take turns and fit, and a wall that stands still says so."""

from collections.abc import Callable

import httpx2 as httpx
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Login = Callable[[Page, str], None]
Client = Callable[[str], httpx.Client]
SCENES = ("residents", "promises", "coverage", "unmet", "league")
CUT = """() => [...document.querySelectorAll('html, .scene:not([hidden]), .scene:not([hidden]) :is(.fresh, .table-wrap, .value)')]
  .filter((e) => e.scrollHeight > e.clientHeight + 2 || e.scrollWidth > e.clientWidth + 2)
  .map((e) => `${e.tagName} ${e.className} ${e.scrollHeight} of ${e.clientHeight}`)"""
SHOWN = ".scene:not([hidden])"


def on_the_wall(page: Page, site: str, login: Login, every: int) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    login(page, "leader")
    page.goto(f"{site}/board?period=30d&wall=1&every={every}")
    page.frame_locator("#map").locator(".leg").wait_for()
    expect(page.locator("[data-jinlin-live]")).to_have_attribute("data-state", "open")


def test_a_ticket_that_is_closed_changes_the_wall_whose_scenes_fit(
    page: Page, site: str, login: Login, client: Client
) -> None:
    on_the_wall(page, site, login, every=3600)
    page.frame_locator("#map").locator(".leaflet-container").evaluate(
        "(box) => { box.dataset.kept = 'yes'; }"
    )
    page.evaluate("() => { window.kept = true; }")
    closed = page.locator("#fresh-residents .figure", has_text="已结案").locator(".value")
    before = int(closed.inner_text().split()[0].rstrip("件"))
    dispatcher = client("dispatcher")
    no = dispatcher.get("/api/v1/tickets", params={"state": "checked", "limit": 1}).json()["items"][0]["no"]
    done = dispatcher.post(f"/api/v1/tickets/{no}/actions", json={"action": "close"})
    assert done.status_code == 200, done.text
    expect(closed).to_contain_text(str(before + 1))
    for scene in SCENES:
        page.locator(f"[data-to='{scene}']").click()
        expect(page.locator(SHOWN)).to_have_attribute("data-scene", scene)
        if scene in ("coverage", "unmet"):
            expect(page.locator(f"{SHOWN} [data-coverage]")).to_contain_text("家在营业")
        for wide, high in ((1920, 1080), (3840, 2160)):
            page.set_viewport_size({"width": wide, "height": high})
            assert page.evaluate(CUT) == [], (scene, wide)
    expect(page.frame_locator("#map").locator(".leg")).to_contain_text("在办工单")
    kept = page.frame_locator("#map").locator(".leaflet-container")
    expect(kept).to_have_attribute("data-kept", "yes")
    assert page.evaluate("window.kept") is True


def test_scenes_take_turns_and_pause_and_a_lost_line_is_told(page: Page, site: str, login: Login) -> None:
    on_the_wall(page, site, login, every=2)
    for scene in ("promises", "coverage"):
        expect(page.locator(SHOWN)).to_have_attribute("data-scene", scene)
    page.keyboard.press(" ")
    expect(page.locator("#wall-paused")).to_be_visible()
    shown = page.locator(SHOWN).get_attribute("data-scene")
    expect(page.locator("#wall-lost")).to_be_hidden()
    page.context.set_offline(offline=True)
    expect(page.locator("#wall-lost")).to_be_visible()
    expect(page.locator("#wall-lost [data-since]")).to_contain_text(":")
    assert page.locator(SHOWN).get_attribute("data-scene") == shown  # longer than a turn
    page.context.set_offline(offline=False)
    expect(page.locator("#wall-lost")).to_be_hidden()
    page.locator(SHOWN).click()
    expect(page.locator("#wall-paused")).to_be_hidden()
    expect(page.locator(f"[data-scene='{shown}']")).to_be_hidden()
