"""Orders that the rules offer to providers by themselves, through HTTP on both databases."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from api.timers import run_offers, run_order_clocks
from data.desk.offers import OFFER
from data.rules.in_force import InForce
from data.store.kinds import KINDS
from data.store.kinds.orders import ORDER
from data.store.verify import verify
from dispatch.errors import DispatchError
from dispatch.lifecycle import Action, Actor
from dispatch.orders.rules import OfferRules
from tests.conftest import Site
from tests.flows.test_order_faults import shop_of

HAIRCUT, TAP, LOCK = "SV-E15", "SV-B01", "SV-B02"
DESK = Actor(user="dispatcher", role="dispatcher")


@pytest.fixture
def offering(site: Site) -> Iterator[Site]:
    """Give a district that has switched offers on, at most three for an order."""
    desk = site.world.desk
    rules = desk.catalogue.orders
    desk.rules = InForce(replace(desk.catalogue, orders=replace(rules, offers=OfferRules(most=3))))
    yield site
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


def place(site: Site, item: str = HAIRCUT, **more: Any) -> str:
    made = site.post("r000001", "/api/v1/orders", 201, item=item, channel="web", **more)
    assert (made["state"], made["provider"]) == ("placed", None)
    return str(made["no"])


def shown(site: Site, no: str) -> dict[str, Any]:
    told: dict[str, Any] = site.get("dispatcher", f"/api/v1/orders/{no}")
    return told


def first(site: Site, no: str) -> int:
    return int(site.get("dispatcher", f"/api/v1/orders/{no}/candidates", k=1)["items"][0]["provider"])


def asked(site: Site, no: str) -> int:
    """Let the timer run, and return whom it asked."""
    assert run_offers(site.world, site.clock()) == 1
    told = shown(site, no)
    assert told["state"] == "contacted"
    return int(told["provider"])


def load(site: Site, provider: int) -> int:
    return int(site.get(None, f"/api/v1/providers/{provider}")["load"])


def test_the_desks_first_candidate_is_asked_at_once_and_the_timeline_tells_why(offering: Site) -> None:
    site = offering
    no = place(site)
    best = first(site, no)
    before = load(site, best)
    assert asked(site, no) == best
    told = shown(site, no)
    assert (told["offers"], load(site, best)) == (1, before + 1)
    step = told["timeline"][-1]
    assert (step["name"], step["by"]) == ("contact", "rules")
    assert step["payload"]["cost"] == pytest.approx(sum(step["payload"]["factors"].values()), abs=0.02)
    assert run_offers(site.world, site.clock()) == 0
    shop = shop_of(site, best)
    assert [o["no"] for o in site.get(shop, "/api/v1/orders", state="contacted")["items"]] == [no]
    assert no in site.call(shop, "GET", "/shop").text
    site.act(shop, "order", no, "accept")
    assert {a["action"] for a in shown(site, no)["actions"]} >= {"call_back", "give_up"}
    site.clock.turn(minutes=1)
    market = site.get("leader", "/api/v1/market")["routed"]
    assert (market["offered"], market["direct"]) == (1, 1)


def test_each_declined_or_late_one_is_followed_by_another_and_then_by_the_desk(offering: Site) -> None:
    site = offering
    no = place(site)
    one = asked(site, no)
    site.act(shop_of(site, one), "order", no, "decline", reason="忙不过来")
    two = asked(site, no)
    before = load(site, two)
    site.clock.turn(seconds=299)
    run_order_clocks(site.world, site.clock())
    assert shown(site, no)["provider"] == two
    site.clock.turn(seconds=1)
    run_order_clocks(site.world, site.clock())
    assert (shown(site, no)["route_why"], load(site, two)) == ("late", before - 1)
    three = asked(site, no)
    assert len({one, two, three}) == 3
    site.act("dispatcher", "order", no, "decline", reason="店里打电话说不来")  # the desk tells what it heard
    assert run_offers(site.world, site.clock()) == 1
    left = shown(site, no)
    assert (left["state"], left["provider"], left["offer_at"]) == ("located", None, None)
    assert (left["declined_by"], left["offers"]) == ([one, two, three], 3)
    assert (left["route_why"], left["route_told"]) == ("declined", "询问过的服务商没有接单")
    assert run_offers(site.world, site.clock()) == 0
    four = first(site, no)
    assert four not in (one, two, three)
    site.act("dispatcher", "order", no, "contact", provider=four)
    site.clock.turn(minutes=10)
    run_order_clocks(site.world, site.clock())
    assert shown(site, no)["provider"] == four  # whom the desk asked, the desk supervises


def test_by_night_nobody_is_rung_before_opening(offering: Site) -> None:
    site = offering
    shut = "Mo-Su 09:00-20:00"
    for provider in list(site.world.city.providers.values()):
        if "barber" in provider.categories:
            site.post("admin", f"/api/v1/providers/{provider.no}/actions", action="adjust", hours=shut)
    site.clock.set(hours=-6)  # 04:30
    opening = datetime.fromisoformat("2026-11-18T09:00:00+08:00")
    no = place(site)
    tomorrow = place(site, wanted_at="2026-11-19T10:00:00+08:00")
    run_offers(site.world, site.clock())
    for each in (no, tomorrow):
        told = shown(site, each)
        assert (told["state"], told["provider"], told["offers"]) == ("placed", None, 0)
        assert datetime.fromisoformat(told["offer_at"]) == opening
    page = site.call("dispatcher", "GET", f"/desk/case/{no}").text
    assert "规则将自动询问服务商" in page
    assert run_offers(site.world, site.clock()) == 0
    site.clock.set(hours=4, minutes=30)
    assert site.get("dispatcher", "/api/v1/orders/stuck")["items"] == []  # the desk is not called for it
    assert run_offers(site.world, site.clock()) == 2
    assert [shown(site, each)["offers"] for each in (no, tomorrow)] == [1, 1]


def test_where_nobody_suits_or_the_rule_says_so_the_desk_has_it(offering: Site) -> None:
    site = offering
    dear = place(site, max_price_fen=1)
    lock = place(site, LOCK)
    assert run_offers(site.world, site.clock()) == 1
    told = shown(site, dear)
    assert (told["state"], told["route_why"], told["offer_at"]) == ("placed", "nobody", None)
    assert told["route_told"] == "没有合适、有空、营业中的服务商"
    assert told["timeline"][-1]["payload"]["cause"] == "too_dear"
    assert shown(site, lock)["offer_at"] is None  # whoever opens a lock is chosen by somebody
    site.world.desk.rules = site.world.rules  # switched off, as a district is from the beginning
    assert shown(site, place(site))["offer_at"] is None


def test_full_and_unwanted_ones_are_passed_over(offering: Site) -> None:
    site = offering
    no = place(site)
    one = first(site, no)
    provider = site.world.city.provider(one)
    site.post("admin", f"/api/v1/providers/{provider.no}/actions", action="adjust", capacity=1)
    taken = place(site)
    site.act("dispatcher", "order", taken, "contact", provider=one)
    two = first(site, no)
    with site.world.database.read() as session:
        person = session.execute(ORDER.table.select().where(ORDER.table.c.no == no)).one().resident
    unwanted = {"blocked_providers": [two], "source": "phone"}
    changed = site.call("admin", "PATCH", f"/api/v1/residents/{person}", json=unwanted)
    assert changed.status_code == 200, changed.text
    three = first(site, no)
    assert len({one, two, three}) == 3
    assert asked(site, no) == three


def test_the_desk_takes_an_offer_back_and_gives_it_to_whom_it_likes(offering: Site) -> None:
    site = offering
    no = place(site)
    one = asked(site, no)
    before = load(site, one)
    site.act("dispatcher", "order", no, "recall", 422)
    back = site.act("dispatcher", "order", no, "recall", reason="居民要熟人")
    assert (back["state"], back["provider"], back["route_why"]) == ("located", None, "recalled")
    assert (back["flags"], load(site, one)) == (["overruled"], before - 1)
    assert run_offers(site.world, site.clock()) == 0
    again = site.act("dispatcher", "order", no, "contact", provider=one)
    assert (again["provider"], again["offer_at"]) == (one, None)


def test_of_desk_and_rules_at_once_one_holds(offering: Site) -> None:
    site = offering
    for _ in range(3):
        no = place(site, TAP)
        provider = first(site, no)
        by_hand = Action(name="contact", by=DESK, fields={"provider": provider})
        now = site.clock()

        def rival(action: Action, no: str = no, now: datetime = now) -> str:
            try:
                site.world.desk.act(ORDER, no, action, now)
            except DispatchError as error:
                return type(error).__name__
            return action.name

        before = load(site, provider)
        with ThreadPoolExecutor(4) as pool:
            ends = Counter(pool.map(rival, (OFFER, by_hand, OFFER, by_hand)))
        assert ends["NotPossibleError"] == 3
        told = shown(site, no)
        steps = [s["name"] for s in told["timeline"] if s["name"] == "contact"]
        assert (told["state"], steps) == ("contacted", ["contact"])
        assert (told["offers"] == 1) is (ends["offer"] == 1)
        assert load(site, provider) + load(site, told["provider"]) in (before + 1, 2 * (before + 1))


def test_who_gives_up_is_followed_within_the_promise_only(offering: Site) -> None:
    site = offering
    no = place(site)
    one = asked(site, no)
    shop = shop_of(site, one)
    site.act(shop, "order", no, "accept")
    site.act(shop, "order", no, "give_up", reason="车坏了")
    assert shown(site, no)["offer_at"] is not None
    due = datetime.fromisoformat(shown(site, no)["arrive_due_at"])
    site.clock.set(seconds=(due - site.clock() + timedelta(seconds=1)).total_seconds())
    assert run_offers(site.world, site.clock()) == 1
    left = shown(site, no)
    assert (left["state"], left["route_why"], left["offers"]) == ("located", "declined", 1)
