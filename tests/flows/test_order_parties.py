"""Orders that go by rule to the party that answers for them, through HTTP on both databases."""

import asyncio
from dataclasses import replace
from typing import Any

from api.timers import run_order_clocks
from data.rules.in_force import InForce
from data.store.kinds import KINDS
from data.store.verify import verify
from grid.account import Account
from tests.conftest import Site, run_alone

LAW, JUSTICE, OTHER = "SV-B17", "DP09", "DP08"


def place(
    site: Site, user: str = "r000001", channel: str = "web", item: str = LAW, **more: Any
) -> dict[str, Any]:
    made: dict[str, Any] = site.post(user, "/api/v1/orders", 201, item=item, channel=channel, **more)
    return made


def steps(site: Site, no: str) -> list[tuple[str, str]]:
    told = site.get("dispatcher", f"/api/v1/orders/{no}")["timeline"]
    return [(s["name"], s["by"]) for s in told]


def street_of(site: Site, order: dict[str, Any]) -> str:
    return site.world.scheme.street_of(order["cell"])


def heard(site: Site, user: str, department: str, district: str, act: Any) -> list[dict[str, Any]]:
    """Do something while a page of an account listens; gives what the page is told."""
    account = Account(user=user, name=user, role="department", area=district, department=department)

    async def listening() -> list[dict[str, Any]]:
        got: list[dict[str, Any]] = []

        async def page() -> None:
            async for note in site.world.live.listen(account):
                got.append(note)  # noqa: PERF401 - it never ends

        task = asyncio.create_task(page())
        await asyncio.sleep(0)
        await asyncio.to_thread(act)
        await asyncio.sleep(0.05)
        task.cancel()
        return got

    return run_alone(listening())


def test_the_party_sees_accepts_and_finishes(site: Site) -> None:
    clerk, district = site.clerk(JUSTICE), site.world.city.district.code
    made: list[dict[str, Any]] = []
    told = heard(site, clerk, JUSTICE, district, lambda: made.append(place(site, note="三楼，腿脚不便")))
    no = made[0]["no"]
    assert [(n["kind"], n["no"], n["state"]) for n in told] == [("order", no, "contacted")]
    assert (made[0]["party"], made[0]["party_name"], made[0]["route_mode"]) == (
        JUSTICE,
        "司法局",
        "department",
    )
    assert made[0]["route_told"] == "规则 R01：属政府公共服务"
    assert made[0]["informed"] == []  # a resident's own
    assert steps(site, no) == [("placed", "r000001"), ("route", "rules")]
    (mine,) = site.get(clerk, "/api/v1/orders", party=JUSTICE)["items"]
    assert (mine["no"], mine["note"], mine["resident"], mine["place_quality"]) == (no, "", "", "cell")
    assert {a["action"] for a in mine["actions"]} == {"accept", "decline"}
    before = site.get(clerk, f"/api/v1/orders/{no}")
    assert (before["contact"], before["handled_by"]["department"]) == (None, JUSTICE)
    site.post(clerk, f"/api/v1/orders/{no}/reveal", 403, reason="上门服务")
    assert site.get(site.clerk(OTHER), "/api/v1/orders")["items"] == []
    assert site.call(site.clerk(OTHER), "GET", f"/api/v1/orders/{no}").status_code == 404
    site.act(site.clerk(OTHER), "order", no, "accept", 404)
    after = site.act(clerk, "order", no, "accept")
    assert (after["state"], after["place_quality"], after["note"]) == (
        "accepted",
        "register",
        "三楼，腿脚不便",
    )
    assert site.post(clerk, f"/api/v1/orders/{no}/reveal", reason="约定时间")["phone"].isdigit()
    for action in ("call_back", "depart", "arrive"):
        site.clock.turn(minutes=5)
        site.act(clerk, "order", no, action)
    site.clock.turn(minutes=20)
    done = site.act(clerk, "order", no, "finish", evidence=[site.photo(clerk)])
    assert (done["state"], done["flags"]) == ("done", [])
    assert site.get(clerk, f"/api/v1/orders/{no}")["contact"] is None  # the work is over
    site.act(clerk, "order", no, "settle", price_fen=0)
    assert site.act("r000001", "order", no, "rate", rating=5)["rating"] == 5
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


def test_declined_it_goes_to_the_deputy_and_then_to_the_desk_with_the_reason(site: Site) -> None:
    first = place(site)
    no, street = first["no"], street_of(site, first)
    assert first["deputy"] == street
    desk = site.world.desk
    without = replace(desk.catalogue, routing=replace(desk.catalogue.routing, rules=()))
    desk.rules = InForce(without)  # the table changes
    site.act(site.clerk(JUSTICE), "order", no, "decline", 422)
    site.act(site.clerk(JUSTICE), "order", no, "decline", reason="不属本单位")
    second = site.get(site.clerk(street), f"/api/v1/orders/{no}")
    assert (second["state"], second["party"], second["deputy"], second["route_why"]) == (
        "contacted", street, "", "declined",
    )  # fmt: skip
    assert site.call(site.clerk(JUSTICE), "GET", f"/api/v1/orders/{no}").status_code == 404
    site.act(site.clerk(street), "order", no, "decline", reason="没有律师")
    left = site.get("dispatcher", f"/api/v1/orders/{no}")
    assert (left["state"], left["party"], left["parties_before"]) == ("located", "", [JUSTICE, street])
    assert (left["route_told"], left["route_why"]) == ("承办单位退回", "declined")
    assert [s["payload"].get("reason") for s in left["timeline"]] == [
        None, None, "不属本单位", None, "没有律师",
    ]  # fmt: skip
    desk.rules = site.world.rules
    shop = next(n for n, p in site.world.city.providers.items() if "station" not in p.categories)
    with_shop = site.post("dispatcher", f"/api/v1/orders/{no}/actions", 422, action="contact", provider=shop)
    assert with_shop["field"] == "provider"
    site.act("dispatcher", "order", no, "route", 422, department="DP02")  # against the rule, and no reason
    site.act("dispatcher", "order", no, "route", 422, department="DP99", reason="试试")
    site.act("dispatcher", "order", no, "route", 422, department=JUSTICE, reason="再问一次")  # it had it
    wrong = site.act("dispatcher", "order", no, "route", 422, department="DP19", reason="有空")  # a company
    assert "sphere" in wrong["detail"] or "责任主体" in wrong["detail"]
    sent = site.act("dispatcher", "order", no, "route", department="DP02", reason="民政可以代办")
    assert (sent["party"], sent["flags"]) == ("DP02", ["overruled"])
    back = site.act("dispatcher", "order", no, "recall", reason="居民改了主意")
    assert (back["state"], back["party"], back["route_why"]) == ("located", "", "recalled")
    flagged = site.get("dispatcher", "/api/v1/orders", flagged=True)["items"]
    assert [o["no"] for o in flagged] == [no]


def test_a_department_takes_no_commercial_order(site: Site) -> None:
    haircut = place(site, "dispatcher", "phone", "SV-E15", resident="R000001")
    assert (haircut["state"], haircut["party"], haircut["route_mode"]) == ("placed", "", "provider")
    assert {a["action"] for a in haircut["actions"]} >= {"contact", "route"}
    site.act("dispatcher", "order", haircut["no"], "route", 422, department=JUSTICE, reason="请代办")
    site.act("dispatcher", "order", haircut["no"], "recall", 409, reason="误派")


def test_late_it_goes_to_the_deputy_and_then_to_the_desk(site: Site) -> None:
    first = place(site)
    no, street = first["no"], street_of(site, first)
    site.clock.turn(minutes=29)
    run_order_clocks(site.world, site.clock())
    assert site.get("dispatcher", f"/api/v1/orders/{no}")["party"] == JUSTICE
    (amber,) = site.get("dispatcher", "/api/v1/orders/stuck")["items"]
    assert (amber["step"], amber["lamp"], amber["party"]) == ("accept", "amber", JUSTICE)
    site.clock.turn(minutes=1)
    run_order_clocks(site.world, site.clock())
    run_order_clocks(site.world, site.clock())
    second = site.get("dispatcher", f"/api/v1/orders/{no}")
    assert (second["party"], second["route_why"], second["parties_before"]) == (street, "late", [JUSTICE])
    late = [s["payload"]["rung"] for s in second["timeline"] if s["name"] == "late"]
    assert late == ["amber", "red", "deputy"]
    site.clock.turn(minutes=31)
    for _ in ("amber", "red and the deputy"):
        run_order_clocks(site.world, site.clock())
    left = site.get("dispatcher", f"/api/v1/orders/{no}")
    assert (left["state"], left["party"], left["route_told"]) == ("located", "", "承办单位逾时未接")
    assert [s["name"] for s in left["timeline"] if s["name"] in ("route", "lapse")] == [
        "route", "lapse", "route", "lapse",
    ]  # fmt: skip
    with site.world.database.read() as session:
        assert verify(session, KINDS) == []


def test_a_party_that_is_shut_has_until_after_it_opens(site: Site) -> None:
    site.clock.turn(hours=10)  # 20:30; the handling parties open at 08:30
    order = place(site)
    assert order["promised_from"] == "2026-11-19T08:30:00+08:00"
    site.clock.turn(hours=11)
    run_order_clocks(site.world, site.clock())
    assert site.get("dispatcher", f"/api/v1/orders/{order['no']}")["party"] == JUSTICE
    night = place(site, item="SV-H02")
    assert (night["party"], night["route_mode"]) == ("DP01", "department")


def test_a_station_orders_in_one_step_and_the_levels_between_are_informed(site: Site) -> None:
    order = place(
        site, site.worker(), "worker", contact={"name": "某人", "phone": "13800000000"}, **site.inside()
    )
    street = street_of(site, order)
    community = site.world.scheme.community_of(order["cell"])
    assert (order["party"], order["informed"]) == (JUSTICE, [street, community])
    assert [name for name, _ in steps(site, order["no"])] == ["placed", "route", "inform"]
    office = site.clerk(street)
    (told,) = site.get(office, "/api/v1/orders", informed=street)["items"]
    assert (told["no"], told["actions"], told["place_quality"]) == (order["no"], [], "cell")
    site.act(office, "order", order["no"], "accept", 403)
    site.post(office, f"/api/v1/orders/{order['no']}/reveal", 403, reason="了解情况")
    assert site.get(office, "/api/v1/orders", party=street)["items"] == []
    at_station = place(
        site,
        "dispatcher",
        "counter",
        "SV-B13",
        contact={"name": "某人", "phone": "13800000000"},
        **site.inside(),
    )
    assert (at_station["party"], at_station["route_mode"], at_station["informed"]) == (street, "station", [])


def test_the_market_tells_volume_by_sphere_and_what_went_by_rule(sqlite_site: Site) -> None:
    site = sqlite_site
    no = place(site)["no"]
    for item in (LAW, "SV-B13", "SV-E15", "SV-B20", "SV-X01"):
        place(site, item=item)
    site.act("dispatcher", "order", no, "recall", reason="居民改了主意")
    site.clock.turn(minutes=1)
    told = site.get("leader", "/api/v1/market")["routed"]
    assert {one["sphere"]: (one["orders"], one["modes"]) for one in told["spheres"]} == {
        "gov": (4, {"department": 2, "station": 1, "desk": 1}),
        "mutual": (0, {}),
        "commercial": (1, {"provider": 1}),
        "x": (1, {"department": 1}),
    }
    assert (told["judged"], told["by_rule"], told["direct"], told["overruled"]) == (6, 5, 4, 1)
    assert (told["by_rule_percent"], told["direct_percent"]) == (83.3, 66.7)


def test_where_nobody_is_the_desk_has_it(site: Site) -> None:
    (party,) = site.get("admin", "/api/v1/parties", text=JUSTICE)["items"]
    site.call("admin", "PATCH", f"/api/v1/parties/{party['no']}", json={"closed": True, "reason": "撤并"})
    for user in (site.clerk(JUSTICE), site.clerk(street_of(site, place(site)))):
        answer = site.call("admin", "PATCH", f"/api/v1/accounts/{user}", json={"active": False})
        assert answer.status_code == 200, answer.text
    left = place(site)
    assert (left["state"], left["party"], left["route_why"]) == ("placed", "", "nobody")
    assert left["route_told"] == "规则 R01：指定单位没有人接单"
