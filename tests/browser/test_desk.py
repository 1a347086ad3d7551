"""The dispatcher's desk in Chromium: from the call to the call back by keyboard, tickets, emergencies."""

from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Client, Login

pytestmark = pytest.mark.browser

CONTACT = {"name": "王阿姨", "phone": "13800138000"}


def somewhere(client: Client) -> dict[str, float]:
    """A place where somebody of the register lives."""
    found = client("dispatcher").get("/api/v1/residents", params={"limit": 1}).json()["items"][0]
    return {"lon": found["lon"], "lat": found["lat"]}


def placed(client: Client, item: str) -> dict[str, Any]:
    answer = client("").post("/api/v1/orders", json={"item": item, "contact": CONTACT, **somewhere(client)})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def reported(client: Client, category: str = "E0102") -> dict[str, Any]:
    body = {"category": category, "contact": CONTACT, "description": "门口一堆", **somewhere(client)}
    answer = client("").post("/api/v1/tickets", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def at_desk(page: Page, site: str, login: Login, no: str = "") -> None:
    login(page, "dispatcher")
    page.goto(f"{site}/desk" + (f"?no={no}" if no else ""))
    page.frame_locator("#map").locator(".leaflet-container").wait_for()
    if no:
        page.locator(f'[data-case="{no}"]').wait_for()


def test_a_call_is_taken_and_sent_by_keyboard_alone(
    page: Page, site: str, login: Login, client: Client
) -> None:
    caller = client("dispatcher").get("/api/v1/residents", params={"limit": 1}).json()["items"][0]
    at_desk(page, site, login)
    page.keyboard.press("/")
    page.keyboard.type(caller["no"])
    expect(page.locator("#caller-found li").first).to_contain_text(caller["name"])
    page.keyboard.press("Enter")
    expect(page.locator("#need")).to_be_focused()
    page.keyboard.type("lfsm")
    expect(page.locator("#need-found li").first).to_contain_text("理发上门")
    page.keyboard.press("Enter")
    expect(page.locator("#new-case [data-main]")).to_be_focused()
    page.keyboard.press("Enter")
    candidates = page.locator("#candidates [role=radio]")
    expect(candidates.first).to_have_attribute("aria-checked", "true")
    assert candidates.first.locator(".factor").count() == 5
    expect(page.locator("#map-note")).to_contain_text("km")
    page.keyboard.press("2")
    expect(candidates.nth(1)).to_have_attribute("aria-checked", "true")
    name = candidates.nth(1).get_attribute("data-name") or ""
    page.keyboard.press("Enter")
    expect(page.locator("#act textarea")).to_be_focused()  # others are proposed first
    page.keyboard.type("居民认识这一家")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text(name)
    expect(page.locator("#case h3").first).to_have_text(name)
    page.keyboard.press("a")
    page.locator('[data-act="call_back"]').wait_for()
    page.keyboard.press("c")
    page.locator('[data-act="depart"]').wait_for()
    no = page.locator("[data-case]").get_attribute("data-case")
    assert client("dispatcher").get(f"/api/v1/orders/{no}").json()["state"] == "called_back"


def test_a_stranger_is_placed_by_a_click_on_the_map(page: Page, site: str, login: Login) -> None:
    at_desk(page, site, login)
    page.keyboard.press("n")
    page.locator("#phone").fill("13900139000")
    page.locator("#name").fill("路人")
    page.locator("#need").fill("E15")
    expect(page.locator("#need-found li")).to_have_count(1)
    page.locator("#need-found li").click()
    page.keyboard.press("Enter")
    expect(page.locator('#new-case [data-error-for="lon"]')).to_be_visible()
    page.frame_locator("#map").locator(".folium-map").click(position={"x": 420, "y": 380})
    expect(page.locator("[data-place]")).to_have_text("位置已选")
    page.locator("#new-case [data-main]").click()
    page.locator('[data-kind="order"]').wait_for()
    expect(page.locator("[data-person]")).to_have_text("路*")


def test_the_phone_is_shown_for_a_reason_only(page: Page, site: str, login: Login, client: Client) -> None:
    at_desk(page, site, login, placed(client, "SV-E15")["no"])
    expect(page.locator("[data-phone]")).to_have_text("138****8000")
    page.keyboard.press("r")
    page.keyboard.press("Enter")
    expect(page.locator("[data-phone]")).to_have_text("13800138000")


def test_an_order_nobody_can_do_is_recorded_with_its_cause(
    page: Page, site: str, login: Login, client: Client
) -> None:
    no = placed(client, "SV-E15")["no"]
    at_desk(page, site, login, no)
    page.keyboard.press("u")
    page.locator("#cause").select_option("all_full")
    page.locator('#act [type="submit"]').click()
    page.locator('[data-act="reopen"]').wait_for()
    assert client("dispatcher").get(f"/api/v1/orders/{no}").json()["cause"] == "all_full"


def test_an_emergency_rings_at_once(page: Page, site: str, login: Login, client: Client) -> None:
    at_desk(page, site, login)
    take_all(page)
    expect(page.locator("[data-jinlin-live]")).to_have_attribute("data-state", "open")
    expect(page.locator("#sound")).to_have_attribute("aria-pressed", "true")
    no = placed(client, "SV-E01")["no"]
    expect(page.locator("#ring")).to_be_visible()
    expect(page.locator("#ring b")).to_contain_text("紧急呼叫")
    expect(page.locator("#ring b")).to_contain_text(no)
    page.locator("#ring button").click()
    page.locator(f'[data-case="{no}"]').wait_for()
    expect(page.locator('#case [data-alarm="well"]')).to_be_visible()  # that one press took it
    page.keyboard.press("k")  # 120 before anything else
    expect(page.locator("#case .alarm")).to_contain_text("已移交救援")
    page.keyboard.press("b")
    expect(page.locator("#case .alarm")).to_contain_text("本人平安")
    expect(page.locator("#rescue-note")).to_contain_text("GCJ-02")
    page.locator('[data-alarm="close"]').first.click()
    expect(page.locator("#case [data-alarm]")).to_have_count(0)
    alarm = client("dispatcher").get(f"/api/v1/alarms/{no}").json()
    assert (alarm["agent"], alarm["handed_to"], alarm["closing"]) == ("dispatcher", ["120"], "false")
    page.keyboard.press("m")
    expect(page.locator("#sound")).to_have_attribute("aria-pressed", "false")


CALLER = count()  # who calls again joins the alarm that is open


def ring_for(client: Client, how_many: int) -> list[str]:
    """Raise alarms, the oldest first."""
    public, place = client(""), somewhere(client)
    body = {"item": "SV-E01", **place}
    callers = [CONTACT | {"phone": f"1380013{next(CALLER):04d}"} for _ in range(how_many)]
    return [public.post("/api/v1/orders", json=body | {"contact": c}).json()["no"] for c in callers]


def take_all(page: Page) -> None:
    """Take every alarm that still rings, as the signed-in dispatcher."""
    page.evaluate(
        """async () => {
          const { act } = await import("/static/js/acts.js");
          for (const a of document.querySelectorAll("#alarms [data-untaken]")) await act("alarm", a.dataset.no, "take");
        }"""
    )
    expect(page.locator("#alarms [data-untaken]")).to_have_count(0)


def test_an_alarm_reaches_who_types_in_a_filter_or_a_dialog(
    page: Page, site: str, login: Login, client: Client
) -> None:
    ticket = reported(client, "E0104")
    at_desk(page, site, login, ticket["no"])
    take_all(page)
    page.locator('.filter [name="text"]').fill("垃")
    (first,) = ring_for(client, 1)
    expect(page.locator("#ring")).to_be_visible()
    expect(page.locator('.filter [name="text"]')).to_have_value("垃")
    page.keyboard.press("Alt+t")
    page.locator(f'[data-case="{first}"]').wait_for()
    expect(page.locator("#ring")).to_be_hidden()
    assert not page.title().startswith("(")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    (second,) = ring_for(client, 1)
    expect(page.locator("dialog#keys #ring")).to_be_visible()  # above the dialog, where it can be pressed
    expect(page.locator("#ring b")).to_contain_text(second)
    page.locator("#ring button").click()
    page.locator(f'[data-case="{second}"]').wait_for()
    expect(page.locator("#keys")).to_be_hidden()


def test_a_case_changes_the_layers_of_a_map_that_stays(
    page: Page, site: str, login: Login, client: Client
) -> None:
    first, second = placed(client, "SV-E15")["no"], placed(client, "SV-E15")["no"]
    at_desk(page, site, login, first)
    expect(page.locator("#map-note")).to_contain_text("km")
    frame = page.frame_locator("#map")
    frame.locator(".leaflet-container").evaluate("(box) => { box.dataset.kept = 'yes'; }")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/icons/" not in request.url else None)
    for no in (second, first):
        asked.clear()
        page.locator(f'#queue [data-no="{no}"]').click()
        page.locator(f'[data-case="{no}"]').wait_for()
        expect(page.locator("#map-note")).to_contain_text("km")
        assert len(asked) <= 3, asked
    expect(frame.locator(".leaflet-container")).to_have_attribute("data-kept", "yes")
    assert frame.locator(".pin.home").count() == 1
    page.keyboard.press("g")
    expect(frame.locator(".pin.home")).to_have_count(0)
    expect(frame.locator(".leaflet-container")).to_have_attribute("data-kept", "yes")


def test_keys_pressed_in_the_map_act_on_the_page(page: Page, site: str, login: Login, client: Client) -> None:
    no = placed(client, "SV-E15")["no"]
    at_desk(page, site, login, no)
    expect(page.locator("#map-note")).to_contain_text("km")
    page.frame_locator("#map").locator(".leaflet-container").focus()
    page.keyboard.press("2")
    expect(page.locator("#candidates [role=radio]").nth(1)).to_have_attribute("aria-checked", "true")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


def test_a_lost_line_is_loud_within_five_seconds_and_comes_back(
    page: Page, site: str, login: Login, client: Client
) -> None:
    at_desk(page, site, login)
    take_all(page)
    live = page.locator("[data-jinlin-live]")
    expect(live).to_have_attribute("data-state", "open")
    page.wait_for_timeout(4000)  # longer than a silence that would be taken for a lost line
    expect(page.locator("#lost")).to_be_hidden()
    page.context.set_offline(offline=True)
    expect(page.locator("#lost")).to_be_visible(timeout=5000)
    expect(page.locator("#lost b")).to_contain_text("断线")
    (no,) = ring_for(client, 1)
    page.context.set_offline(offline=False)
    expect(live).to_have_attribute("data-state", "open")
    expect(page.locator("#lost")).to_be_hidden()
    expect(page.locator(f'#alarms [data-no="{no}"]')).to_be_visible()
    expect(page.locator("#ring")).to_be_visible()
    take_all(page)


def test_a_line_that_falls_silent_is_noticed(page: Page, site: str, login: Login) -> None:
    """A stream that stays open without a word, as behind a proxy that lost the server."""
    at_desk(page, site, login)
    page.add_init_script(
        "window.EventSource = class extends EventTarget { static OPEN = 1; static CLOSED = 2; readyState = 1; close() {} };"
    )
    page.reload()
    expect(page.locator("#lost")).to_be_visible(timeout=5000)


def test_a_place_is_corrected_on_the_map(page: Page, site: str, login: Login, client: Client) -> None:
    made = placed(client, "SV-E15")
    at_desk(page, site, login, made["no"])
    expect(page.locator("#map-note")).to_contain_text("km")
    page.frame_locator("#map").locator(".folium-map").click(position={"x": 300, "y": 300})
    page.get_by_role("button", name="把位置改到这里").click()
    expect(page.locator("#case details.card li").filter(has_text="确认位置")).to_have_count(1)
    moved = client("dispatcher").get(f"/api/v1/orders/{made['no']}").json()
    assert (moved["lon"], moved["state"]) != (made["lon"], made["state"])


def test_a_report_is_accepted_and_passed_on(page: Page, site: str, login: Login, client: Client) -> None:
    ticket = reported(client)
    at_desk(page, site, login, ticket["no"])
    page.keyboard.press("a")
    page.locator('[data-act="transfer"]').click()
    page.locator("#department").select_option("DP21")
    page.locator("#act textarea").fill("按权属改派")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#case .facts")).not_to_contain_text(ticket["department_name"])
    shown = client("dispatcher").get(f"/api/v1/tickets/{ticket['no']}").json()
    assert (shown["state"], shown["department"]) == ("dispatched", "DP21")


def test_like_cases_are_offered_for_merging(page: Page, site: str, login: Login, client: Client) -> None:
    first, second = reported(client, "E0103"), reported(client, "E0103")
    at_desk(page, site, login, second["no"])
    page.locator('[data-act="merge"]').click()
    parent = page.locator("#parent").input_value()
    assert parent.startswith("T")
    page.locator("#parent").fill(first["no"])
    page.locator('#act [type="submit"]').click()
    page.locator("#act").wait_for(state="hidden")
    assert client("dispatcher").get(f"/api/v1/tickets/{second['no']}").json()["parent"] == first["no"]


def test_the_queue_is_filtered_and_turned(page: Page, site: str, login: Login, client: Client) -> None:
    made = placed(client, "SV-E15")
    at_desk(page, site, login)
    page.locator('.filter [name="text"]').fill(made["no"])
    page.keyboard.press("Enter")
    expect(page.locator("#queue a.item")).to_have_count(1)
    page.get_by_role("link", name="未满足").click()
    expect(page.locator("#queue-side .tabs [aria-current]")).to_contain_text("未满足")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


def test_residents_are_led_away_from_the_desk(page: Page, site: str, login: Login) -> None:
    page.goto(f"{site}/desk")
    assert page.url.endswith("/login?next=/desk")
    login(page, "r000001")
    page.goto(f"{site}/desk")
    assert page.url == f"{site}/"


@pytest.mark.parametrize(("user", "path"), [("dispatcher", "/desk"), ("admin", "/desk"), ("admin", "/board")])
def test_the_head_of_a_page_fits_every_width(
    page: Page, site: str, login: Login, user: str, path: str
) -> None:
    login(page, user)
    for width in (1366, 1280, 1024, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{site}{path}")
        page.locator("header").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_another_than_the_first_is_sent_for_a_reason(
    page: Page, site: str, login: Login, client: Client
) -> None:
    no = placed(client, "SV-E15")["no"]
    at_desk(page, site, login, no)
    other = page.locator("#candidates [data-passes]").first
    other.click()
    page.keyboard.press("Escape")
    page.locator('[data-do="send"]').click()
    expect(page.locator("#act-title")).to_contain_text("仍要派给")
    page.keyboard.press("Escape")  # thought better of it
    expect(page.locator("#candidates")).to_be_visible()
    page.locator('[data-do="send"]').click()
    page.get_by_role("button", name="居民指定").click()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#case")).to_contain_text("没派排在前面的")
    steps = client("dispatcher").get(f"/api/v1/orders/{no}").json()["timeline"]
    assert steps[-1]["payload"]["reason"] == "居民指定"
