"""Matters through HTTP on both databases: by configuration alone, through two departments, each on its own version."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from api.app import make_app
from api.settings import Settings
from api.world import open_world
from data.models import EventRow, MatterRow
from data.rules.catalogue import read_catalogue
from data.rules.files import FOLDER
from data.store.home import Home
from data.store.kinds import KINDS
from data.store.verify import verify
from grid.account import Account
from tests.api.access_matters import FORM, PATH
from tests.conftest import NOW, HandClock, Site
from tests.contract import CheckedClient

NO = "R000001"
EIGHTH = """
code = "MC08"
version = 1
since = 2026-11-01
label_zh = "殡葬服务补助申请"
label_en = "Funeral allowance"
group = "civil_funeral"
applicant = "resident"
begun_by = ["worker"]
limit = "6 work_day"
sample = true

[[field]]
name = "applicant"
label_zh = "申请人"
label_en = "Applicant"
known = "name"

[[field]]
name = "died_on"
label_zh = "死亡日期"
label_en = "Day of death"
type = "day"

[[stage]]
code = "register"
label_zh = "户籍注销核验"
label_en = "Register checked"
party = "DP08"
share = 50
[stage.next]
agreed = ["pay", "已注销", "Struck off"]

[[stage]]
code = "pay"
label_zh = "发放补助"
label_en = "Paid"
party = "DP02"
share = 50
proofs = { paid_no = ["凭证号", "Number of the payment"] }
[stage.next]
paid = ["done", "已发放", "Paid"]

[[end]]
code = "done"
label_zh = "办结"
label_en = "Done"
good = true
"""


@contextmanager
def with_catalogue(home: Home, folder: Path, clock: HandClock) -> Iterator[Site]:
    """Run the application on another catalogue, as a restart with it does."""
    settings = Settings(home=home.folder, database=home.default_database, timers=False, follow=False)
    world = open_world(settings, clock, clock.steady, read_catalogue(folder))
    with CheckedClient(make_app(world)) as client:
        yield Site(world, client, clock)


def do(site: Site, user: str, no: str, action: str, status: int = 200, **fields: Any) -> Any:
    return site.act(user, "matter", no, action, status, **fields)


def worker_of(site: Site) -> str:
    """Enrol a worker of the resident's community."""
    cell = site.get("dispatcher", f"/api/v1/residents/{NO}")["cell"]
    community = site.world.scheme.community_of(cell)
    site.enrol(Account(user="w-matter", name="网格员", role="worker", area=community))
    return "w-matter"


def visit_done(site: Site, worker: str, no: str) -> Any:
    do(site, worker, no, "receive")
    return do(site, worker, no, "finish", outcome="agreed", proofs={"visit_note": "房屋过火，属实"})


def test_a_matter_goes_through_community_and_three_departments(site: Site) -> None:
    worker = worker_of(site)
    made = site.post(worker, PATH, 201, applicant=NO, **FORM)
    no, key = made["no"], made["follow_key"]
    assert no.startswith("G")
    assert made["due_at"] == "2026-12-02T10:30:00+08:00"  # ten working days
    resident = site.get("r000001", f"{PATH}/{no}")
    assert set(made["known"]) == {"applicant", "phone", "address"}
    assert "*" in made["known"]["phone"]
    assert "*" not in resident["known"]["phone"]
    assert site.call("d-dp02", "GET", f"{PATH}/{no}").status_code == 404  # not its turn yet
    review = visit_done(site, worker, no)
    assert (review["stage_name"], review["can"]) == ("审核", ["withdraw"])
    waiting = {"d-dp02", "d-dp07", "d-dp17"}
    for user in waiting:
        (line,) = site.get(user, PATH, state="open")["items"]
        assert line["no"] == no
        do(site, user, no, "receive")
    assert site.call("d-dp09", "GET", f"{PATH}/{no}").status_code == 404
    shut = do(site, "d-dp02", no, "finish", 409, outcome="agreed")
    assert "DP07, DP17" in shut["detail"]
    do(site, "d-dp07", no, "finish_part", note="无其他医疗救助")
    do(site, "d-dp17", no, "finish_part")
    wrong = do(site, "d-dp02", no, "finish", 422, outcome="maybe")
    assert (wrong["field"], "agreed, refused" in wrong["detail"]) == ("outcome", True)
    do(site, "d-dp02", no, "give_back", to="applicant", reason="户口簿缺页")
    assert site.get("r000001", f"{PATH}/{no}")["reason"] == "户口簿缺页"
    site.clock.turn(days=20)
    site.sign_in_anew()
    added = do(site, "r000001", no, "add", answers={"members": 4})
    assert (added["late"], added["answers"]) == (False, {"cause": "fire", "members": 4})
    do(site, "d-dp02", no, "finish", outcome="agreed")
    do(site, "d-dp02", no, "receive")
    site.clock.turn(hours=3)
    closed = do(site, "d-dp02", no, "finish", outcome="paid", proofs={"paid_no": "F-1"})
    assert (closed["state_name"], closed["end_name"], closed["can"]) == ("已办结", "办结", [])
    assert closed["slowest"] == "review"
    do(site, "d-dp02", no, "receive", 409)
    assert site.get("d-dp07", f"{PATH}/{no}")["end"] == "granted"  # who had a part may look later
    shown = site.get(None, f"/api/v1/follow/{no}")
    assert (shown["state"], shown["opened"], "matter_name" in shown, shown["steps"]) == (
        "closed",
        False,
        False,
        [],
    )
    phone = site.get("r000001", f"{PATH}/{no}")["known"]["phone"]
    for told in (key, phone[-4:]):
        own = site.get(None, f"/api/v1/follow/{no}", key=told)
        assert (own["matter_name"], own["end_name"], own["steps"][-1]["name"]) == (
            "临时救助申请",
            "办结",
            "closed",
        )
    line = next(
        one for one in site.get("dispatcher", f"/api/v1/residents/{NO}/timeline")["items"] if one["no"] == no
    )
    assert (line["what_name"], line["state_name"]) == ("临时救助申请", "已办结")
    _is_sealed_and_tells_nothing(site, no)


def _is_sealed_and_tells_nothing(site: Site, no: str) -> None:
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []
        events = session.scalars(select(EventRow).where(EventRow.aggregate == no)).all()
    assert not any(word in one.payload for one in events for word in ("户口簿", "过火", NO, "fire"))
    site.world.database.write(lambda s: s.execute(update(MatterRow).values(answers={"cause": "other"})))
    with site.world.database.read() as session:
        assert [fault.aggregate for fault in verify(session, KINDS)] == [no]


def test_a_form_is_refused_with_its_field_and_nothing_is_begun(sqlite_site: Site) -> None:
    site = sqlite_site
    for body, field in (
        (FORM | {"kind": "XX"}, "kind"),
        (FORM | {"papers": ["id_card"]}, "papers"),
        (FORM | {"answers": {"cause": "other", "members": 3}}, "answers.cause_told"),
        (FORM | {"answers": {"cause": "fire", "members": 3, "phone": "13800000000"}}, "answers.phone"),
    ):
        assert site.post("r000001", PATH, 422, **body)["field"] == field
    site.post("r000001", PATH, 404, **FORM, applicant="R000002")
    assert site.get("r000001", PATH)["items"] == []


def test_forms_are_published_with_labels_and_schema(sqlite_site: Site) -> None:
    kinds = {kind["code"]: kind for kind in sqlite_site.get(None, f"{PATH}/kinds")["items"]}
    relief = kinds["MC02"]
    assert (relief["name"], relief["group_name"], relief["limit"]) == (
        "临时救助申请",
        "社会救助",
        "10 work_day",
    )
    assert [stage["limit"] for stage in relief["stages"]] == ["3 work_day", "4 work_day", "3 work_day"]
    assert relief["json_schema"]["$schema"].endswith("2020-12/schema")
    assert relief["stages"][1]["outcomes"][0]["to_name"] == "发放"


def test_an_eighth_civil_matter_of_two_departments_is_configuration_alone(home: Home, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "catalogue"))
    with (folder / "matter_groups.csv").open("a", encoding="utf-8") as groups:
        groups.write("civil_funeral,殡葬服务,Funerals,civil\n")
    (folder / "matter_MC08_1.toml").write_text(EIGHTH, encoding="utf-8")
    with with_catalogue(home, folder, HandClock(NOW)) as site:
        told = {"kind": "MC08", "answers": {"died_on": "2026-11-10"}}
        no = site.post(worker_of(site), PATH, 201, applicant=NO, **told)["no"]
        for user, outcome, proofs in (("d-dp08", "agreed", {}), ("d-dp02", "paid", {"paid_no": "B-7"})):
            do(site, user, no, "receive")
            after = do(site, user, no, "finish", outcome=outcome, proofs=proofs)
        assert (after["state"], after["end_name"]) == ("closed", "办结")


def test_running_matters_end_on_the_version_they_began_with(home: Home, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "catalogue"))
    first = folder / "matter_MC02_1.toml"
    changed = first.read_text(encoding="utf-8").replace("version = 1", "version = 2")
    changed = changed.replace("since = 2026-01-01", "since = 2026-11-20").replace(
        '"10 work_day"', '"5 work_day"'
    )
    changed = changed.replace('joint = ["DP07", "DP17"]\n', "").replace('party = "DP02"', 'party = "DP01"')
    (folder / "matter_MC02_2.toml").write_text(changed, encoding="utf-8")
    clock = HandClock(NOW)
    with with_catalogue(home, folder, clock) as site:
        worker = worker_of(site)
        old = site.post(worker, PATH, 201, applicant=NO, **FORM)
        clock.turn(days=2)  # the second version comes in force without a restart
        site.sign_in_anew()
        new = site.post(worker, PATH, 201, applicant=NO, **FORM)
        assert [(one["version"], one["due_at"][:10]) for one in (old, new)] == [
            (1, "2026-12-02"),
            (2, "2026-11-27"),
        ]
    first.unlink()  # not even the table of the first version is there any more
    with with_catalogue(home, folder, clock) as site:
        parties = []
        for begun in (old, new):
            after = visit_done(site, worker, begun["no"])
            parties.append([part["department"] for part in after["parts"] if part["stage"] == "review"])
        assert parties == [["DP02", "DP07", "DP17"], ["DP01"]]
        for user in ("d-dp02", "d-dp07", "d-dp17"):
            do(site, user, old["no"], "receive")
        assert do(site, "d-dp07", old["no"], "finish_part")["version"] == 1
        do(site, "d-dp01", new["no"], "receive")
        assert do(site, "d-dp01", new["no"], "finish", outcome="refused")["end_name"] == "不予办理"
