"""The health station in a browser: results told, a case opened by rule, the record opened with a reason, also on a phone."""

from collections.abc import Callable

import httpx2 as httpx
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
NO = "R000003"
PATH = f"/api/v1/residents/{NO}/health"


def test_a_nurse_tells_opens_and_follows_up(
    page: Page, site: str, login: Callable[[Page, str], None], client: Callable[[str], httpx.Client]
) -> None:
    before = {"code": "systolic", "value": 156, "unit": "mm[Hg]", "taken_at": "2026-11-10T09:00:00+08:00"}
    told = client("nurse").post(f"{PATH}/results", json={"source": "体检", "results": [before]})
    assert told.status_code == 201, told.text
    login(page, "nurse")
    page.goto(f"{site}/health")
    page.get_by_role("searchbox").fill(NO)
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("main").get_by_role("link", name=NO).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("*")
    assert "156" not in page.content()
    page.get_by_label("收缩压", exact=True).fill("1520")
    page.get_by_role("button", name="记下").click()
    expect(page.locator("#e-systolic")).to_contain_text("40")
    page.get_by_label("收缩压", exact=True).fill("152")
    page.get_by_label("舒张压", exact=True).fill("96")
    page.get_by_role("button", name="记下").click()
    expect(page.locator("#messages")).to_contain_text("建了慢病专案")
    page.get_by_role("button", name="打开档案").click()
    expect(page.locator("#reason-error")).to_be_visible()
    page.get_by_label("为什么打开健康档案").fill("高血压随访")
    page.get_by_label("为什么打开健康档案").press("Enter")
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("*")
    expect(page.get_by_role("heading", name="高血压")).to_be_visible()
    expect(page.locator("[data-results] tr")).to_have_count(3)
    page.get_by_role("button", name="已随访").click()
    expect(page.locator(".case")).to_contain_text("上次随访 2026-11-18")
    page.get_by_role("button", name="作废 收缩压 156").click()
    page.get_by_label("为什么作废").fill("记错了人")
    page.get_by_label("为什么作废").press("Enter")
    expect(page.locator("[data-results] .struck")).to_contain_text("记错了人")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0, width
