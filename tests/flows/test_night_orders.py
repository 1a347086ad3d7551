"""What is ordered at night: promised from the opening of those who could serve it, and emergencies find somebody."""

from datetime import datetime, timedelta

from tests.conftest import Site

DAY, NIGHT = "Mo-Su 09:00-20:00", {"hours": -6}  # 04:30


def shut_at_night(site: Site, category: str) -> None:
    for provider in list(site.world.city.providers.values()):
        if category in provider.categories and provider.hours != DAY:
            site.post("admin", f"/api/v1/providers/{provider.no}/actions", action="adjust", hours=DAY)


def test_a_haircut_at_night_is_promised_from_the_opening(site: Site) -> None:
    item = next(
        i for i in site.world.catalogue.items.values()
        if i.category == "barber" and i.urgency == "normal" and i.direction == "provider_to_resident"
    )  # fmt: skip
    shut_at_night(site, "barber")
    site.clock.set(**NIGHT)
    body = {"item": item.code, "channel": "phone", "resident": "R000001"}
    order = site.post("dispatcher", "/api/v1/orders", 201, **body)
    opening = datetime.fromisoformat("2026-11-18T09:00:00+08:00")
    assert datetime.fromisoformat(order["promised_from"]) == opening
    assert datetime.fromisoformat(order["ack_due_at"]) == opening + timedelta(
        minutes=item.promise_ack_min or 0
    )
    assert datetime.fromisoformat(order["arrive_due_at"]) == opening + timedelta(
        minutes=item.promise_arrive_min or 0
    )
    site.clock.turn(hours=1)
    assert site.get("dispatcher", "/api/v1/orders/stuck")["items"] == []  # nobody is asked before that


def test_by_day_the_promise_runs_from_the_press(site: Site) -> None:
    order = site.post("dispatcher", "/api/v1/orders", 201, item="SV-B01", channel="phone", resident="R000001")
    assert order["promised_from"] is None


def test_a_gas_leak_at_night_is_never_all_closed(site: Site) -> None:
    shut_at_night(site, "gas")
    site.clock.set(**NIGHT)
    body = {"item": "SV-B06", "channel": "phone", "resident": "R000001"}
    order = site.post("dispatcher", "/api/v1/orders", 201, **body)
    assert order["promised_from"] is None
    found = site.get("dispatcher", f"/api/v1/orders/{order['no']}/candidates", explain=True)
    assert found["unmet_cause"] != "all_closed"
    assert not [r for r in found["refused"] if r["reason"] == "closed"]
    assert found["items"] or found["unmet_cause"] in ("no_provider", "all_full", "too_far")
