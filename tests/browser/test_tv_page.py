"""The television by arrows and OK alone, at both sizes of a screen: every link is reached, the focus is seen, nothing is written."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Client, Login

pytestmark = pytest.mark.browser
USER, PASSWORD = "tv-home", "Box-of-the-home-7391"
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TARGETS = "header a, main a, main li[tabindex]"
FOCUSED = f"""
() => {{
  const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
  return {{
    at: [...document.querySelectorAll("{TARGETS}")].indexOf(e),
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 4,
    seen: box.top >= 0 && box.bottom <= innerHeight,
  }};
}}
"""
SMALLEST = """
() => Math.min(...[...document.querySelectorAll("body *")]
  .filter(e => e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && !e.closest(".skip"))
  .map(e => parseFloat(getComputedStyle(e).fontSize)))
"""
EDGES = """
() => [...document.querySelectorAll("header a, header b, h1, main a, footer")].map(e => e.getBoundingClientRect())
  .every(b => b.left >= innerWidth * 0.049 && b.right <= innerWidth * 0.951 && b.top >= innerHeight * 0.049)
"""


def reached(page: Page) -> set[int]:
    """Go wherever arrows lead, from each target in each direction; gives the targets that were come to."""
    found: set[int] = set()
    waiting = [page.evaluate(FOCUSED)["at"]]
    while waiting:
        at = waiting.pop()
        if at in found or at < 0:
            continue
        found.add(at)
        for key in ("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"):
            page.evaluate(f"[...document.querySelectorAll('{TARGETS}')][{at}].focus()")
            page.keyboard.press(key)
            told = page.evaluate(FOCUSED)
            assert told["ring"]
            assert told["seen"]
            waiting.append(told["at"])
    return found


@pytest.fixture
def box(page: Page, site: str, client: Client) -> Page:
    """A set-top box that is registered to a resident who asked something."""
    admin = client("admin")
    if admin.get(f"/api/v1/devices/{USER}").status_code == 404:
        device = {"no": USER, "kind": "tv", "resident": "R000001"}
        assert admin.post("/api/v1/devices", json=device).status_code == 201
        area = admin.get("/api/v1/areas", params={"level": "district"}).json()["features"][0]["id"]
        account = {"user": USER, "name": "电视", "role": "device", "area": area, "password": PASSWORD}
        assert admin.post("/api/v1/accounts", json=account).status_code == 201
        asked = {"kind": "question", "text": "老年食堂几点开门", "resident": "R000001"}
        assert admin.post("/api/v1/intake", json=asked).status_code == 201
    assert page.request.post(f"{site}/api/v1/session", data={"user": USER, "password": PASSWORD}).ok
    return page


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720)])
def test_every_link_is_reached_by_arrows_and_the_focus_is_seen(
    box: Page, site: str, size: tuple[int, int]
) -> None:
    box.set_viewport_size({"width": size[0], "height": size[1]})
    for path in ("", "?show=near", "?show=near&group=2", "?show=halls", "?show=own", "?show=numbers"):
        box.goto(f"{site}/tv{path}")
        assert box.evaluate(WIDE) <= 0
        assert box.evaluate(SMALLEST) >= 28 * size[0] / 1920
        assert box.evaluate(EDGES)
        assert len(reached(box)) == box.locator(TARGETS).count()
        assert box.locator("form, input, button, textarea").count() == 0


def test_ok_goes_in_and_back_goes_out_and_the_own_number_is_shown(
    box: Page, site: str, client: Client
) -> None:
    box.goto(f"{site}/kiosk")  # where its sign-in leads: it is no kiosk
    box.wait_for_url(f"{site}/tv")
    box.keyboard.press("ArrowRight")
    box.keyboard.press("Enter")
    box.wait_for_url("**/tv?show=own")
    timeline = client("admin").get("/api/v1/residents/R000001/timeline").json()["items"]
    mine = next(one["no"] for one in timeline if one["kind"] == "question")
    assert mine in box.content()
    assert "老年食堂" not in box.content()
    box.keyboard.press("Backspace")
    box.wait_for_url(f"{site}/tv")


def test_a_television_of_nobody_shows_nothing_personal(
    page: Page, site: str, login: Login, client: Client
) -> None:
    admin = client("admin")
    area = admin.get("/api/v1/areas", params={"level": "community"}).json()["features"][0]["id"]
    account = {"user": "tv-hall", "name": "电视", "role": "device", "area": area, "password": PASSWORD}
    assert admin.post("/api/v1/accounts", json=account).status_code == 201
    assert page.request.post(f"{site}/api/v1/session", data={"user": "tv-hall", "password": PASSWORD}).ok
    page.goto(f"{site}/tv?show=own")
    assert page.locator(".tv-list").count() == 0
    assert page.locator(".tv-note").count() == 1
    page.goto(f"{site}/tv?show=near&group=2")
    assert page.locator(".tv-list li").count() > 3
    login(page, "dispatcher")
    page.goto(f"{site}/tv")
    assert page.url.endswith("/desk")
