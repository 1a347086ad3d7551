"""Modules switched off and on by area, through HTTP and pages on both databases."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from api.app import PAGES
from data.errors import BadCatalogueError
from data.models import EventRow
from data.queries.use import MACHINES
from data.rules.catalogue import FOLDER, read_catalogue
from data.store.kinds import KINDS
from data.store.verify import verify
from grid.account import Account
from tests.conftest import Site

DISTRICT, STREET = "330102000000", "330102001000"


def switch(site: Site, module: str, area: str, *, on: bool, user: str = "admin", status: int = 200) -> dict:
    body = {"area": area, "on": on, "reason": "先在一个街道试行"}
    answer = site.call(user, "PUT", f"/api/v1/modules/{module}", json=body)
    assert answer.status_code == status, answer.text
    return dict(answer.json())


def order(site: Site, status: int, item: str = "SV-E15", resident: str = "R000001") -> dict:
    return dict(
        site.post("dispatcher", "/api/v1/orders", status, item=item, channel="phone", resident=resident)
    )


def home_of(site: Site, resident: str) -> str:
    return str(site.get("admin", f"/api/v1/residents/{resident}")["cell"])


def two_residents(site: Site) -> tuple[str, str, str]:
    """Find somebody of the street, somebody of another, and that other street."""
    people = [r["no"] for r in site.get("dispatcher", "/api/v1/residents", limit=200)["items"]]
    homes = {no: home_of(site, no) for no in people}
    inside = next(no for no, cell in homes.items() if cell.startswith(STREET[:9]))
    outside = next(no for no, cell in homes.items() if not cell.startswith(STREET[:9]))
    return inside, outside, homes[outside][:9].ljust(12, "0")


def page(site: Site, path: str, user: str = "dispatcher") -> tuple[int, str]:
    answer = site.call(user, "GET", path, headers={"accept": "text/html"})
    return answer.status_code, answer.text


def test_devices_are_on_in_one_street_alone_and_others_do_not_see_the_module(site: Site) -> None:
    inside, outside, other = two_residents(site)
    switch(site, "devices", DISTRICT, on=False)
    switch(site, "devices", STREET, on=True)
    site.post("admin", "/api/v1/devices", 201, no="D-in", kind="fall", resident=inside)
    site.post("admin", "/api/v1/devices", 409, no="D-out", kind="fall", resident=outside)
    for street, there in ((STREET, True), (other, False)):
        site.enrol(Account(user=f"s-{street}", name="街道", role="dispatcher", area=street))
        status, desk = page(site, "/desk", f"s-{street}")
        assert (status, 'href="/desk/drills"' in desk) == (200, there)
        assert page(site, "/desk/drills", f"s-{street}")[0] == (200 if there else 403)
        assert (
            page(site, "/desk/rota", f"s-{street}")[0] == 200
        )  # alarms are heard everywhere, so somebody is on
        modules = site.get(f"s-{street}", "/api/v1/modules")["items"]
        assert next(one["anywhere"] for one in modules if one["code"] == "devices") == there


def test_orders_are_off_but_in_one_street(site: Site) -> None:
    inside, outside, _ = two_residents(site)
    running = order(site, 201, resident=outside)["no"]
    switch(site, "orders", DISTRICT, on=False)
    shown = switch(site, "orders", STREET, on=True)
    assert (shown["on"], shown["anywhere"]) == (False, True)
    assert [(one["area"], one["on"]) for one in shown["switches"]] == [(DISTRICT, False), (STREET, True)]
    order(site, 201, resident=inside)
    assert "Services is switched off in" in order(site, 409, resident=outside)["detail"]
    report = {"category": "E0102", "channel": "phone"} | site.inside()
    site.post("dispatcher", "/api/v1/tickets", 201, **report)
    site.act("dispatcher", "order", running, "cancel", reason="居民要求取消")  # what is under way goes on
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


def test_an_emergency_is_heard_wherever_orders_are_off(site: Site) -> None:
    switch(site, "orders", DISTRICT, on=False)
    switch(site, "devices", DISTRICT, on=False)
    urgent = next(item.code for item in site.world.catalogue.items.values() if item.urgency == "urgent")
    emergency = next(item.code for item in site.world.catalogue.items.values() if item.urgency == "emergency")
    for item in (urgent, emergency):
        order(site, 201, item=item)


def test_who_switches_has_the_area_and_says_why(site: Site) -> None:
    switch(site, "orders", STREET, on=False, user="leader", status=403)
    for body, field in (
        ({"area": "330102099000", "on": False, "reason": "试行"}, "area"),
        ({"area": STREET, "on": False, "reason": "  "}, "reason"),
        ({"area": STREET, "on": "perhaps", "reason": "试行"}, "on"),
    ):
        answer = site.call("admin", "PUT", "/api/v1/modules/orders", json=body)
        assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert site.call("admin", "PUT", "/api/v1/modules/space", json=body | {"on": True}).status_code == 404
    assert all(one["on"] for one in site.get("admin", "/api/v1/modules")["items"])


def test_pages_of_a_module_that_is_off_are_gone_and_the_rest_works(site: Site) -> None:
    assert 'href="/desk/rounds"' in page(site, "/desk")[1]
    switch(site, "rounds", DISTRICT, on=False)
    status, text = page(site, "/desk/rounds")
    assert (status, "走访路线在您的区域已停用" in text) == (403, True)
    assert 'href="/desk/rounds"' not in page(site, "/desk")[1]
    assert page(site, "/desk/streets")[0] == 200
    assert page(site, "/admin/modules", "admin")[0] == 200
    switch(site, "rounds", DISTRICT, on=True)
    assert page(site, "/desk/rounds")[0] == 200


def test_every_page_of_the_table_is_one() -> None:
    addresses = {getattr(route, "path", "") for part in PAGES for route in part.router.routes}
    pages = [page for module in read_catalogue().modules for page in module.pages]
    assert pages
    assert [page for page in pages if page not in addresses] == []


def test_what_is_heard_everywhere_is_no_module(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "catalogue"))
    text = (FOLDER / "modules.csv").read_text("utf-8")
    (folder / "modules.csv").write_text(text.replace("/tv,\n", "/tv,alarm\n"), "utf-8")
    with pytest.raises(BadCatalogueError, match=r"modules.csv.*alarm"):
        read_catalogue(folder)


def test_what_is_used_and_what_is_not_is_told_from_the_log(site: Site) -> None:
    running = order(site, 201)["no"]
    site.act("dispatcher", "order", running, "cancel", reason="居民要求取消")
    site.clock.turn(minutes=1)
    answer = site.get("leader", "/api/v1/modules/use", days=30)
    told, since, until = answer["items"], *(datetime.fromisoformat(answer[end]) for end in ("since", "until"))
    with site.world.database.read() as session:
        within = select(EventRow).where(EventRow.at >= since, EventRow.at < until)
        rows = session.scalars(within).all()
    by_people = [row for row in rows if row.role not in MACHINES]
    for one in told:
        mine = [r for r in by_people if r.kind == one["kind"] and one["action"] in ("", r.name)]
        assert (one["events"], one["people"]) == (len(mine), len({r.by for r in mine})), one
        assert (one["last_at"] is None) == (not mine)
    used = {(one["kind"], one["action"]): one for one in told}
    assert used["order", "cancel"]["roles"] == {"dispatcher": 1}
    assert used["ticket", "whistle"]["events"] == 0
    assert len(used) == len(told) > 80
    assert "哪些功能有人用" in page(site, "/admin/modules", "admin")[1]
