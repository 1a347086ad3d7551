"""Needs of volunteers through HTTP, on both databases: published without persons, one wins the last place, hours."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from data.models import EventRow, ProviderRow
from data.store.kinds import KINDS
from data.store.verify import verify
from grid.account import Account
from tests.conftest import Site

NEEDS = "/api/v1/needs"


@pytest.fixture
def helped(site: Site) -> Site:
    """The application with two accounts of volunteers and one of a shop."""
    with site.world.database.read() as session:
        rows = session.scalars(select(ProviderRow).order_by(ProviderRow.id)).all()
    volunteers = [row.id for row in rows if "volunteer" in row.categories][:2]
    shop = next(row.id for row in rows if "volunteer" not in row.categories)
    for user, number in (("v1", volunteers[0]), ("v2", volunteers[1]), ("shop", shop)):
        site.enrol(
            Account(
                user=user, name=user, role="provider", provider=number, area=site.world.city.district.code
            )
        )
    return site


def publish(site: Site, **more: Any) -> Any:
    begins = (site.clock() + timedelta(hours=4)).isoformat()
    body = {"item": "SV-C01", "resident": "R000001", "starts_at": begins, "minutes": 90}
    return site.post("dispatcher", NEEDS, 201, **(body | more))


def act(site: Site, user: str, no: str, action: str, status: int = 200, **more: Any) -> Any:
    return site.post(user, f"{NEEDS}/{no}/actions", status, action=action, **more)


def test_of_two_who_claim_the_last_place_at_once_exactly_one_gets_it(helped: Site) -> None:
    no = publish(helped)["no"]
    tokens = [helped.token(user) for user in ("v1", "v2")] * 4

    def take(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        answer = helped.client.post(f"{NEEDS}/{no}/actions", json={"action": "claim"}, headers=headers)
        return int(answer.status_code)

    with ThreadPoolExecutor(8) as pool:
        ends = Counter(pool.map(take, tokens))
    assert ends == {200: 4, 409: 4}
    shown = helped.get("dispatcher", f"{NEEDS}/{no}")
    assert (len(shown["claims"]), shown["free"]) == (1, 0)
    assert helped.get(None, NEEDS)["items"] == []
    with helped.world.database.read() as session:
        assert verify(session, KINDS) == []


def test_what_is_published_tells_of_no_person_and_a_place_tells_where(helped: Site) -> None:
    made = publish(helped, note="三楼左手，王奶奶", places=2)
    (shown,) = helped.get(None, NEEDS, community=made["community"])["items"]
    assert helped.get(None, NEEDS, community="33010299")["items"] == []
    told = json.dumps(shown, ensure_ascii=False)
    assert set(shown) == {
        "no", "item", "item_name", "community", "community_name", "lon", "lat", "starts_at", "minutes", "places", "free",
    }  # fmt: skip
    assert "R000001" not in told
    assert "王奶奶" not in told
    assert (shown["lon"], shown["lat"]) != (made["lon"], made["lat"])
    act(helped, "shop", made["no"], "claim", 403)
    act(helped, "r000001", made["no"], "claim", 409)
    act(helped, "dispatcher", made["no"], "claim", 422)
    assert helped.call("v1", "GET", f"{NEEDS}/{made['no']}").status_code == 404
    mine = act(helped, "v1", made["no"], "claim")
    assert (mine["note"], mine["lon"]) == ("三楼左手，王奶奶", made["lon"])
    assert [one["no"] for one in helped.get("v1", f"{NEEDS}/mine")["items"]] == [made["no"]]
    back = act(helped, "v1", made["no"], "give_up")
    assert (back["note"], back["lon"]) == ("", shown["lon"])
    with helped.world.database.read() as session:
        events = session.scalars(select(EventRow.payload).where(EventRow.kind == "need")).all()
    assert not any("R000001" in payload or "王" in payload for payload in events)


def test_hours_count_when_the_receiver_has_confirmed_and_the_figures_follow(helped: Site) -> None:
    taken, free = publish(helped, places=2)["no"], publish(helped, item="SV-C07")["no"]
    gone = publish(helped)["no"]
    act(helped, "dispatcher", gone, "withdraw")
    helped.clock.turn(hours=1)
    first, second = (act(helped, user, taken, "claim")["claims"][0]["provider"] for user in ("v1", "v2"))
    act(helped, "dispatcher", taken, "confirm", 409, provider=first, minutes=80)  # not yet begun
    helped.clock.turn(hours=5)
    act(helped, "v1", taken, "confirm", 403, provider=first, minutes=80)
    assert helped.get("v1", f"{NEEDS}/hours")["items"] == []
    act(helped, "r000001", taken, "confirm", provider=first, minutes=80)
    act(helped, "r000001", taken, "confirm", provider=second, minutes=0)
    act(helped, "r000001", taken, "confirm", 409, provider=first, minutes=80)
    act(helped, "r000001", taken, "confirm", 422, provider=first)
    (hours,) = helped.get("v1", f"{NEEDS}/hours")["items"]
    assert (hours["provider"], hours["minutes"]) == (first, 80)
    assert helped.get("v2", f"{NEEDS}/hours")["items"] == []
    assert len(helped.get("leader", f"{NEEDS}/hours")["items"]) == 1
    figures = helped.get("leader", f"{NEEDS}/figures")
    assert (figures["needs"], figures["filled"], figures["share"], figures["median_s"]) == (2, 1, 0.5, 3600)
    assert figures["unmatched"] == [free]


def test_volunteers_are_found_by_road_skill_and_hours_as_providers_are(helped: Site) -> None:
    made = publish(helped)
    found = helped.get("dispatcher", f"{NEEDS}/{made['no']}/candidates", k=3)
    known = helped.world.city.providers
    assert found["items"]
    assert all("volunteer" in known[one["provider"]].categories for one in found["items"])
    costs = [one["cost"] for one in found["items"]]
    assert costs == sorted(costs)
    night = (helped.clock() + timedelta(hours=16)).isoformat()  # half past two at night
    late = publish(helped, starts_at=night)["no"]
    best = found["items"][0]["provider"]
    by_phone = act(helped, "dispatcher", made["no"], "claim", provider=best)
    assert [one["provider"] for one in by_phone["claims"]] == [best]
    closed = helped.get("dispatcher", f"{NEEDS}/{late}/candidates", k=3)
    open_all_night = [p.id for p in known.values() if "volunteer" in p.categories and p.hours == "24/7"]
    assert {one["provider"] for one in closed["items"]} <= set(open_all_night)
    assert closed["items"] or closed["unmet_cause"] == "all_closed"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"item": "SV-B01"}, "item"),
        ({"starts_at": "2026-11-18T10:00:00+08:00"}, "starts_at"),
        ({"places": 51}, "places"),
    ],
)
def test_a_need_that_cannot_be_is_refused(sqlite_site: Site, wrong: dict[str, Any], field: str) -> None:
    body = {"item": "SV-C01", "resident": "R000001", "starts_at": "2026-11-18T14:00:00+08:00"}
    told = sqlite_site.post("dispatcher", NEEDS, 422, **(body | wrong))
    assert told["field"].endswith(field)


def claimed(site: Site, provider: int) -> str:
    """Publish a need of the resident, and let the provider, who is a volunteer too, claim a place of it."""
    known = site.world.city.providers[provider].categories
    changed = {"categories": [*known, "volunteer"]}
    assert site.call("admin", "PATCH", f"/api/v1/providers/{provider}", json=changed).status_code == 200
    begins = (site.clock() + timedelta(hours=4)).isoformat()
    need = {"item": "SV-C01", "resident": "R000001", "starts_at": begins, "places": 2}
    no = site.post("dispatcher", "/api/v1/needs", 201, **need)["no"]
    site.act("provider-inside", "need", no, "claim")
    return str(no)
