"""Steps of providers on both databases: reviews and appeals through HTTP, trials and licences by the clock."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from api.timers import run_licences, run_trials
from data.models import EventRow, OrderRow, ProviderRow, columns_of, table_of
from data.queries.reviews import appeals_waiting
from data.store.kinds import KINDS
from data.store.verify import verify
from dispatch.orders.order import Order
from dispatch.providers.licence import Licence
from dispatch.providers.provider import Provider
from grid.account import Account
from tests.conftest import Site


def of_state(site: Site, state: str, category: str = "") -> Provider:
    return next(
        p
        for _, p in sorted(site.world.city.providers.items())
        if p.state == state and (not category or category in p.categories)
    )


def step(site: Site, user: str, no: str, action: str, status: int = 200, **fields: str) -> str:
    answer = site.post(user, f"/api/v1/providers/{no}/actions", status, action=action, **fields)
    return str(answer.get("state", answer.get("detail")))


def enrol(site: Site, provider: Provider) -> None:
    district = site.world.city.district.code
    site.enrol(Account(user="admin-2", name="另一人", role="admin", area=district))
    site.enrol(Account(user="own-shop", name="店主", role="provider", provider=provider.id))


def test_two_failed_reviews_suspend_and_an_upheld_appeal_restores(site: Site) -> None:
    barber = of_state(site, "active", "barber")
    enrol(site, barber)
    no = barber.no
    assert step(site, "dispatcher", no, "fail_review", 422).startswith("reason")
    assert step(site, "dispatcher", no, "fail_review", reason="没有消毒") == "warned"
    assert step(site, "dispatcher", no, "fail_review", reason="仍没有消毒") == "suspended"
    order = site.post("dispatcher", "/api/v1/orders", 201, item="SV-E15", channel="phone", resident="R000001")
    asked = site.get("dispatcher", f"/api/v1/orders/{order['no']}/candidates", k=50, explain=True)
    assert barber.id not in {one["provider"] for one in asked["items"]}
    step(site, "admin", no, "grant_appeal", 409, reason="查过了")  # nobody appealed
    assert step(site, "own-shop", no, "appeal", reason="当天停水") == "suspended"
    with site.world.database.read() as session:
        assert appeals_waiting(session) == [no]
    step(site, "dispatcher", no, "grant_appeal", 409, reason="查过了")
    assert step(site, "admin", no, "grant_appeal", reason="停水属实") == "warned"
    with site.world.database.read() as session:
        assert appeals_waiting(session) == []
        assert verify(session, KINDS) == []
    assert step(site, "own-shop", no, "appeal", 409, reason="还有一次")  # the step is taken back already
    assert step(site, "dispatcher", no, "pass_review", note="合格") == "active"
    assert step(site, "own-shop", no, "leave", reason="搬走") == "left"
    assert step(site, "admin", no, "return", reason="搬回来") == "trial"


@pytest.mark.parametrize(("stars", "state"), [(5, "active"), (2, "suspended")])
def test_a_trial_ends_with_its_orders(sqlite_site: Site, stars: int, state: str) -> None:
    site = sqlite_site
    new = of_state(site, "trial")
    limit = site.world.catalogue.providers.trial.orders
    now = site.clock()

    def done(number: int) -> dict[str, object]:
        at = now - timedelta(hours=number)
        return columns_of(
            Order(
                no=f"S9{number:03d}",
                item="SV-E15",
                state="settled",
                channel="phone",
                created_at=at,
                place=new.place,
                provider=new.id,
                accepted_at=at,
                done_at=at,
                rating=stars,
            )
        )

    rows = [done(number) for number in range(limit)]
    with site.world.database.engine.begin() as connection:
        connection.execute(insert(table_of(OrderRow)), rows[1:])
    run_trials(site.world, now)
    assert site.world.city.provider(new.id).state == "trial"
    with site.world.database.engine.begin() as connection:
        connection.execute(insert(table_of(OrderRow)), rows[:1])
    run_trials(site.world, now)
    run_trials(site.world, now)
    assert site.world.city.provider(new.id).state == state
    if state == "suspended":  # an upheld appeal begins the trial anew, and old orders do not end it again
        enrol(site, new)
        site.clock.turn(minutes=1)
        step(site, "own-shop", new.no, "appeal", reason="都是一个人评的")
        assert step(site, "admin", new.no, "grant_appeal", reason="属实") == "trial"
        run_trials(site.world, site.clock())
        assert site.world.city.provider(new.id).state == "trial"
    with site.world.database.read() as session:
        told = session.scalars(
            select(EventRow.payload).where(EventRow.name.in_(["pass_trial", "fail_trial"]))
        )
        (reason,) = list(told)
    assert ("at least 3.5" in reason) == (state == "suspended")


def test_the_end_of_a_licence_is_told_once_on_each_day(site: Site) -> None:
    now, today = site.clock(), site.clock().date()
    run_licences(site.world, now)  # those of the sample that end soon
    some = next(
        p
        for _, p in sorted(site.world.city.providers.items())
        if p.licences and p.state == "active" and (p.licences[0].until or today) > today + timedelta(days=60)
    )

    def told() -> int:
        query = select(EventRow.id).where(EventRow.aggregate == some.no, EventRow.name == "remind_licence")
        with site.world.database.read() as session:
            return len(list(session.scalars(query)))

    assert told() == 0
    soon = replace(some.licences[0], until=today + timedelta(days=29))
    kept = [
        {**_plain(one), "until": one.until.isoformat() if one.until else None}
        for one in (soon, *some.licences[1:])
    ]
    with site.world.database.engine.begin() as connection:
        table = table_of(ProviderRow)
        connection.execute(table.update().where(table.c.id == some.id).values(licences=kept))
    with site.world.database.read() as session:
        site.world.city.read_providers(session)
    run_licences(site.world, now)
    run_licences(site.world, now)
    assert told() == 1
    later = site.clock.turn(days=22)  # seven days before its end
    run_licences(site.world, later)
    run_licences(site.world, later)
    assert told() == 2


def _plain(licence: Licence) -> dict[str, object]:
    names = ("kind", "number", "authority", "suspended", "photo")
    return {name: getattr(licence, name) for name in names} | {"checked_by": list(licence.checked_by)}
