"""Places tried over HTTP come true: what is told before is what coverage tells once somebody really comes or leaves."""

from typing import Any

import numpy as np
import pytest
from shapely.geometry import Point, shape

from tests.conftest import Site

ADDRESS, REPAIR = "/api/v1/coverage/what-if", "SV-B01"
AT = "2026-11-18T10:40:00+08:00"


def tried(site: Site, *trials: dict[str, Any], **more: Any) -> Any:
    return site.post("leader", ADDRESS, item=REPAIR, at=AT, trials=list(trials), **more)


def coverage(site: Site) -> Any:
    return site.get("leader", "/api/v1/coverage", item=REPAIR, at=AT)


def same(told: dict[str, Any], found: dict[str, Any]) -> bool:
    names = ("within", "median_min", "p90_min")
    return all(told[name] == found[name] for name in names) and told["never"] == found["unreached"]


def remote(site: Site) -> dict[str, float]:
    """Give the home farthest from whoever repairs."""
    surveyor, item = site.world.surveyor, site.world.city.item(REPAIR)
    at, homes = site.world.local(site.clock()), surveyor.homes
    minutes = surveyor.minutes(item, surveyor.sources(item, surveyor.suitable(item, at)), at, homes)
    farthest = int(np.argmax(np.where(np.isfinite(minutes), minutes, -1)))
    return {"lon": float(homes.lon[farthest]), "lat": float(homes.lat[farthest])}


def test_who_comes_helps_as_was_told(site: Site) -> None:
    place = remote(site)
    told = tried(site, place, drawn=True)
    district = told["district"]
    assert same(district["before"], coverage(site))
    assert district["nearer"] > 0
    assert district["farther"] == 0
    assert district["saved_min"] > 0
    areas = told["communities"]
    assert sum(area["nearer"] for area in areas) == district["nearer"]
    assert sum(area["saved_min"] for area in areas) == pytest.approx(district["saved_min"], abs=1)
    cells = told["cells"]["features"]
    assert sum(cell["properties"]["nearer"] for cell in cells) == district["nearer"]
    assert any(shape(cell["geometry"]).covers(Point(*place.values())) for cell in cells)
    category = site.world.city.item(REPAIR).category
    new = {"name": "新来师傅", "categories": [category], "phone": "13800001234", **place}
    no = site.post("admin", "/api/v1/providers", 201, **new)["no"]
    for action, more in (("verify", {"note": "证照齐全"}), ("admit", {})):
        site.act("admin", "provider", no, action, **more)
    assert same(district["after"], coverage(site))


def test_who_leaves_is_missed_as_was_told(sqlite_site: Site) -> None:
    site = sqlite_site
    item, at = site.world.city.item(REPAIR), site.world.local(site.clock())
    suitable = site.world.surveyor.suitable(item, at)
    gone = max(suitable, key=lambda p: tried(site, {"provider": p.id})["district"]["farther"])
    told = tried(site, {"provider": gone.id})
    assert told["district"]["farther"] > 0
    assert told["district"]["saved_min"] < 0
    assert told["communities"] == sorted(told["communities"], key=lambda area: area["saved_min"])
    back = tried(site, {"provider": gone.id, "lon": gone.place.lon, "lat": gone.place.lat})
    assert (back["district"]["nearer"], back["district"]["farther"], back["communities"]) == (0, 0, [])
    site.act("admin", "provider", gone.no, "suspend", reason="停业整顿")
    assert same(told["district"]["after"], coverage(site))


def test_nothing_is_kept_and_what_cannot_be_tried_is_refused(sqlite_site: Site) -> None:
    site = sqlite_site
    before = coverage(site)
    point = site.inside()
    tried(site, point, {"lon": point["lon"] + 0.002, "lat": point["lat"]})
    assert coverage(site) == before
    refused = ({}, {"provider": 10**9}, {"lon": point["lon"]}, {"lon": 10, "lat": 10})
    for trial in refused:
        answer = site.call("leader", "POST", ADDRESS, json={"item": REPAIR, "at": AT, "trials": [trial]})
        assert answer.status_code == 422, trial
        assert answer.json()["detail"]
    site.post("leader", ADDRESS, 422, item=REPAIR, trials=[])
    site.post(site.worker(), ADDRESS, 403, item=REPAIR, trials=[point])


def test_coverage_is_told_by_the_items_own_promise(sqlite_site: Site) -> None:
    site = sqlite_site
    surveyor, item = site.world.surveyor, site.world.city.item(REPAIR)
    at, homes = site.world.local(site.clock()), surveyor.homes
    minutes = surveyor.minutes(item, surveyor.sources(item, surveyor.suitable(item, at)), at, homes)
    found = site.get("leader", "/api/v1/coverage", item=REPAIR, at=at.isoformat())
    assert found["promise_min"] == item.promise_arrive_min
    assert found["within"] == int(homes.people[minutes <= item.promise_arrive_min].sum())
    worst = min(found["communities"], key=lambda area: area["within"] / area["people"])
    inside = np.array([cell.startswith(worst["area"]) for cell in homes.cell])
    everybody = sorted(np.repeat(minutes[inside], homes.people[inside]).tolist())
    assert worst["people"] == len(everybody)
    for name, share in (("median_min", 0.5), ("p90_min", 0.9)):
        wanted = everybody[int(np.ceil(share * len(everybody) - 1e-9)) - 1]
        assert worst[name] == (round(wanted, 1) if np.isfinite(wanted) else None)
    night = site.get("leader", "/api/v1/coverage", item=REPAIR, at="2026-11-18T04:00:00+08:00")
    spots = night["blind_spots"]
    assert sum(spot["residents"] for spot in spots) == night["people"] - night["within"]
    order = [np.inf if spot["minutes"] is None else spot["minutes"] for spot in spots]
    assert order == sorted(order, reverse=True)
