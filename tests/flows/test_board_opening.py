"""On the first days of a month the board shows the last one and says so; nowhere an empty wall."""

from tests.conftest import Site
from tests.flows.test_one_truth import kpis, page_of
from tests.flows.test_ticket_life import report

FEW = "本月到现在应结案"


def test_the_board_opens_on_the_last_full_month_until_enough_is_due(sqlite_site: Site) -> None:
    site = sqlite_site
    for _ in range(site.world.catalogue.appraisal.least_cases):
        report(site)
    site.clock.turn(days=12, hours=14)  # 1 December, 00:30
    site.sign_in_anew()
    board = page_of(site, "leader", "/board")
    assert "2026-11-01 — 11-30" in board
    assert f"{FEW} 0 件，不足 10 件" in board
    assert "先打开上月" in board
    assert kpis(board)["上报工单"] == 10
    assert "/board/tickets?period=last-month&amp;set=due" in board
    assert 'hx-get="/board?shown=2026-11-01"' in board  # an open page follows the rule, not the month
    chosen = page_of(site, "leader", "/board", period="month")
    assert "2026-12-01 — 12-01" in chosen
    assert FEW in chosen
    assert "先打开上月" not in chosen
    assert 'href="/board?period=last-month"' in chosen
    assert FEW not in page_of(site, "leader", "/board", period="7d")
    assert "<option selected>2026-11</option>" in page_of(site, "leader", "/board/indicators")
    for _ in range(10):
        report(site)
    site.clock.turn(hours=40)
    site.sign_in_anew()
    later = page_of(site, "leader", "/board")
    assert "2026-12-01 — 12-02" in later
    assert FEW not in later
    answer = site.client.get("/board?shown=2026-11-01")
    assert (answer.text, answer.headers["hx-refresh"]) == ("", "true")  # an open wall turns the page
    assert "hx-refresh" not in site.client.get("/board?shown=2026-12-01").headers


def test_a_month_with_little_before_it_is_shown_and_says_so(sqlite_site: Site) -> None:
    report(sqlite_site)
    sqlite_site.clock.turn(days=1)
    board = page_of(sqlite_site, "leader", "/board")
    assert "2026-11-01 — 11-19" in board
    assert f"{FEW} 1 件" in board
    assert "看上月" not in board
