"""The rates of a month through HTTP, told from events, on both databases."""

from tests.conftest import Site
from tests.flows.test_ticket_life import report


def rates_of(site: Site, user: str = "leader", **ask: str) -> dict:
    body = site.get(user, "/api/v1/rates", month="2026-11", **ask)
    return {r["name"]: r["value"] for r in body["rates"]} | {"counts": body["counts"], "body": body}


def finish(site: Site, no: str, clerk: str) -> None:
    site.act(clerk, "ticket", no, "receive")
    site.act(clerk, "ticket", no, "done", evidence=[site.photo(clerk)], note="好了")
    site.act(site.worker(), "ticket", no, "pass", evidence=[site.photo(site.worker())])
    site.act("dispatcher", "ticket", no, "close")


def test_rates_count_by_deadline_and_do_not_follow_later_changes(site: Site) -> None:
    clerk = site.clerk("DP30")
    numbers = [report(site)["no"] for _ in range(3)]
    finish(site, numbers[0], clerk)
    assert rates_of(site)["closure"] is None  # nothing is due yet: no data
    site.clock.turn(hours=7)  # 17:30; all three were due at 16:30
    told = rates_of(site)
    assert told["counts"]["due"] == 3
    assert (told["closure"], told["on_time_closure"]) == (1 / 3, 1 / 3)
    assert told["filing"] == 1.0
    site.clock.turn(days=13)  # 1 December
    site.sign_in_anew()
    november = site.get("leader", "/api/v1/rates", month="2026-11")
    finish(site, numbers[1], clerk)
    assert site.get("leader", "/api/v1/rates", month="2026-11")["rates"] == november["rates"]
    assert november["counts"]["overdue_unhandled"] == 2


def test_rates_of_an_area_and_of_a_department(site: Site) -> None:
    report(site)
    report(site, category="P0102")
    site.clock.turn(hours=9)
    here = site.world.city.cells[min(site.world.city.cells)].community
    other = next(c.community for c in site.world.city.cells.values() if c.community != here)
    assert rates_of(site, area=here)["counts"]["reported"] == 2
    assert rates_of(site, area=other)["counts"]["reported"] == 0
    assert rates_of(site, department="DP30")["counts"]["reported"] == 1
    assert rates_of(site, site.clerk("DP22"), department="DP30")["counts"]["reported"] == 1  # its own alone
    rows = rates_of(site, by="department")["body"]["items"]
    assert [(r["key"], r["counts"]["due"]) for r in rows] == [("DP22", 1), ("DP30", 1)]
    assert rates_of(site, by="category")["body"]["items"][0]["name"]


def test_rates_are_for_those_who_oversee(site: Site) -> None:
    assert site.call(site.worker(), "GET", "/api/v1/rates?month=2026-11").status_code == 403
    assert site.call(None, "GET", "/api/v1/rates?month=2026-11").status_code == 401
    ahead = site.call("leader", "GET", "/api/v1/rates?month=2027-11")
    assert ahead.status_code == 422
    assert ahead.json()["field"] == "month"
