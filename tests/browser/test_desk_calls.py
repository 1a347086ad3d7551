"""Calls at the desk in Chromium: who rings is seen before anybody speaks; one press answers and opens the form."""

from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Client, Login
from tests.browser.test_desk import at_desk, somewhere

pytestmark = pytest.mark.browser
KEYS = count()


def tell(client: Client, call: str, event: str, caller: str) -> str:
    """Tell what an exchange would."""
    body = {"id": f"{call}-{event}", "call": call, "event": event, "called": "12349", "caller": caller}
    answer = client("admin").post("/api/v1/calls/events", json=body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["call"])


def test_a_call_is_seen_answered_by_one_press_and_written_down(
    page: Page, site: str, login: Login, client: Client
) -> None:
    body = {"name": "王来电", "phone": "13611112222", "address": "和睦新村 3 号", "source": "本人"}
    made = client("dispatcher").post("/api/v1/residents", json=body | somewhere(client))
    assert made.status_code == 201, made.text
    at_desk(page, site, login)
    expect(page.locator("[data-jinlin-live]")).to_have_attribute("data-state", "open")
    call = f"c{next(KEYS)}"
    no = tell(client, call, "ringing", "+86 136 1111 2222")
    bar = page.locator("#calls")
    expect(bar).to_contain_text("王** 136****2222")
    expect(bar).to_contain_text("养老服务热线")
    expect(bar).to_contain_text("您慢慢讲")
    page.reload()  # a page reloaded while it rings is offered the call again
    expect(bar).to_contain_text("王** 136****2222")
    page.locator("#queue").wait_for()
    page.keyboard.press("p")
    expect(page.locator("[data-caller-name]")).to_contain_text(made.json()["no"])
    expect(page.locator("#need")).to_be_focused()
    expect(bar).not_to_contain_text("136****2222")
    expect(page.locator("#need-found li").first).to_contain_text("SV-E15")  # what the number is for
    assert client("dispatcher").get(f"/api/v1/calls/{no}").json()["agent"] == "dispatcher"
    page.locator("#need").fill("剪头发")
    expect(page.locator("#need-found li").first).to_contain_text("理发上门")
    page.locator("#need-found li").first.click()
    expect(page.locator("[data-foreseen]")).to_contain_text("到门不晚于")
    page.keyboard.press("Control+Enter")
    page.locator('[data-case][data-kind="order"]').wait_for()
    tell(client, call, "ended", "")


def test_who_gave_up_stands_in_a_list_until_called_back(
    page: Page, site: str, login: Login, client: Client
) -> None:
    at_desk(page, site, login)
    call = f"c{next(KEYS)}"
    tell(client, call, "ringing", "13633334444")
    bar = page.locator("#calls")
    expect(bar).to_contain_text("未登记的号码")
    tell(client, call, "abandoned", "")
    row = bar.locator("li", has_text="136****4444")
    bar.locator("summary").click()
    row.get_by_role("button", name="显示号码").click()
    expect(bar.locator('a[href="tel:13633334444"]')).to_be_visible()
    row = bar.locator("li", has_text="136****4444")
    row.get_by_role("button", name="已回电").click()
    expect(row).to_have_count(0)
