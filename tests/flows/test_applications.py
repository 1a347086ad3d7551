"""Applications through HTTP, on both databases: applied by anybody, checked by two, decided with a reason, appealed."""

from datetime import date
from typing import Any

import pytest

from data.store.kinds import KINDS
from data.store.verify import verify
from grid.account import Account
from tests.conftest import Site

PATH = "/api/v1/providers/applications"
GAS = {"kind": "gas", "number": "浙燃2026-001", "authority": "区住建局", "until": "2027-03-01"}


@pytest.fixture
def desks(site: Site) -> Site:
    """Three more who may check and decide."""
    district = site.world.city.district.code
    for user, role in (("check-1", "dispatcher"), ("check-2", "dispatcher"), ("admin-2", "admin")):
        site.enrol(Account(user=user, name=user, role=role, area=district))
    return site


def sent(site: Site, status: int = 201, **changes: Any) -> Any:
    body = {
        "name": "小王燃气",
        "categories": ["gas"],
        "address": "人民路 1 号",
        "phone": "13800000001",
        "contact": "王某",
        "documents": [GAS],
        **site.inside(),
    }
    return site.post(None, PATH, status, **body | changes)


def act(site: Site, user: str | None, no: str, action: str, status: int = 200, **fields: Any) -> Any:
    own = "" if user else "/own"
    return site.post(user, f"{PATH}/{no}{own}/actions", status, action=action, **fields)


def test_an_admitted_applicant_is_a_candidate_until_the_licence_ends(desks: Site) -> None:
    site = desks
    made = sent(site)
    no, key = made["no"], made["key"]
    assert (made["state"], made["checks"], made["lacking"][0]["why"]) == ("applied", 0, "unchecked")
    act(site, "check-1", no, "check")
    act(site, "check-1", no, "check", 409)
    act(site, "admin", no, "admit", 409, reason="齐全")
    checked = act(site, "check-2", no, "check")
    assert (checked["state"], checked["checked_by"], checked["lacking"]) == (
        "checked",
        ["check-1", "check-2"],
        [],
    )
    act(site, "admin", no, "admit", 422)
    admitted = act(site, "admin", no, "admit", reason="材料齐全，两人核对无误")
    followed = site.get(None, f"{PATH}/{no}/own", key=key)
    assert (followed["state"], followed["reason"]) == ("admitted", "材料齐全，两人核对无误")
    assert followed["decided_at"]
    assert {"checked_by", "decided_by"}.isdisjoint(followed)
    found = site.get(None, f"/api/v1/providers/{admitted['provider']}")
    assert (found["state"], found["joined_on"]) == ("trial", site.clock().date().isoformat())
    assert found["licences"] == [GAS | {"kind_name": "燃气经营许可证", "suspended": False, "counts": True}]
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []

    order = site.post("dispatcher", "/api/v1/orders", 201, item="SV-G05", channel="phone", **site.inside(),
                      contact={"name": "某人", "phone": "13800000000"})  # fmt: skip
    asked = f"/api/v1/orders/{order['no']}/candidates"
    proposed = site.get("dispatcher", asked, k=20)["items"]
    assert found["no"] in {one["provider_no"] for one in proposed}
    site.clock.turn(days=(date(2027, 3, 2) - site.clock().date()).days)
    site.sign_in_anew()
    refused = site.get("dispatcher", asked, k=20, explain=True)["refused"]
    assert ("licence", found["no"]) in {(r["reason"], r["provider_no"]) for r in refused}
    act_on = f"/api/v1/orders/{order['no']}/actions"
    answer = site.post("dispatcher", act_on, 422, action="contact", provider=found["id"], reason="熟人")
    assert "2027-03-01" in answer["detail"]


def test_nobody_is_admitted_without_the_licence_that_all_need(desks: Site) -> None:
    site = desks
    no, key = (made := sent(site, documents=[]))["no"], made["key"]
    act(site, "check-1", no, "check")
    act(site, "check-2", no, "check")
    assert "gas" in act(site, "admin", no, "admit", 409, reason="齐全")["detail"]
    assert act(site, "check-1", no, "ask", note="请补燃气经营许可证")["checks"] == 0
    assert site.get(None, f"{PATH}/{no}/own", key=key)["note"] == "请补燃气经营许可证"
    shown = act(site, None, no, "show", key=key, documents=[GAS])
    assert (shown["state"], shown["documents"][0]["number"]) == ("applied", GAS["number"])


def test_an_appeal_is_decided_by_another_and_begins_anew(desks: Site) -> None:
    site = desks
    no, key = (made := sent(site))["no"], made["key"]
    act(site, "check-1", no, "check")
    act(site, "admin", no, "refuse", reason="地址不符")
    act(site, None, no, "appeal", 404, key="another one's", reason="地址无误")
    act(site, None, no, "appeal", key=key, reason="地址无误")
    act(site, "admin", no, "grant", 409, reason="核实无误")
    granted = act(site, "admin-2", no, "grant", reason="现场核实地址无误")
    assert (granted["state"], granted["checks"], granted["decided_by"]) == ("applied", 0, "admin-2")
    assert [a["no"] for a in site.get("admin", PATH, state="applied")["items"]] == [no]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"categories": ["unheard"]}, "categories"),
        ({"hours": "whenever"}, "hours"),
        ({"documents": [GAS | {"kind": "unheard"}]}, "kind"),
        ({"documents": [GAS, GAS]}, "kind"),
        ({"documents": [GAS | {"until": "2026-01-01"}]}, "until"),
        ({"phone": "12"}, "phone"),
    ],
)
def test_an_application_that_cannot_be_taken_says_why(
    sqlite_site: Site, changes: dict[str, Any], field: str
) -> None:
    assert field in str(sent(sqlite_site, 422, **changes))
    assert sqlite_site.get("admin", PATH)["items"] == []


def test_the_criteria_are_the_same_for_everybody_and_told(sqlite_site: Site) -> None:
    told = sqlite_site.get(None, f"{PATH}/criteria")
    trades = {trade["category"]: trade for trade in told["trades"]}
    assert trades["gas"]["licences"] == ["gas"]
    assert trades["barber"]["licences"] == []
    assert (told["checkers"], told["trial_orders"]) == (2, 10)
    assert {"food", "gas"} <= {kind["code"] for kind in told["licences"]}


def test_the_last_four_digits_open_an_application_and_wrong_ones_shut_it(sqlite_site: Site) -> None:
    site = sqlite_site
    site.world.settings.wrong_keys_per_hour = 3
    no = sent(site)["no"]
    followed = site.get(None, f"{PATH}/{no}/own", key="0001")
    assert (followed["phone"], followed["contact"]) == ("138****0001", "王*")
    act(site, None, no, "withdraw", 404, key="")
    for _ in range(3):
        assert site.call(None, "GET", f"{PATH}/{no}/own", params={"key": "9999"}).status_code == 404
    assert site.call(None, "GET", f"{PATH}/{no}/own", params={"key": "0001"}).status_code == 429


def test_those_who_check_see_the_photo_of_a_licence(desks: Site) -> None:
    site = desks
    photo = site.photo(None)  # type: ignore[arg-type]  # the public
    assert "photos" in str(sent(site, 422, documents=[GAS | {"photo": "0" * 64}]))
    no = sent(site, documents=[GAS | {"photo": photo}])["no"]
    assert site.get("check-1", f"{PATH}/{no}")["documents"][0]["photo"] == photo
    assert site.call("check-1", "GET", f"/api/v1/photos/{photo}").status_code == 200
    assert site.call("r000001", "GET", f"/api/v1/photos/{photo}").status_code == 404
