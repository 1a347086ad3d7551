"""A ticket handed to an outside line, or moved across a border, from the desk in Chromium."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Client, Login
from tests.browser.test_desk import CONTACT, at_desk, reported, somewhere

pytestmark = pytest.mark.browser


def test_a_ticket_is_handed_to_a_line_and_taken_back(
    page: Page, site: str, login: Login, client: Client
) -> None:
    no = reported(client)["no"]
    client("dispatcher").post(f"/api/v1/tickets/{no}/actions", json={"action": "accept"})
    at_desk(page, site, login, no)
    page.locator('[data-act="hand_to"]').click()
    page.locator("#act select[name=line]").select_option("line12343")
    page.get_by_role("button", name="需专业队伍处置").click()
    page.locator("#act button[type=submit]").click()
    expect(page.locator(f'[data-case="{no}"]')).to_contain_text("在外线 · 12343")
    expect(page.locator(f'[data-case="{no}"]')).to_contain_text("已转出，待受理")
    page.goto(f"{site}/desk?tab=lines")
    expect(page.locator("#queue")).to_contain_text("12343")
    page.goto(f"{site}/ticket/{no}")
    expect(page.get_by_role("table", name="经手与用时")).to_contain_text("12343")
    page.locator('[data-act-open="act-recall"]').click()
    page.locator("#recall-reason").fill("由本区处置")
    page.locator('#act-recall button[type="submit"]').click()
    expect(page.get_by_role("table", name="转外线")).to_contain_text("已收回")


def test_a_ticket_is_moved_to_the_cell_across_the_border(
    page: Page, site: str, login: Login, client: Client
) -> None:
    body = {"category": "E0104", "contact": CONTACT, "accuracy_m": 400, **somewhere(client)}
    made = client("").post("/api/v1/tickets", json=body).json()
    at_desk(page, site, login, made["no"])
    page.locator('[data-act="move_cell"]').click()
    there = made["border_cells"][0]
    expect(page.locator(f'#act #cells option[value="{there}"]')).to_have_count(1)
    page.locator("#act [name=cell]").fill(there)
    page.get_by_role("button", name="定位点偏差").click()
    page.locator("#act button[type=submit]").click()
    expect(page.locator(f'[data-case="{made["no"]}"]')).to_contain_text("认定人 dispatcher")
    shown = client("dispatcher").get(f"/api/v1/tickets/{made['no']}").json()
    assert (shown["cell"], shown["cell_chosen_by"]) == (there, "dispatcher")
