"""Chronic cases through HTTP, on both databases: opened by two high readings, followed up, missed, visited, refused."""

from typing import Any

from data.store.kinds import KINDS
from data.store.verify import verify
from tests.conftest import Site
from tests.flows.test_health_flow import NO, PATH, opened, reading, tell

DUE = "/api/v1/health/due"


def act(site: Site, case: str, status: int = 200, **body: str) -> dict[str, object]:
    made: dict[str, object] = site.post("nurse", f"{PATH}/cases/{case}/actions", status, **body)
    return made


def test_two_high_readings_open_a_case_that_is_followed_up(site: Site) -> None:
    assert tell(site, reading("systolic", 152, "mm[Hg]", "2026-11-01T09:00:00+08:00"))["opened"] == []
    assert (
        tell(site, reading("systolic", 151, "mm[Hg]", "2026-11-01T18:00:00+08:00"))["opened"] == []
    )  # same day
    (case,) = tell(site, reading("diastolic", 95, "mm[Hg]"))["opened"]
    assert (
        tell(site, reading("systolic", 170, "mm[Hg]", "2026-11-18T09:30:00+08:00"))["opened"] == []
    )  # it is open
    record = opened(site)
    (shown,) = record["cases"]
    assert (shown["no"], shown["name"], shown["state_name"], shown["due"]) == (
        case,
        "高血压",
        "随访中",
        False,
    )
    values = {one["no"]: one["value"] for one in record["results"]}
    assert [values[no] for no in shown["because"]] == [152, 95]
    assert site.get("nurse", DUE)["total"] == 0
    site.clock.turn(days=14)
    site.sign_in_anew()
    listed = site.get("nurse", DUE)
    assert [(one["resident"]["no"], one["case"]["missed"]) for one in listed["items"]] == [(NO, False)]
    assert listed["items"][0]["resident"]["name"][1:] == "*" * (
        len(listed["items"][0]["resident"]["name"]) - 1
    )
    assert act(site, case, action="follow_up", on="2026-12-02")["next_on"] == "2027-03-02"
    act(site, case, 422, action="follow_up", on="2026-12-02")
    act(site, case, 422, action="refuse")
    act(site, case, action="refuse", reason="本人不愿再来")
    act(site, case, 409, action="follow_up", on="2026-12-02")
    site.post("nurse", f"{PATH}/cases", 422, condition="hypertension", reason="再次确诊")  # one is open
    act(site, case, action="close", reason="转外地居住")
    assert (
        site.post("nurse", f"{PATH}/cases", 201, condition="hypertension", reason="再次确诊")["because"] == []
    )
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


def test_a_missed_follow_up_is_a_visit_of_the_round_and_nothing_says_why(site: Site) -> None:
    case = site.post("nurse", f"{PATH}/cases", 201, condition="diabetes", reason="县医院确诊")["no"]
    cell = site.get("nurse", f"/api/v1/residents/{NO}")["cell"]
    going = [{"user": site.world.city.cells[cell].worker}]
    asked = {"area": site.world.scheme.community_of(cell), "workers": going, "most_due": 3}

    def planned() -> Any:
        day = site.call("dispatcher", "POST", "/api/v1/rounds", json=asked)
        assert day.status_code == 201, day.text
        assert not any(word in day.text for word in (case, "diabetes", "糖尿病"))
        stops = [*day.json()["workers"][0]["stops"], *day.json()["left_out"]]
        return [one for one in stops if one["resident"] == NO]

    site.clock.turn(days=21)  # the last day of grace
    site.sign_in_anew()
    assert site.get("nurse", DUE, missed=True)["total"] == 0
    site.clock.turn(days=1)
    site.sign_in_anew()
    assert site.get("nurse", DUE, missed=True)["total"] == 1
    (errand,) = planned()
    assert (errand["what"], errand["note"]) == ("visit", "")
