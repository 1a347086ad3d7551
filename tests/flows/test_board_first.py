"""What residents got comes first on the board, each figure opens its cases; an address that nothing answers gets a page."""

import re

from tests.conftest import Site
from tests.flows.test_indicators_flow import sign_in
from tests.flows.test_one_truth import KPI, kpis
from tests.flows.test_rates_flow import finish
from tests.flows.test_ticket_life import report

FIRST = ["居民说已解决", "工单满意率", "按时上门率"]
TOTAL = re.compile(r"<h1>[^<]* · (\d+)")


def test_what_residents_got_comes_before_what_management_counts(site: Site) -> None:
    solved, unsaid, silent = (report(site)["no"] for _ in range(3))
    for no in (solved, unsaid, silent):
        finish(site, no, site.clerk("DP30"))
    site.act(site.worker(), "ticket", solved, "rate", rating=5, solved=True)
    site.act(site.worker(), "ticket", unsaid, "rate", rating=2)
    site.clock.turn(hours=1)
    sign_in(site, "leader")
    board = site.client.get("/board", params={"period": "7d"}).text
    names = [name for name, _ in KPI.findall(board)]
    assert names[:3] == FIRST
    assert names[3] == "按期处置率"
    assert names[-1] == "在办"
    assert board.index("按时上门率") < board.index('id="kpi-coverage"') < board.index("按期处置率</span>")
    told = kpis(board)
    assert (told["居民说已解决"], told["工单满意率"], told["按时上门率"]) == (100.0, 50.0, None)
    assert "1 / 1 · 未说 1" in board
    assert "1 / 2 · 应答率 67%" in board
    assert "环比 —" not in board
    for name, count in {"told": 1, "solved": 1, "rated": 2, "asked": 3}.items():
        page = site.client.get("/board/tickets", params={"period": "7d", "set": name}).text
        assert TOTAL.findall(page) == [str(count)], name
    assert site.client.get("/board/orders", params={"set": "arrivals_due"}).status_code == 200
    assert site.client.get("/board/orders", params={"set": "nothing"}).status_code == 422


def test_an_address_that_nothing_answers_gets_a_page_in_the_user_s_language(sqlite_site: Site) -> None:
    client, browser = sqlite_site.client, {"accept": "text/html,*/*;q=0.8"}
    for path in ("/nothing/here", "/follow/none/at/all"):
        found = client.get(path, headers=browser)
        assert (found.status_code, found.headers["content-type"].partition(";")[0]) == (404, "text/html")
        assert "没有这个页面" in found.text
    assert "No such page" in client.get("/nothing/here?lang=en", headers=browser).text
    program = client.get("/api/v1/nothing", headers=browser)
    assert (program.status_code, program.json()["status"]) == (404, 404)
    assert client.get("/nothing/here").json()["status"] == 404
    sign_in(sqlite_site, "leader")
    assert "没有这个页面" in client.get("/board/indicators/X99?lang=zh", headers=browser).text
