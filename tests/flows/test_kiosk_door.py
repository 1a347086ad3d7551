"""The kiosk as a door: known by its device, the same records and numbers as every door, and nothing of the person before."""

from typing import Any

from api.demo_accounts import PASSWORD
from data.store.kinds import KINDS
from data.store.verify import verify
from grid.account import Account
from tests.conftest import Site

PHONE, ENDS = "13800001234", "1234"


def with_kiosk(site: Site) -> dict[str, Any]:
    """Set a kiosk up at the first station; gives the station."""
    (station,) = site.get("", "/api/v1/stations", kind="station", limit=1)["items"]
    district = site.world.city.district.code
    for user in ("kiosk-1", "gateway"):
        site.enrol(Account(user=user, name=user, role="device", area=district))
    site.post("admin", "/api/v1/devices", 201, no="kiosk-1", kind="kiosk", station=station["no"])
    return dict(station)


def take(site: Site, station: dict[str, Any], **told: Any) -> dict[str, Any]:
    at = {"lon": station["lon"], "lat": station["lat"]}
    return dict(site.post("kiosk-1", "/api/v1/intake", 201, caller={"phone": PHONE}, **at, **told))


def test_all_that_is_taken_at_a_kiosk_came_by_the_kiosk_and_is_followed_from_everywhere(site: Site) -> None:
    station = with_kiosk(site)
    order = take(site, station, kind="order", code="SV-B01")
    report = take(site, station, kind="report", code="P0101")
    question = take(site, station, kind="question", text="请回电")
    assert [site.get("dispatcher", f"/api/v1/{kind}/{one['no']}")["channel"]
            for kind, one in (("orders", order), ("tickets", report), ("questions", question))] == ["kiosk"] * 3  # fmt: skip
    assert site.get("dispatcher", f"/api/v1/orders/{order['no']}")["contact"]["name"].endswith("*")
    for one in (order, report, question):
        for door in ("", "kiosk-1"):
            assert "rating" not in site.get(door, f"/api/v1/follow/{one['no']}"), (
                "the kiosk reported it, not who asks"
            )
            assert site.get(door, f"/api/v1/follow/{one['no']}", key=ENDS)["rating"] is None
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


def test_a_kiosk_is_signed_in_once_and_people_each_day(sqlite_site: Site) -> None:
    with_kiosk(sqlite_site)
    tokens = {}
    for user in ("kiosk-1", "dispatcher"):
        signed = sqlite_site.client.post("/api/v1/session", json={"user": user, "password": PASSWORD})
        assert signed.status_code == 201
        tokens[user] = signed.json()["token"]
    sqlite_site.clock.turn(days=90)
    for user, status in (("kiosk-1", 200), ("dispatcher", 401)):
        headers = {"Authorization": f"Bearer {tokens[user]}"}
        sqlite_site.client.cookies.clear()
        assert sqlite_site.call(None, "GET", "/api/v1/session", headers=headers).status_code == status


def test_no_other_device_takes_anything_and_nobody_else_comes_by_the_kiosk(sqlite_site: Site) -> None:
    station = with_kiosk(sqlite_site)
    wish = {"kind": "question", "text": "几点", "caller": {"phone": PHONE}}
    gateway = sqlite_site.call("gateway", "POST", "/api/v1/intake", json=wish)
    assert (gateway.status_code, "no kiosk" in gateway.text) == (403, True)
    said = {"item": "SV-B01", "channel": "kiosk"}
    assert sqlite_site.call("r000001", "POST", "/api/v1/orders", json=said).json()["field"] == "channel"
    nobody = {"kind": "order", "code": "SV-B01", "lon": station["lon"], "lat": station["lat"]}
    assert sqlite_site.call("kiosk-1", "POST", "/api/v1/intake", json=nobody).json()["field"] == "contact"
    closed = {"closed": True, "reason": "撤点"}
    sqlite_site.call("admin", "PATCH", f"/api/v1/stations/{station['no']}", json=closed)
    assert sqlite_site.call("kiosk-1", "POST", "/api/v1/intake", json=wish).status_code == 403


def test_an_order_is_rated_by_the_last_four_of_the_telephone_alone(sqlite_site: Site) -> None:
    site = sqlite_site
    no = take(site, with_kiosk(site), kind="order", code="SV-B01")["no"]
    provider = site.get("dispatcher", f"/api/v1/orders/{no}/candidates", k=1)["items"][0]["provider"]
    site.act("dispatcher", "order", no, "contact", provider=provider)
    for step in ("accept", "depart", "arrive"):
        site.act("dispatcher", "order", no, step)
    site.act("dispatcher", "order", no, "finish", evidence=[site.photo("dispatcher", (10, 90, 160))])
    rating = f"/api/v1/follow/{no}/rating"
    assert site.call("kiosk-1", "POST", rating, json={"rating": 5, "key": ENDS}).status_code == 409
    site.act("dispatcher", "order", no, "settle", price_fen=4000)
    assert site.call("kiosk-1", "POST", rating, json={"rating": 5, "key": "0000"}).status_code == 404
    assert site.post("kiosk-1", rating, 201, rating=4, key=ENDS)["rating"] == 4
    assert site.get("dispatcher", f"/api/v1/orders/{no}")["rated_by"] == "resident"
