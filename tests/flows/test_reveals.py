"""Personal data unmasked through HTTP: purpose, reason, a limit a day, and who reads the log; words for the right ears."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from data.models import ResidentRow
from data.rules.in_force import InForce
from dispatch.resident import RevealRules, mask_address
from grid.account import Account
from tests.conftest import Site

REVEAL = "/api/v1/residents/R000001/reveal"


def allow(site: Site, per_day: int) -> None:
    """Let dispatchers look so often a day."""
    rules = RevealRules(purposes=site.world.catalogue.reveals.purposes, per_day={"dispatcher": per_day})
    object.__setattr__(site.world, "rules", InForce(replace(site.world.catalogue, reveals=rules)))


def officer(site: Site) -> str:
    area = site.world.city.district.code
    site.enrol(Account(user="officer", name="数据保护员", role="officer", area=area))
    return "officer"


def test_who_looks_too_often_is_refused_and_the_officer_sees_it(site: Site) -> None:
    allow(site, 2)
    for _ in range(2):
        assert site.post("dispatcher", REVEAL, reason="核对电话", purpose="register")["phone"]
    refused = site.call("dispatcher", "POST", REVEAL, json={"reason": "再看一眼"})
    assert refused.status_code == 429
    assert "phone" not in refused.json()
    path = "/api/v1/reveals"
    log = site.get(officer(site), path)["items"]
    assert [(one["user"], one["refused"]) for one in log] == [
        ("dispatcher", True),
        ("dispatcher", False),
        ("dispatcher", False),
    ]
    assert log[-1]["purpose_name"] == "核对登记"
    assert [one["reason"] for one in site.get("officer", path, refused=True)["items"]] == ["再看一眼"]
    mine = site.get("r000001", path)["items"]
    assert len(mine) == 3
    assert all("user" not in one for one in mine)
    assert site.get("r000002", path)["items"] == []
    for user in ("dispatcher", "leader", "p00001", site.worker()):
        assert site.call(user, "GET", path).status_code == 403
    site.clock.turn(hours=25)
    site.sign_in_anew()
    assert site.post("dispatcher", REVEAL, reason="第二天再核对")["phone"]


def test_a_purpose_is_one_of_the_rules(sqlite_site: Site) -> None:
    body = {"reason": "好奇而已", "purpose": "curiosity"}
    refused = sqlite_site.call("dispatcher", "POST", REVEAL, json=body)
    assert refused.status_code == 422
    assert refused.json()["field"] == "purpose"
    assert sqlite_site.get(officer(sqlite_site), "/api/v1/reveals")["items"] == []


def test_no_phone_is_guessed_digit_by_digit(sqlite_site: Site) -> None:
    """What is shown masked is not found by a part of it that is hidden."""
    site = sqlite_site
    with site.world.database.read() as session:
        who = session.scalars(select(ResidentRow).limit(1)).one()
    found = {}
    for start in range(len(who.phone)):
        for end in range(start + 1, len(who.phone) + 1):
            items = site.get("dispatcher", "/api/v1/residents", text=who.phone[start:end])["items"]
            found[who.phone[start:end]] = who.no in [r["no"] for r in items]
    assert {text for text, hit in found.items() if hit} == {who.phone, who.phone[-4:]}
    building = mask_address(who.address)
    room = who.address.removeprefix(building)
    assert room
    for end in range(1, len(room)):
        for text in (building + room[:end], room[:end], room[-end:]):
            items = site.get("dispatcher", "/api/v1/residents", text=text)["items"]
            assert items == [] or text.isascii() or who.no not in [r["no"] for r in items], text
    whole = site.get("dispatcher", "/api/v1/residents", text=building)["items"]
    assert who.no in [r["no"] for r in whole]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("春晓苑3幢2单元501室", "春晓苑3幢"),
        ("春晓苑三号楼二单元五零一", "春晓苑三号楼"),
        ("文一路12-3-402", "文一路12"),
        ("文一路12号3-402", "文一路12号"),
        ("幸福里501室", "幸福里"),
        ("龙湖天街A座1203", "龙湖天街A座"),
        ("幸福里", "幸福里"),
        ("", ""),
    ],
)
def test_addresses_are_told_to_the_building(address: str, shown: str) -> None:
    assert mask_address(address) == shown


def test_reporters_hear_what_is_theirs_and_the_answers(site: Site) -> None:
    here = site.inside() | {"category": "E0102", "channel": "web"}
    first = site.post("r000001", "/api/v1/tickets", 201, **here)
    second = site.post("r000002", "/api/v1/tickets", 201, **here)
    child, parent = second["no"], first["no"]
    site.act("dispatcher", "ticket", parent, "accept")
    site.act("dispatcher", "ticket", child, "merge", parent=parent)
    site.post("r000001", f"/api/v1/follow/{parent}/messages", 201, text="一号的话")
    site.post("r000002", f"/api/v1/follow/{child}/messages", 201, text="二号的话")
    clerk = site.clerk(first["department"])
    site.act(clerk, "ticket", parent, "receive")
    site.act("dispatcher", "ticket", parent, "urge", note="内部催办")
    site.act(clerk, "ticket", parent, "say", note="明天处理")
    heard = {
        no: [w["text"] for w in site.get(user, f"/api/v1/follow/{no}")["dialogue"] if w["text"]]
        for user, no in (("r000001", parent), ("r000002", child))
    }
    assert heard == {parent: ["一号的话", "明天处理"], child: ["二号的话", "明天处理"]}
    for user, no, other in (("r000001", parent, "二号的话"), ("r000002", child, "一号的话")):
        answer = site.call(user, "GET", f"/api/v1/tickets/{no}")
        page = site.call(user, "GET", f"/ticket/{no}")
        for text in (answer.text, page.text):
            assert other not in text
            assert "内部催办" not in text
            assert clerk not in text
            assert '"dispatcher"' not in text.replace('"role":"dispatcher"', "")
    staff = site.get("dispatcher", f"/api/v1/tickets/{parent}")
    assert {"内部催办", "二号的话"} <= {s["payload"].get("note") for s in staff["timeline"]}
