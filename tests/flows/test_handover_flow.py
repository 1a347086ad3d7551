"""Tickets handed to an outside line: fetched or told, answered under its own number, closed, checked; on both databases."""

import json
import threading
from datetime import datetime
from typing import Any

import pytest
from pydantic import AwareDatetime, TypeAdapter
from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.routing import Route

from api.outside.lines import AnswerForm, CaseForm
from api.outside.webhooks import new_secret, send_due
from api.timers import run_overdue
from data.desk.webhooks import NewWebhook
from data.figures.histories import altered
from data.models import EventRow, RevealRow
from data.store.kinds import KINDS
from data.store.verify import verify
from dispatch.lifecycle import Actor
from grid.account import Account
from tests.conftest import Site
from tests.flows.test_ticket_life import report
from tests.flows.test_webhooks import Receiver
from tests.serving import serving

GIVER, TAKER = "line12345", "line12343"
ANSWERS = "/api/v1/hotline/answers"


@pytest.fixture
def lines(site: Site) -> Site:
    for user in (GIVER, TAKER):
        site.enrol(Account(user=user, name=user, role="hotline"))
    return site


def handed(site: Site) -> tuple[str, str]:
    """Hand a ticket over that its department has received; gives its number and the clerk."""
    contact = {"name": "王女士", "phone": "13812345678"}
    body = {"category": "E0102", "channel": "phone", "contact": contact} | site.inside()
    made = site.post("dispatcher", "/api/v1/tickets", 201, **body)
    no = made["no"]
    site.act("dispatcher", "ticket", no, "accept")
    clerk = site.clerk(made["department"])
    site.act(clerk, "ticket", no, "receive")
    site.clock.turn(minutes=10)
    site.act("dispatcher", "ticket", no, "hand_to", line=TAKER, reason="属该平台职责")
    return no, clerk


def events(site: Site, no: str) -> int:
    with site.world.database.read() as session:
        query = select(func.count()).select_from(EventRow).where(EventRow.aggregate == no)
        return int(session.scalar(query) or 0)


def test_from_the_handing_over_to_the_check_with_the_answers_of_the_line(lines: Site) -> None:
    no, _ = handed(lines)
    (item,) = lines.get(TAKER, "/api/v1/hotline/handed")["items"]
    assert CaseForm.model_validate(item["case"]).number == no  # the form in which lines hand cases to us
    assert (item["state"], item["task"], item["own"]) == ("handed", "属该平台职责", "")
    assert item["answer_by"] == "2026-11-20T10:40:00+08:00"
    took = lines.post(TAKER, ANSWERS, number=no, own="HZ-77", state="已受理")
    assert (took["state"], took["own"], took["changed"]) == ("taken", "HZ-77", True)
    lines.clock.turn(minutes=30)
    lines.post(TAKER, ANSWERS, number=no, state="处理中", text="抢修人员已出发")
    photo = lines.photo(TAKER)
    lines.clock.turn(minutes=30)
    done = lines.post(TAKER, ANSWERS, number=no, state="已办结", text="已更换阀门", photos=[photo])
    assert (done["state"], done["ticket_state"]) == ("done", "done")
    shown = lines.get("dispatcher", f"/api/v1/tickets/{no}")
    assert (shown["evidence"], shown["holder"], shown["holder_name"]) == ([photo], "", "")
    assert [(h["where"], h["holder_name"], h["minutes"]) for h in shown["holdings"][-3:]] == [
        ("department", "环卫中心", 10),
        ("line", "12343 便民服务信息平台", 60),
        ("check", "", 0),
    ]
    assert (shown["holdings"][-2]["number"], shown["holdings"][-2]["answer"]) == ("HZ-77", "已更换阀门")
    page = lines.call("dispatcher", "GET", f"/ticket/{no}").text
    for text in ("经手与用时", "HZ-77", "已更换阀门", "外线已办结"):
        assert text in page
    lines.act(lines.worker(), "ticket", no, "pass", evidence=[photo])
    assert lines.act("dispatcher", "ticket", no, "close")["state"] == "closed"
    with lines.world.database.read() as session:
        assert verify(session, KINDS) == [] == altered(session)
    assert lines.get(TAKER, "/api/v1/hotline/handed")["items"] == []
    since = lines.get(TAKER, "/api/v1/hotline/handed", since="2026-11-18T00:00:00+08:00")["items"]
    assert [(i["case"]["number"], i["state"]) for i in since] == [(no, "done")]


@pytest.mark.parametrize("last", ["已受理", "处理中", "已办结"])
def test_the_same_call_back_again_changes_nothing(lines: Site, last: str) -> None:
    no, _ = handed(lines)
    said = [
        {"number": no, "own": "HZ-77", "state": "已受理"},
        {"number": no, "state": "处理中", "text": "已出发"},
        {"number": no, "state": "已办结", "text": "修好了"},
    ]
    words = [answer["state"] for answer in said]
    before: list[Any] = []
    for answer in said[: words.index(last) + 1]:
        before = [lines.post(TAKER, ANSWERS, **answer), events(lines, no)]
        lines.clock.turn(minutes=1)
    for answer in said[: words.index(last) + 1]:  # the whole run again, the oldest too
        again = lines.post(TAKER, ANSWERS, **answer)
        assert again == before[0] | {"changed": False}
    assert events(lines, no) == before[1]
    if last == "处理中":  # the same words at another time are another call-back
        assert lines.post(TAKER, ANSWERS, **said[1], at="2026-11-18T11:00:00+08:00")["changed"]


def test_the_same_call_back_at_once_counts_once(lines: Site) -> None:
    no, _ = handed(lines)
    lines.token(TAKER)
    answers: list[dict[str, Any]] = []

    def send() -> None:
        body = {"number": no, "own": "HZ-77", "state": "已受理"}
        answers.append(lines.call(TAKER, "POST", ANSWERS, json=body).json())

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(answer["changed"] for answer in answers) == 1
    assert {answer["own"] for answer in answers} == {"HZ-77"}


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"state": "办好啦"}, 422, "已办结"),
        ({"state": "已办结"}, 422, "note"),
        ({"state": "已受理"}, 422, "number"),
        ({"state": "不予受理"}, 422, "reason"),
        ({"state": "已受理", "own": "a b"}, 422, "own"),
        ({"state": "已受理", "own": "1", "number": "T000000-000000-00000"}, 404, "not handed"),
        ({"state": "已办结", "text": "x", "photos": ["0" * 64]}, 422, "photos"),
    ],
)
def test_an_answer_that_cannot_be_taken_says_why_and_leaves_nothing(
    lines: Site, body: dict[str, Any], status: int, said: str
) -> None:
    no, _ = handed(lines)
    before = events(lines, no)
    problem = lines.post(TAKER, ANSWERS, status, **({"number": no} | body))
    assert said in problem["detail"]
    assert events(lines, no) == before


def test_a_silent_line_is_seen_by_the_dispatcher_once_for_each_silence(lines: Site) -> None:
    no, _ = handed(lines)
    lines.clock.turn(days=3)
    lines.sign_in_anew()
    run_overdue(lines.world, lines.clock())
    run_overdue(lines.world, lines.clock())
    shown = lines.get("dispatcher", f"/api/v1/tickets/{no}")
    silences = [s["at"] for s in shown["timeline"] if "line_silent" in s["payload"]]
    assert silences == ["2026-11-20T10:40:01+08:00"]
    assert shown["line_fault"] == "silent"
    for tab in ("tickets", "lines"):
        assert "外线逾期未回" in lines.call("dispatcher", "GET", f"/desk/queue?tab={tab}").text
    assert "外线逾期未回" in lines.call("dispatcher", "GET", f"/desk/case/{no}").text
    assert "外线逾期未回" in lines.call("dispatcher", "GET", f"/ticket/{no}").text
    ledger = lines.get("leader", "/api/v1/scores/DP30/ledger", month="2026-11")["items"]
    assert {e["kind"] for e in ledger} == {"overdue"}  # the department's clock went on, and it alone answers
    lines.post(TAKER, ANSWERS, number=no, state="处理中", text="在排队")
    assert lines.get("dispatcher", f"/api/v1/tickets/{no}")["line_fault"] == ""
    assert "外线逾期未回" not in lines.call("dispatcher", "GET", "/desk/queue?tab=lines").text


def test_a_refusal_and_a_taking_back(lines: Site) -> None:
    no, clerk = handed(lines)
    lines.post(TAKER, ANSWERS, number=no, state="不予受理", text="不是我们的管线")
    assert lines.get(clerk, f"/api/v1/tickets/{no}")["line_fault"] == "refused"
    lines.act(clerk, "ticket", no, "hand_to", line=TAKER, reason="图纸在附件")
    lines.post(TAKER, ANSWERS, number=no, own="2", state="已受理")
    lines.act("dispatcher", "ticket", no, "recall", reason="由本区处置")
    problem = lines.post(TAKER, ANSWERS, 403, number=no, state="已办结", text="修好了")
    assert "not with line12343 now" in problem["detail"]
    lines.act(clerk, "ticket", no, "recall", 409, reason="x")
    lines.act(lines.worker(), "ticket", no, "hand_to", 403, line=TAKER, reason="x")


def test_whom_to_call_is_told_to_the_line_that_holds_it_and_noted(lines: Site) -> None:
    no, _ = handed(lines)
    path = f"/api/v1/hotline/handed/{no}"
    shown = lines.get(TAKER, path)["case"]
    assert CaseForm.model_validate(shown | {"contact": {"name": "x", "phone": "13812345678"}})
    assert shown["contact"]["phone"] == "13812345678"
    assert "13812345678" not in json.dumps(lines.get(TAKER, "/api/v1/hotline/handed"), ensure_ascii=False)
    with lines.world.database.read() as session:
        (seen,) = session.scalars(select(RevealRow))
        assert (seen.user, seen.subject) == (TAKER, no)
    lines.post(TAKER, ANSWERS, number=no, own="1", state="已办结", text="x")
    assert lines.get(TAKER, path)["case"]["contact"] is None
    assert lines.call(GIVER, "GET", path).status_code == 404
    assert lines.call("dispatcher", "GET", path).status_code == 403
    assert lines.call(TAKER, "GET", f"/api/v1/tickets/{no}").status_code == 404


def test_what_is_answered_to_a_giving_line_has_the_form_in_which_a_taking_line_answers(lines: Site) -> None:
    body = {"number": "A1", "category": "E0102", "content": "垃圾"} | lines.inside()
    case = lines.post(GIVER, "/api/v1/hotline/cases", 201, **body)
    lines.act("dispatcher", "ticket", case["no"], "accept")
    lines.act("dispatcher", "ticket", case["no"], "hand_to", line=TAKER, reason="x")
    lines.post(TAKER, ANSWERS, number=case["no"], own="2", state="已办结", text="清完了")
    answers = lines.get(GIVER, "/api/v1/hotline/cases/A1")["answers"]
    told = [AnswerForm.model_validate(answer) for answer in answers]
    assert [(a.number, a.own, a.state, a.text) for a in told] == [("A1", case["no"], "待核实", "清完了")]
    lines.act("dispatcher", "ticket", case["no"], "pass", evidence=[lines.photo("dispatcher")])
    back = lines.post(GIVER, "/api/v1/hotline/cases", 200, **body)
    assert back["state_name"] == "待核实"


def test_webhooks_tell_each_line_of_its_own_cases_alone(lines: Site) -> None:
    taker, giver = Receiver(), Receiver()
    routes = [Route("/t", taker.take, methods=["POST"]), Route("/g", giver.take, methods=["POST"])]
    with serving(Starlette(routes=routes)) as base:
        now = lines.world.clock()

        def add(name: str, path: str) -> None:
            url = f"{base}/{path}"
            new = NewWebhook(name=name, url=url, secret=new_secret(), line=name)
            lines.world.desk.start(new, Actor(user="admin", role="admin"), now)

        add(TAKER, "t")
        add(GIVER, "g")
        report(lines)  # nobody's case
        body = {"number": "A1", "category": "E0102", "content": "垃圾"} | lines.inside()
        case = lines.post(GIVER, "/api/v1/hotline/cases", 201, **body)
        lines.act("dispatcher", "ticket", case["no"], "accept")
        lines.act("dispatcher", "ticket", case["no"], "hand_to", line=TAKER, reason="内部说明")
        send_due(lines.world, lines.world.clock())
        lines.post(TAKER, ANSWERS, number=case["no"], own="2", state="已办结", text="清完了")
        send_due(lines.world, lines.world.clock())
    ((_, told),) = taker.taken
    assert (told["type"], told["data"]["case"]["number"]) == ("case.handed", case["no"])
    assert TypeAdapter(AwareDatetime).validate_python(told["timestamp"]) <= datetime.fromisoformat(
        told["data"]["answer_by"]
    )
    assert "contact" not in told["data"]["case"]
    ((_, heard),) = giver.taken
    assert heard["type"] == "case.answer"
    assert AnswerForm.model_validate(heard["data"]).text == "清完了"
