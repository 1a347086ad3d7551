"""Orders that wait, planned at once over HTTP: never dearer than one after the other, and every pair can be sent."""

from typing import Any

from click.testing import CliRunner

from api.cli import jinlin
from tests.conftest import Site

TAP, MEALS = "SV-B01", "SV-E05"


def place(site: Site, resident: str, item: str = TAP) -> str:
    body = {"item": item, "channel": "phone", "resident": resident}
    return str(site.post("dispatcher", "/api/v1/orders", 201, **body)["no"])


def planned(site: Site, **body: Any) -> dict[str, Any]:
    return dict(site.post("dispatcher", "/api/v1/assignments", **body))


def test_what_waits_is_planned_with_its_proof_and_can_be_sent(site: Site) -> None:
    numbers = [place(site, f"R{n:06d}", item) for n in range(1, 13) for item in (TAP, MEALS)]
    plan = planned(site)
    assert [row["order"] for row in plan["items"]] == numbers  # those that came first in front
    assert plan["proof"]["total"] == plan["proof"]["bound"]
    assert plan["together"]["served"] >= plan["one_by_one"]["served"]
    if plan["together"]["served"] == plan["one_by_one"]["served"]:
        assert plan["together"]["cost_min"] <= plan["one_by_one"]["cost_min"] + 1e-6
    for row in plan["items"]:
        assert (row["together"] is None) == bool(row["cause"])
        if row["together"]:
            provider = row["together"]["provider"]
            site.act("dispatcher", "order", row["order"], "contact", provider=provider)
    left = [row["order"] for row in plan["items"] if row["together"] is None]
    assert [row["order"] for row in planned(site)["items"]] == left


def test_some_are_planned_and_alarms_never(site: Site) -> None:
    numbers = [place(site, f"R{n:06d}") for n in (1, 2, 3)]
    plan = planned(site, orders=numbers[:2])
    assert [row["order"] for row in plan["items"]] == numbers[:2]
    site.post("dispatcher", "/api/v1/assignments", 422, orders=[""])
    assert planned(site, orders=["S0"])["items"] == []


def test_whom_a_resident_does_not_want_is_not_planned(site: Site) -> None:
    no = place(site, "R000001")
    (row,) = planned(site)["items"]
    first = row["together"]["provider"]
    site.act("dispatcher", "order", no, "contact", provider=first)
    site.act("dispatcher", "order", no, "decline", reason="忙")
    (row,) = planned(site)["items"]
    assert row["together"]["provider"] != first


def test_the_page_shows_the_plan(sqlite_site: Site) -> None:
    site = sqlite_site
    no = place(site, "R000001")
    shown = site.call("dispatcher", "GET", "/desk/together")
    assert shown.status_code == 200
    assert no in shown.text
    scene = site.call(
        "dispatcher", "GET", "/desk/together/map", headers={"Accept": "application/json"}
    ).json()
    assert {group["name"] for group in scene["groups"]} >= {"服务单", "服务商", "路线"}


def test_the_command_is_known() -> None:
    assert "at once" in CliRunner().invoke(jinlin, ["assign", "--help"]).output
