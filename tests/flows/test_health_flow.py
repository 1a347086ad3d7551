"""Facts of health through HTTP, on both databases: told in declared units, opened with a reason, seen by health roles alone."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from data.files.takeout import Wanted, take_out
from data.models import EventRow, HealthResultRow, ReceiptRow
from data.store.kinds import KINDS
from data.store.verify import verify
from grid.account import Account
from tests.api.access_health import bundle
from tests.conftest import Site

NO = "R000001"
PATH = f"/api/v1/residents/{NO}/health"
MORNING = "2026-11-18T09:00:00+08:00"


def reading(code: str, value: float, unit: str, taken_at: str = MORNING) -> dict[str, Any]:
    return {"code": code, "value": value, "unit": unit, "taken_at": taken_at}


def tell(site: Site, *results: dict[str, Any], status: int = 201) -> Any:
    return site.post("nurse", f"{PATH}/results", status, source="健康站血压计", results=list(results))


def opened(site: Site) -> Any:
    return site.post("nurse", f"{PATH}/open", reason="高血压随访")


def test_a_result_is_told_read_with_a_reason_and_struck(site: Site) -> None:
    told = tell(site, reading("systolic", 20, "kPa"), reading("diastolic", 81.5, "mm[Hg]"))
    assert (told["told"], told["known"], set(told)) == (2, 0, {"told", "known", "opened", "numbers"})
    again = tell(site, reading("systolic", 20, "kPa"), reading("heart_rate", 70, "/min"))
    assert (again["told"], again["known"]) == (1, 1)
    shown = {one["code"]: one for one in opened(site)["results"]}
    assert (shown["systolic"]["stands_out"], shown["systolic"]["loinc"]) == (
        "high",
        "8480-6",
    )  # 20 kPa: 150 mm[Hg]
    assert (shown["diastolic"]["value"], shown["diastolic"]["stands_out"]) == (81.5, "")
    struck = f"{PATH}/results/{shown['systolic']['no']}/actions"
    site.post("nurse", struck, action="strike", reason="袖带太松")
    site.post("nurse", struck, 409, action="strike", reason="袖带太松")
    assert tell(site, reading("systolic", 138, "mm[Hg]"))["told"] == 1
    kept = [(one["value"], one["struck_why"]) for one in opened(site)["results"] if one["code"] == "systolic"]
    assert sorted(kept) == [(20, "袖带太松"), (138, "")]
    looks = site.get("r000001", "/api/v1/reveals")["items"]
    assert [(one["purpose_name"], one["reason"]) for one in looks[:2]] == [("健康管理", "高血压随访")] * 2
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


@pytest.mark.parametrize(
    ("wrong", "field", "told"),
    [
        (reading("systolic", 150, "mmHg"), "results.1.unit", "mm[Hg], kPa"),
        (reading("fasting_glucose", 130, "mg/dL"), "results.1.unit", "mmol/L"),  # no exact factor
        (reading("systolic", 1500, "mm[Hg]"), "results.1.value", "between 40 and 300 mm[Hg]"),
        (reading("systolic", 150, "kPa"), "results.1.value", "between 5.33288 and 39.9966 kPa"),
        (reading("pulse", 70, "/min"), "results.1.code", "heart_rate"),
        (reading("heart_rate", 70, "/min", "2026-11-18T12:00:00+08:00"), "results.1.taken_at", "has come"),
    ],
)
def test_what_cannot_be_true_is_refused_and_nothing_of_it_kept(
    sqlite_site: Site, wrong: dict[str, Any], field: str, told: str
) -> None:
    problem = tell(sqlite_site, reading("diastolic", 80, "mm[Hg]"), wrong, status=422)
    assert (problem["field"], told in problem["detail"]) == (field, True), problem
    assert opened(sqlite_site)["results"] == []


def test_another_value_of_the_same_moment_is_refused(sqlite_site: Site) -> None:
    tell(sqlite_site, reading("systolic", 130, "mm[Hg]"))
    problem = tell(sqlite_site, reading("systolic", 131, "mm[Hg]"), status=422)
    assert (problem["field"], "strike the wrong one" in problem["detail"]) == ("results.0.taken_at", True)


def test_nobody_but_a_health_role_meets_a_fact_of_health(site: Site, tmp_path: Path) -> None:
    body = {"source": "健康站", "results": [reading("systolic", 187.25, "mm[Hg]")]}
    numbers = site.call(
        "nurse", "POST", f"{PATH}/results", json=body, headers={"Idempotency-Key": "k"}
    ).json()["numbers"]
    others = ("dispatcher", "leader", "admin", "d-dp24", "p00001", site.worker(), "r000001")
    for user in others:
        site.post(user, f"{PATH}/open", 403, reason="想看一看")
        site.post(user, f"{PATH}/fhir", 403, reason="想看一看")
        site.post(user, f"{PATH}/results", 403, **body)
        for page in (f"/api/v1/residents/{NO}", f"/api/v1/residents/{NO}/history",
                     f"/api/v1/residents/{NO}/timeline", f"/person/{NO}"):  # fmt: skip
            text = site.call(user, "GET", page, follow_redirects=False).text
            assert not any(word in text for word in ("187.25", "systolic", "8480-6", *numbers)), (user, page)
    for public in (f"/api/v1/follow/{numbers[0]}", f"/api/v1/follow/{NO}"):
        assert site.call(None, "GET", public).status_code == 404
    with site.world.database.read() as session:
        events = session.scalars(select(EventRow).where(EventRow.kind == "health_result")).all()
        assert [(one.name, one.payload.count("187"), NO in one.aggregate) for one in events] == [
            ("told", 0, False)
        ]
        assert "187.25" not in str([row.answer for row in session.scalars(select(ReceiptRow))])
        file = tmp_path / "events.csv"
        take_out(session, "events", file, Wanted(), site.world.zone)
    assert "health_result" not in file.read_text(encoding="utf-8-sig")
    site.world.database.write(lambda s: s.execute(update(HealthResultRow).values(value=120.0)))
    with site.world.database.read() as session:
        assert [fault.aggregate for fault in verify(session, KINDS)] == numbers


def test_looks_have_a_quota_and_lie_within_the_area(sqlite_site: Site) -> None:
    site = sqlite_site
    scheme, city = site.world.scheme, site.world.city
    mine = site.get("dispatcher", f"/api/v1/residents/{NO}")["cell"]
    far = next(
        a.code for a in city.areas.values() if a.level == "street" and a.code != scheme.street_of(mine)
    )
    site.enrol(Account(user="nurse-far", name="外街道护士", role="nurse", area=far))
    site.post("nurse-far", f"{PATH}/open", 404, reason="高血压随访")
    site.post("nurse-far", "/api/v1/health/fhir", 422, **bundle(NO))
    site.post("nurse", f"{PATH}/open", 422, reason="x")
    most = site.world.catalogue.reveals.per_day["nurse"]
    for _ in range(most):
        opened(site)
    site.post("nurse", f"{PATH}/open", 429, reason="高血压随访")
