"""Where a person lives and how to call them: who is told, and that nobody else finds a way round."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from api.outside.webhooks import message
from data.models import EventRow, ResidentRow
from data.outside.webhooks import Delivery
from grid.account import Account
from tests.conftest import Site

ITEM = "SV-B01"
CLERK, MERCHANT, OTHER_RESIDENT = "d-dp24", "p00001", "r000002"


def person(site: Site, no: str = "R000001") -> ResidentRow:
    with site.world.database.read() as session:
        found = session.scalar(select(ResidentRow).where(ResidentRow.no == no))
    assert found is not None
    return found


def numbers(told: Any) -> Iterator[float]:
    """Every number in an answer, however deep."""
    if isinstance(told, dict):
        for value in told.values():
            yield from numbers(value)
    elif isinstance(told, list):
        for value in told:
            yield from numbers(value)
    elif isinstance(told, float):
        yield told


def tells_home(told: Any, who: ResidentRow) -> bool:
    """Whether an answer holds both coordinates of a home to about eleven metres."""
    found = list(numbers(told))
    return any(abs(n - who.lon) < 1e-4 for n in found) and any(abs(n - who.lat) < 1e-4 for n in found)


def order_for(site: Site, no: str = "R000001") -> dict:
    return site.post("dispatcher", "/api/v1/orders", 201, item=ITEM, channel="phone", resident=no)


@pytest.mark.parametrize("user", [CLERK, MERCHANT, "leader"])
def test_a_name_is_no_way_to_a_home(site: Site, user: str) -> None:
    """Whether the number exists or not, the answer is the same to the byte but for the number itself."""
    told = []
    for no in ("R000001", "R999999"):
        body = {"item": ITEM, "channel": "web", "resident": no}
        answer = site.call(user, "POST", "/api/v1/orders", json=body)
        assert answer.status_code == 422
        told.append(answer.text.replace(no, "R"))
    assert told[0] == told[1]
    assert site.get("dispatcher", "/api/v1/orders")["items"] == []


def test_residents_order_in_their_own_name_alone(sqlite_site: Site) -> None:
    site = sqlite_site
    mine = site.post("r000001", "/api/v1/orders", 201, item=ITEM, channel="web")
    assert mine["resident"] == "R000001"
    assert tells_home(mine, person(site))
    told = []
    for no in ("R000001", "R999999"):
        body = {"item": ITEM, "channel": "web", "resident": no}
        told.append(site.call(OTHER_RESIDENT, "POST", "/api/v1/orders", json=body))
    assert [t.status_code for t in told] == [403, 403]
    assert told[0].text == told[1].text


def test_workers_order_for_the_people_of_their_cells_alone(site: Site) -> None:
    who = person(site)
    mine, others = site.world.city.cells[who.cell].worker, ""
    for cell in site.world.city.cells.values():
        if cell.worker != mine:
            others = cell.worker
    body = {"item": ITEM, "channel": "worker", "resident": who.no}
    assert site.call(mine, "POST", "/api/v1/orders", json=body).status_code == 201
    refused = site.call(others, "POST", "/api/v1/orders", json=body)
    assert refused.status_code == 422
    nobody = site.call(others, "POST", "/api/v1/orders", json=body | {"resident": "R999999"})
    assert refused.text.replace(who.no, "R999999") == nobody.text


def test_a_provider_knows_the_home_while_it_is_asked_or_at_work(sqlite_site: Site) -> None:
    site = sqlite_site
    who, no = person(site), order_for(site)["no"]
    path = f"/api/v1/orders/{no}"
    assert site.call(MERCHANT, "GET", path).status_code == 404
    able = [c["provider"] for c in site.get("dispatcher", f"{path}/candidates", k=50)["items"]]
    site.enrol(Account(user="taker", name="店", role="provider", provider=able[0], area="330102"))
    site.act("dispatcher", "order", no, "contact", provider=able[0])
    asked = site.get("taker", path)
    assert tells_home(asked, who)
    assert asked["resident"] == ""
    assert asked["contact"]["name"].endswith("*")
    for action in ("accept", "depart", "arrive"):
        site.act("taker", "order", no, action)
    assert tells_home(site.get("taker", path), who)
    done = site.act("taker", "order", no, "finish", evidence=[site.photo("taker")])
    assert not tells_home(done, who)
    later = site.get("taker", path)
    assert not tells_home(later, who)
    assert (later["contact"], later["resident"], later["place_quality"]) == (None, "", "cell")
    assert not any(tells_home(o, who) for o in site.get("taker", "/api/v1/orders")["items"])
    drawn = site.call("taker", "GET", "/shop/map", params={"no": no}).text
    assert f"{who.lon:.4f}" not in drawn or f"{who.lat:.4f}" not in drawn
    assert who.name not in site.call("taker", "GET", "/shop").text


def test_leaders_see_orders_and_no_homes(sqlite_site: Site) -> None:
    site = sqlite_site
    who, no = person(site), order_for(site)["no"]
    shown = site.get("leader", f"/api/v1/orders/{no}")
    assert not tells_home(shown, who)
    assert (shown["resident"], shown["contact"]) == ("", None)
    listed = site.get("leader", "/api/v1/orders")["items"]
    assert [o["no"] for o in listed] == [no]
    assert not tells_home(listed, who)
    provider = min(site.world.city.providers)
    for path, params in (("candidates", {}), ("route", {"provider": provider})):
        assert site.call("leader", "GET", f"/api/v1/orders/{no}/{path}", params=params).status_code == 403
    for path in ("/api/v1/residents", "/api/v1/residents?text=R000001"):
        assert site.call("leader", "GET", path).status_code == 403
    visit = {"resident": who.no, "finding": "well", "visited_at": site.clock().isoformat()}
    site.post(site.world.city.cells[who.cell].worker, "/api/v1/visits", 201, **visit)
    visits = site.get("leader", "/api/v1/visits")["items"]
    assert len(visits) == 1
    assert not {"resident", "household", "note", "lon", "lat"} & set(visits[0])
    plan = site.get("leader", "/api/v1/visits/plan")
    assert plan["special"] > 0
    assert plan["people"] == []


def test_who_has_a_number_follows_an_order_and_learns_of_no_person(sqlite_site: Site) -> None:
    site = sqlite_site
    who, no = person(site), order_for(site)["no"]
    for user in (None, OTHER_RESIDENT, MERCHANT, CLERK):
        told = site.get(user, f"/api/v1/follow/{no}")
        assert not tells_home(told, who)
        assert not {"resident", "contact", "note"} & set(told)
        page = site.call(user, "GET", f"/follow/{no}").text
        assert not any(word in page for word in (who.name, who.phone, who.address))


def test_hooks_are_told_of_orders_and_not_of_homes(sqlite_site: Site) -> None:
    site = sqlite_site
    who, no = person(site), order_for(site)["no"]
    with site.world.database.read() as session:
        row = session.scalar(select(EventRow).where(EventRow.aggregate == no))
    assert row is not None
    payload = json.loads(row.payload)
    assert tells_home(payload, who)
    delivery = Delivery(
        row=1,
        kind="order",
        no=no,
        seq=row.seq,
        name=row.name,
        at=row.at,
        by=row.by,
        role=row.role,
        rules=row.rules,
        hash=row.hash,
        payload=payload,
    )
    told = json.loads(message(site.world, delivery))
    assert told["data"]["payload"]["item"] == ITEM
    assert not tells_home(told, who)


def test_like_cases_in_homes_are_not_told_to_the_public(sqlite_site: Site) -> None:
    site = sqlite_site
    book = site.world.catalogue.rulebook
    private = next(c for c in book.categories if c not in book.public_categories())
    ask = site.inside() | {"category": private}
    site.post("dispatcher", "/api/v1/tickets", 201, channel="phone", **ask)
    for user in (None, OTHER_RESIDENT, MERCHANT, CLERK):
        assert site.get(user, "/api/v1/tickets/like", **ask)["items"] == []
    assert len(site.get("dispatcher", "/api/v1/tickets/like", **ask)["items"]) == 1


def test_the_desk_shows_whom_it_serves_masked(sqlite_site: Site) -> None:
    site = sqlite_site
    who, no = person(site), order_for(site)["no"]
    site.client.post("/api/v1/session", json={"user": "dispatcher", "password": "jinlin-demo"})
    page = site.client.get(f"/desk?no={no}").text
    assert no in page
    assert not any(word in page for word in (who.name, who.phone, who.address))
