"""Accounts through HTTP, on both databases: added, changed, disabled by who may, and nobody reaches beyond their area."""

from typing import Any

from data.store.kinds import KINDS
from data.store.verify import verify
from grid.account import Account
from tests.conftest import Site

ACCOUNTS = "/api/v1/accounts"
NEW = {"user": "wang", "name": "王平", "role": "dispatcher", "password": "a-fine-Secret-7"}


def add(site: Site, by: str, status: int, **body: Any) -> Any:
    answer = site.call(by, "POST", ACCOUNTS, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def patch(site: Site, by: str, whom: str, status: int = 200, **body: Any) -> Any:
    answer = site.call(by, "PATCH", f"{ACCOUNTS}/{whom}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def sign_in(site: Site, password: str) -> int:
    return int(
        site.call(None, "POST", "/api/v1/session", json={"user": "wang", "password": password}).status_code
    )


def test_an_account_is_added_changed_and_disabled_at_once(site: Site) -> None:
    area = site.world.city.district.code
    made = add(site, "admin", 201, **NEW, area=area)
    assert (made["active"], "password" in str(made)) == (True, False)
    assert sign_in(site, NEW["password"]) == 201
    site.client.cookies.clear()
    add(site, "admin", 422, **NEW, area=area)
    for unknown in (area[:5], area[:6] + "999999", "杭州"):
        assert add(site, "admin", 422, **NEW | {"user": "li"}, area=unknown)["field"] == "area"
    assert add(site, "admin", 201, **NEW | {"user": "li", "name": "李强"}, area=area[:6])["area"] == area
    assert [a["user"] for a in site.get("admin", ACCOUNTS, text="王")["items"]] == ["wang"]
    patch(site, "admin", "wang", 422, role="wizard")
    assert patch(site, "admin", "wang", role="leader", name="王主任")["role"] == "leader"
    patch(site, "admin", "wang", password="another-Secret-8", active=False)
    assert sign_in(site, "another-Secret-8") == 401
    patch(site, "admin", "wang", active=True)
    assert sign_in(site, NEW["password"]) == 401
    assert sign_in(site, "another-Secret-8") == 201
    site.client.cookies.clear()
    assert patch(site, "admin", "admin", 403, active=False)["status"] == 403
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


def test_an_administrator_of_a_street_reaches_no_further(site: Site) -> None:
    streets = [a.code for a in site.world.city.areas.values() if a.level == "street"]
    site.enrol(Account(user="street", name="街道管理员", role="admin", area=streets[0]))
    add(site, "street", 201, **NEW, area=streets[0])
    other = NEW | {"user": "other"}
    add(site, "street", 403, **other, area=streets[1])
    add(site, "street", 403, **other, area=site.world.city.district.code)
    add(site, "street", 403, **other | {"role": "officer"})
    patch(site, "street", "admin", 404, name="x")
    patch(site, "street", "wang", 403, area=site.world.city.district.code)
    assert {a["user"] for a in site.get("street", ACCOUNTS, limit=200)["items"]} >= {"street", "wang"}
    assert "admin" not in {a["user"] for a in site.get("street", ACCOUNTS, limit=200)["items"]}
    assert site.call("dispatcher", "GET", ACCOUNTS).status_code == 403
