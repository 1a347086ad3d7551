"""Halls and stations, handling parties and legal persons are kept over HTTP, on both databases, and never doubled."""

from typing import Any

import pytest

from dispatch.providers.credit_code import check_sign
from tests.conftest import Site
from tests.flows.test_kept_registers import changes, send, sound, street_admin


def code_of(body: str) -> str:
    return body + check_sign(body)


def proposed(site: Site, order: str) -> set[int]:
    found = site.get("dispatcher", f"/api/v1/orders/{order}/candidates", k=50)
    return {one["provider"] for one in found["items"]}


def test_an_entity_that_closes_takes_its_providers_out_of_dispatch_at_once(site: Site) -> None:
    order = site.post("r000001", "/api/v1/orders", 201, item="SV-B01", channel="web")["no"]
    number = min(proposed(site, order))
    shop = site.world.city.provider(number)
    (entity,) = site.get("admin", "/api/v1/entities", text=shop.credit_code)["items"]
    assert [one["no"] for one in entity["providers"]] == [shop.no]
    told = send(site, "PATCH", f"entities/{entity['no']}", 422, closed=True)
    assert told["field"] == "reason"
    assert number in proposed(site, order)
    closed = send(site, "PATCH", f"entities/{entity['no']}", 200, closed=True, reason="停业")
    assert (closed["closed_on"], closed["providers"][0]["state"]) == ("2026-11-18", "left")
    assert number not in proposed(site, order)
    back = {"action": "return", "reason": "又开了"}
    answer = site.call("admin", "POST", f"/api/v1/providers/{shop.no}/actions", json=back)
    assert (answer.status_code, entity["no"] in answer.text) == (409, True)
    send(site, "PATCH", f"entities/{entity['no']}", 409, name="改名")
    assert send(site, "PATCH", f"entities/{entity['no']}", 200, closed=False)["closed_on"] is None
    site.post("admin", f"/api/v1/providers/{shop.no}/actions", **back)
    assert number in proposed(site, order)
    assert [one.get("reason") for one in changes(site, "entity", entity["no"])] == ["停业", None]
    assert sound(site)


def test_an_entity_is_there_once_and_finds_its_shops_by_the_code(site: Site) -> None:
    code = code_of("92330102MA9999999")
    new = {"name": "新来修理铺", "credit_code": f" {code[:9].lower()} {code[9:]}", **site.inside()}
    made = send(site, "POST", "entities", 201, **new)
    assert (made["credit_code"], made["kind"], made["no"][:1], made["providers"]) == (
        code,
        "sole_trader",
        "E",
        [],
    )
    again = send(site, "POST", "entities", 422, **(new | {"name": "另一个名字"}))
    assert (again["field"], made["no"] in again["detail"]) == ("credit_code", True)
    some = next(p for p in site.world.city.providers.values() if p.state == "active")
    send(site, "PATCH", f"providers/{some.no}", 200, credit_code=code)
    assert [one["no"] for one in site.get("admin", f"/api/v1/entities/{made['no']}")["providers"]] == [
        some.no
    ]
    assert site.get("admin", "/api/v1/entities", text="新来修")["items"][0]["no"] == made["no"]
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert send(site, "PATCH", f"providers/{some.no}", 422, credit_code=wrong)["field"] == "credit_code"
    assert sound(site)


@pytest.mark.parametrize(
    ("register", "field", "value"),
    [
        ("entities", "credit_code", "9133010079965505OB"),  # the letter O for a nought
        ("entities", "credit_code", "91330100799655058A"),
        ("entities", "name", " "),
        ("entities", "lon", 120.5),
        ("stations", "kind", "palace"),
        ("stations", "hours", "at noon"),
        ("stations", "services", ["nothing"]),
        ("stations", "phone", "12"),
        ("stations", "provider_no", "P99999"),
        ("parties", "department", "DP99"),
        ("parties", "area", "330102999999"),
        ("parties", "items", ["nothing"]),
        ("parties", "deputy_phone", "12"),
    ],
)
def test_what_none_can_have_is_refused_at_its_field(
    sqlite_site: Site, register: str, field: str, value: Any
) -> None:
    (some,) = sqlite_site.get("admin", f"/api/v1/{register}", limit=1)["items"]
    told = send(sqlite_site, "PATCH", f"{register}/{some['no']}", 422, **{field: value})
    assert told["field"] == ("lat" if field == "lon" else field)
    assert sqlite_site.get("admin", f"/api/v1/{register}/{some['no']}") == some


def test_a_station_is_kept_by_its_street_and_found_by_road_by_everybody(site: Site) -> None:
    own, _ = street_admin(site)
    point = site.inside()
    new = {"name": "新站", "kind": "station", "hours": "Mo-Su 09:00-17:00", "services": ["SV-B01"], **point}
    made = send(site, "POST", "stations", 201, **new)
    assert (made["no"][:1], made["open"], made["turns_at"]) == ("F", True, "2026-11-18T17:00:00+08:00")
    near = site.get("", "/api/v1/stations/nearest", **point)["items"]
    assert (near[0]["no"], near[0]["walk_min"], near[0]["is_by_road"]) == (made["no"], 1, True)
    assert [one["walk_min"] for one in near] == sorted(one["walk_min"] for one in near)
    assert all(len(one["way"]["coordinates"]) > 1 for one in near[1:])
    inside = site.world.scheme.contains(own, made["area"])
    status = 200 if inside else 404
    send(site, "PATCH", f"stations/{made['no']}", status, by="street", address="一号")
    closed = send(site, "PATCH", f"stations/{made['no']}", 200, closed=True, reason="搬走")
    assert (closed["open"], closed["closed_why"]) == (False, "搬走")
    assert made["no"] not in [one["no"] for one in site.get("", "/api/v1/stations/nearest", **point)["items"]]
    assert site.get("", f"/api/v1/stations/{made['no']}")["closed_on"] == "2026-11-18"
    assert sound(site)


def test_a_station_that_closes_takes_no_orders_as_a_provider(sqlite_site: Site) -> None:
    listed = sqlite_site.get("", "/api/v1/stations", limit=200)["items"]
    working = {p.no: p for p in sqlite_site.world.city.providers.values() if p.state == "active"}
    station = next(one for one in listed if one["provider_no"] in working)
    send(sqlite_site, "PATCH", f"stations/{station['no']}", 200, closed=True, reason="撤点")
    assert sqlite_site.world.city.provider(working[station["provider_no"]].id).state == "left"


def test_twenty_parties_of_the_sources_have_contact_hours_items_and_deputy(site: Site) -> None:
    found = site.get("w001001", "/api/v1/parties", limit=200)["items"]
    assert len({one["department"] for one in found}) == 20
    assert {one["department_kind"] for one in found} == {"gov", "mass_org", "charity", "enterprise"}
    assert all(one["contact"] and one["phone"] and one["deputy"] and one["items"] for one in found)
    health = site.get("admin", "/api/v1/parties", item="SV-H03")["items"]
    assert [one["department"] for one in health] == ["DP01"]
    no = found[0]["no"]
    send(
        site,
        "PATCH",
        f"parties/{no}",
        200,
        hours="Mo-Fr 09:00-12:00",
        deputy="孙副科长",
        phone="057188881949",
    )
    told = changes(site, "party", no)[-1]
    assert told["changes"] == {"hours": ["Mo-Fr 08:30-17:30", "Mo-Fr 09:00-12:00"]}
    assert set(told["fields"]) >= {"hours", "phone"}
    assert send(site, "POST", f"parties/{no}/confirm", 404, by="w001001")["status"] == 404
    assert send(site, "POST", f"parties/{no}/confirm", 200)["verified_at"] == "2026-11-18T10:30:00+08:00"
    assert sound(site)


def test_a_device_at_a_station_lies_in_the_area_of_the_station(site: Site) -> None:
    own, _ = street_admin(site)
    station = next(
        one
        for one in site.get("", "/api/v1/stations", limit=200)["items"]
        if site.world.scheme.contains(own, one["area"])
    )
    told = send(site, "POST", "devices", 201, by="street", no="KIOSK-1", kind="kiosk", station=station["no"])
    assert (told["station"], told["resident"]) == (station["no"], "")
    assert site.get("street", "/api/v1/devices/KIOSK-1")["station"] == station["no"]
    press = {"id": "1", "kind": "press", "key": "emergency"}
    raised = send(site, "POST", "devices/KIOSK-1/messages", 201, **press)
    alarm = site.get("dispatcher", f"/api/v1/alarms/{raised['alarm']}")
    assert (alarm["cell"], alarm["lon"], alarm["lat"]) == (station["area"], station["lon"], station["lat"])
    both = {"no": "KIOSK-2", "kind": "kiosk", "station": station["no"], "resident": "R000001"}
    assert send(site, "POST", "devices", 422, **both)["field"] == "station"
