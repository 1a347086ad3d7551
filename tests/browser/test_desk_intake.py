"""The desk's form of a new case in Chromium: three kinds, the caller recognised, a draft that is not lost."""

import re
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Client, Login
from tests.browser.test_desk import at_desk, reported, somewhere

pytestmark = pytest.mark.browser
NUMBERS = count(13900000)


def stranger() -> str:
    """A telephone from which nobody called yet."""
    return f"138{next(NUMBERS)}"


def new_case(page: Page, said: str, phone: str, name: str = "") -> None:
    """Open the form and write down who calls and what they say."""
    page.keyboard.press("n")
    page.locator("#phone").fill(phone)
    if name:
        page.locator("#name").fill(name)
    page.locator("#need").fill(said)


def point(page: Page, place: dict[str, float] | None = None) -> None:
    """Click the map at a place, else a little beside its middle; no pin is in the way of a click on the map itself."""
    body = page.frame_locator("#map").locator("body")
    page.frame_locator("#map").locator(".folium-map").wait_for()
    body.evaluate(
        """(_, place) => {
            const { map } = jinlinMap, latlng = map.getCenter().clone();
            Object.assign(latlng, place ? { lat: place.lat, lng: place.lon } : { lat: latlng.lat + 0.0007 });
            map.fire("click", { latlng });
        }""",
        place,
    )
    expect(page.locator("[data-place]")).to_have_text("位置已选")


def test_a_report_is_taken_by_everyday_words_and_its_double_is_shown(
    page: Page, site: str, login: Login, client: Client
) -> None:
    at_desk(page, site, login)
    phone = stranger()
    new_case(page, "路灯不亮", phone, "许先生")
    expect(page.locator("#need-found li").first).to_contain_text("报一个问题")
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_be_focused()
    expect(page.locator('[name="kind"][value="report"]')).to_be_checked()
    point(page)
    expect(page.locator("[data-foreseen]")).to_contain_text("归口：")
    expect(page.locator("[data-foreseen]")).to_contain_text("办结不晚于")
    page.keyboard.press("Control+Enter")
    page.locator('[data-case][data-kind="ticket"]').wait_for()
    first = page.locator("[data-case]").get_attribute("data-case") or ""
    made = client("dispatcher").get(f"/api/v1/tickets/{first}").json()
    assert (made["channel"], made["category"]) == ("phone", "P0118")
    new_case(page, "路灯不亮", phone)
    expect(page.locator("#name")).to_have_attribute(
        "placeholder", "许**"
    )  # who called before is not asked again
    point(page, {"lon": made["lon"], "lat": made["lat"]})
    expect(page.locator("[data-foreseen]")).to_contain_text(first)
    expect(page.locator("[data-history-count]")).to_have_text("1")
    page.locator('[data-do="drop"]').click()


def test_enter_takes_the_row_that_is_marked_and_no_other(page: Page, site: str, login: Login) -> None:
    at_desk(page, site, login)
    page.keyboard.press("n")
    page.locator("#need").focus()
    expect(page.locator("#need-found li").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#need")).to_be_focused()
    expect(page.locator("#need")).to_have_value("")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = page.locator("#need-found li b").nth(1).inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("#need")).to_have_value(second)
    page.locator('[data-do="drop"]').click()


def test_a_question_is_answered_at_once_or_later(page: Page, site: str, login: Login, client: Client) -> None:
    at_desk(page, site, login)
    page.keyboard.press("n")
    page.locator("#phone").fill(stranger())
    page.keyboard.press("Alt+1")
    page.locator("#name").fill("许女士")
    page.keyboard.press("Control+Enter")
    expect(page.locator('#new-case [data-error-for="text"]')).to_be_visible()
    page.locator("#text").fill("老年食堂几点开门")
    expect(page.locator("[data-foreseen]")).to_contain_text("答复不晚于")
    page.keyboard.press("Alt+s")  # the caller has more to say
    expect(page.locator("#messages")).to_contain_text("已下单 Z")
    expect(page.locator("#text")).to_have_value("")
    page.keyboard.press("Alt+1")
    page.locator("#text").fill("要带什么")
    page.locator("#answer").fill("带身份证")
    page.keyboard.press("Control+Enter")
    expect(page.locator('[data-kind="question"]')).to_contain_text("带身份证")
    open_ones = client("dispatcher").get("/api/v1/questions").json()["items"]
    (waiting,) = [q for q in open_ones if q["text"] == "老年食堂几点开门"]
    page.goto(f"{site}/desk?no={waiting['no']}")
    page.locator('[data-act="answer"]').click()
    page.locator("#act textarea").fill("早上七点")
    page.keyboard.press("Control+Enter")
    expect(page.locator('[data-kind="question"]')).to_contain_text("早上七点")


def test_a_resident_is_recognised_by_the_telephone_however_it_is_written(
    page: Page, site: str, login: Login, client: Client
) -> None:
    phone = stranger()
    body = {
        "name": "王阿姨",
        "phone": phone,
        "address": "和睦新村 1 号",
        "source": "本人",
        **somewhere(client),
    }
    made = client("dispatcher").post("/api/v1/residents", json=body)
    assert made.status_code == 201, made.text
    at_desk(page, site, login)
    new_case(page, "剪头发", f"+86 {phone[:3]} {phone[3:7]} {phone[7:]}")
    expect(page.locator("[data-caller-name]")).to_contain_text(made.json()["no"])
    expect(page.locator("[data-caller-phone]")).to_contain_text("****")
    expect(page.locator("#name")).to_be_hidden()  # nothing known is asked again
    expect(page.locator("#need-found li").first).to_contain_text("理发上门")
    page.locator("#need-found li").first.click()
    expect(page.locator("[data-foreseen]")).to_contain_text("到门不晚于")
    page.locator('[data-do="no-caller"]').click()
    expect(page.locator("#name")).to_be_visible()
    page.locator('[data-do="drop"]').click()
    expect(page.locator("#new-case")).to_have_count(0)


def test_a_draft_outlives_a_reload_a_pin_and_a_closed_form(
    page: Page, site: str, login: Login, client: Client
) -> None:
    ticket = reported(client)
    at_desk(page, site, login)
    new_case(page, "剪头发", stranger(), "许先生")
    page.locator("#text").fill("右手不便")
    point(page)
    page.evaluate(
        "(id) => window.dispatchEvent(new MessageEvent('message', {data: {type: 'pick', kind: 'other', id}, origin: location.origin}))",
        ticket["no"],
    )
    expect(page.locator("#map-note")).to_contain_text(f"打开 {ticket['no']}")
    expect(page.locator("#new-case")).to_be_visible()  # a pin never takes the form away
    page.reload()
    expect(page.locator("#need")).to_have_value("剪头发")
    expect(page.locator("#text")).to_have_value("右手不便")
    expect(page.locator("[data-place]")).to_have_text("位置已选")
    page.locator('#new-case [data-do="idle"]').click()
    chip = page.locator("#drafts button")
    expect(chip).to_contain_text("剪头发")
    chip.click()
    expect(page.locator("#name")).to_have_value("许先生")
    page.locator('[data-do="drop"]').click()
    expect(page.locator("#drafts button")).to_have_count(0)
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("#need")).to_have_value("剪头发")
    page.locator("#need").focus()
    page.keyboard.press("Control+Enter")
    page.locator('[data-case][data-kind="order"]').wait_for()
    expect(page.locator("#drafts button")).to_have_count(0)


def test_keys_of_the_form_work_with_the_focus_in_the_map(page: Page, site: str, login: Login) -> None:
    at_desk(page, site, login)
    new_case(page, "剪头发", stranger(), "许先生")
    page.keyboard.press("Enter")
    point(page)
    page.frame_locator("#map").locator(".leaflet-container").focus()
    page.keyboard.press("Alt+3")
    expect(page.locator('[name="kind"][value="report"]')).to_be_checked()
    page.keyboard.press("Alt+2")
    page.frame_locator("#map").locator(".leaflet-container").focus()
    page.keyboard.press("Control+Enter")
    page.locator('[data-case][data-kind="order"]').wait_for()


def test_a_place_is_found_by_its_community(page: Page, site: str, login: Login, client: Client) -> None:
    areas = client("dispatcher").get("/api/v1/areas", params={"level": "community"}).json()["features"]
    name = areas[0]["properties"]["name"]
    at_desk(page, site, login)
    new_case(page, "路灯不亮", stranger(), "许先生")
    page.locator("#address").fill(name)
    page.locator("#address-found li", has_text=name).first.click()
    expect(page.locator("[data-place]")).to_have_class(re.compile("ok"))
    page.locator('[data-do="drop"]').click()
