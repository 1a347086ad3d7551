"""Providers, workers, cells and devices are kept over HTTP, on both databases: counted at once, in the log, never deleted."""

import json
from typing import Any

import pytest
from shapely.geometry import box, mapping
from sqlalchemy import select

from api.clockwork import CLOCK
from data.desk.accounts import Vouched
from data.models import EventRow, ResidentRow
from data.store.kinds import KINDS
from data.store.verify import verify
from grid.account import Account
from tests.conftest import Site

PASSWORD = "a-fine-Secret-7"


def send(site: Site, method: str, path: str, status: int, by: str = "admin", **body: Any) -> Any:
    answer = site.call(by, method, f"/api/v1/{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def changes(site: Site, kind: str, key: str) -> list[Any]:
    with site.world.database.read() as session:
        mine = (EventRow.kind == kind) & (EventRow.aggregate == key)
        return [
            json.loads(p)
            for p in session.scalars(select(EventRow.payload).where(mine).order_by(EventRow.seq))
        ]


def sound(site: Site) -> bool:
    with site.world.database.read() as session:
        return verify(session, KINDS) == []


def street_admin(site: Site) -> tuple[str, str]:
    """Enrol an administrator of one street; gives its code and that of another."""
    streets = sorted(a.code for a in site.world.city.areas.values() if a.level == "street")
    site.enrol(Account(user="street", name="街道管理员", role="admin", area=streets[0]))
    return streets[0], streets[1]


def test_a_provider_is_registered_admitted_and_found_by_the_next_order(site: Site) -> None:
    point = site.inside()
    item = site.world.city.item("SV-B01")
    new = {"name": "新来师傅", "categories": [item.category], "phone": "13800001234", **point}
    made = send(site, "POST", "providers", 201, **new)
    no, number = made["no"], made["id"]
    assert (made["state"], made["area"], no[:1]) == ("applied", min(site.world.city.cells), "P")
    order = site.post("r000001", "/api/v1/orders", 201, item="SV-B01", channel="web")["no"]

    def proposed() -> set[int]:
        found = site.get("dispatcher", f"/api/v1/orders/{order}/candidates", k=50)
        return {one["provider"] for one in found["items"]}

    assert number not in proposed()
    for action, more in (("verify", {"note": "证照齐全"}), ("admit", {})):
        site.post("admin", f"/api/v1/providers/{no}/actions", action=action, **more)
    assert number in proposed()
    changed = send(
        site, "PATCH", f"providers/{no}", 200, hours="Mo-Su 00:00-00:01", capacity=1, max_travel_min=30
    )
    assert (changed["hours"], changed["capacity"]) == ("Mo-Su 00:00-00:01", 1)
    assert number not in proposed()
    assert changes(site, "provider", no)[-1]["changes"] == {
        "capacity": [3, 1], "hours": ["24/7", "Mo-Su 00:00-00:01"], "max_travel_min": [None, 30],
    }  # fmt: skip
    send(site, "PATCH", f"providers/{no}", 200, phone="13900005678", max_travel_min=None)
    told = changes(site, "provider", no)[-1]
    assert "phone" in told["fields"]
    assert "139" not in json.dumps(told)
    assert sound(site)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("categories", ["nothing"]),
        ("hours", "at noon"),
        ("phone", "12"),
        ("prices_fen", {"nothing": 1}),
        ("service_areas", ["99"]),
        ("lon", 120.5),
        ("name", "  "),
    ],
)
def test_what_no_provider_can_have_is_refused_at_its_field(sqlite_site: Site, field: str, value: Any) -> None:
    some = next(iter(sqlite_site.world.city.providers.values()))
    told = send(sqlite_site, "PATCH", f"providers/{some.no}", 422, **{field: value})
    assert told["field"] == ("lat" if field == "lon" else field)
    assert sqlite_site.world.city.providers[some.id] == some


def test_a_telephone_of_an_earlier_version_is_in_nobody_s_way(sqlite_site: Site) -> None:
    for some in list(sqlite_site.world.city.providers.values())[:5]:
        body = {"capacity": some.capacity + 1, "phone": some.phone}
        changed = send(sqlite_site, "PATCH", f"providers/{some.no}", 200, **body)
        assert (changed["capacity"], changed["phone"]) == (some.capacity + 1, some.phone)


def test_who_left_stays_as_it_was(sqlite_site: Site) -> None:
    some = next(p for p in sqlite_site.world.city.providers.values() if p.state == "active")
    sqlite_site.post("admin", f"/api/v1/providers/{some.no}/actions", action="leave", reason="停业")
    send(sqlite_site, "PATCH", f"providers/{some.no}", 409, capacity=9)


def test_a_worker_answers_for_cells_and_vacant_ones_show(site: Site) -> None:
    cells = site.world.city.cells
    first, second = sorted(cells)[:2]
    area = cells[first].community
    new = {"user": "liu", "name": "刘网格", "area": area, "password": PASSWORD}
    assert send(site, "POST", "workers", 201, **new, cells=[first])["cells"] == [first]
    assert site.world.city.cells[first].worker == "liu"
    assert site.get("admin", f"/api/v1/cells/{first}")["worker_name"] == "刘网格"
    held = [second] if cells[second].community == area else []
    assert send(site, "PATCH", "workers/liu", 200, cells=held)["cells"] == held
    assert (site.world.city.cells[first].worker, site.get("admin", f"/api/v1/cells/{first}")["vacant"]) == (
        "",
        True,
    )
    far = next(code for code in cells if not code.startswith(area))
    assert send(site, "PATCH", "workers/liu", 422, name="刘", cells=[far])["field"] == "cells"
    assert site.get("admin", "/api/v1/workers/liu")["name"] == "刘网格"  # nothing half written
    send(site, "PATCH", f"cells/{first}", 200, worker="liu", households=77, name="一网格")
    told = changes(site, "cell", first)[-1]["changes"]
    assert (told["worker"], told["households"][1]) == (["", "liu"], 77)
    send(site, "PATCH", "workers/liu", 200, active=False)
    shown = site.get("admin", f"/api/v1/cells/{first}")
    assert (shown["worker"], shown["vacant"], shown["households"]) == ("liu", True, 77)
    assert send(site, "PATCH", f"cells/{far}", 422, worker="liu")["field"] == "worker"
    assert [w["user"] for w in site.get("admin", "/api/v1/workers", text="刘")["items"]] == ["liu"]
    assert sound(site)


def test_the_file_of_a_cell_counts_what_belongs_to_it(sqlite_site: Site) -> None:
    with sqlite_site.world.database.read() as session:
        homes = list(session.scalars(select(ResidentRow.cell).where(ResidentRow.ended_on.is_(None))))
    code = homes[0]
    shown = sqlite_site.get("leader", f"/api/v1/cells/{code}")
    providers = [p for p in sqlite_site.world.city.providers.values() if p.area == code and p.state != "left"]
    assert (shown["people"], shown["providers"]) == (homes.count(code), len(providers))


def test_a_cell_is_drawn_beside_the_others(site: Site) -> None:
    city = site.world.city
    community = min(city.cells)[:12]
    code = f"{community}999"
    on_another = mapping(city.cell_shapes[min(city.cells)])
    assert send(site, "POST", "cells", 422, code=code, name="新网格", shape=on_another)["field"] == "shape"
    corner = city.area_shapes[community].representative_point()
    sliver = box(corner.x, corner.y, corner.x + 0.00002, corner.y + 0.00002)
    made = send(site, "POST", "cells", 201, code=code, name="新网格", households=3, shape=mapping(sliver))
    assert (made["community"], made["vacant"]) == (community, True)
    assert city.cells[code].households == 3
    assert code in {f["id"] for f in site.get("admin", "/api/v1/cells", area=community)["features"]}
    send(site, "POST", "cells", 422, code=code, name="新网格", shape=mapping(sliver))
    assert sound(site)


def test_a_device_is_put_in_changed_and_taken_out(site: Site) -> None:
    new = {"no": "DEV-1", "kind": "fall", "resident": "R000001", "room": "卧室"}
    made = send(site, "POST", "devices", 201, by="dispatcher", **new)
    assert (made["removed_at"], made["consent"]) == (None, True)
    assert send(site, "POST", "devices", 422, **new)["field"] == "no"
    assert send(site, "POST", "devices", 422, **new | {"no": "DEV-2", "kind": "x"})["field"] == "kind"
    assert (
        send(site, "POST", "devices", 422, **new | {"no": "DEV-2", "resident": "R9"})["field"] == "resident"
    )
    send(site, "PATCH", "devices/DEV-1", 200, room="卫生间", resident="R000002")
    told = changes(site, "device", "DEV-1")[-1]
    assert (told["changes"], "resident" in told["fields"]) == ({"room": ["卧室", "卫生间"]}, True)
    assert send(site, "PATCH", "devices/DEV-1", 200, removed=True)["removed_at"]
    send(site, "PATCH", "devices/DEV-1", 409, room="厅")
    assert send(site, "PATCH", "devices/DEV-1", 200, removed=False, room="厅")["removed_at"] is None
    assert sound(site)


def test_an_administrator_of_a_street_keeps_nothing_elsewhere(sqlite_site: Site) -> None:
    site = sqlite_site
    mine, other = street_admin(site)
    scheme, city = site.world.scheme, site.world.city
    away = next(p for p in city.providers.values() if not scheme.contains(mine, p.area))
    near = next(p for p in city.providers.values() if scheme.contains(mine, p.area))
    send(site, "PATCH", f"providers/{away.no}", 404, by="street", capacity=9)
    place = {"lon": away.place.lon, "lat": away.place.lat}
    assert send(site, "PATCH", f"providers/{near.no}", 422, by="street", **place)["field"] == "lon"
    new = {"name": "某店", "categories": list(away.categories), **place}
    assert send(site, "POST", "providers", 422, by="street", **new)["field"] == "lon"
    cell = next(code for code in city.cells if scheme.contains(other, code))
    send(site, "PATCH", f"cells/{cell}", 404, by="street", name="x")
    assert city.cells[cell].name != "x"
    send(site, "POST", "workers", 403, by="street", user="liu", name="刘", area=other, password=PASSWORD)
    send(site, "PATCH", f"cells/{cell}", 403, by="dispatcher", name="x")


def test_the_code_of_an_account_s_area_is_made_whole_at_every_door(sqlite_site: Site) -> None:
    site, accounts = sqlite_site, "/api/v1/accounts"
    district, cell = site.world.city.district.code, min(site.world.city.cells)
    new = {"user": "short", "name": "某", "role": "dispatcher", "area": district[:6], "password": PASSWORD}
    made = site.call("admin", "POST", accounts, json=new)
    assert (made.status_code, made.json().get("area")) == (201, district), made.text
    for given, kept in (
        (cell[:9], cell[:9] + "000"),
        (cell[:12], cell[:12]),
        (cell, cell),
        (district[:6], district),
    ):
        told = site.call("admin", "PATCH", f"{accounts}/short", json={"area": given})
        assert (told.status_code, told.json().get("area")) == (200, kept), told.text
    for wrong in ("33010", "abc", cell + "1"):
        refused = site.call("admin", "PATCH", f"{accounts}/short", json={"area": wrong})
        assert (refused.status_code, refused.json()["field"]) == (422, "area"), refused.text
    vouched = Account(user="sso-x", name="某", role="leader", area=district[:6])
    assert site.world.desk.start(Vouched(account=vouched), CLOCK, site.clock()).fact.area == district
