"""Feeds through HTTP, on both databases: rows once, never older over newer, bad ones apart until decided, changes out."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from api.outside.webhooks import sign
from data.models import FeedMessageRow, ImportRunRow, ResidentRow
from data.store.kinds import KINDS
from data.store.verify import verify
from tests.conftest import Site

FEEDS = "/api/v1/feeds"


class Source:
    """A department's system as the far end of a feed."""

    def __init__(self, site: Site, **more: Any) -> None:
        body = {
            "name": "残联持证残疾人",
            "owner": "DP01",
            "direction": "in",
            "subject": "residents",
            "source": "civil_affairs",
        }
        made = site.post("admin", FEEDS, 201, **(body | {"every_s": 3600, "grace_s": 600} | more))
        self.site, self.no, self.key = site, made["no"], made["key"]
        self.sent = 0

    def call(self, method: str, path: str, body: bytes = b"", key: str = "", stamp: int | None = None) -> Any:
        stamp = stamp if stamp is not None else int(self.site.clock().timestamp())
        target = f"{FEEDS}/{self.no}{path}"
        headers = {
            "webhook-id": "m", "webhook-timestamp": str(stamp), "content-type": "application/json",
            "webhook-signature": "v1,none " + sign(key or self.key, "m", stamp, body or target.encode()),
        }  # fmt: skip
        return self.site.call(None, method, target, content=body, headers=headers)

    def message(self, rows: list[dict[str, Any]], **more: Any) -> bytes:
        self.sent += 1
        told = {
            "schema": "jinlin.message.1", "id": f"m{self.sent}", "subject": "residents", "sender": {"name": "残联"},
            "sent_at": self.site.clock().isoformat(), "cursor": str(self.sent), "rows": rows,
        }  # fmt: skip
        return json.dumps(told | more).encode()

    def tell(self, rows: list[dict[str, Any]], status: int = 200, **more: Any) -> Any:
        answer = self.call("POST", "/messages", self.message(rows, **more))
        assert answer.status_code == status, answer.text
        return answer.json()

    def row(self, no: str, revision: int = 1, **data: Any) -> dict[str, Any]:
        told = {"no": no, "name": "王小明", "phone": "13812345678", **self.site.inside(), **data}
        return {"id": no, "revision": revision, "at": self.site.clock().isoformat(), "data": told}

    def stands(self) -> Any:
        return self.site.get("admin", f"{FEEDS}/{self.no}")


def resident(site: Site, no: str) -> ResidentRow | None:
    with site.world.database.read() as session:
        return session.query(ResidentRow).filter(ResidentRow.no == no).one_or_none()


def statuses(answer: Any) -> list[tuple[str, str]]:
    return [(row["status"], row["outcome"]) for row in answer["rows"]]


def test_rows_are_taken_once_and_an_older_revision_never_overwrites_a_newer(site: Site) -> None:
    source = Source(site)
    first = source.tell([source.row("F1"), source.row("F2"), source.row("F1")])
    assert statuses(first) == [("accepted", "new"), ("accepted", "new"), ("accepted", "new")]
    newer = source.tell([source.row("F1", 3, name="王大明")])
    assert statuses(newer) == [("accepted", "changed")]
    again = source.tell(
        [source.row("F1", 2, name="王小小"), source.row("F1", 3, name="王大明"), source.row("F2")]
    )
    assert statuses(again) == [("refused", "older"), ("accepted", "changed"), ("accepted", "new")]
    other = source.tell([source.row("F1", 3, name="某人")])
    assert statuses(other) == [("refused", "contradicts")]
    kept = resident(site, "F1")
    assert kept is not None
    assert kept.name == "王大明"
    change = {"phone": "13900001111", "source": "本人"}
    assert site.call("dispatcher", "PATCH", "/api/v1/residents/F2", json=change).status_code == 200
    stands = source.stands()
    assert (stands["accepted"], stands["refused"], stands["messages"], stands["cursor"]) == (3, 1, 4, "4")
    assert stands["typed_twice"] == ["phone"]
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


def test_the_same_message_is_answered_alike_and_another_of_its_name_is_refused(site: Site) -> None:
    source = Source(site)
    body = source.message([source.row("F1")])
    answers = [source.call("POST", "/messages", body) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert source.call("GET", "/messages/m1").json() == answers[0].json()
    assert source.call("POST", "/messages", body.replace(b"F1", b"F9")).status_code == 409
    assert source.stands()["accepted"] == 1
    assert source.call("GET", "/position").json()["cursor"] == "1"


def test_bad_rows_wait_apart_until_a_person_corrects_releases_or_refuses_them(site: Site) -> None:
    source = Source(site)
    good = [source.row(f"F{n}") for n in range(19)]
    bad = source.row("F99", phone="12", lon="east")
    told = source.tell([*good, bad])
    assert (told["state"], told["accepted"], told["quarantined"]) == ("done", 19, 1)
    unfit = source.tell([*good, source.row("F98", phone="12")])["rows"][-1]
    assert (unfit["status"], unfit["outcome"]) == ("quarantined", "unfit")
    path = f"{FEEDS}/{source.no}/rows"
    listed = site.get("admin", path)["items"]
    assert [row["source_id"] for row in listed] == ["F99", "F98"]
    assert "王小明" not in json.dumps(listed, ensure_ascii=False)
    number = listed[0]["id"]
    data = site.post("admin", f"{path}/{number}/reveal", reason="核对来源数据")["data"]
    assert data["lon"] == "east"
    site.post("admin", f"{path}/actions", 422, action="release", rows=[number], reason="来源已核对")
    fine = source.row("F99")["data"]
    site.post("admin", f"{path}/actions", action="release", rows=[number], reason="来源已核对", data=fine)
    site.post(
        "admin", f"{path}/actions", 409, action="release", rows=[number], reason="来源已核对", data=fine
    )
    site.post("admin", f"{path}/actions", action="refuse", rows=[listed[1]["id"]], reason="号码不存在")
    assert resident(site, "F99") is not None
    assert resident(site, "F98") is None
    rows = [source.call("GET", f"/messages/{name}").json()["rows"][-1] for name in ("m1", "m2")]
    assert [(row["status"], row["reason"]) for row in rows] == [
        ("accepted", "来源已核对"),
        ("refused", "号码不存在"),
    ]
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


def test_of_rows_released_together_nothing_is_left_when_one_does_not_fit(site: Site) -> None:
    source = Source(site, name="民政机构名册", subject="providers", source="import")
    place = site.inside()
    told = {"categories": ["repair"], "phone": "0571-88881949", "hours": "24/7", "lat": place["lat"]}
    rows = [
        {"id": f"P{n}", "revision": 1, "at": site.clock().isoformat(), "data": told | {"no": f"P{n}", "name": name, "lon": lon}}
        for n, (name, lon) in enumerate([("近邻维修站", place["lon"]), ("东边维修站", "east")])
    ]  # fmt: skip
    held = source.tell(rows, subject="providers")
    assert (held["state"], held["quarantined"]) == ("held", 2)
    before = len(site.world.city.providers)
    path = f"{FEEDS}/{source.no}/rows"
    numbers = [row["id"] for row in site.get("admin", path)["items"]]
    site.post("admin", f"{path}/actions", 422, action="release", rows=numbers, reason="来源已核对")
    assert len(site.world.city.providers) == before  # nor in memory, where candidates are found
    assert site.get("dispatcher", "/api/v1/providers", text="近邻维修站")["items"] == []
    good = [row["id"] for row in site.get("admin", path)["items"] if row["outcome"] == "held"]
    site.post("admin", f"{path}/actions", action="release", rows=good, reason="来源已核对")
    assert len(site.world.city.providers) == before + 1


def test_a_message_that_was_cut_off_goes_on_in_the_run_it_began(site: Site) -> None:
    source = Source(site)
    body = source.message([source.row(f"F{n}") for n in range(30)])
    assert source.call("POST", "/messages", body).json()["accepted"] == 30

    def cut_off(session: Any) -> None:
        (message,) = session.query(FeedMessageRow).all()
        message.state, message.told = "open", []
        session.execute(update(ImportRunRow).values(state="running", counts={}))

    site.world.database.write(cut_off)
    assert source.call("POST", "/messages", body).json()["accepted"] == 30
    with site.world.database.read() as session:
        (run,) = session.scalars(select(ImportRunRow))
        assert (run.state, run.counts) == ("done", {"new": 30})


def test_a_changed_schema_spreads_nothing_and_turns_the_feed_red(site: Site) -> None:
    source = Source(site)
    source.tell([source.row("F1")])
    assert source.stands()["light"] == "ok"
    site.clock.turn(hours=1)
    changed = [source.row(f"F{n}", 2, mobile="13800000000") for n in range(5)]
    held = source.tell([*changed, source.row("F7")])
    assert (held["state"], held["quarantined"]) == ("held", 6)
    assert held["rows"][-1]["reason"].startswith("held with its message: 5 of 6 rows are bad")
    assert resident(site, "F7") is None
    source.tell([], 422, schema="jinlin.message.2")
    stands = source.stands()
    assert (stands["light"], stands["finding"], stands["waiting"]) == ("warn", "refused", 6)
    site.clock.turn(minutes=11)
    assert source.stands()["light"] == "late"
    assert site.get(None, "/healthz")["status"] == "degraded"
    (line,) = [one for one in site.get("admin", "/api/v1/operations")["lines"] if one["name"] == "feeds"]
    assert (line["state"], line["finding"], line["note"]) == ("late", "feeds_late", source.no)
    last = site.get("admin", f"{FEEDS}/{source.no}/rows")["items"][-1]
    site.post(
        "admin", f"{FEEDS}/{source.no}/rows/actions", action="release", rows=[last["id"]], reason="来源已核对"
    )
    assert resident(site, "F7") is not None
    source.tell([source.row("F0", 3)])
    stands = source.stands()
    assert (stands["light"], stands["finding"], stands["waiting"]) == (
        "warn",
        "waiting",
        4,
    )  # F0 was overtaken


def test_a_feed_is_signed_with_its_key_and_a_held_one_takes_nothing(site: Site) -> None:
    source = Source(site)
    body = source.message([])
    old = int((site.clock() - timedelta(minutes=6)).timestamp())
    assert source.call("POST", "/messages", body, stamp=old).status_code == 401
    assert source.call("POST", "/messages", body, key="whsec_AAAA").status_code == 401
    assert site.call(None, "POST", f"{FEEDS}/{source.no}/messages", content=body).status_code == 401
    site.post("admin", f"{FEEDS}/{source.no}/actions", action="hold")
    assert source.call("POST", "/messages", body).status_code == 409
    site.post("admin", f"{FEEDS}/{source.no}/actions", action="resume")
    before, source.key = source.key, site.post("admin", f"{FEEDS}/{source.no}/key")["key"]
    assert source.call("POST", "/messages", body, key=before).status_code == 401
    assert source.call("POST", "/messages", body).status_code == 200
    assert source.key not in json.dumps(site.get("admin", FEEDS))


def test_changes_go_out_by_cursor_without_persons_and_fit_the_published_schema(site: Site) -> None:
    given = {"direction": "out", "subject": "tickets", "source": "", "purpose": "statistics"}
    consumer = Source(site, **given)
    seen, after = [], ""
    report = {"category": "E0102", "channel": "web", "contact": {"name": "王小明", "phone": "13812345678"}}
    numbers = [site.post(None, "/api/v1/tickets", 201, **report, **site.inside())["no"] for _ in range(3)]
    while True:
        page = consumer.call("GET", f"/changes?after={after}&limit=2").json()
        seen += page["rows"]
        after = page["cursor"]
        if not page["rows"]:
            break
    assert [row["id"] for row in seen] == numbers
    assert set(seen[0]["data"]) == {"no", "category", "reported_at", "closed_at", "state", "nature"}
    site.act("dispatcher", "ticket", numbers[1], "accept")
    (moved,) = consumer.call("GET", f"/changes?after={after}").json()["rows"]
    assert (moved["id"], moved["revision"] > seen[1]["revision"]) == (numbers[1], True)
    assert consumer.stands()["accepted"] == 4
    assert consumer.call("POST", "/messages", consumer.message([])).status_code == 409
    (resource,) = site.get("leader", "/api/v1/resources")["items"]
    assert [one["purpose"] for one in resource["consumers"]] == ["statistics"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"owner": "nobody"}, "owner"),
        ({"subject": "cells"}, "subject"),
        ({"source": ""}, "source"),
        ({"purpose": "statistics"}, "purpose"),
        ({"area": "999999"}, "area"),
        ({"every_s": 1}, "every_s"),
        ({"direction": "out", "subject": "tickets", "source": "", "purpose": "unheard"}, "purpose"),
    ],
)
def test_a_feed_that_cannot_be_is_refused(sqlite_site: Site, wrong: dict[str, Any], field: str) -> None:
    body = {"name": "x", "owner": "DP01", "direction": "in", "subject": "residents", "source": "police"}
    assert sqlite_site.post("admin", FEEDS, 422, **(body | wrong))["field"] == field
