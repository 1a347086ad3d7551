"""The register of residents through HTTP, on both databases: kept, ended, seen by right, every change in the history."""

from typing import Any

from sqlalchemy import select

from data.models import EventRow, ParticularsRow, ResidentRow
from data.store.kinds import KINDS
from data.store.verify import verify
from grid.account import Account
from tests.conftest import Site

PEOPLE = "/api/v1/residents"
CARD = "11010519491231002X"


def register(site: Site, user: str = "dispatcher", **more: Any) -> Any:
    body = {
        "name": "王秀英",
        "phone": "138 0013 8000",
        "address": "凤岭路1号2幢301室",
        "source": "本人来电",
        **site.inside(),
    }
    return site.post(user, PEOPLE, 201, **body | more)


def patch(site: Site, user: str, path: str, status: int = 200, **body: Any) -> Any:
    answer = site.call(user, "PATCH", f"{PEOPLE}/{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def found(site: Site, text: str, **more: Any) -> list[str]:
    return [one["no"] for one in site.get("dispatcher", PEOPLE, text=text, **more)["items"]]


def test_a_resident_is_registered_changed_and_ended_and_never_deleted(site: Site) -> None:
    made = register(site, other_names=["王小妹"], phones=[{"number": "0571-88881949转8", "whose": "女儿"}])
    no = made["no"]
    assert no.startswith("R330")
    assert (made["name"], made["phone"], made["particulars"]["phones"][0]["number"]) == (
        "王**",
        "138****8000",
        "**********49-*",
    )
    for text in ("王秀英", "wxy", "王小妹", "+86 13800138000", "057188881949-8", no):
        assert no in found(site, text), text
    site.clock.turn(minutes=1)
    patch(site, "admin", no, name="王秀瑛", source="户口簿", dialect="绍兴话", born_on="1949-12-31")
    assert no in found(site, "王秀瑛")
    assert found(site, "王秀英") == []
    told = site.get("dispatcher", f"{PEOPLE}/{no}/history")
    assert [(e["name"], e["by"], e["fields"]) for e in told["events"] if e["kind"] == "resident"] == [
        ("changed", "admin", ["birth_year", "name"]),
        ("registered", "dispatcher", []),
    ]
    said = {(one["field"], one["value"], one["source"]) for one in told["said"]}
    assert {("name", "王**", "户口簿"), ("name", "王**", "本人来电"), ("dialect", "绍兴话", "户口簿")} <= said
    assert ("born_on", None, "户口簿") in said
    ended = patch(site, "dispatcher", no, ended_why="moved_away", source="邻居", ended_on="2026-11-17")
    assert (ended["ended_on"], ended["ended_why"]) == ("2026-11-17", "moved_away")
    assert found(site, no) == []
    assert found(site, no, ended=True) == [no]
    patch(site, "dispatcher", no, 409, name="某人", source="x")
    patch(site, "admin", no, resume=True, source="回来了", kind="floating", arrived_on="2026-11-18")
    assert found(site, no) == [no]
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []
        log = [row.payload for row in session.scalars(select(EventRow).where(EventRow.aggregate == no))]
    assert not any("王" in payload or "1380013" in payload for payload in log)


def test_an_identity_number_rests_sealed_and_is_found_by_itself(site: Site) -> None:
    no = register(site, identity=CARD)["no"]
    shown = site.get("admin", f"{PEOPLE}/{no}")
    assert (shown["particulars"]["identity"], shown["birth_year"]) == ("1101************2X", None)
    assert shown["particulars"]["identity_sealed"] == shown["particulars"]["identity_hash"] == ""
    assert found(site, CARD.lower()) == [no]
    with site.world.database.read() as session:
        row = session.scalar(select(ParticularsRow).where(ParticularsRow.resident == no))
        year = session.scalar(select(ResidentRow.birth_year).where(ResidentRow.no == no))
    assert CARD not in f"{row.identity} {row.identity_hash} {row.identity_sealed}"
    assert year == 1949
    path = f"{PEOPLE}/{no}/reveal"
    assert site.post("admin", path, reason="核对身份证", identity=True)["identity"] == CARD
    assert "identity" not in site.post("admin", path, reason="核对电话")
    site.post("dispatcher", path, 403, reason="核对身份证", identity=True)
    body = {"name": "别人", "phone": "13800138001", "source": "x", "identity": CARD, **site.inside()}
    refused = site.call("dispatcher", "POST", PEOPLE, json=body)
    assert (refused.status_code, refused.json()["field"], CARD in refused.text) == (422, "identity", False)
    wrong = site.call("dispatcher", "POST", PEOPLE, json=body | {"identity": CARD[:-1] + "1"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "identity")
    assert found(site, "别人") == []


def test_minors_and_health_stand_behind_rights_of_their_own(site: Site) -> None:
    worker = site.worker()
    child = register(site, worker, born_on="2015-05-01", dialect="杭州话")["no"]
    elder = register(site, worker, care_mode="home", access_need="轮椅")["no"]
    assert site.get(worker, f"{PEOPLE}/{elder}")["particulars"]["access_need"] == "轮椅"
    seen = site.get("dispatcher", f"{PEOPLE}/{child}")
    assert (seen["minor"], seen["particulars"]["dialect"], seen["relations"]) == (True, "", [])
    assert "dialect" in seen["withheld"]
    site.post("dispatcher", f"{PEOPLE}/{child}/reveal", 403, reason="想看一看")
    assert site.call("dispatcher", "GET", f"{PEOPLE}/{child}/relations").status_code == 403
    patch(site, "dispatcher", child, 403, dialect="上海话", source="x")
    assert site.post(worker, f"{PEOPLE}/{child}/reveal", reason="入户走访")["born_on"] == "2015-05-01"


def test_marks_have_a_source_and_days_and_are_ended(site: Site) -> None:
    no = register(site)["no"]
    path = f"{PEOPLE}/{no}/tags"
    made = site.post("dispatcher", path, 201, tag="veteran", source="退役军人事务局", until="2027-11-18")
    assert (made["name"], made["since"], made["held"]) == ("退役军人", "2026-11-18", True)
    assert site.get("dispatcher", f"{PEOPLE}/{no}")["tags"] == ["veteran"]
    site.post("dispatcher", path, 422, tag="veteran", source="x")
    site.post("dispatcher", path, 422, tag="hero", source="x")
    site.post("dispatcher", path, 403, tag="child", source="x")
    site.clock.turn(days=1)
    site.sign_in_anew()
    ended = patch(site, "dispatcher", f"{no}/tags/{made['no']}", ended_on="2026-11-18")
    assert not ended["held"]
    patch(site, "dispatcher", f"{no}/tags/{made['no']}", 409)
    shown = site.get("dispatcher", f"{PEOPLE}/{no}")
    assert (shown["tags"], [tag["ended_on"] for tag in shown["told_tags"]]) == ([], ["2026-11-18"])
    names = [e["name"] for e in site.get("admin", f"{PEOPLE}/{no}/history")["events"] if e["kind"] == "tag"]
    assert names == ["ended", "told"]
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


def test_relations_are_called_in_their_order_and_a_number_tells_whose_it_is(site: Site) -> None:
    no = register(site)["no"]
    path = f"{PEOPLE}/{no}/relations"
    son = site.post("dispatcher", path, 201, name="王平", phone="139 0013 9000", relation="child", turn=2)
    site.post("dispatcher", path, 201, name="李医生", phone="0571-88881949", relation="doctor", turn=1)
    site.post("dispatcher", path, 422, name="某人", phone="139 0013 9000", relation="hero")
    items = site.get("dispatcher", path)["items"]
    assert [(k["relation_name"], k["phone"]) for k in items] == [
        ("家庭医生", "**********49"),
        ("子女", "139****9000"),
    ]
    told = site.get("dispatcher", "/api/v1/people", phone="+86 139-0013-9000")
    assert [(k["relation"]["relation"], k["resident"]["no"]) for k in told["kin"]] == [("child", no)]
    patch(site, "dispatcher", f"{no}/relations/{son['no']}", ended_on="2026-11-18")
    assert site.get("dispatcher", "/api/v1/people", phone="13900139000")["kin"] == []
    assert [k["ended_on"] for k in site.get("dispatcher", path)["items"]] == [None, "2026-11-18"]


def test_what_a_stranger_did_is_theirs_when_they_are_registered(site: Site) -> None:
    contact = {"name": "王女士", "phone": "0086 138 0013 8000"}
    report = {"category": "E0102", "channel": "web", "contact": contact, **site.inside()}
    ticket = site.post(None, "/api/v1/tickets", 201, **report)["no"]
    order = site.post(
        None, "/api/v1/orders", 201, item="SV-B01", channel="web", contact=contact, **site.inside()
    )["no"]
    told = site.get("dispatcher", "/api/v1/people", phone="13800138000")
    assert {one["no"] for one in told["timeline"]} == {ticket, order}
    assert (told["residents"], [c["name"] for c in told["contacts"]]) == ([], ["王**"])
    no = register(site)["no"]
    body = {"resident": no, "visited_at": site.clock().isoformat(), "finding": "well"}
    visit = site.post("dispatcher", "/api/v1/visits", 201, **body)["no"]
    items = site.get("dispatcher", f"{PEOPLE}/{no}/timeline")["items"]
    assert {(one["kind"], one["no"]) for one in items} == {
        ("ticket", ticket),
        ("order", order),
        ("visit", visit),
    }
    assert all(one["what_name"] for one in items)
    elsewhere = next(c.worker for c in site.world.city.cells.values() if c.worker != site.worker())
    assert site.get(elsewhere, "/api/v1/people", phone="13800138000")["timeline"] == []
    assert site.call(elsewhere, "GET", f"{PEOPLE}/{no}/timeline").status_code == 404
    site.enrol(Account(user="wang", name="王秀英", role="resident", resident=no))
    mine = site.get("wang", f"{PEOPLE}/{no}")
    assert (mine["name"], mine["phone"]) == ("王秀英", "13800138000")
    assert site.call("wang", "GET", f"{PEOPLE}/R000001").status_code == 404
