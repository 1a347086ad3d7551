"""The administrator's page in a browser: a register is searched, a record added, changed, refused at its field, ended."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Login = Callable[[Page, str], None]
REGISTERS = (
    "residents",
    "providers",
    "workers",
    "cells",
    "accounts",
    "devices",
    "stations",
    "parties",
    "entities",
    "areas",
    "imports",
    "feeds",
    "operations",
)


def test_a_provider_is_added_refused_at_its_field_changed_and_admitted(
    page: Page, site: str, login: Login
) -> None:
    login(page, "admin")
    page.goto(f"{site}/admin/providers")
    page.locator("tbody a").first.click()
    lon, lat, kinds = (page.locator(f"#f-{name}").input_value() for name in ("lon", "lat", "categories"))
    page.get_by_role("navigation", name="登记簿").get_by_role("link", name="服务商").click()
    page.get_by_role("link", name="新增").click()
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#name-error")).to_be_visible()
    for name, value in {"name": "近邻修理铺", "categories": kinds, "lon": lon, "lat": lat}.items():
        page.locator(f"#f-{name}").fill(value)
    page.locator("#f-hours").fill("每天")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#hours-error")).to_contain_text("如 Mo-Su 08:00-20:00")
    page.locator("#f-hours").fill("Mo-Su 08:00-20:00")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/admin/providers")
    page.get_by_role("searchbox").fill("近邻修理铺")
    page.get_by_role("main").get_by_role("button", name="找").click()
    page.locator("tbody a").first.click()
    page.locator("#f-capacity").fill("7")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("complementary")).to_contain_text("3 → 7")
    page.locator("#f-words").fill("证照齐全")
    page.get_by_role("button", name="办理").click()
    expect(page.get_by_label("动作")).to_contain_text("试用准入")


@pytest.mark.parametrize("width", [1280, 390])
def test_every_register_fits_and_tells_its_name(page: Page, site: str, login: Login, width: int) -> None:
    login(page, "admin")
    page.set_viewport_size({"width": width, "height": 844})
    for name in REGISTERS:
        page.goto(f"{site}/admin/{name}")
        expect(page.get_by_role("heading", level=1)).to_contain_text("管理")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, name
        if page.locator("tbody a").count():
            page.locator("tbody a").first.click()
            expect(page.get_by_role("heading", level=2, name="改这条登记", exact=True)).to_be_visible()
            wide = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide <= 0, f"one of {name}"
            unnamed = page.locator("main form [data-way]").evaluate_all(
                "all => all.filter(e => !e.labels.length).length"
            )
            assert unnamed == 0, name
