"""A matter in Chromium: begun by a form that its table draws, carried through by the community and a department."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Client, Login

pytestmark = pytest.mark.browser


def test_a_matter_goes_from_the_form_to_the_department_that_ends_it(
    page: Page, site: str, login: Login, client: Client
) -> None:
    who = client("dispatcher").get("/api/v1/residents", params={"limit": 1}).json()["items"][0]["no"]
    login(page, "dispatcher")
    page.goto(f"{site}/work/matters/new?kind=MC01&applicant=R999999")
    expect(page.locator(".flash.warn")).to_be_visible()  # nobody has that number
    page.locator("#applicant").fill(who)
    page.get_by_role("button", name="打开表单").click()
    form = page.locator('form[data-api="/api/v1/matters"]')
    expect(form.locator("dl")).to_contain_text("*")  # what the register knows, masked
    other = form.locator('[name="answers.purpose_told"]')
    expect(other).to_be_hidden()
    page.get_by_label("居民身份证").check()
    form.get_by_role("button", name="受理").click()
    expect(form.locator('[data-error-for="answers.purpose"]')).to_be_visible()
    form.locator('[name="answers.purpose"]').select_option("other")
    expect(other).to_be_visible()
    other.fill("办理保险")
    form.get_by_role("button", name="受理").click()
    no = page.locator("[data-no]").inner_text()
    assert page.locator("[data-key]").inner_text()
    page.locator("[data-open]").click()
    expect(page.locator(".matter-flow [aria-current]")).to_contain_text("社区核实")
    page.get_by_role("button", name="签收", exact=True).click()
    page.locator('[name="outcome"]').select_option("agreed")
    page.get_by_role("button", name="办完这一环节").click()
    expect(page.locator(".matter-flow [aria-current]")).to_contain_text("开具证明")
    login(page, "d-dp02")
    page.goto(f"{site}/work/matters")
    page.get_by_role("link", name=no).click()
    page.get_by_role("button", name="签收", exact=True).click()
    page.locator('[name="outcome"]').select_option("issued")
    page.get_by_role("button", name="办完这一环节").click()
    expect(page.locator('[data-error-for="proofs.paper_no"]')).to_be_visible()
    page.locator('[name="proofs.paper_no"]').fill("居证 2026-001")
    page.get_by_role("button", name="办完这一环节").click()
    expect(page.locator(".page-head")).to_contain_text("已办结")
    expect(page.locator("main")).to_contain_text("居证 2026-001")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for address in (f"/work/matters/{no}", "/work/matters?state=closed"):
            page.goto(f"{site}{address}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
