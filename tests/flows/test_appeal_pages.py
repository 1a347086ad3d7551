"""Pages of appeals and appraisals, and the clock that takes late reviews further, on both databases."""

import re
from datetime import datetime, timedelta

import pytest

from api.demo_accounts import PASSWORD
from api.timers import run_appeals
from data.store.kinds import KINDS
from data.store.verify import verify
from tests.conftest import Site
from tests.flows.test_appeal_flow import MONTH, appeal, deducted, in_december, late_ticket, win


def shown(site: Site, user: str, path: str, status: int = 200, **params: str) -> str:
    """Open a page as somebody."""
    site.client.cookies.clear()
    site.client.post("/api/v1/session", json={"user": user, "password": PASSWORD})
    answer = site.client.get(path, params=params, follow_redirects=False)
    site.client.cookies.clear()
    assert answer.status_code == status, answer.text
    return str(answer.text)


def test_the_score_page_offers_an_appeal_with_its_term_and_then_shows_it(site: Site) -> None:
    lines = late_ticket(site)
    page = shown(site, site.clerk("DP30"), "/work/score", month=MONTH)
    assert page.count('data-open="appeal"') == 3
    assert f"/api/v1/scores/DP30/entries/{lines[0]['id']}/appeals" in page
    assert lines[0]["appeal_until"] in page
    made = appeal(site, lines[0])
    page = shown(site, site.clerk("DP30"), "/work/score", month=MONTH)
    assert page.count('data-open="appeal"') == 2
    assert f'href="/appeals/{made["no"]}"' in page
    site.clock.turn(days=20)
    site.sign_in_anew()
    assert "已过申诉期" in shown(site, site.clerk("DP30"), "/work/score", month=MONTH)


def test_everybody_sees_what_waits_for_them(site: Site) -> None:
    made = appeal(site, late_ticket(site)[1])
    link = f'href="/appeals/{made["no"]}"'
    assert link in shown(site, "dispatcher", "/appeals")
    assert link not in shown(site, "leader", "/appeals")
    assert link in shown(site, "leader", "/appeals", tab="open")
    assert link not in shown(site, site.clerk("DP33"), "/appeals", tab="all")
    shown(site, site.clerk("DP33"), f"/appeals/{made['no']}", 404)
    assert "受理初审" in shown(site, "dispatcher", f"/appeals/{made['no']}")
    site.act("dispatcher", "appeal", made["no"], "take_up")
    site.act("dispatcher", "appeal", made["no"], "support", reason="属实")
    page = shown(site, "leader", f"/appeals/{made['no']}")
    assert "复核支持" in page
    assert "属实" in page


@pytest.mark.parametrize("after", ["in the month", "after publication"])
def test_a_win_shows_the_deduction_and_its_reversal(site: Site, after: str) -> None:
    line = late_ticket(site)[1]
    if after == "after publication":
        in_december(site)
        site.post("leader", "/api/v1/appraisals", 201, month=MONTH)
        site.post("leader", f"/api/v1/appraisals/{MONTH}/actions", action="open")
        made = appeal(site, line)
        site.act("dispatcher", "appeal", made["no"], "take_up")
        site.act("dispatcher", "appeal", made["no"], "refuse", reason="不属实")
        site.act(site.clerk("DP30"), "appeal", made["no"], "object", reason="有照片")
        site.act("leader", "appeal", made["no"], "grant", reason="同意")
    else:
        made = appeal(site, line)
        win(site, made["no"])
    page = shown(site, site.clerk("DP30"), f"/appeals/{made['no']}")
    ledger = page[page.index('id="ledger"') :]
    assert re.findall(r">([+-]\d\.\d\d)<", ledger[: ledger.index("</tbody>")]) == ["-0.50", "+0.50"]
    assert f"申诉 {made['no']} 成立" in ledger


def test_a_late_first_review_goes_to_the_second_and_a_late_second_is_told_once(site: Site) -> None:
    no = appeal(site, late_ticket(site)[1])["no"]
    due = datetime.fromisoformat(site.get("leader", f"/api/v1/appeals/{no}")["due_at"])
    site.clock.now = due
    assert run_appeals(site.world, site.clock()) == 0  # a term is kept up to the instant it names
    site.clock.turn(days=4)  # the timer was away for a while
    site.sign_in_anew()
    assert "评审超期 1" in shown(site, "dispatcher", "/appeals")
    assert run_appeals(site.world, site.clock()) == 1
    found = site.get("leader", f"/api/v1/appeals/{no}")
    assert (found["state"], found["first_reviewer"]) == ("second_review", "")
    last = found["timeline"][-1]
    assert (last["name"], last["role"]) == ("escalate", "clock")
    assert datetime.fromisoformat(last["at"]) == due + timedelta(
        seconds=1
    )  # when it was due, not when it woke
    assert run_appeals(site.world, site.clock()) == 0
    site.clock.turn(days=14)
    site.sign_in_anew()
    assert [run_appeals(site.world, site.clock()) for _ in range(3)] == [1, 0, 0]
    found = site.get("leader", f"/api/v1/appeals/{no}")
    assert (found["state"], found["late"]) == ("second_review", True)
    before = deducted(site)
    site.act("leader", "appeal", no, "grant", reason="同意")
    assert deducted(site) == round(before - 0.5, 2)
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


def test_a_month_is_appraised_on_its_page(site: Site) -> None:
    late_ticket(site)
    assert "本月尚未结束" in shown(site, "leader", "/appraisal", month=MONTH)
    in_december(site)
    assert "开始考核" in shown(site, "leader", "/appraisal")
    site.post("leader", "/api/v1/appraisals", 201, month=MONTH)
    path = f"/api/v1/appraisals/{MONTH}/actions"
    site.post("leader", path, action="rate", unit="DP30", rater="residents", score=77.5)
    page = shown(site, "leader", "/appraisal", month=MONTH)
    assert ">77.50</button>" in page
    assert "由事件日志重算：一致" in page
    assert "录入评分" not in shown(site, site.clerk("DP30"), "/appraisal", month=MONTH)
    assert 'data-unit="DP30"' not in shown(site, site.clerk("DP33"), "/appraisal", month=MONTH)
    site.post("leader", path, action="open")
    assert "更正理由" in shown(site, "leader", "/appraisal", month=MONTH)
    site.clock.turn(days=8)
    site.sign_in_anew()
    site.post("leader", path, action="publish")
    page = shown(site, site.clerk("DP33"), "/appraisal", month=MONTH)
    assert 'data-unit="DP30"' in page
    assert "之后不再变动" in page
    lines = shown(site, "leader", "/appraisal.csv", month=MONTH).splitlines()
    assert "居民评议（10）" in lines[0]
    assert "77.5" in lines[1]
