"""The list behind a figure is narrowed in its address, and goes out as it is narrowed."""

import csv
import io
import re

from tests.conftest import Site
from tests.flows.test_one_truth import page_of
from tests.flows.test_rates_flow import finish
from tests.flows.test_ticket_life import report

TOTAL = re.compile(r"<h1>[^<]* · (\d+)")
NUMBER = re.compile(r'href="/ticket/([^"]+)"')


def test_a_list_is_narrowed_by_department_category_and_state(site: Site) -> None:
    closed, waiting, other = report(site)["no"], report(site)["no"], report(site, "P0102")["no"]
    finish(site, closed, site.clerk("DP30"))
    site.clock.turn(minutes=5)
    cases: list[tuple[dict[str, str], set[str]]] = [
        ({}, {closed, waiting, other}),
        ({"category": "P0102"}, {other}),
        ({"category": "E0102"}, {closed, waiting}),
        ({"state": "closed"}, {closed}),
        ({"category": "E0102", "state": "dispatched"}, {waiting}),
        ({"department": "DP22"}, {other}),
        ({"department": "DP22", "state": "closed"}, set()),
        ({"category": "E9999"}, set()),
    ]
    for narrowed, expected in cases:
        asked = {"period": "7d", "set": "reported"} | narrowed
        page = page_of(site, "leader", "/board/tickets", **asked)
        assert set(NUMBER.findall(page)) == expected, narrowed
        assert TOTAL.findall(page) == [str(len(expected))]
        answer = site.client.get("/board/tickets.csv", params=asked)
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert {row["工单号"] for row in rows} == expected
        for name, value in narrowed.items():
            assert f"{name}={value}" in page  # what leads on from here keeps it
    own = page_of(site, site.clerk("DP30"), "/board/tickets", period="7d")
    assert set(NUMBER.findall(own)) == {closed, waiting}
    assert 'name="department"' not in own
    assert 'name="category"' in own
