"""The public pages in Chromium."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Login

pytestmark = pytest.mark.browser


def test_signing_in_leads_to_the_own_account(page: Page, site: str, login: Login) -> None:
    login(page, "dispatcher")
    page.goto(f"{site}/me")
    assert page.locator("h1").inner_text() == "调度员小周"
