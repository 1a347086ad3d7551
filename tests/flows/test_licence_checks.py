"""Licences of providers that are registered: two find them right, they are renewed, suspended and given back."""

from typing import Any

from tests.conftest import Site

PAPER = {"kind": "gas", "number": "浙燃2027-009", "authority": "区住建局", "until": "2027-12-31"}


def proposed(site: Site, order: str, provider: str) -> str:
    """Return whether a provider is proposed for an order, else why it is refused."""
    found = site.get("dispatcher", f"/api/v1/orders/{order}/candidates", k=20, explain=True)
    if provider in {one["provider_no"] for one in found["items"]}:
        return "proposed"
    return next((r["reason"] for r in found["refused"] if r["provider_no"] == provider), "not near")


def counts(shown: dict[str, Any]) -> list[bool]:
    return [licence["counts"] for licence in shown["licences"] if licence["kind"] == "gas"]


def test_two_people_make_a_licence_count_and_one_suspends_it(site: Site) -> None:
    order = site.post(
        "dispatcher", "/api/v1/orders", 201, item="SV-G05", channel="phone", **site.inside(),
        contact={"name": "某人", "phone": "13800000000"},
    )["no"]  # fmt: skip
    listed = site.get("dispatcher", f"/api/v1/orders/{order}/candidates", k=20)["items"]
    no = listed[0]["provider_no"]
    for held in site.get("admin", f"/api/v1/providers/{no}")["licences"]:
        told = {"kind": held["kind"], "number": held["number"], "reason": "检查不合格"}
        site.post("admin", f"/api/v1/providers/{no}/licences/actions", action="suspend", **told)
    assert proposed(site, order, no) == "licence"
    path = f"/api/v1/providers/{no}/licences"
    assert counts(site.post("admin", path, **PAPER))[-1] is False
    site.post("admin", path, 422, **PAPER)  # the same person
    assert proposed(site, order, no) == "licence"
    assert counts(site.post("dispatcher", path, **PAPER))[-1] is True
    assert proposed(site, order, no) == "proposed"
    assert site.post("admin", path, 422, **PAPER | {"kind": "unheard"})["field"] == "kind"
    site.post("p00001", path, 403, **PAPER)


def test_a_gas_leak_asks_for_no_licence(sqlite_site: Site) -> None:
    items = sqlite_site.world.catalogue.items.values()
    assert [item.code for item in items if item.urgency == "emergency" and item.licences] == []
