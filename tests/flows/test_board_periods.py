"""Any stretch of time on the board, and the table of areas and departments that adds up both ways."""

import csv
import io
import re

import pytest

from api.demo_accounts import PASSWORD
from tests.conftest import Site
from tests.flows.test_one_truth import kpis, page_of
from tests.flows.test_rates_flow import finish
from tests.flows.test_ticket_life import report

TOTAL = re.compile(r"<h1>[^<]* · (\d+)")
CELL = re.compile(r'href="(/board/tickets\?[^"]+)">([\d,]+)</a>')
STRETCHES = (
    "year",
    "2026",
    "quarter",
    "2026-Q4",
    "month",
    "2026-11",
    "7d",
    "today",
    "2026-11-18..2026-11-18",
)


def reported_in(site: Site, user: str, **params: str) -> float | None:
    return kpis(page_of(site, user, "/board", **params))["上报工单"]


def test_any_stretch_of_time_is_shown_and_sent_on(site: Site) -> None:
    for _ in range(2):
        report(site)
    site.clock.turn(minutes=5)
    for name in STRETCHES:
        assert reported_in(site, "leader", period=name) == 2, name
    assert reported_in(site, "leader", period="last-year") == 0
    assert reported_in(site, "leader", period="2026-10-01..2026-11-17") == 0
    page = page_of(site, "leader", "/board", since="2026-11-10", until="2026-11-18")
    assert kpis(page)["上报工单"] == 2
    assert "2026-11-10 — 2026-11-18" in page
    assert "period=2026-11-10..2026-11-18" in page  # what is opened from here keeps the stretch
    for path in ("/board/tickets", "/board/ledger", "/board/orders", "/board/table"):
        assert "2026-11-10" in page_of(site, "leader", path, period="2026-11-10..2026-11-18"), path


@pytest.mark.parametrize(
    "asked",
    [{"period": "2027"}, {"period": "fortnight"}, {"period": "2026-11-18..2026-11-10"}, {"since": "soon", "until": "x"}, {"since": "2026-11-10"}, {"until": "2026-11-10"}],
)  # fmt: skip
def test_a_stretch_that_is_none_is_refused_on_a_page(sqlite_site: Site, asked: dict[str, str]) -> None:
    sqlite_site.client.post("/api/v1/session", json={"user": "leader", "password": PASSWORD})
    answer = sqlite_site.client.get("/board", params=asked, headers={"accept": "text/html"})
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (422, "text/html")


def test_areas_and_departments_add_up_both_ways_and_open_their_tickets(site: Site) -> None:
    numbers = [report(site)["no"] for _ in range(3)] + [report(site, "P0102")["no"]]
    finish(site, numbers[0], site.clerk("DP30"))
    site.clock.turn(hours=7)
    cell = min(site.world.city.cells)
    community = site.world.scheme.community_of(cell)
    street = site.world.scheme.street_of(cell)
    for area in ("", street, community):
        for kind, total in {"reported": 4, "open": 3, "due": 3, "closed": 1, "unsigned": 3}.items():
            page = page_of(site, "leader", "/board/table", period="7d", set=kind, area=area)
            links = CELL.findall(page)
            counted = [int(count) for _, count in links]
            assert total in counted, (area, kind)
            assert sum(counted) == 4 * total, (
                area,
                kind,
            )  # each is in its cell, its row, its column and the whole
            for path, count in links:
                opened = site.client.get(path.replace("&amp;", "&"))
                assert TOTAL.findall(opened.text) == [count], path
    answer = site.client.get("/board/table.csv", params={"period": "7d", "set": "reported", "area": street})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    departments = [name for name in rows[0] if name not in ("区域", "代码", "合计")]
    assert len(departments) == 2
    for row in rows:
        assert int(row["合计"]) == sum(int(row[name]) for name in departments)
    for name in (*departments, "合计"):
        assert int(rows[-1][name]) == sum(int(row[name]) for row in rows[:-1])
    assert len(rows) - 1 == sum(1 for a in site.world.city.areas.values() if a.parent == street)
    assert site.client.get("/board/table.xlsx").status_code == 200
    own = page_of(site, site.clerk("DP30"), "/board/table", period="7d")
    assert own.count('<th scope="col" class="num">') == 2  # its own column, and the total


def test_two_areas_or_periods_stand_side_by_side(site: Site) -> None:
    numbers = [report(site)["no"] for _ in range(3)]
    finish(site, numbers[0], site.clerk("DP30"))
    site.clock.turn(hours=7)
    here = site.world.scheme.street_of(min(site.world.city.cells))
    there = max(a.code for a in site.world.city.areas.values() if a.level == "street")
    assert here != there
    page = page_of(site, "leader", "/board/compare", period="7d", area=here, other_area=there)
    rows = {
        name: re.findall(r">([\d,]+)</a>", row)
        for name, row in re.findall(r'<th scope="row"[^>]*>([^<]+)</th>(.*?)</tr>', page)
    }
    assert (rows["上报"], rows["应结案"], rows["已结案"]) == (["3", "0"], ["3", "0"], ["1", "0"])
    for path in re.findall(r'href="(/board/tickets\?[^"]+)"', page):
        opened = site.client.get(path.replace("&amp;", "&"))
        assert opened.status_code == 200, path
    later = page_of(site, "leader", "/board/compare", period="2026-11", other_period="2026-10")
    assert "2026-10-01 — 2026-10-31" in later
    asked = {"period": "2026-11", "other_period": "2031"}
    assert site.client.get("/board/compare", params=asked).status_code == 422
