"""The department clerk: receives, handles, returns; reads why a deadline is what it is and where a score comes from."""

import base64
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

pytestmark = pytest.mark.browser

Login = Callable[[Page, str], None]
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
PHOTO = FilePayload(name="after.png", mimeType="image/png", buffer=PIXEL)


@pytest.fixture
def ticket(page: Page, site: str, login: Login) -> dict[str, str]:
    """A ticket fresh from a grid worker, and its department's clerk signed in."""
    login(page, "w001001")
    page.goto(f"{site}/me")
    who = page.request.get(f"{site}/api/v1/session").json()
    shape = page.request.get(f"{site}/api/v1/cells?area={who['area']}").json()["features"][0]["geometry"]
    ring = shape["coordinates"][0] if shape["type"] == "Polygon" else shape["coordinates"][0][0]
    lon, lat = (sum(point[i] for point in ring[:-1]) / (len(ring) - 1) for i in (0, 1))
    body = {"category": "E0102", "lon": lon, "lat": lat, "channel": "worker", "description": "部门办理的一件"}
    answer = page.request.post(
        f"{site}/api/v1/tickets",
        data=body,
        headers={"X-CSRF-Token": page.locator("meta[name=csrf-token]").get_attribute("content")},
    )
    filed: dict[str, str] = answer.json()
    login(page, f"d-{filed['department'].lower()}")
    return filed


def test_the_clerk_receives_and_finishes(page: Page, site: str, ticket: dict[str, str]) -> None:
    page.goto(f"{site}/work?no={ticket['no']}")
    page.get_by_role("button", name="签收", exact=True).click()
    page.get_by_role("button", name="处置完毕").wait_for()
    page.get_by_role("button", name="处置完毕").click()
    form = page.locator("dialog[open]")
    form.get_by_role("button", name="处置完毕").click()
    expect(form.locator("[data-error-for='evidence']")).to_be_visible()
    form.locator("[name='evidence']").set_input_files(PHOTO)
    form.locator("[name='note']").fill("已清运")
    form.get_by_role("button", name="处置完毕").click()
    expect(page.locator("#detail .page-head")).to_contain_text("已处置")
    shown = page.request.get(f"{site}/api/v1/tickets/{ticket['no']}").json()
    assert shown["state"] == "done"
    assert shown["evidence"]


def test_another_ticket_changes_the_layers_of_a_map_that_stays(
    page: Page, site: str, login: Login, ticket: dict[str, str]
) -> None:
    login(page, "w001001")
    page.goto(f"{site}/me")
    place = {name: ticket[name] for name in ("lon", "lat")}
    body = {"category": "E0102", "channel": "worker", "description": "又一件"} | place
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    page.request.post(f"{site}/api/v1/tickets", data=body, headers={"X-CSRF-Token": token})
    login(page, f"d-{ticket['department'].lower()}")
    page.goto(f"{site}/work")
    page.locator("a.item").first.click()  # the first map of the page
    frame = page.frame_locator("#map")
    frame.locator(".leaflet-container").evaluate("(box) => { box.dataset.kept = 'yes'; }")
    documents: list[str] = []
    page.on("request", lambda r: documents.append(r.url) if r.resource_type == "document" else None)
    others = page.locator("a.item:not([aria-current])")
    for _ in range(2):
        with page.expect_response(lambda answer: answer.url.endswith("/map")) as scene:
            others.first.click()
        assert scene.value.json()["groups"]
        expect(page.locator("#detail .page-head a.num")).to_have_text(scene.value.url.split("/")[-2])
        expect(frame.locator(".pin.ticket")).to_have_count(1)
    expect(frame.locator(".leaflet-container")).to_have_attribute("data-kept", "yes")
    assert documents == []
    page.go_back()
    frame.locator(".pin.ticket").wait_for()
    expect(page.locator("#detail .page-head a.num")).not_to_have_text(scene.value.url.split("/")[-2])


def test_the_clerk_returns_with_proof(page: Page, site: str, ticket: dict[str, str]) -> None:
    page.goto(f"{site}/work?no={ticket['no']}")
    page.get_by_role("button", name="退回").click()
    form = page.locator("dialog[open]")
    form.locator("[name='reason']").fill("属于物业内部道路")
    form.locator("[name='evidence']").set_input_files(PHOTO)
    form.get_by_role("button", name="退回").click()
    expect(page.locator("#detail .page-head")).to_contain_text("已退回")


def test_the_clerk_asks_for_more_time(page: Page, site: str, ticket: dict[str, str]) -> None:
    page.goto(f"{site}/work?no={ticket['no']}")
    page.get_by_role("button", name="签收", exact=True).click()
    page.get_by_role("button", name="申请延期").click()
    form = page.locator("dialog[open]")
    form.locator("[name='limit']").fill("1")
    form.locator("[name='reason']").fill("需要吊车")
    form.get_by_role("button", name="申请延期").click()
    expect(page.locator("#detail")).to_contain_text("已申请，待批")


def test_the_deadline_is_told_stretch_by_stretch(page: Page, site: str, ticket: dict[str, str]) -> None:
    page.goto(f"{site}/work?no={ticket['no']}")
    table = page.locator(".stretches")
    expect(table.locator("caption")).to_contain_text("4 工作时")
    expect(table.locator("tfoot")).to_contain_text("4 时")
    assert table.locator("tbody tr").count() >= 1
    page.emulate_media(media="print")
    expect(table).to_be_visible()
    expect(page.locator(".acts")).to_be_hidden()


def test_the_queue_is_filtered_and_walked(page: Page, site: str, login: Login) -> None:
    login(page, "d-dp30")
    page.goto(f"{site}/work?state=all&sort=-reported_at")
    expect(page.locator("#queue a.item").first).to_be_visible()
    second = page.locator("#queue a.item").nth(1)
    number = second.locator(".num").last.inner_text()
    second.click()
    expect(page.locator("#detail .page-head")).to_contain_text(number)
    assert f"no={number}" in page.url
    page.locator("[data-filters] select[name='lamp']").select_option("green")
    page.wait_for_url("**lamp=green**")
    expect(page.locator("#queue a.item").first).to_be_visible()
    expect(page.locator("#queue a.item.late")).to_have_count(0)


def test_the_score_shows_its_entries(page: Page, site: str, login: Login) -> None:
    login(page, "d-dp30")
    page.goto(f"{site}/work")
    page.locator("a[href='/work/score']").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("环卫中心")
    points = [float(cell) for cell in page.locator("tbody td.num").all_inner_texts()]
    deducted = page.locator(".kpi", has_text="扣分").nth(1).locator(".value").inner_text()
    assert round(sum(points), 2) == pytest.approx(-float(deducted.replace("−", "")))


def test_the_list_goes_out_as_a_table(page: Page, site: str, login: Login) -> None:
    login(page, "d-dp30")
    page.goto(f"{site}/work")
    csv = page.request.get(f"{site}/work/export.csv?state=all")
    assert csv.headers["content-type"].startswith("text/csv")
    assert csv.text().splitlines()[0].lstrip("\ufeff").startswith("工单号")
    assert page.request.get(f"{site}/work/export.xlsx").body()[:2] == b"PK"


def test_another_departments_ticket_looks_missing(page: Page, site: str, ticket: dict[str, str]) -> None:
    """The browser notes the 404 itself, so this asks without a page."""
    signed = page.request.post(f"{site}/api/v1/session", data={"user": "d-dp01", "password": "jinlin-demo"})
    assert signed.ok
    answer = page.request.get(f"{site}/ticket/{ticket['no']}")
    assert answer.status == 404
    assert "没有这张工单" in answer.text()
