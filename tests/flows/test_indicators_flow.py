"""Indicators through HTTP, on both databases."""

import re

from api.demo_accounts import PASSWORD
from data.figures.facts import collect
from grid.figures.measures import behind
from grid.period import month_so_far
from tests.conftest import Site
from tests.flows.test_rates_flow import finish
from tests.flows.test_ticket_life import report


def told(site: Site, user: str = "leader", **ask: str) -> dict:
    body = site.get(user, "/api/v1/indicators", **({"month": "2026-11"} | ask))
    return {i["id"]: i for i in body["items"]} | {"body": body}


def community(site: Site) -> str:
    return site.world.city.cells[min(site.world.city.cells)].community


def test_values_come_with_their_source_rank_and_past(site: Site) -> None:
    numbers = [report(site)["no"] for _ in range(3)]
    finish(site, numbers[0], site.clerk("DP30"))
    site.act(site.worker(), "ticket", numbers[0], "rate", rating=5)
    site.clock.turn(hours=7)
    found = told(site, area=community(site))
    assert len(found["body"]["items"]) == 52
    assert (found["Q13"]["value"], found["Q18"]["value"], found["Q20"]["value"]) == (3, 1, 2)
    assert found["K03"]["value"] == round(100 / 3, 4)
    assert found["K11"]["value"] == 100.0
    assert found["K09"]["value"] == 0.0
    assert found["K03"]["few"] is True
    assert found["K03"]["horizontal"]["rank"] is None
    assert found["Q13"]["horizontal"]["rank"] == 1
    assert found["Q13"]["horizontal"]["of"] == len(found["body"]["siblings"])
    assert found["Q13"]["provenance"]["rows"] == 3
    assert found["Q13"]["vertical"]["month"]["why"] == "before: no_records"
    assert found["Q01"]["provenance"]["register_as_of_now"] is True


def test_the_parts_of_the_district_sum_to_the_whole(site: Site) -> None:
    report(site)
    whole = told(site)
    streets = [a.code for a in site.world.city.areas.values() if a.level == "street"]
    for name in ("Q01", "Q02", "Q03", "Q05", "Q13", "Q27"):
        parts = [told(site, area=code)[name]["value"] for code in streets]
        assert sum(parts) == whole[name]["value"], name
    shares = [told(site, area=code)["Q01"]["normalised"] for code in streets]
    assert abs(sum(shares) - 100) < 0.001


def in_the_month_of(site: Site, reports: int, days: int) -> dict:
    """Report so often, go on so many days, and tell the change of what was reported against the month before."""
    for _ in range(reports):
        report(site)
    site.clock.turn(days=days, minutes=1)
    site.sign_in_anew()
    month = f"{site.world.local(site.clock()):%Y-%m}"
    return told(site, month=month, area=community(site))["Q13"]["vertical"]["month"]


def test_last_month_is_the_base_of_this_one_when_it_says_enough(sqlite_site: Site) -> None:
    site = sqlite_site
    begun = in_the_month_of(site, 1, 31)  # 19 December; records begin on 18 November
    assert (begun["absolute"], begun["why"]) == (None, "records_begin_later")
    january = in_the_month_of(site, 11, 32)
    assert (january["before"], january["why"]) == (11, "too_few")  # 11 against none
    later = in_the_month_of(site, 10, 0)
    assert (later["before"], later["absolute"], later["why"]) == (11, -1, "")


def test_they_go_out_as_tables_and_stay_inside_one_s_area(site: Site) -> None:
    for ending, start in (("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf")):
        path = f"/api/v1/indicators/export?month=2026-11&format={ending}"
        answer = site.call("leader", "GET", path)
        assert answer.content.startswith(start)
    assert site.call(site.clerk("DP30"), "GET", "/api/v1/indicators?month=2026-11").status_code == 403
    unknown = site.call("leader", "GET", "/api/v1/indicators?month=2026-11&area=999999999999")
    assert (unknown.status_code, unknown.json()["field"]) == (422, "area")


def sign_in(site: Site, user: str) -> None:
    """Let pages know the reader by cookie."""
    site.client.post("/api/v1/session", json={"user": user, "password": PASSWORD})


def test_the_page_shows_every_indicator_and_leads_to_the_cases(site: Site) -> None:
    late, kept = report(site)["no"], report(site)["no"]
    finish(site, kept, site.clerk("DP30"))
    site.clock.turn(hours=7)
    sign_in(site, "leader")
    whole = site.client.get("/board/indicators", params={"area": community(site)}).text
    assert len(re.findall(r'<tr data-kind="', whole)) == 52
    one = site.client.get("/board/indicators/K03", params={"area": community(site)}).text
    assert (kept in one, late in one) == (True, False)
    rest = site.client.get("/board/indicators/K03", params={"area": community(site), "part": "rest"}).text
    assert (kept in rest, late in rest) == (False, True)
    assert "期内到期工单中，期末已结案的" in one
    table = site.client.get("/board/indicators.csv", params={"area": community(site)}).text.splitlines()
    assert len(table) == 53
    assert table[0].lstrip("\ufeff").startswith("编号,指标,单位,数值")


def test_each_figure_has_as_many_cases_as_it_says(sqlite_site: Site) -> None:
    site = sqlite_site
    numbers = [report(site)["no"] for _ in range(3)]
    finish(site, numbers[0], site.clerk("DP30"))
    site.clock.turn(hours=7)
    with site.world.database.read() as session:
        period = month_so_far("2026-11", site.world.zone, site.clock())
        facts = collect(
            session,
            site.world.catalogue,
            period,
            "",
            site.world.chronicle,
            site.world.supplies.now(site.clock()),
        )
    for indicator in site.world.catalogue.indicators:
        counted = behind(indicator, facts)
        if counted is None or not counted.cases:
            continue
        if indicator.unit in ("ticket", "order"):
            assert counted.value == len(counted.cases), indicator.id
        elif indicator.unit == "percent" and indicator.id != "K06":
            assert counted.value == 100 * len(counted.cases) / (len(counted.cases) + len(counted.rest))


def test_months_and_indicators_that_are_none_are_refused(site: Site) -> None:
    sign_in(site, "leader")
    assert site.client.get("/board/indicators/X99").status_code == 404
    assert site.client.get("/board/indicators?month=2026-13").status_code == 422
    assert site.client.get("/board/indicators?month=2027-01").status_code == 422
    sign_in(site, site.clerk("DP30"))
    assert site.client.get("/board/indicators", follow_redirects=False).headers["location"] == "/work"
