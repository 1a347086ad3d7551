"""The desk in Chromium while three hundred alarms are open, in a district of its own."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Client, Login, own_copy, served
from tests.browser.test_desk import at_desk, ring_for, take_all

pytestmark = pytest.mark.browser


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path, clock: Callable[[], datetime]) -> Iterator[str]:
    with served(own_copy(request, tmp_path / "home"), clock) as address:
        yield address


def test_every_open_alarm_shows_and_rings_until_it_is_taken(
    page: Page, site: str, login: Login, client: Client
) -> None:
    at_desk(page, site, login)
    take_all(page)
    before = page.locator("#alarms li").count()
    raised = ring_for(client, 300)
    expect(page.locator("#alarms li")).to_have_count(before + 300, timeout=60_000)
    expect(page.locator("#alarms [data-untaken]")).to_have_count(300)
    assert page.locator("#alarms a").first.get_attribute("data-no") == raised[-1]  # the newest on top
    expect(page.locator("#ring b")).to_contain_text("紧急 300")
    assert page.title().startswith("(300)")
    page.reload()  # rings at once, without a word from the live line
    expect(page.locator("#ring b")).to_contain_text("紧急 300")
    for left, no in ((299, raised[-1]), (298, raised[-2])):
        page.keyboard.press("t")
        page.locator(f'[data-case="{no}"]').wait_for()
        expect(page.locator("#ring b")).to_contain_text(f"紧急 {left}")
    page.route("**/desk/queue*", lambda _: None)  # the key leads on while the queue gives no answer
    for left, no in ((297, raised[-3]), (296, raised[-4])):
        page.keyboard.press("t")
        page.locator(f'[data-case="{no}"]').wait_for()
        expect(page.locator("#ring b")).to_contain_text(f"紧急 {left}")
    page.unroute("**/desk/queue*")
    assert page.locator("#alarms [data-untaken]").first.get_attribute("data-no") == raised[-5]
    page.keyboard.press("m")
    expect(page.locator("#sound")).to_have_attribute("aria-pressed", "false")
    ring_for(client, 1)
    expect(page.locator("#sound")).to_have_attribute("aria-pressed", "true")  # a new one is not muted
