"""One figure, one number: every page and answer that shows it is asked, on both databases."""

import csv
import html
import io
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import jinlin
from api.demo_accounts import PASSWORD
from api.timers import run_overdue
from tests.conftest import Site
from tests.flows.test_rates_flow import finish
from tests.flows.test_ticket_life import report

MONTH = "2026-11"
UNITS = {"E0102": "DP30", "P0102": "DP22"}
KPI = re.compile(r'class="card kpi"[^>]*>\s*<span class="name">([^<]+)</span>\s*<span class="value">([^<]+)')


def kpis(text: str) -> dict[str, float | None]:
    """Read name and value of the cards of a page; None for a dash."""
    found = {}
    for name, value in KPI.findall(text):
        shown = html.unescape(value).replace(",", "").replace("−", "-").strip()
        found[name] = None if shown in ("—", "…") else float(shown)
    return found


def page_of(site: Site, user: str, path: str, **params: str) -> str:
    if user:
        site.client.post("/api/v1/session", json={"user": user, "password": PASSWORD})
    answer = site.client.get(path, params=params or None)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def ranked_on(text: str, mark: str) -> list[str]:
    """Read the departments of a ranking in the order a page shows them."""
    body = text[text.index(f"<tbody {mark}>") :].split("</tbody>", maxsplit=1)[0]
    return re.findall(r"</td><td>(?:<a[^>]*>)?([^<]+)", body)


def table_of(site: Site, path: str) -> list[dict[str, str]]:
    site.client.post("/api/v1/session", json={"user": "leader", "password": PASSWORD})
    answer = site.client.get(path)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def rate(site: Site, user: str, ticket: str, stars: int) -> None:
    site.act(user, "ticket", ticket, "rate", rating=stars)


@pytest.fixture
def filled(site: Site) -> Site:
    """A month with tickets handled on time and late, overdue, shelved, returned, reworked, void, and of private matters."""
    clerk, other = site.clerk("DP30"), site.clerk("DP22")
    for n in range(12):
        no = report(site)["no"]
        if n < 7:
            finish(site, no, clerk)
            rate(site, site.worker(), no, 5 if n < 4 else 2)
        elif n == 7:
            site.act(clerk, "ticket", no, "receive")
            site.act("dispatcher", "ticket", no, "shelve", reason="冬季", review_on="2026-12-01")
        elif n == 8:
            site.act(clerk, "ticket", no, "receive")
            site.act(clerk, "ticket", no, "done", evidence=[site.photo(clerk)], note="好了")
    parts = [report(site, category="P0102")["no"] for _ in range(11)]
    finish(site, parts[0], other)
    report(site, category="E2110", description="家中孩子")
    site.clock.turn(days=2)
    site.sign_in_anew()
    for no in parts[1:4]:  # late
        finish(site, no, other)
    run_overdue(site.world, site.clock())
    report(site)  # still running: neither kept nor missed
    site.clock.turn(minutes=1)
    return site


def on_time(site: Site) -> dict[str, tuple[int, int]]:
    """Ask everybody for the cases on time and due of the month and the district."""
    rates = site.get("leader", "/api/v1/rates", month=MONTH)["counts"]
    scores = site.get("leader", "/api/v1/scores", month=MONTH)["items"]
    appraised = site.get("leader", f"/api/v1/appraisals/{MONTH}")["items"]
    league = table_of(site, f"/board/league.csv?period={MONTH}")
    indicator = {i["id"]: i for i in site.get("leader", "/api/v1/indicators", month=MONTH)["items"]}
    listed = {
        name: len(table_of(site, f"/board/tickets.csv?period={MONTH}&set={name}"))
        for name in ("on_time", "due")
    }
    return {
        "rates": (rates["handled_on_time"], rates["due"]),
        "scores": (sum(r["on_time"] for r in scores), sum(r["due"] for r in scores)),
        "appraisal": (sum(r["on_time"] for r in appraised), sum(r["due"] for r in appraised)),
        "league": (sum(int(r["按期处置"]) for r in league), sum(int(r["应结案"]) for r in league)),
        "lists": (listed["on_time"], listed["due"]),
        # closures in time are another figure; what they are a share of is the same
        "indicators": (rates["handled_on_time"], indicator["K02"]["provenance"]["rows"]),
    }


def test_on_time_is_one_number_everywhere(filled: Site) -> None:
    told = on_time(filled)
    assert len(set(told.values())) == 1, told
    part, whole = told["rates"]
    assert 0 < part < whole
    share = round(100 * part / whole, 1)
    pages = {
        "board": page_of(filled, "leader", "/board", period=MONTH),
        "board of 30 days": page_of(filled, "leader", "/board", period="30d"),
        "public": page_of(filled, "", "/public"),
    }
    assert {name: kpis(text)["按期处置率"] for name, text in pages.items()} == dict.fromkeys(pages, share)


@pytest.mark.parametrize("unit", UNITS.values())
def test_a_department_s_figures_are_its_own_everywhere(filled: Site, unit: str) -> None:
    clerk = filled.clerk(unit)
    (row,) = [
        r for r in filled.get("leader", "/api/v1/scores", month=MONTH)["items"] if r["department"] == unit
    ]
    (mine,) = filled.get(clerk, "/api/v1/scores", month=MONTH)["items"]
    assert mine == row
    rates = filled.get("leader", "/api/v1/rates", month=MONTH, department=unit)["counts"]
    assert (rates["handled_on_time"], rates["due"]) == (row["on_time"], row["due"])
    share = round(100 * row["on_time"] / row["due"], 1)
    work, board = page_of(filled, clerk, "/work"), page_of(filled, clerk, "/board", period="month")
    assert kpis(work)["按期处置率"] == kpis(board)["按期处置率"] == share
    assert kpis(work)["超期未结"] == kpis(board)["超期未结"]
    score = page_of(filled, clerk, "/work/score", month=MONTH)
    ledger = page_of(filled, "leader", "/board/ledger", period=MONTH, department=unit)
    for text in (score, ledger):
        assert kpis(text)["得分"] == pytest.approx(row["score"])
        assert kpis(text)["百件扣分"] == pytest.approx(row["lost_per_100"])
    assert kpis(work)["得分"] == pytest.approx(row["score"])
    appraised = {r["unit"]: r for r in filled.get("leader", f"/api/v1/appraisals/{MONTH}")["items"]}
    assert appraised[unit]["ledger"] == row["score"]


def test_there_is_one_ranking(filled: Site, tmp_path: Path) -> None:
    scores = filled.get("leader", "/api/v1/scores", month=MONTH)
    order = [(r["rank"], r["department"]) for r in scores["items"]]
    assert [rank for rank, _ in order][:2] == [1, 2]
    assert order[-1][0] is None  # a department with too few cases
    assert (scores["least_cases"], scores["per_cases"]) == (10, 100)
    league = table_of(filled, f"/board/league.csv?period={MONTH}")
    names = [r["name"] for r in scores["items"]]
    assert [r["部门"] for r in league] == names
    appraised = filled.get("leader", f"/api/v1/appraisals/{MONTH}")["items"]
    assert [(r["rank"], r["unit"]) for r in appraised] == order  # while no rater gave a mark
    due = [r["name"] for r in scores["items"] if r["due"]]
    assert ranked_on(page_of(filled, "leader", "/board"), 'class="league"') == names
    assert ranked_on(page_of(filled, "", "/public"), "data-units") == due
    file = tmp_path / "s.csv"
    arguments = [
        "export",
        "scores",
        str(file),
        "--month",
        MONTH,
        "--database",
        str(filled.world.settings.database),
    ]
    result = CliRunner().invoke(jinlin, arguments, env={"JINLIN_HOME": str(filled.world.home.folder)})
    assert result.exit_code == 0, repr(result.exception)
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    assert {r["unit"] for r in rows} == {unit for _, unit in order}


STOCKS = {
    "overdue": ("超期未结", "Q20"),
    "open": ("在办", "Q19"),
    "closed": ("已结案", "Q18"),
    "accepted": ("", "Q13"),
}


@pytest.mark.parametrize("name", STOCKS)
def test_stocks_are_those_of_the_indicators(filled: Site, name: str) -> None:
    label, code = STOCKS[name]
    indicators = filled.get("leader", "/api/v1/indicators", month=MONTH)["items"]
    value = next(i["value"] for i in indicators if i["id"] == code)
    assert value > 0
    assert len(table_of(filled, f"/board/tickets.csv?period={MONTH}&set={name}")) == value
    figures = filled.get("leader", "/api/v1/figures", days=30)["figures"]
    assert figures.get(name, value) == value
    for path, shows in (("/board", ("超期未结", "在办")), ("/public", ("超期未结", "已结案"))):
        if label in shows:
            assert kpis(page_of(filled, "leader", path))[label] == value


def test_satisfaction_is_of_the_ratings_given(filled: Site) -> None:
    indicators = {i["id"]: i for i in filled.get("leader", "/api/v1/indicators", month=MONTH)["items"]}
    board = kpis(page_of(filled, "leader", "/board", period=MONTH))
    # No order was rated, so that the ratings of tickets are all there are.
    assert board["工单满意率"] == round(indicators["K11"]["value"], 1) == round(100 * 4 / 7, 1)
    assert len(table_of(filled, f"/board/tickets.csv?period={MONTH}&set=rated")) == 7


def test_each_figure_says_what_it_is(filled: Site) -> None:
    scores = filled.get("leader", "/api/v1/scores", month=MONTH)["definitions"]
    assert (scores["handled_on_time"]["part"], scores["handled_on_time"]["whole"]) == ("on_time", "due")
    rates = {r["name"]: r["formula"] for r in filled.get("leader", "/api/v1/rates", month=MONTH)["rates"]}
    assert rates["on_time_handling"] == "handled_on_time / due"
    told = scores["handled_on_time"]["zh"]
    clerk = filled.clerk("DP30")
    asked: tuple[tuple[str, str], ...] = (
        ("leader", "/board"),
        ("leader", "/public"),
        (clerk, "/work"),
        ("leader", f"/appraisal?month={MONTH}"),
    )
    for user, path in asked:
        more = "&" if "?" in path else "?"
        text, english = (page_of(filled, user, f"{path}{more}lang={lang}") for lang in ("zh", "en"))
        assert f'title="{told}' in html.unescape(text), path
        assert scores["handled_on_time"]["en"] in html.unescape(english), path


def test_a_month_that_is_over_keeps_its_numbers_and_lists(filled: Site) -> None:
    before = on_time(filled)
    filled.clock.turn(days=15)  # December: what was late then is handled now
    filled.sign_in_anew()
    later = on_time(filled)
    assert len(set(later.values())) == 1, later
    open_then = table_of(filled, f"/board/tickets.csv?period={MONTH}&set=open")
    assert before["rates"][1] < later["rates"][1]  # the last one is due by now
    mains = filled.world.city.department_name("DP22")
    for row in [r for r in open_then if r["部门"] == mains][:2]:
        finish(filled, row["工单号"], filled.clerk("DP22"))
    filled.clock.turn(minutes=1)
    assert on_time(filled) == later
    assert len(table_of(filled, f"/board/tickets.csv?period={MONTH}&set=open")) == len(open_then)


def test_a_comparison_with_nothing_is_no_figure(filled: Site) -> None:
    text = page_of(filled, "leader", "/board", period=MONTH)
    assert "环比" not in text
    assert "上期还没有完整的记录，不作比较" in text
    change = filled.get("leader", "/api/v1/indicators", month=MONTH)["items"][12]["vertical"]["month"]
    assert (change["absolute"], change["percent"]) == (None, None)
    assert change["why"]
