"""Appeals and the appraisal of a month through HTTP, on both databases."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from api.cli import jinlin
from api.timers import run_overdue
from data.desk.appeals import NewAppeal
from data.models import EntryRow
from data.store.kinds import KINDS
from data.store.verify import verify
from dispatch.errors import NotPossibleError
from dispatch.lifecycle import Actor
from grid.scores.appeal import Filing
from tests.conftest import Site
from tests.flows.test_ticket_life import report

MONTH = "2026-11"


def late_ticket(site: Site) -> list[dict]:
    """Let a ticket of DP30 go over its time; gives the lines of its ledger."""
    report(site)
    site.clock.turn(days=2)
    site.sign_in_anew()
    run_overdue(site.world, site.clock())
    return site.get(site.clerk("DP30"), "/api/v1/scores/DP30/ledger", month=MONTH)["items"]


def appeal(site: Site, line: dict, status: int = 201) -> dict:
    path = f"/api/v1/scores/DP30/entries/{line['id']}/appeals"
    return site.post(site.clerk("DP30"), path, status, reason="道路封闭，无法进入")


def win(site: Site, no: str) -> dict:
    site.act("dispatcher", "appeal", no, "take_up")
    site.act("dispatcher", "appeal", no, "support", reason="属实")
    return site.act("leader", "appeal", no, "grant", reason="同意")


def deducted(site: Site) -> float:
    rows = site.get("leader", "/api/v1/scores", month=MONTH)["items"]
    return next(r["deducted"] for r in rows if r["department"] == "DP30")


def in_december(site: Site) -> None:
    site.clock.now = datetime.fromisoformat("2026-12-01T09:00:00+08:00")
    site.sign_in_anew()


def recompute(site: Site) -> tuple[int, dict]:
    result = CliRunner().invoke(
        jinlin,
        ["scores", "recompute", "--month", MONTH, "--database", str(site.world.settings.database)],
        env={"JINLIN_HOME": str(site.world.home.folder)},
    )
    return result.exit_code, json.loads(result.stdout)


def test_a_won_appeal_gives_the_points_back_and_leaves_the_fact(site: Site) -> None:
    lines = late_ticket(site)
    assert [line["kind"] for line in lines] == ["response_missed", "overdue", "overdue"]
    assert all(line["may_appeal"] for line in lines)
    assert deducted(site) == 0.8
    made = appeal(site, lines[1])
    assert (made["state"], made["points"], made["no"]) == ("filed", -0.5, "Q330102-261120-00001")
    won = win(site, made["no"])
    assert (won["state"], won["first_reviewer"], won["second_reviewer"]) == (
        "granted",
        "dispatcher",
        "leader",
    )
    assert deducted(site) == 0.3
    after = site.get(site.clerk("DP30"), "/api/v1/scores/DP30/ledger", month=MONTH)["items"]
    assert [(line["kind"], line["points"]) for line in after] == [
        ("response_missed", -0.2),
        ("overdue", -0.5),
        ("reversal", 0.5),
        ("overdue", -0.1),
    ]
    assert after[1]["appeal"]["state"] == "granted"
    steps = [s["name"] for s in site.get("leader", f"/api/v1/appeals/{made['no']}")["timeline"]]
    assert steps == ["filed", "take_up", "support", "grant"]
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []
    assert recompute(site)[0] == 0


def test_one_appeal_an_entry_and_only_by_its_department(site: Site) -> None:
    lines = late_ticket(site)
    made = appeal(site, lines[0])
    appeal(site, lines[0], 409)
    path = f"/api/v1/scores/DP30/entries/{lines[1]['id']}/appeals"
    body = {"reason": "x"}
    assert site.call(site.clerk("DP33"), "POST", path, json=body).status_code == 404
    assert site.call("leader", "POST", path, json=body).status_code == 403
    assert site.call(site.worker(), "POST", path, json=body).status_code == 403
    wrong = path.replace("DP30", "DP33")
    assert site.call(site.clerk("DP33"), "POST", wrong, json=body).status_code == 404
    assert site.call(site.clerk("DP33"), "GET", f"/api/v1/appeals/{made['no']}").status_code == 404
    assert site.get(site.clerk("DP33"), "/api/v1/appeals")["items"] == []
    assert [a["no"] for a in site.get("dispatcher", "/api/v1/appeals", open=True)["items"]] == [made["no"]]


def test_of_two_appeals_at_once_one_is_taken(site: Site) -> None:
    line = late_ticket(site)[0]
    clerk = Actor(user="d-dp30", role="department", department="DP30")

    def file(_: int) -> str:
        try:
            done = site.world.desk.start(
                NewAppeal(entry=line["id"], filing=Filing(reason="x")), clerk, site.clock()
            )
        except NotPossibleError:
            return ""
        return str(done.fact.no)

    with ThreadPoolExecutor(4) as pool:
        taken = [no for no in pool.map(file, range(4)) if no]
    assert len(taken) == 1
    assert [a["no"] for a in site.get("leader", "/api/v1/appeals")["items"]] == taken


def test_after_five_working_days_it_is_too_late(site: Site) -> None:
    lines = late_ticket(site)
    site.clock.turn(days=6)  # Thursday the 26th; the first entry is of Wednesday the 18th
    site.sign_in_anew()
    appeal(site, lines[0], 409)


def test_the_same_key_files_one_appeal(site: Site) -> None:
    line = late_ticket(site)[0]
    path = f"/api/v1/scores/DP30/entries/{line['id']}/appeals"
    more = {"json": {"reason": "x"}, "headers": {"Idempotency-Key": "a1"}}
    first, again = (site.call(site.clerk("DP30"), "POST", path, **more) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert first.status_code == 201


def test_a_month_is_drafted_rated_opened_published_and_frozen(site: Site) -> None:
    lines = late_ticket(site)
    assert site.call("leader", "POST", "/api/v1/appraisals", json={"month": MONTH}).status_code == 409
    in_december(site)
    run_overdue(site.world, site.clock())
    site.post("leader", "/api/v1/appraisals", 201, month=MONTH)
    path = f"/api/v1/appraisals/{MONTH}/actions"
    live = site.get("leader", f"/api/v1/appraisals/{MONTH}")["items"][0]
    assert (live["unit"], live["rank"], live["few_cases"], live["due"]) == ("DP30", None, True, 1)
    assert len(live["missing"]) == 4
    for rater in ("residents", "communities", "departments", "supervisors"):
        site.post("dispatcher", path, action="rate", unit="DP30", rater=rater, score=88.88)
    assert (
        site.post("dispatcher", path, 422, action="rate", unit="DP30", rater="x", score=1)["field"] == "rater"
    )
    opened = site.post("leader", path, action="open")
    assert opened["open_until"] == "2026-12-08T09:00:00+08:00"
    late = appeal(site, lines[1])  # the five days are over, but the month is open for appeal
    site.clock.now = datetime.fromisoformat("2026-12-08T09:00:01+08:00")
    site.sign_in_anew()
    refused = site.post("leader", path, 409, action="publish")
    assert "not decided yet" in refused["detail"]
    win(site, late["no"])
    assert site.post("leader", path, action="publish")["state"] == "published"
    frozen = site.get(site.clerk("DP33"), f"/api/v1/appraisals/{MONTH}")
    row = frozen["items"][0]
    assert row["composite"] == round((row["ledger"] * 60 + 88.88 * 40) / 100, 2)
    code, told = recompute(site)
    assert (code, told["agrees"]) == (0, True)
    assert told["units"][0]["frozen_centi"] == told["units"][0]["composite_centi"]
    answer = site.call("leader", "GET", f"/api/v1/appraisals/{MONTH}/export")
    assert answer.content[:2] == b"PK"


def test_wins_after_publication_count_from_now_and_leave_the_month(site: Site) -> None:
    lines = late_ticket(site)
    in_december(site)
    site.post("leader", "/api/v1/appraisals", 201, month=MONTH)
    path = f"/api/v1/appraisals/{MONTH}"
    site.post("leader", f"{path}/actions", action="open")
    site.clock.now = datetime.fromisoformat("2026-12-07T09:00:00+08:00")
    site.sign_in_anew()
    made = [appeal(site, line)["no"] for line in lines[:2]]
    for no in made:
        site.act("dispatcher", "appeal", no, "take_up")
        site.act("dispatcher", "appeal", no, "refuse", reason="不属实")
    site.clock.turn(days=1, seconds=1)
    site.sign_in_anew()
    site.post("leader", f"{path}/actions", action="publish")
    before = site.get("leader", path)["items"]
    for no in made:  # the term to ask for the second review is not over
        site.act(site.clerk("DP30"), "appeal", no, "object", reason="附新证据")
        site.act("leader", "appeal", no, "grant", reason="同意")
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []  # both reversals are of one instant
    assert site.get("leader", path)["items"] == before
    assert recompute(site)[0] == 0
    december = site.get(site.clerk("DP30"), "/api/v1/scores/DP30/ledger", month="2026-12")["items"]
    assert [(line["kind"], line["points"]) for line in december] == [("reversal", 0.2), ("reversal", 0.5)]


def test_recompute_finds_an_altered_ledger(site: Site) -> None:
    late_ticket(site)
    assert recompute(site)[0] == 0
    site.world.database.write(
        lambda session: session.execute(
            update(EntryRow).where(EntryRow.kind == "response_missed").values(points_centi=-1)
        )
    )
    code, told = recompute(site)
    assert (code, told["agrees"]) == (1, False)
    unit = told["units"][0]
    assert unit["ledger_centi"] != unit["told_centi"] == 9_920


def test_odd_months_and_numbers_are_refused(site: Site) -> None:
    for month in ("0001-01", "9999-12", "2026-13", "x"):
        assert site.call("leader", "GET", f"/api/v1/appraisals/{month}").status_code == 422, month
        assert site.call("leader", "GET", f"/api/v1/rates?month={month}").status_code == 422, month
    path = f"/api/v1/scores/DP30/entries/{2**80}/appeals"
    assert site.call(site.clerk("DP30"), "POST", path, json={"reason": "x"}).status_code == 422


@pytest.mark.parametrize("user", ["d-dp30", "dispatcher"])
def test_only_leaders_begin_and_publish(site: Site, user: str) -> None:
    in_december(site)
    assert site.call(user, "POST", "/api/v1/appraisals", json={"month": "2026-10"}).status_code == 403
    site.post("leader", "/api/v1/appraisals", 201, month="2026-10")
    path = "/api/v1/appraisals/2026-10/actions"
    assert site.call(user, "POST", path, json={"action": "open"}).status_code == 403
    assert site.post("leader", "/api/v1/appraisals", 409, month="2026-10")["status"] == 409
