"""The leader's board: every number opens the list behind it, down to the ticket; maps and exports."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.browser

Login = Callable[[Page, str], None]


@pytest.fixture
def board(page: Page, site: str, login: Login) -> Page:
    login(page, "leader")
    page.goto(f"{site}/board?period=30d")
    expect(page.locator("#coverage")).to_contain_text("家在营业")
    page.wait_for_load_state("networkidle")
    return page


def number(text: str) -> float:
    found = re.search(r"[\d,]+(\.\d+)?", text)
    assert found
    return float(found[0].replace(",", ""))


def test_the_leader_drills_from_the_league_to_a_ticket(board: Page) -> None:
    row = board.locator(".league tr", has=board.locator("a.bad")).first
    name = row.locator("td").nth(1).inner_text()
    row.locator("a.bad").click()
    expect(board.get_by_role("heading", level=1)).to_contain_text(name)
    points = [float(cell) for cell in board.locator("tbody td:last-child.num").all_inner_texts()]
    deducted = number(board.locator(".kpi", has_text="扣分").last.locator(".value").inner_text())
    assert sum(points) == pytest.approx(-deducted)
    subject = board.locator("tbody a").first.inner_text()
    board.locator("tbody a").first.click()
    board.wait_for_url(f"**/ticket/{subject}")
    expect(board.locator(".timeline li").first).to_be_visible()
    board.frame_locator("#map").locator(".pin.ticket").first.wait_for()


@pytest.mark.parametrize("card", ["超期未结", "上报工单", "在办"])
def test_a_card_opens_exactly_its_tickets(board: Page, card: str) -> None:
    box = board.locator("#kpis .kpi", has_text=card)
    told = number(box.locator(".value").inner_text())
    box.click()
    expect(board.get_by_role("heading", level=1)).to_contain_text(f"{told:.0f} 件")


def test_period_and_area_apply_to_cards_and_lists(board: Page) -> None:
    board.locator("[name='period']").select_option("7d")
    board.wait_for_url("**period=7d**")
    board.locator("[name='area']").select_option(index=2)
    board.wait_for_url("**area=3**")
    area = board.locator("h1").inner_text()
    board.locator("#kpis .kpi", has_text="上报工单").click()
    expect(board.locator(".page-head")).to_contain_text(area)
    expect(board.locator(".page-head")).to_contain_text("近 7 天")


def test_coverage_follows_item_and_hour(board: Page) -> None:
    board.frame_locator("#map").locator(".leg").wait_for()
    board.locator("[data-stage] [name='hour']").select_option("3")
    expect(board.locator("#coverage")).to_contain_text("03:00")
    expect(board.locator("[data-coverage-share]")).not_to_have_text("…")


def test_a_place_is_tried_dragged_and_taken_away(board: Page) -> None:
    frame = board.frame_locator("#map")
    frame.locator(".leg").wait_for()
    board.get_by_role("button", name="试放一处").click()
    told = board.locator("#trial")
    expect(told).to_contain_text("点一处")
    frame.locator(".pin.provider").first.wait_for()
    middle = "() => { const { map } = jinlinMap; map.fire('click', { latlng: map.getCenter() }); }"
    moved = "() => { const { place } = jinlinMap.state, { lat, lng } = place.getLatLng(); place.setLatLng([lat + 0.001, lng]); place.fire('drag'); place.fire('dragend'); }"
    frame.locator("body").evaluate(middle)
    expect(told).to_contain_text("人更近")
    pin = frame.locator(".pin.home")
    expect(pin).to_have_count(1)
    with board.expect_response(lambda answer: "/board/trial" in answer.url and "put=" in answer.url):
        frame.locator("body").evaluate(moved)
    told.get_by_role("button", name="撤掉新放的").click()
    expect(told).to_contain_text("点一处")
    expect(pin).to_have_count(0)
    board.get_by_role("button", name="试放一处").click()
    expect(told).to_be_hidden()


def test_the_map_shows_tickets_and_cells(board: Page) -> None:
    board.get_by_role("tab", name="工单热力").click()
    board.frame_locator("#map").locator("canvas.leaflet-heatmap-layer").first.wait_for()
    board.locator("[name='drawn']").select_option("pins")
    board.frame_locator("#map").locator(".cluster, .pin.ticket").first.wait_for()
    board.get_by_role("tab", name="网格").click()
    board.frame_locator("#map").locator("path.leaflet-interactive").first.wait_for()
    expect(board.frame_locator("#map").locator(".leg")).to_contain_text("在办工单")


def test_tabs_and_pickers_change_the_layers_of_a_map_that_stays(board: Page) -> None:
    frame = board.frame_locator("#map")
    frame.locator(".leg").wait_for()
    frame.locator(".leaflet-container").evaluate("(box) => { box.dataset.kept = 'yes'; }")
    documents: list[str] = []
    board.on("request", lambda r: documents.append(r.url) if r.resource_type == "document" else None)
    board.locator('[data-view="tickets"]').click()
    frame.locator("canvas.leaflet-heatmap-layer").first.wait_for()
    board.locator('[data-view="cells"]').click()
    expect(frame.locator(".leg")).to_contain_text("在办工单")
    expect(frame.locator("canvas.leaflet-heatmap-layer")).to_have_count(0)
    board.locator('[name="by"]').select_option("overdue")
    expect(frame.locator(".leg")).to_contain_text("超期未结")
    board.locator('[data-view="coverage"]').click()
    frame.locator(".leaflet-image-layer").wait_for()
    expect(frame.locator(".leaflet-container")).to_have_attribute("data-kept", "yes")
    assert documents == []


def test_only_scripts_of_the_house_run(context: BrowserContext, site: str, login: Login) -> None:
    """Neither a page nor a map nor the page of the interface lets an inline script of somebody else run."""
    blocked = "(text) => { const s = document.createElement('script'); s.textContent = text; document.body.append(s); return window.intruded; }"
    told: list[str] = []
    board = context.new_page()
    board.on("console", lambda message: told.append(message.text))
    login(board, "leader")
    board.goto(f"{site}/board?period=30d")
    board.frame_locator("#map").locator(".leg").wait_for()
    for frame in board.frames:
        assert frame.evaluate(blocked, "window.intruded = true") is None
    assert sum("Content Security Policy" in text for text in told) == len(board.frames)
    board.goto(f"{site}/docs")
    board.locator(".opblock").first.wait_for()
    assert board.evaluate(blocked, "window.intruded = true") is None


def test_lists_go_out_as_tables(board: Page, site: str) -> None:
    for address in ("/board/tickets.xlsx?period=30d", "/board/league.xlsx?period=30d"):
        assert board.request.get(site + address).body()[:2] == b"PK"
    lines = board.request.get(f"{site}/board/tickets.csv?period=30d&set=closed").text().splitlines()
    board.goto(f"{site}/board/tickets?period=30d&set=closed")
    expect(board.get_by_role("heading", level=1)).to_contain_text(f"{len(lines) - 1} 件")


def test_a_clerk_sees_only_the_own_department(page: Page, site: str, login: Login) -> None:
    login(page, "d-dp30")
    page.goto(f"{site}/board?period=30d")
    expect(page.locator(".league tr")).to_have_count(1)
    expect(page.locator(".league")).to_contain_text("环卫中心")


def test_the_board_prints_without_controls(board: Page) -> None:
    board.emulate_media(media="print")
    expect(board.locator("[data-pickers]")).to_be_hidden()
    expect(board.locator(".league")).to_be_visible()


@pytest.mark.parametrize(("wide", "high"), [(1920, 1080), (3840, 2160)])
def test_the_page_of_the_wall_fits_the_screen_and_cuts_no_figure(board: Page, wide: int, high: int) -> None:
    board.set_viewport_size({"width": wide, "height": high})
    told = board.evaluate(
        "() => { const page = document.scrollingElement; const cut = [...document.querySelectorAll('.kpi .name, .kpi .value')]"
        ".filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent);"
        " return [page.scrollHeight <= innerHeight, page.scrollWidth <= innerWidth, cut]; }"
    )
    assert told == [True, True, []]


def test_heat_has_a_legend_of_its_own_and_the_address_keeps_what_is_shown(board: Page) -> None:
    board.locator('[data-view="tickets"]').click()
    legend = board.frame_locator("#map").locator(".leg")
    expect(legend).to_contain_text("疏密")
    expect(legend).not_to_contain_text("已超时")
    board.locator("[name='drawn']").select_option("pins")
    expect(legend).to_contain_text("已超时")
    board.locator('[data-view="cells"]').click()
    board.locator("[name='by']").select_option("rate")
    expect(legend).to_contain_text("每千户上报")
    address = board.url
    assert "view=cells" in address
    board.evaluate("sessionStorage.clear()")
    board.goto("about:blank")
    board.goto(address)
    expect(legend).to_contain_text("每千户上报")
    expect(board.locator("[name='by']")).to_have_value("rate")


PAPER = {"A4": (733, 1062), "A3": (1062, 1527)}
"""Width and height in pixels of what the margins leave of a page."""


@pytest.mark.parametrize("size", PAPER)
@pytest.mark.parametrize("across", [False, True])
def test_the_board_on_paper_is_one_page_with_the_whole_map(board: Page, size: str, across: bool) -> None:  # noqa: FBT001 - a case
    board.frame_locator("#map").locator(".leg").wait_for()
    board.wait_for_function("document.querySelector('#map').style.getPropertyValue('--map-wide')")
    paper = board.pdf(format=size, landscape=across, print_background=True)
    assert re.findall(rb"/Count (\d+)", paper) == [b"1"]
    wide, high = sorted(PAPER[size], reverse=across)
    board.emulate_media(media="print")
    board.set_viewport_size({"width": wide, "height": high})
    boxes = [board.locator(name).bounding_box() for name in ("#map", ".stage .map", "#league tbody", "#hot")]
    for box in boxes:
        assert box is not None
        assert box["width"] > 100
        assert box["x"] + box["width"] <= wide + 1
        assert box["y"] + box["height"] <= high + 1
    drawn, place = boxes[:2]
    assert drawn is not None
    assert place is not None
    assert place["y"] - 1 <= drawn["y"]
    assert drawn["y"] + drawn["height"] <= place["y"] + place["height"] + 1
    assert place["x"] - 1 <= drawn["x"]
    assert drawn["x"] + drawn["width"] <= place["x"] + place["width"] + 1
    assert max(drawn["width"] / place["width"], drawn["height"] / place["height"]) > 0.98  # and it fills it
