"""One person's page in a browser: found, looked at with a reason, ordered for, on a narrow screen too."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Login = Callable[[Page, str], None]


def test_a_person_is_found_looked_at_and_ordered_for(page: Page, site: str, login: Login) -> None:
    login(page, "dispatcher")
    page.goto(f"{site}/person")
    page.get_by_role("searchbox").fill("R000001")
    page.get_by_role("main").get_by_role("button", name="找").click()
    page.get_by_role("main").get_by_role("link", name="R000001").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("*")
    page.locator("#why").fill("回电核对地址")
    page.get_by_role("button", name="查看", exact=True).click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("*")
    expect(page.locator("[data-phone] a")).to_have_attribute(
        "href", "tel:" + page.locator("[data-phone]").inner_text()
    )
    page.set_viewport_size({"width": 390, "height": 844})
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("link", name="为其下单").click()
    expect(page.locator("[data-caller-name]")).to_contain_text("*")
