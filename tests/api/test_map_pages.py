"""A map's address answers with a whole document, or with its scene where an open map asks for JSON."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest

from api.guard import content_policy
from tests.conftest import Site

MAPS = [
    ("dispatcher", "/desk/map?tab=orders"),
    ("dispatcher", "/desk/map?tab=handling"),
    ("leader", "/board/map/coverage?item=SV-E15&hour=10"),
    ("leader", "/board/map/tickets"),
    ("leader", "/board/map/cells?by=open"),
    (None, "/map/pick"),
    (None, "/public/map"),
]


@pytest.mark.parametrize(("user", "address"), MAPS)
def test_a_map_answers_in_two_forms(sqlite_site: Site, user: str | None, address: str) -> None:
    whole = sqlite_site.call(user, "GET", address, headers={"Accept": "text/html"})
    scene = sqlite_site.call(user, "GET", address, headers={"Accept": "application/json"})
    assert (whole.status_code, scene.status_code) == (200, 200), scene.text
    assert whole.headers["vary"] == scene.headers["vary"] == "Accept"
    assert whole.text.startswith("<!DOCTYPE html>")
    assert set(scene.json()) >= {"title", "groups", "boxes", "bounds"}
    assert all(box in whole.text for box in scene.json()["boxes"])
    assert len(scene.content) < len(whole.content)


@pytest.mark.parametrize(("user", "address"), MAPS)
def test_a_map_lets_its_own_inline_scripts_run_and_no_other(
    sqlite_site: Site, user: str | None, address: str
) -> None:
    whole = sqlite_site.call(user, "GET", address)
    policy = whole.headers["content-security-policy"]
    inline = re.findall(r"<script(?![^>]* src=)[^>]*>(.*?)</script>", whole.text, re.DOTALL)
    allowed = {f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}" for text in inline}
    assert set(re.findall(r"'(sha256-[^']+)'", policy)) == allowed
    assert "unsafe" not in policy.split("script-src")[1].split(";")[0]


def test_a_page_lets_no_inline_script_run(sqlite_site: Site) -> None:
    policy = sqlite_site.call(None, "GET", "/").headers["content-security-policy"]
    assert policy == content_policy()
    assert "script-src 'self';" in policy


def test_a_policy_counts_inline_scripts_only() -> None:
    html = '<script src="/a.js"></script><script type="module">b()</script><script>\nc()\n</script>'
    assert content_policy(html).count("sha256-") == 2
    assert content_policy() == content_policy("<p>none</p>")
