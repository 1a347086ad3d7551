"""Orders that wait too long, and visits that fail, through HTTP on both databases."""

from api.timers import run_order_clocks
from data.store.kinds import KINDS
from data.store.verify import verify
from tests.conftest import Site
from tests.flows.test_order_faults import send, shop_of

PATH = "/api/v1/orders/stuck"


def late_events(site: Site, no: str) -> list[dict]:
    steps = site.get("dispatcher", f"/api/v1/orders/{no}")["timeline"]
    return [s for s in steps if s["name"] == "late"]


def test_an_order_nobody_touches_turns_amber_and_red_and_goes_up(site: Site) -> None:
    no = site.post("dispatcher", "/api/v1/orders", 201, item="SV-B01", channel="phone", resident="R000001")[
        "no"
    ]
    assert site.get("dispatcher", PATH)["items"] == []
    site.clock.turn(seconds=150)
    run_order_clocks(site.world, site.clock())
    (amber,) = site.get("dispatcher", PATH)["items"]
    assert (amber["no"], amber["step"], amber["lamp"], amber["late_s"]) == (no, "contact", "amber", 0)
    site.clock.turn(minutes=30)  # the server was away
    run_order_clocks(site.world, site.clock())
    run_order_clocks(site.world, site.clock())
    (red,) = site.get("leader", PATH, lamp="red")["items"]
    assert (red["step"], red["age_s"], red["late_s"], red["provider"]) == ("contact", 1950, 1770, None)
    told = late_events(site, no)
    assert [t["payload"]["rung"] for t in told] == ["amber", "red", "station"]
    assert [t["at"][11:19] for t in told] == ["10:31:58", "10:33:00", "10:48:00"]
    assert told[-1]["payload"]["tell"] == ["shift_leader", "station"]
    assert site.get("dispatcher", PATH, step="accept")["items"] == []
    assert site.call("r000001", "GET", PATH).status_code == 403
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


def test_the_list_tells_with_whom_and_ends_when_the_step_is_taken(site: Site) -> None:
    no, provider = send(site)
    site.clock.turn(minutes=6)
    (stuck,) = site.get("dispatcher", PATH, provider=provider)["items"]
    assert (stuck["no"], stuck["step"], stuck["lamp"], stuck["provider"]) == (no, "accept", "red", provider)
    site.act(shop_of(site, provider), "order", no, "accept")
    assert site.get("dispatcher", PATH)["items"] == []
    site.clock.turn(minutes=11)
    assert site.get("dispatcher", PATH)["items"][0]["step"] == "call_back"


def test_nobody_at_home_has_its_own_ends(site: Site) -> None:
    no, provider = send(site)
    shop, door = shop_of(site, provider), site.get("dispatcher", f"/api/v1/orders/{no}")
    for user, action in ((shop, "accept"), ("dispatcher", "call_back"), (shop, "depart")):
        site.act(user, "order", no, action)
    site.clock.turn(minutes=20)
    here = {"lon": door["lon"], "lat": door["lat"]}
    site.act(shop, "order", no, "fail_visit", 422, visit_cause="did not feel like it", **here)
    failed = site.act(shop, "order", no, "fail_visit", visit_cause="nobody_home", **here)
    assert (failed["state"], failed["cause"], failed["visits"], failed["flags"]) == (
        "failed_visit", "nobody_home", 1, [],
    )  # fmt: skip
    load = site.get(None, f"/api/v1/providers/{provider}")["load"]
    site.clock.turn(minutes=31)
    assert site.get("dispatcher", PATH)["items"][0]["step"] == "decide"
    again = site.act("dispatcher", "order", no, "retry")
    assert (again["state"], again["cause"], again["arrived_at"]) == ("accepted", "", None)
    site.act("dispatcher", "order", no, "call_back")
    site.act(shop, "order", no, "depart")
    site.clock.turn(minutes=20)
    site.act(shop, "order", no, "arrive", **here)
    site.act(shop, "order", no, "fail_visit", visit_cause="refused_entry")
    moved = site.act("dispatcher", "order", no, "reassign", reason="这家来不了第二次")
    assert (moved["state"], moved["provider"], moved["declined_by"], moved["visits"]) == (
        "located",
        None,
        [provider],
        2,
    )
    assert site.get(None, f"/api/v1/providers/{provider}")["load"] == load - 1
    site.act("dispatcher", "order", no, "cancel", reason="居民要求取消")
