"""What a provider is told of itself: its rank and why, its income to the fen, its hours as it sets them."""

from typing import Any

from data.queries.money import income_by_month, income_since
from grid.account import Account
from tests.conftest import Site

PATH = "/api/v1/shop/ranking"


def ranked(site: Site, user: str, item: str) -> Any:
    return next(one for one in site.get(user, PATH)["items"] if one["item"] == item)


def test_a_provider_is_told_what_was_asked_of_it_and_why_it_ranks_there(site: Site) -> None:
    order = site.post("r000001", "/api/v1/orders", 201, item="SV-B01", channel="web")["no"]
    first, second = site.get("dispatcher", f"/api/v1/orders/{order}/candidates", k=2)["items"]
    users, area = ("shop-1", "shop-2"), site.world.city.district.code
    for user, each in zip(users, (first, second), strict=True):
        site.enrol(Account(user=user, name=user, role="provider", provider=each["provider"], area=area))
    site.act("dispatcher", "order", order, "contact", provider=second["provider"], reason="熟人")
    site.act("dispatcher", "order", order, "decline", reason="正忙")
    site.act("dispatcher", "order", order, "contact", provider=first["provider"])
    site.act("dispatcher", "order", order, "accept")
    mine, other = (ranked(site, user, "SV-B01") for user in users)
    assert (mine["chosen"], mine["accepted"], mine["declined"]) == (1, 1, 0)
    assert (other["chosen"], other["accepted"], other["declined"]) == (1, 0, 1)
    assert (mine["position"], mine["first"], mine["above"]) == (1.0, 1, {})
    assert other["position"] == 2.0
    gaps = {name: value - other["above"][name] for name, value in other["mine"].items()}
    assert other["worst_min"] in {0.0, round(max(gaps.values()), 2)}
    assert first["name"] not in str(other)
    hours = f"Mo-Su 00:00-24:00; {site.clock():%Y %b %d} off"
    site.post(users[0], f"/api/v1/providers/{first['provider']}/actions", action="adjust", hours=hours)
    assert ranked(site, users[0], "SV-B01")["refused"] == {"closed": 1}


def test_income_is_that_of_the_ledger(site: Site) -> None:
    order = site.post("r000001", "/api/v1/orders", 201, item="SV-B01", channel="web")["no"]
    number = site.get("dispatcher", f"/api/v1/orders/{order}/candidates", k=1)["items"][0]["provider"]
    site.act("dispatcher", "order", order, "contact", provider=number)
    for step in ("accept", "depart", "arrive"):
        site.act("dispatcher", "order", order, step)
    site.act("dispatcher", "order", order, "finish", evidence=[site.photo("dispatcher")])
    site.act("dispatcher", "order", order, "settle", price_fen=4000)
    lines = site.get("leader", "/api/v1/ledger", order_no=order)["items"]
    earned = f"provider:{number}"
    got = sum(line["amount_fen"] for line in lines if line["to_purse"] == earned)
    given = sum(line["amount_fen"] for line in lines if line["from_purse"] == earned)
    with site.world.database.read() as session:
        (month,) = income_by_month(session, number, 6)
        later = income_since(session, number, site.clock().replace(year=2027))
    assert month.orders == 1
    assert month.income_fen == got - given == 4000
    assert (later.orders, later.income_fen) == (0, 0)
