"""Governance by role: the department appeals, two reviewers rule, the leader drills from a figure to the photo."""

import base64
import re
from collections.abc import Callable

import httpx2 as httpx
import pytest
from playwright.sync_api import FilePayload, Page, expect

pytestmark = pytest.mark.browser

Login = Callable[[Page, str], None]
Client = Callable[[str], httpx.Client]
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
PHOTO = FilePayload(name="proof.png", mimeType="image/png", buffer=PIXEL)


@pytest.fixture
def department(client: Client) -> str:
    """A department that lost points it can still appeal against."""
    leader = client("leader")
    for row in leader.get("/api/v1/scores?month=2026-11").json()["items"]:
        code = row["department"]
        lines = leader.get(f"/api/v1/scores/{code}/ledger?month=2026-11").json()["items"]
        if code.startswith("DP") and any(e["points"] < 0 and e["appeal"] is None for e in lines):
            return str(code)
    raise AssertionError("nobody lost points in the rehearsed days")


def test_a_department_appeals_and_two_reviewers_rule(
    page: Page, site: str, login: Login, department: str
) -> None:
    login(page, f"d-{department.lower()}")
    page.goto(f"{site}/work")
    page.locator("a[href='/work/score']").first.click()
    page.get_by_role("button", name="申诉", exact=True).first.click()
    form = page.locator("dialog[open]")
    form.get_by_role("button", name="提交申诉").click()
    expect(form.locator("[data-error-for='reason']")).to_be_visible()
    form.locator("[name='reason']").fill("道路封闭，无法进入")
    form.locator("[name='evidence']").set_input_files(PHOTO)
    form.get_by_role("button", name="提交申诉").click()
    page.locator("a[href^='/appeals/Q'] .lamp").first.click()
    expect(page.locator("main")).to_contain_text("道路封闭，无法进入")
    expect(page.locator(".shots img").first).to_be_visible()
    address = page.url
    login(page, "dispatcher")
    page.goto(f"{site}/appeals")
    page.locator(f"a[href='{address.removeprefix(site)}']").click()
    page.get_by_role("button", name="受理初审").click()
    page.get_by_role("button", name="初审支持").click()
    page.locator("dialog[open] [name='reason']").fill("交警证明属实")
    page.locator("dialog[open]").get_by_role("button", name="初审支持").click()
    expect(page.locator(".timeline")).to_contain_text("交警证明属实")
    expect(page.locator(".acts")).to_have_count(0)
    login(page, "leader")
    page.goto(f"{site}/appeals")
    page.locator(f"a[href='{address.removeprefix(site)}']").click()
    page.get_by_role("button", name="复核支持").click()
    page.locator("dialog[open] [name='reason']").fill("同意")
    page.locator("dialog[open]").get_by_role("button", name="复核支持").click()
    expect(page.locator(".page-head .lamp")).to_have_text("申诉成立")
    points = [float(text) for text in page.locator("#ledger td.num").all_inner_texts()]
    assert len(points) == 2
    assert sum(points) == 0


def test_the_leader_drills_from_an_indicator_to_the_photo(page: Page, site: str, login: Login) -> None:
    login(page, "leader")
    page.goto(f"{site}/board")
    page.get_by_role("link", name="52 项指标").click()
    expect(page.locator("tr[data-kind]")).to_have_count(52)
    page.get_by_role("button", name="质量类").click()
    expect(page.locator("tr[data-kind]:visible")).to_have_count(20)
    page.get_by_role("link", name="按期办结率").click()
    told = page.locator(".kpi", has_text="数值").locator(".value").inner_text()
    sizes = [int(re.sub(r"\D", "", text)) for text in page.locator("#cases .tabs a").all_inner_texts()]
    assert float(told.rstrip("%")) == pytest.approx(100 * sizes[0] / sum(sizes), abs=0.06)
    street = page.locator("aside table a").first
    name = street.inner_text()
    street.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    page.locator("#cases tbody a").first.click()
    page.wait_for_url("**/ticket/T*")
    photo = page.locator(".shots img").first
    photo.wait_for()
    assert photo.evaluate("image => image.complete && image.naturalWidth > 0")


def test_the_leader_drills_from_the_league_to_the_photo(page: Page, site: str, login: Login) -> None:
    login(page, "leader")
    page.goto(f"{site}/board?period=30d")
    page.locator(".league tr").first.locator("td:last-child a").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("应结案")
    page.locator("tbody a").first.click()
    page.wait_for_url("**/ticket/T*")
    photo = page.locator(".shots img").first
    photo.wait_for()
    assert photo.evaluate("image => image.complete && image.naturalWidth > 0")


def test_a_month_is_rated_and_opened(page: Page, site: str, login: Login) -> None:
    """October is over and nothing was rehearsed in it; the running month is shown so far."""
    login(page, "leader")
    page.goto(f"{site}/appraisal?month=2026-11")
    expect(page.locator("main")).to_contain_text("由事件日志重算：一致")
    expect(page.get_by_role("button", name="开始考核")).to_have_count(0)
    page.goto(f"{site}/appraisal?month=2026-10")
    page.get_by_role("button", name="开始考核").click()
    page.get_by_role("button", name="公示，开放申诉").click()
    expect(page.locator(".page-head .lamp")).to_have_text("公示申诉期")
    page.get_by_role("button", name="退回草稿").click()
    page.locator("dialog[open] [name='reason']").fill("补录评分")
    page.locator("dialog[open]").get_by_role("button", name="退回草稿").click()
    expect(page.locator(".page-head .lamp")).to_have_text("草稿")


@pytest.mark.parametrize("path", ["/board/indicators", "/board/indicators/K02", "/appeals", "/appraisal"])
def test_a_narrow_screen_shows_it_without_scrolling_sideways(
    page: Page, site: str, login: Login, path: str
) -> None:
    login(page, "leader")
    page.set_viewport_size({"width": 420, "height": 860})
    page.goto(f"{site}{path}")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
