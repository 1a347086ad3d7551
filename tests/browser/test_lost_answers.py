"""Answers that were lost on the way: the same press makes one thing, and what could not be sent is not typed again."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Client, Login
from tests.browser.test_home import point

pytestmark = pytest.mark.browser


class Lossy:
    """A network that carries requests and loses the answers of a path while it is bad."""

    def __init__(self, page: Page, path: str) -> None:
        self.bad, self.sent = True, 0
        page.route(re.compile(path), self._carry)

    def _carry(self, route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        self.sent += 1
        answer = route.fetch()
        if self.bad:
            route.abort("internetdisconnected")
        else:
            route.fulfill(response=answer)


def numbers(client: Client, text: str) -> list[str]:
    """List the tickets in whose description a text stands."""
    listed = client("dispatcher").get("/api/v1/tickets", params={"text": text}).json()["items"]
    return [ticket["no"] for ticket in listed]


@pytest.mark.parametrize("reloads", [False, True])
def test_a_report_is_made_once(page: Page, site: str, client: Client, *, reloads: bool) -> None:
    network = Lossy(page, r"/api/v1/tickets$")
    page.goto(f"{site}/report?category=E0102")
    said = f"答复丢在路上 {reloads}"
    point(page)
    page.get_by_label("求助").check()
    page.locator("#description").fill(said)
    page.locator("#name").fill("王阿姨")
    page.locator("#phone").fill("13800138000")
    page.locator('[type="submit"]').click()
    expect(page.locator("#messages")).to_contain_text("连不上服务器")
    if reloads:
        page.reload()
        expect(page.locator("[data-draft-note]")).to_contain_text("没有发出的内容")
        expect(page.locator("#description")).to_have_value(said)
        expect(page.locator("[data-place]")).to_have_text("位置已选好")
    network.bad = False
    page.locator('[type="submit"]').click()
    number = page.locator("[data-number]").inner_text()
    assert network.sent == 2
    assert numbers(client, said) == [number]
    page.reload()
    expect(page.locator("#description")).to_have_value("")


def test_strangers_leave_no_draft_unless_it_could_not_be_sent(page: Page, site: str) -> None:
    page.goto(f"{site}/report?category=E0102")
    page.locator("#phone").fill("13800138000")
    page.reload()
    expect(page.locator("#phone")).to_have_value("")


def test_a_draft_of_who_signed_in_is_theirs_alone(page: Page, site: str, login: Login) -> None:
    login(page, "r000001")
    page.goto(f"{site}/report?category=E0102")
    page.locator("#description").fill("写到一半")
    page.reload()
    expect(page.locator("#description")).to_have_value("写到一半")
    page.context.clear_cookies()
    page.goto(f"{site}/report?category=E0102")
    expect(page.locator("#description")).to_have_value("")
    login(page, "r000001")
    page.goto(f"{site}/report?category=E0102")
    page.get_by_role("button", name="清空").click()
    page.reload()
    expect(page.locator("#description")).to_have_value("")
