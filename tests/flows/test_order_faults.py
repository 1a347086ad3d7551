"""What orders may not do, through HTTP, on both databases: each of these once went through."""

from sqlalchemy import select

from api.timers import run_standings
from data.models import AccountRow
from data.store.kinds import KINDS
from data.store.verify import verify
from grid.account import Account
from tests.conftest import Site

ITEM = "SV-B01"  # somebody comes and mends a tap, 40 yuan
FAR_NORTH_DEG = 1.5  # of latitude: 166 km


def send(site: Site, item: str = ITEM, **more: object) -> tuple[str, int]:
    """Place an order, send the best candidate and enrol an account of it as ``shop<id>``."""
    body = {"item": item, "channel": "phone", "resident": "R000001"} | more
    no = site.post("dispatcher", "/api/v1/orders", 201, **body)["no"]
    best = site.get("dispatcher", f"/api/v1/orders/{no}/candidates", k=1)["items"][0]["provider"]
    site.act("dispatcher", "order", no, "contact", provider=best)
    return no, best


def shop_of(site: Site, provider: int) -> str:
    """Return the account of a shop, enrolled when it is first asked for."""
    user = f"shop{provider}"
    with site.world.database.read() as session:
        known = session.scalar(select(AccountRow.id).where(AccountRow.user == user))
    if known is None:
        site.enrol(Account(user=user, name="店", role="provider", provider=provider, area="330102"))
    return user


def carry_out(site: Site, no: str, provider: int, **rated: object) -> dict:
    """Let the shop do everything, with time between, and the resident rate it."""
    shop, door = shop_of(site, provider), site.get("dispatcher", f"/api/v1/orders/{no}")
    site.act(shop, "order", no, "accept")
    site.act("dispatcher", "order", no, "call_back")
    site.act(shop, "order", no, "depart")
    site.clock.turn(minutes=20)
    site.act(shop, "order", no, "arrive", lon=door["lon"], lat=door["lat"])
    site.clock.turn(minutes=20)
    site.act(shop, "order", no, "finish", evidence=[site.photo(shop)])
    done = site.act(shop, "order", no, "settle", price_fen=door["quoted_fen"])
    return site.act("r000001", "order", no, "rate", **rated) if rated else done


def test_four_one_star_orders_are_four_ratings_and_a_low_mean(site: Site) -> None:
    no, provider = send(site)
    path = f"/api/v1/providers/{provider}"
    before = site.get(None, path)
    assert (before["rating"], before["ratings"], before["orders_30d"]) == (4.0, 0, 0)
    carry_out(site, no, provider, rating=1)
    for _ in range(3):
        no = site.post("dispatcher", "/api/v1/orders", 201, item=ITEM, channel="phone", resident="R000001")[
            "no"
        ]
        site.act("dispatcher", "order", no, "contact", provider=provider)
        carry_out(site, no, provider, rating=1)
    after = site.get(None, path)
    assert (after["ratings"], after["ratings_by_phone"], after["orders_30d"]) == (4, 0, 4)
    assert after["rating"] < 2.5
    assert site.world.city.provider(provider).rating == after["rating"]
    by_number = site.get(None, f"/api/v1/providers/{after['no']}")
    assert by_number == after
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


def test_orders_of_thirty_days_fall_with_time_and_not_by_a_refusal(site: Site) -> None:
    no, provider = send(site)
    path = f"/api/v1/providers/{provider}"
    assert site.get(None, path)["orders_30d"] == 0  # asked is not taken
    site.act("dispatcher", "order", no, "decline", reason="没空")
    assert site.get(None, path)["orders_30d"] == 0
    no, provider = send(site)
    carry_out(site, no, provider)
    path = f"/api/v1/providers/{provider}"
    assert site.get(None, path)["orders_30d"] == 1
    assert site.world.city.provider(provider).recent_orders == 1
    site.clock.turn(days=31)
    assert site.get(None, path)["orders_30d"] == 0
    run_standings(site.world, site.clock())
    assert site.world.city.provider(provider).recent_orders == 0


def test_old_ratings_fade(site: Site) -> None:
    no, provider = send(site)
    carry_out(site, no, provider, rating=1)
    path = f"/api/v1/providers/{provider}"
    low = site.get(None, path)["rating"]
    site.clock.turn(days=720)
    assert low < site.get(None, path)["rating"] < 4


def test_the_published_price_is_a_ceiling_unless_somebody_agreed_to_more(site: Site) -> None:
    no, provider = send(site)
    shop, order = shop_of(site, provider), site.get("dispatcher", f"/api/v1/orders/{no}")
    most = order["quoted_fen"]
    assert order["ceiling_fen"] == most > 0
    for action in ("accept", "depart", "arrive"):
        site.act(shop, "order", no, action)
    site.act(shop, "order", no, "finish", evidence=[site.photo(shop)])
    refused = site.act(shop, "order", no, "settle", 422, price_fen=99900)
    assert refused["field"] == "price_fen"
    assert str(most) in refused["detail"]
    agreed = {"price_fen": most + 500, "who": "child", "how": "phone"}
    site.act(shop, "order", no, "consent", 403, **agreed)  # whom it pays does not agree for others
    site.act("dispatcher", "order", no, "consent", 422, **agreed | {"how": "somehow"})
    told = site.act("dispatcher", "order", no, "consent", **agreed)
    assert (told["consent_by"], told["consent_how"], told["ceiling_fen"]) == ("child", "phone", most + 500)
    assert told["consented_at"] == "2026-11-18T10:30:00+08:00"
    site.act(shop, "order", no, "settle", 422, price_fen=most + 501)
    assert site.act(shop, "order", no, "settle", price_fen=most + 500)["price_fen"] == most + 500


def test_what_the_resident_wished_at_most_is_a_ceiling_too(site: Site) -> None:
    no, provider = send(site, max_price_fen=5000)
    shop, order = shop_of(site, provider), site.get("dispatcher", f"/api/v1/orders/{no}")
    assert order["ceiling_fen"] == min(order["quoted_fen"], 5000)
    assert shop


def test_a_consent_ends_with_the_shop_it_was_given_to(site: Site) -> None:
    no, _ = send(site)
    site.act("dispatcher", "order", no, "consent", price_fen=90000, who="self", how="phone")
    again = site.act("dispatcher", "order", no, "decline", reason="没空")
    assert (again["consent_fen"], again["quoted_fen"], again["ceiling_fen"]) == (None, None, None)


def test_the_desk_alone_does_not_get_from_contact_to_a_rating(site: Site) -> None:
    no, _ = send(site)
    for action in ("accept", "depart", "arrive"):
        site.act("dispatcher", "order", no, action)
    site.act("dispatcher", "order", no, "finish", evidence=[site.photo("dispatcher")])
    done = site.act("dispatcher", "order", no, "settle", price_fen=0)
    assert {"no_call_back", "no_position", "too_soon", "too_quick", "by_desk"} <= set(done["flags"])
    assert done["stood_in"] == ["dispatcher"]
    site.act("dispatcher", "order", no, "rate", 409, rating=5, reference="REC-1")
    site.enrol(Account(user="asker", name="回访员", role="dispatcher", area="330102000000"))
    assert site.act("asker", "order", no, "rate", 422, rating=5)["field"] == "reference"
    rated = site.act("asker", "order", no, "rate", rating=4, reference="REC-1")
    assert (rated["rated_by"], rated["reference"], rated["rating"]) == ("phone", "REC-1", 4)
    site.act("asker", "order", no, "rate", 409, rating=5, reference="REC-2")
    listed = site.get("dispatcher", "/api/v1/orders", flagged=True)["items"]
    assert [o["no"] for o in listed] == [no]
    provider = site.get(None, f"/api/v1/providers/{done['provider']}")
    assert (provider["ratings"], provider["ratings_by_phone"]) == (1, 1)


def test_a_shop_that_is_shut_did_not_accept_at_that_hour(site: Site) -> None:
    site.clock.set(hours=-1, minutes=-45)  # 08:45; most open at 09:00
    no, provider = send(site, "SV-B03") if "SV-B03" in site.world.catalogue.items else send(site)
    shut = not site.get(None, f"/api/v1/providers/{provider}")["open"]
    told = site.act("dispatcher", "order", no, "accept")
    assert ("shut" in told["flags"]) == shut


def test_a_check_in_far_away_is_flagged_and_tells_no_place(site: Site) -> None:
    no, provider = send(site)
    shop, door = shop_of(site, provider), site.get("dispatcher", f"/api/v1/orders/{no}")
    site.act(shop, "order", no, "accept")
    site.act("dispatcher", "order", no, "call_back")
    site.act(shop, "order", no, "depart")
    site.clock.turn(minutes=20)
    there = site.act(shop, "order", no, "arrive", lon=door["lon"], lat=door["lat"] - FAR_NORTH_DEG)
    assert there["flags"] == ["far"]
    assert 160_000 < there["check_in_m"] < 170_000
    told = site.get("dispatcher", f"/api/v1/orders/{no}")["timeline"][-1]
    assert told["payload"]["flags"] == ["far"]
    assert not {"lon", "lat"} & set(told["payload"])


def test_a_check_in_at_the_door_is_not(site: Site) -> None:
    no, provider = send(site)
    assert carry_out(site, no, provider)["flags"] == []


def test_a_photo_that_proved_another_case_is_flagged(site: Site) -> None:
    first, provider = send(site)
    carry_out(site, first, provider)
    second, other = send(site)
    done = carry_out(site, second, other)  # the same picture once more
    assert done["flags"] == ["photo_used"]


def test_who_accepted_sees_name_room_and_telephone_on_its_page(site: Site) -> None:
    no, provider = send(site)
    shop = shop_of(site, provider)
    asked = site.call(shop, "GET", "/shop").text
    assert "data-home" not in asked
    site.act(shop, "order", no, "accept")
    assert "data-home" in site.call(shop, "GET", "/shop").text
    told = site.post(shop, f"/api/v1/orders/{no}/reveal", reason="接单后上门联系")
    assert "*" not in told["name"] + told["phone"] + told["address"]
