"""The counter by keyboard: three items of three departments in one press, a draft that survives, a receipt on paper."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Client, Login

pytestmark = pytest.mark.browser
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
UNNAMED = """
() => [...document.querySelectorAll("button, a, input, select, textarea")]
  .filter(e => e.checkVisibility() && !(e.textContent.trim() || e.ariaLabel || e.title || e.labels?.length))
  .map(e => e.outerHTML)
"""
PHONE = "13900131007"


def wish(page: Page, n: int, word: str, row: str) -> None:
    """Type an item and take a row of its list by arrow keys and Enter."""
    field = page.locator(f"#what-{n}")
    field.press_sequentially(word)
    options = page.locator(f"#what-{n}-found li")
    expect(options.filter(has_text=row).first).to_be_visible()
    at = [row in text for text in options.all_inner_texts()].index(True)
    for _ in range(at):
        field.press("ArrowDown")
    field.press("Enter")
    expect(page.locator(f"#text-{n}")).to_be_focused()


def test_three_items_in_one_press_by_keyboard_with_a_draft_and_a_receipt(
    page: Page, site: str, login: Login, client: Client
) -> None:
    login(page, "dispatcher")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{site}/counter")
    page.locator("#name").fill("许大伟")
    page.locator("#phone").fill(PHONE)
    wish(page, 1, "低保救助", "SV-B16")
    page.keyboard.press("Alt+n")
    expect(page.locator("#what-2")).to_be_focused()
    wish(page, 2, "路灯", "P0118")
    page.keyboard.type("楼道灯不亮")
    page.keyboard.press("Alt+n")
    wish(page, 3, "社保卡怎么补办", "问一件事")
    expect(page.locator("[data-paper]")).to_have_count(5)
    expect(page.locator("[data-promise] b")).to_have_count(3)
    page.reload()
    expect(page.locator("[data-items] > li")).to_have_count(3)
    expect(page.locator("#text-2")).to_have_value("楼道灯不亮")
    expect(page.locator("#phone")).to_have_value(PHONE)
    page.keyboard.press("Control+Enter")  # of no paper it is told how it stands: the first one is gone to
    expect(page.locator("[data-paper=id_card] input").first).to_be_focused()
    for paper in page.locator("[data-paper]").all():
        paper.get_by_label("已出示").check()
    page.locator("[data-paper=bank_card]").get_by_label("答应补").check()
    page.locator("[data-paper=bank_card] [data-of=until] input").fill("2026-11-25")
    page.keyboard.press("Control+Enter")
    refused = page.locator("[data-error-for=consents]")
    expect(refused).to_be_visible()
    page.get_by_label("为办这些事使用本人信息").check()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("/receipt"))
    expect(page.locator(".receipt li")).to_have_count(4)
    expect(page.locator(".receipt")).to_contain_text("本人银行卡")
    no = page.locator(".receipt-no").inner_text()
    assert "许大伟" not in page.content()
    assert PHONE not in page.content()
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    assert page.evaluate(WIDE) <= 0
    page.emulate_media(media="screen")
    followed = page.locator("a[href*='/follow/I']").get_attribute("href")
    page.goto(f"{site}{followed}")
    expect(page.locator("dd a.num")).to_have_count(3)
    made = client("dispatcher").get(f"/api/v1/counter/sessions/{no}").json()
    assert len({item["department_name"] for item in made["items"]}) == 3
    page.goto(f"{site}/counter")
    expect(page.locator("#name")).to_have_value("")  # the draft went with what was sent
    expect(page.locator(".queue")).to_contain_text(no)
    page.goto(f"{site}/counter/{no}")
    page.get_by_role("button", name="补到 本人银行卡").click()
    expect(page.get_by_text("材料已了")).to_be_visible()


def test_the_counter_fits_a_phone_and_names_every_control(page: Page, site: str, login: Login) -> None:
    login(page, "dispatcher")
    for width, theme in ((1280, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{site}/counter")
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        assert page.evaluate(WIDE) <= 0
        assert page.evaluate(UNNAMED) == []
