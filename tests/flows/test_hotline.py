"""An outside line hands cases over, follows them and calls back, on both databases."""

import threading
from typing import Any

import pytest
from sqlalchemy import func, select

from data.models import ContactRow, TicketRow
from data.rules.catalogue import read_catalogue
from data.rules.files import FOLDER
from grid.account import Account
from grid.errors import BadRuleError
from grid.hotline import hotlines_of
from tests.conftest import Site

LINE = "line12345"
CONTACT = {"name": "王女士", "phone": "13812345678"}


@pytest.fixture
def line(site: Site) -> Site:
    site.enrol(Account(user=LINE, name="12345", role="hotline"))
    return site


def hand_over(site: Site, number: str = "2026111800017", status: int = 201, **more: Any) -> Any:
    body = {"number": number, "category": "垃圾清运", "content": "楼下垃圾三天没有清", "contact": CONTACT}
    return site.post(LINE, "/api/v1/hotline/cases", status, **(body | site.inside() | more))


def count(site: Site) -> int:
    with site.world.database.read() as session:
        return int(session.scalar(select(func.count()).select_from(TicketRow)) or 0)


def test_a_case_becomes_a_ticket_under_both_numbers(line: Site) -> None:
    case = hand_over(line)
    assert (case["number"], case["category"], case["state_name"]) == ("2026111800017", "E0102", "待受理")
    assert case["due_at"].endswith("+08:00")
    ticket = line.get("dispatcher", f"/api/v1/tickets/{case['no']}")
    assert (ticket["channel"], ticket["description"]) == ("hotline", "楼下垃圾三天没有清")
    with line.world.database.read() as session:
        assert (
            session.scalar(select(ContactRow.phone).where(ContactRow.subject == case["no"])) == "13812345678"
        )
    assert hand_over(line, status=200) == case  # sent again after a broken line
    assert count(line) == 1
    problem = hand_over(line, status=409, content="换了内容")
    assert case["no"] in problem["detail"]


def test_the_line_follows_its_cases_to_the_answer_and_calls_back(line: Site) -> None:
    case = hand_over(line)
    no, opened = case["no"], line.world.clock().isoformat()
    line.clock.turn(minutes=5)
    line.act("dispatcher", "ticket", no, "accept")
    clerk = line.clerk(line.get("dispatcher", f"/api/v1/tickets/{no}")["department"])
    line.act(clerk, "ticket", no, "receive")
    listed = line.get(LINE, "/api/v1/hotline/cases", since=opened)
    (shown,) = listed["items"]
    assert (shown["number"], shown["state_name"]) == (case["number"], "承办中")
    photo = line.photo(clerk)
    path = f"/api/v1/hotline/cases/{case['number']}/actions"
    line.post(LINE, path, action="say", note="市民补充：在三号楼门口")
    line.clock.turn(minutes=30)
    line.act(clerk, "ticket", no, "done", evidence=[photo], note="垃圾已清运，增加一次清运")
    assert (
        line.get(LINE, "/api/v1/hotline/cases", since=listed["next_since"])["items"][0]["state_name"]
        == "待核实"
    )
    line.act(line.worker(), "ticket", no, "pass", evidence=[photo])
    line.act("dispatcher", "ticket", no, "close")
    found = line.get(LINE, f"/api/v1/hotline/cases/{case['number']}")
    assert (found["state_name"], found["evidence"]) == ("已办结", [photo])
    told = {a["step"]: a for a in found["answers"]}
    assert (told["done"]["text"], told["done"]["photos"]) == ("垃圾已清运，增加一次清运", [photo])
    assert (told["say"]["text"], told["say"]["role"]) == ("市民补充：在三号楼门口", "hotline")
    assert line.post(LINE, path, action="rate", rating=2)["state"] == "closed"
    assert line.post(LINE, path, action="contest", reason="回访：仍有垃圾")["state_name"] == "承办中"
    line.post(LINE, path, 403, action="done", note="x", evidence=[photo])
    line.clock.turn(minutes=1)
    assert line.get(LINE, "/api/v1/hotline/cases", since=line.world.clock().isoformat())["items"] == []


def test_a_case_with_only_an_area_lies_in_its_middle_and_says_how_far_it_reaches(line: Site) -> None:
    area = next(a for a in line.world.city.areas.values() if a.level == "community")
    case = hand_over(line, lon=None, lat=None, area=area.name)
    ticket = line.get("dispatcher", f"/api/v1/tickets/{case['no']}")
    assert ticket["community"] == area.code
    assert ticket["accuracy_m"] > 50
    assert ticket["border_cells"]
    hand_over(line, "2", 422, lon=None, lat=None, area="火星社区")
    hand_over(line, "3", 422, lon=None, lat=None)


def test_others_see_neither_cases_nor_those_of_another_line(line: Site) -> None:
    case = hand_over(line)
    assert line.call("dispatcher", "GET", f"/api/v1/hotline/cases/{case['number']}").status_code == 403
    line.enrol(Account(user="line96345", name="96345", role="hotline"))
    answer = line.call("line96345", "GET", f"/api/v1/hotline/cases/{case['number']}")
    assert (answer.status_code, answer.json()["field"]) == (422, "user")
    assert line.call("line96345", "GET", f"/api/v1/tickets/{case['no']}").status_code == 404
    assert line.get(LINE, f"/api/v1/tickets/{case['no']}")["no"] == case["no"]


def test_the_same_case_twice_at_once_is_one_ticket(line: Site) -> None:
    answers: list[int] = []
    body = {"number": "7", "category": "E0102", "content": "同时"} | line.inside()
    line.token(LINE)

    def send() -> None:
        answers.append(line.call(LINE, "POST", "/api/v1/hotline/cases", json=body).status_code)

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) <= {200, 201}
    assert count(line) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"number": ""}, 422),
        ({"number": "a b"}, 422),
        ({"category": "没有这一类"}, 422),
        ({"lon": 0.0, "lat": 0.0}, 422),
    ],
)
def test_what_cannot_be_taken_is_refused_and_leaves_nothing(
    line: Site, body: dict[str, Any], status: int
) -> None:
    problem = hand_over(line, status=status, **body)
    assert problem["detail"]
    assert count(line) == 0


def test_the_table_of_lines_is_proved() -> None:
    states = read_catalogue(FOLDER).rulebook.lifecycle.labels
    words = dict.fromkeys(states, "在办")
    good = {
        "x": {"name": "X", "categories": {"灯": "P0118"}, "natures": {"骂": "complaint"}, "states": words}
    }
    told = hotlines_of(good, {"P0118"}, {"complaint"}, states)["x"]
    assert [told.category("灯"), told.nature("骂"), told.nature("help")] == ["P0118", "complaint", "help"]
    for table, said in (
        ({"x": {"name": "X", "categories": {"灯": "P9"}, "states": words}}, "P9"),
        ({"x": {"name": "X", "natures": {"骂": "joke"}, "states": words}}, "natures.csv"),
        ({"x": {"name": "X", "states": {}}}, "no word for the state"),
        ({"x": {"name": "X", "states": words | {"gone": "没了"}}}, "'gone' is no state"),
    ):
        with pytest.raises(BadRuleError, match=said):
            hotlines_of(table, {"P0118"}, {"complaint"}, states)
