"""The list behind a figure is narrowed in its address, and goes out as it is narrowed."""

import csv
import io
import re

from grid.figures.sets import ORDER_SETS
from tests.conftest import Site
from tests.flows.test_one_truth import kpis, page_of
from tests.flows.test_order_life import place
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


ORDERED = re.compile(r'<tr><td class="nowrap">(S[^<]+)')
HOT = re.compile(r'href="(/board/orders\?[^"]+)"[^>]*>(?:缺 )?([\d,]+)')


def orders_of(site: Site, asked: dict[str, str]) -> list[str]:
    """Read the numbers of a list of orders in its order; heading, page and file hold the same."""
    page = page_of(site, "leader", "/board/orders", **asked)
    numbers = ORDERED.findall(page)
    assert TOTAL.findall(page) == [str(len(numbers))], asked
    answer = site.client.get("/board/orders.csv", params=asked)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["订单号"] for row in rows] == numbers, asked
    for name, value in asked.items():
        assert f"{name}={value}" in page  # what leads on from here keeps it
    return numbers


def test_orders_are_narrowed_sorted_and_written_out_as_tickets_are(site: Site) -> None:
    tap, meal, unmet, helped = (place(site, item)["no"] for item in ("SV-B01", "SV-E05", "SV-E05", "SV-E05"))
    best = site.get("dispatcher", f"/api/v1/orders/{tap}/candidates", k=1)["items"][0]["provider"]
    site.act("dispatcher", "order", tap, "contact", provider=best)
    for no in (unmet, helped):
        site.act("dispatcher", "order", no, "unmet", cause="no_provider")
    site.act("dispatcher", "order", helped, "hand_over", note="社区食堂送")
    site.clock.turn(minutes=5)
    everything = {tap, meal, unmet, helped}
    street = site.get("dispatcher", f"/api/v1/orders/{tap}")["cell"][:9] + "000"
    elsewhere = next(
        a.code for a in site.world.city.areas.values() if a.level == "street" and a.code != street
    )
    function = site.world.catalogue.items["SV-B01"].function
    cases: list[tuple[dict[str, str], set[str]]] = [
        ({}, everything),
        ({"item": "SV-B01"}, {tap}),
        ({"function": function}, {tap}),
        ({"function": "nothing"}, set()),
        ({"state": "contacted"}, {tap}),
        ({"provider": str(best)}, {tap}),
        ({"party": "DP02"}, set()),
        ({"number": meal.lower()[-5:]}, {meal}),
        ({"number": "s330102"}, everything),
        ({"area": street}, everything),
        ({"area": elsewhere}, set()),
        ({"set": "unmet"}, {unmet, helped}),
        ({"set": "unmet", "item": "SV-B01"}, set()),
        ({"set": "unmet", "state": "handed_over"}, {helped}),
    ]
    for narrowed, expected in cases:
        assert set(orders_of(site, {"period": "7d"} | narrowed)) == expected, narrowed
    rising = orders_of(site, {"period": "7d", "sort": "no"})
    assert rising == sorted(rising) == orders_of(site, {"period": "7d", "sort": "-no"})[::-1]
    assert site.client.get("/board/orders.xlsx", params={"set": "unmet"}).content[:2] == b"PK"
    for wrong in ({"set": "nothing"}, {"sort": "resident"}, {"provider": "x"}, {"area": "999"}):
        for path in ("/board/orders", "/board/orders.csv"):
            assert site.client.get(path, params=wrong).status_code == 422, (path, wrong)


def test_every_figure_of_orders_opens_exactly_its_orders(site: Site) -> None:
    for item in ("SV-B01", "SV-E05", "SV-E05"):
        site.act("dispatcher", "order", place(site, item)["no"], "unmet", cause="all_closed")
    site.act("dispatcher", "order", place(site)["no"], "cancel", reason="不要了")
    place(site, "SV-E05", note="钥匙在门卫处")
    site.clock.turn(hours=3)
    site.sign_in_anew()
    board = page_of(site, "leader", "/board", period="7d")
    opened = [(path.replace("&amp;", "&"), int(told)) for path, told in HOT.findall(board)]
    assert len(opened) >= 3  # all, and the unmet of two items
    for path, told in opened:
        asked = dict(pair.split("=") for pair in path.partition("?")[2].split("&"))
        assert len(orders_of(site, asked)) == told, path
    lists = {name: orders_of(site, {"period": "7d", "set": name}) for name in ORDER_SETS}
    counts = {name: len(numbers) for name, numbers in lists.items()}
    assert counts == {
        "placed": 5,
        "unmet": 3,
        "promised": 5,
        "arrivals_due": 4,
        "arrived": 0,
        "not_arrived": 4,
    }
    assert kpis(board)["服务满足率"] == 40.0
    assert "0 / 4" in board
    resident = site.get("dispatcher", "/api/v1/residents/R000001")
    for path in ("/board/orders", "/board/orders.csv"):
        told = page_of(site, "leader", path, period="7d")
        for secret in ("R000001", "门卫处", resident["name"], resident["phone"], resident["address"]):
            assert secret not in told, (path, secret)
