"""The administrator's page of feeds in a browser: one is registered, its key drawn, a row in quarantine corrected."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Client, Login
from tests.flows.exchange_client import ExchangeClient

pytestmark = pytest.mark.browser


def test_a_feed_is_registered_its_key_drawn_and_a_row_in_quarantine_corrected(
    page: Page, site: str, login: Login, client: Client, clock: Callable[[], datetime]
) -> None:
    login(page, "admin")
    page.goto(f"{site}/admin/feeds")
    page.get_by_role("link", name="新增").click()
    told = {"name": "残联持证残疾人", "owner": "DP01", "subject": "residents", "source": "civil_affairs"}
    for name, value in told.items():
        page.locator(f"#f-{name}").fill(value)
    page.locator("#f-direction").select_option("in")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/admin/feeds")
    page.get_by_role("link", name=told["name"]).click()
    no = page.url.rsplit("/", 1)[1]
    page.get_by_role("button", name="换新密钥").click()
    expect(page.locator("#new-key")).to_be_visible()
    key = page.locator("#new-key").inner_text()
    place = client("admin").get("/api/v1/providers").json()["items"][0]
    good = {"no": "F1", "name": "王小明", "phone": "13812345678", "lon": place["lon"], "lat": place["lat"]}
    row = {"id": "F1", "revision": 1, "at": "2026-11-18T08:00:00+08:00", "data": good | {"phone": "12"}}
    far = ExchangeClient(site.removeprefix("http://"), no, key, lambda: clock().timestamp())
    assert far.tell("m1", [row], 1)[1]["quarantined"] == 1
    page.reload()
    expect(page.get_by_role("heading", name="隔离区")).to_be_visible()
    page.get_by_label("理由").fill("已与残联核对")
    page.get_by_role("button", name="看内容").click()
    expect(page.get_by_label("更正后的内容")).not_to_have_value("")
    assert json.loads(page.get_by_label("更正后的内容").input_value()) == row["data"]
    page.get_by_label("更正后的内容").fill(json.dumps(good))
    page.get_by_role("button", name="办理").first.click()
    expect(page.get_by_role("heading", name="隔离区")).to_have_count(0)
    assert far.call("GET", "/messages/m1")[1]["rows"][0]["status"] == "accepted"
