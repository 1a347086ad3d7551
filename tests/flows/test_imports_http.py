"""Files handed in over HTTP: tried, taken in, seen at once by the running server, and undone, on both databases."""

from typing import Any

from sqlalchemy import select

from data.models import ImportRunRow, ResidentRow
from data.store.kinds import KINDS
from data.store.verify import verify
from tests.conftest import Site

IMPORTS = "/api/v1/imports"


def send(
    site: Site, text: str, user: str = "admin", status: int = 200, name: str = "名单.csv", **query: Any
) -> Any:
    files = {"file": (name, text.encode(), "text/csv")}
    asked = {"params": {"kind": "residents"} | query, "headers": {"Accept-Language": "zh-CN"}}
    answer = site.call(user, "POST", IMPORTS, files=files, **asked)
    assert answer.status_code == status, answer.text
    return answer.json()


def name_of(site: Site, no: str) -> str | None:
    with site.world.database.read() as session:
        return session.scalar(select(ResidentRow.name).where(ResidentRow.no == no))


def test_a_file_is_tried_taken_in_and_undone(site: Site) -> None:
    place = site.inside()
    with site.world.database.read() as session:
        row = session.scalars(select(ResidentRow).where(ResidentRow.no == "R000001")).one()
        before, known = row.name, f"{row.phone},{row.lon},{row.lat}"
    text = (
        "编号,姓名,电话,经度,纬度\n"
        f"Z1,新人,13800000000,{place['lon']},{place['lat']}\n"
        f"R000001,改名,{known}\n"
        "Z2,无处,13800000001,10,50\n"
    )
    tried = send(site, text)
    assert (tried["no"], tried["rows"], tried["verdicts"]) == (
        None,
        3,
        {"new": 1, "changed": 1, "refused": 1},
    )
    assert name_of(site, "Z1") is None
    kept = send(site, text, dry_run=False, source="police")
    assert kept["verdicts"] == tried["verdicts"]
    rows = {one["key"]: one for one in kept["told"]}
    assert (rows["R000001"]["outcome"], rows["R000001"]["changed"][0]) == ("changed", "name")
    assert "网格" in rows["Z2"]["note"]  # in the reader's language
    assert before not in str(kept)  # what stood there is not told
    assert name_of(site, "Z1") == "新人"
    assert site.get("dispatcher", "/api/v1/residents", text="新人")["items"][0]["no"] == "Z1"
    (run,) = [one for one in site.get("admin", IMPORTS)["items"] if one["no"] == kept["no"]]
    assert (run["file"], run["source"], run["by"], run["state"]) == ("名单.csv", "police", "admin", "done")
    assert site.call("admin", "GET", "/admin/imports").text.count("data-undo") == 1
    undone = site.post("admin", f"{IMPORTS}/{kept['no']}/actions", action="undo")
    assert undone == {"withdrawn": 1, "restored": 1, "stays": []}
    assert name_of(site, "R000001") == before
    site.post("admin", f"{IMPORTS}/{kept['no']}/actions", 409, action="undo")
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


def test_columns_are_named_as_they_are_at_the_command_line(site: Site) -> None:
    with site.world.database.read() as session:
        row = session.scalars(select(ResidentRow).where(ResidentRow.no == "R000001")).one()
        text = f"甲,乙,电话,经度,纬度\nR000001,改名,{row.phone},{row.lon},{row.lat}\n"
    send(site, text, status=422)
    assert send(site, text, map=["no=甲", "name=乙"])["verdicts"] == {"changed": 1}
    assert send(site, text, status=422, map=["no"])["field"] == "map"


def test_a_file_that_cannot_be_read_keeps_nothing(site: Site) -> None:
    with site.world.database.read() as session:
        before = len(session.scalars(select(ImportRunRow.id)).all())
    assert send(site, "", status=422, dry_run=False)["detail"]
    assert send(site, "甲,乙\n1,2\n", status=422, dry_run=False)["detail"]
    assert send(site, "编号,姓名\nZ1,甲\n", status=422, kind="nothing")["field"] == "kind"
    send(site, "编号,姓名\nZ1,甲\n", user="dispatcher", status=403)
    assert send(site, "编号,姓名\nZ1,甲\n", name="../../etc/passwd.csv")["rows"] == 1
    with site.world.database.read() as session:
        assert len(session.scalars(select(ImportRunRow.id)).all()) == before
