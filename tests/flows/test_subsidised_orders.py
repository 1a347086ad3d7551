"""Orders with public money, from the press to the refund, through HTTP; every fen reconciled at each end."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from data.desk.orders import NewOrder
from data.models import AssessmentRow, ResidentRow
from data.store.kinds import KINDS
from data.store.kinds.orders import ORDER
from data.store.money_check import money_faults
from data.store.verify import verify, walk
from dispatch.errors import DispatchError
from dispatch.lifecycle import Action, Actor
from dispatch.orders.order import Order
from geo.place import LonLat
from tests.conftest import Site

DESK = Actor(user="dispatcher", role="dispatcher")
ELDER = "R000001"
GB = "GB/T 42195-2022"


def know(
    site: Site, no: str = ELDER, level: int | None = 2, on: date = date(2026, 3, 1), **more: Any
) -> None:
    """Set what the register knows of somebody: 76 years old, assessed on a day."""

    def write(session: Any) -> None:
        session.execute(
            update(ResidentRow)
            .where(ResidentRow.no == no)
            .values(birth_year=1950, kind="permanent", tags=[], **more)
        )
        session.execute(delete(AssessmentRow).where(AssessmentRow.resident == no))
        if level is not None:
            session.execute(
                insert(AssessmentRow).values(resident=no, assessed_on=on, edition=GB, level=level)
            )

    site.world.database.write(write)


def budget(site: Site, fen: int = 1_000_000, policy: str = "care_voucher") -> str:
    body = {"name": policy, "source": "province", "area": site.world.city.district.code, "year": 2026}
    return str(site.post("leader", "/api/v1/budgets", 201, policy=policy, amount_fen=fen, **body)["no"])


@pytest.fixture
def funded(site: Site) -> Iterator[Site]:
    know(site)
    budget(site)
    yield site
    with site.world.database.read() as session:
        assert list(money_faults(session, walk(session).transfers)) == []


def order(site: Site, status: int = 201, item: str = "SV-E07", **more: Any) -> Any:
    body = {"item": item, "channel": "phone", "resident": ELDER} | more
    return site.post("dispatcher", "/api/v1/orders", status, **body)


def done(site: Site, no: str) -> int:
    """Let the nearest provider carry an order out; returns its number."""
    found = site.get("dispatcher", f"/api/v1/orders/{no}/candidates", k=1)["items"][0]["provider"]
    site.act("dispatcher", "order", no, "contact", provider=found)
    for step in ("accept", "depart", "arrive"):
        site.act("dispatcher", "order", no, step)
    site.act("dispatcher", "order", no, "finish", evidence=[site.photo("dispatcher")])
    return int(found)


def bill(site: Site, no: str) -> Any:
    return site.get("dispatcher", f"/api/v1/orders/{no}")["bills"][-1]


def standing(site: Site) -> tuple[int, int, int]:
    (shown,) = site.get("leader", "/api/v1/budgets")["items"]
    return shown["free_fen"], shown["held_fen"], shown["spent_fen"]


def test_reserved_settled_and_refunded(funded: Site) -> None:
    site = funded
    no = order(site)["no"]
    assert bill(site, no)["state"] == "held"
    assert standing(site) == (1_000_000 - 3125, 3125, 0)  # half of 50 yuan and the headroom of a quarter
    provider = done(site, no)
    site.act("dispatcher", "order", no, "settle", price_fen=4500)
    paid = bill(site, no)
    assert (paid["state"], paid["payer"]) == ("settled", "mixed")
    assert (paid["price_fen"], paid["subsidy_fen"], paid["own_fen"], paid["provider"]) == (
        4500,
        2250,
        2250,
        provider,
    )
    assert standing(site) == (1_000_000 - 2250, 0, 2250)
    lines = site.get("leader", "/api/v1/ledger", order_no=no)["items"]
    assert [(line["reason"], line["amount_fen"]) for line in lines] == [
        ("hold", 3125),
        ("settle", 2250),
        ("release", 875),
        ("own", 2250),
    ]
    assert ELDER not in str(lines)
    path = f"/api/v1/bills/{paid['no']}/actions"
    part = site.post("leader", path, action="refund", subsidy_fen=250, reason="少做一间")
    assert part["refunded_fen"] == 250
    over = site.post("leader", path, 422, action="refund", subsidy_fen=2001, reason="再退")
    assert "20.00 yuan are left" in over["detail"]
    site.post("leader", path, action="refund", reason="未服务")
    again = site.post("leader", path, 409, action="refund", reason="未服务")
    assert "already refunded 45.00 of 45.00" in again["detail"]
    assert standing(site) == (1_000_000, 0, 0)
    with site.world.database.read() as session:
        assert {fault.kind for fault in verify(session, KINDS)} == {"resident"}  # whom the test made older


def test_cancelled_gives_back_and_only_once(funded: Site) -> None:
    site = funded
    no = order(site)["no"]
    site.act("dispatcher", "order", no, "cancel", reason="改期")
    assert standing(site) == (1_000_000, 0, 0)
    site.act("dispatcher", "order", no, "cancel", 409, reason="改期")
    assert standing(site) == (1_000_000, 0, 0)


def test_unmet_gives_back_and_taken_up_again_reserves_anew(funded: Site) -> None:
    site = funded
    no = order(site)["no"]
    site.act("dispatcher", "order", no, "unmet", cause="all_closed")
    assert standing(site)[1] == 0
    site.act("dispatcher", "order", no, "reopen")
    assert standing(site)[1] == 3125
    bills = site.get("dispatcher", f"/api/v1/orders/{no}")["bills"]
    assert [b["state"] for b in bills] == ["released", "held"]


def test_without_a_valid_assessment_nothing_is_paid_and_it_is_told_why(funded: Site) -> None:
    site = funded
    know(site, on=date(2024, 11, 1))
    refused = order(site, 422, subsidy="required")
    assert "assessment_expired" in refused["detail"]
    no = order(site)["no"]  # not required: it is placed, and paid by the resident
    assert site.get("dispatcher", f"/api/v1/orders/{no}")["bills"] == []
    told = site.post("dispatcher", "/api/v1/eligibility", item="SV-E07", resident=ELDER)
    assert (told["eligible"], told["payer"], told["verdicts"][0]["why"]) == (
        False,
        "self",
        "assessment_expired",
    )
    assert "复评" in told["told_zh"]
    assert "expired" in told["told_en"]


def test_one_who_pays_nothing_is_shown_nothing_to_pay(funded: Site) -> None:
    site = funded
    budget(site, policy="hardship_repair")

    def poor(session: Any) -> None:
        session.execute(update(ResidentRow).where(ResidentRow.no == ELDER).values(tags=["low_income"]))

    site.world.database.write(poor)
    no = order(site, item="SV-B01")["no"]
    done(site, no)
    site.act("dispatcher", "order", no, "settle", price_fen=4000)
    paid = bill(site, no)
    assert (paid["payer"], paid["own_fen"], paid["subsidy_fen"]) == ("gov", 0, 4000)


def test_the_month_has_a_quota(funded: Site) -> None:
    site = funded
    held = [order(site, item="SV-H03") for _ in range(17)]  # 50 yuan each of 800
    sums = [
        sum(b["held_fen"] for b in site.get("dispatcher", f"/api/v1/orders/{o['no']}")["bills"]) for o in held
    ]
    assert sum(sums) == 80000
    assert sums[-1] == 0
    refused = order(site, 422, item="SV-H03", subsidy="required")
    assert "quota_used" in refused["detail"]


def test_an_order_without_public_money_is_billed_to_the_resident(site: Site) -> None:
    no = order(site, item="SV-E15")["no"]
    provider = done(site, no)
    site.act("dispatcher", "order", no, "settle", price_fen=200)
    paid = bill(site, no)
    assert (paid["payer"], paid["own_fen"], paid["top_up_fen"]) == ("self", 200, 0)
    lines = site.get("leader", "/api/v1/ledger", order_no=no)["items"]
    assert [(line["from_purse"], line["to_purse"]) for line in lines] == [
        ("residents", f"provider:{provider}")
    ]


def test_a_welfare_price_is_topped_up(site: Site) -> None:
    budget(site, 2000, policy="welfare_price")
    tops = []
    for _ in range(2):
        no = order(site, item="SV-E15")["no"]
        done(site, no)
        site.act("dispatcher", "order", no, "settle", price_fen=200)
        tops.append(bill(site, no)["top_up_fen"])
    assert tops == [1200, 0]  # the second finds 8 yuan, and the budget stays above 0
    assert standing(site) == (800, 0, 1200)


def test_of_many_who_want_the_last_of_a_budget_some_win_and_none_overdraws(site: Site) -> None:
    people = [f"R{number:06d}" for number in range(1, 9)]
    for no in people:
        know(site, no)
    budget(site, 7000)
    place = site.inside()
    cell = site.world.city.locate(LonLat(place["lon"], place["lat"]))

    def press(no: str) -> str:
        new = Order(
            no="",
            item="SV-E07",
            state="placed",
            channel="phone",
            created_at=site.clock(),
            place=LonLat(place["lon"], place["lat"]),
            cell=cell.cell,
            area=cell.community,
            resident=no,
        )
        try:
            site.world.desk.start(NewOrder(order=new, subsidy="required"), DESK, site.clock())
        except DispatchError as error:
            return type(error).__name__
        return "won"

    with ThreadPoolExecutor(8) as pool:
        assert Counter(pool.map(press, people)) == {"won": 2, "ShortOfMoneyError": 6}
    assert standing(site) == (7000 - 6250, 6250, 0)
    with site.world.database.read() as session:
        assert list(money_faults(session, walk(session).transfers)) == []


def test_the_money_of_the_government_is_counted(funded: Site) -> None:
    site = funded
    no = order(site)["no"]
    done(site, no)
    site.act("dispatcher", "order", no, "settle", price_fen=4500)
    site.clock.turn(minutes=1)
    found = site.get("leader", "/api/v1/indicators", month="2026-11")["items"]
    values = {one["id"]: one["value"] for one in found}
    assert (values["Q24"], values["Q25"], values["Q26"]) == (1, 22.5, 22.5)


def test_a_provider_sees_what_it_earned(funded: Site) -> None:
    site = funded
    no = order(site)["no"]
    provider = done(site, no)
    action = Action(name="settle", by=DESK, fields={"price_fen": 4500})
    site.world.desk.act(ORDER, no, action, site.clock())
    assert bill(site, no)["subsidy_fen"] == 2250
    lines = site.get("leader", "/api/v1/ledger", order_no=no)["items"]
    assert sum(line["amount_fen"] for line in lines if line["to_purse"] == f"provider:{provider}") == 4500
