"""An order on the island: who comes by boat, at day, at night and in a weather stop; and the board's coverage."""

import json
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from data.city.ferries import FILE
from data.store.home import Home
from geo.place import LonLat, distance_m
from tests.conftest import Site

MEDICINE = "SV-H04"  # urgent, brought by the pharmacies, all of which are on the mainland
MEALS = "SV-E05"  # offered on the island too


@pytest.fixture
def islanders(site: Site) -> int:
    """How many residents live where only the boat goes."""
    ferries = site.world.city.engine.ferries["ebike"]
    quay = ferries.timetable.piers[0].place
    homes = site.world.surveyor.homes  # the same as the board counts
    places = zip(*(column.tolist() for column in homes[:3]), strict=True)
    return sum(n for lon, lat, n in places if ferries.index.travel_ms(quay, LonLat(lon, lat)) is None)


def on_the_island(site: Site) -> LonLat:
    """Give the pier of the island."""
    return site.world.city.engine.ferries["ebike"].timetable.piers[1].place


def order(site: Site, item: str, clock: str) -> str:
    site.clock.now = datetime.fromisoformat(f"2026-11-18T{clock}:00+08:00")
    site.sign_in_anew()
    pier = on_the_island(site)
    body = {"item": item, "channel": "phone", "lon": pier.lon, "lat": pier.lat}
    return site.post("dispatcher", "/api/v1/orders", 201, **body)["no"]


def candidates(site: Site, no: str, k: int = 50) -> dict:
    return site.get("dispatcher", f"/api/v1/orders/{no}/candidates", k=k, explain="true")


def test_the_medicine_comes_by_boat(site: Site) -> None:
    no = order(site, MEDICINE, "10:31")
    found = candidates(site, no)
    assert found["items"]
    for candidate in found["items"]:
        assert candidate["factors"]["ferry_min"] >= 10  # two to board, eight aboard
        assert abs(sum(candidate["factors"].values()) - candidate["cost"]) < 0.011
        assert abs(candidate["factors"]["ferry_min"] * 60 - candidate["ferry_s"]) < 1
    best = found["items"][0]
    assert best["travel_s"] == 29 * 60 + 8 * 60  # the boat at eleven
    way = site.get("dispatcher", f"/api/v1/orders/{no}/route", provider=best["provider"])["features"][0]
    assert way["properties"]["travel_s"] == best["travel_s"]
    points = [LonLat(*point) for point in way["geometry"]["coordinates"]]
    for pier in site.world.city.engine.ferries["ebike"].timetable.piers:
        assert min(distance_m(pier.place, point) for point in points) < 1
    sent = site.act("dispatcher", "order", no, "contact", provider=best["provider"])
    assert sent["travel_s"] == best["travel_s"]


def test_the_boat_ranks_before_the_straight_line(site: Site) -> None:
    items = candidates(site, order(site, MEALS, "11:31"))["items"]
    afloat = ["ferry_min" in c["factors"] for c in items]
    assert afloat == sorted(afloat)  # nobody over the water comes before the island's own kitchens
    assert set(afloat) == {False, True}
    pier = on_the_island(site)
    away_m = {c["provider"]: distance_m(pier, site.world.city.provider(c["provider"]).place) for c in items}
    assert min(away_m[c["provider"]] for c in items if "ferry_min" in c["factors"]) < 2000


def test_at_night_there_is_no_boat_until_morning(site: Site) -> None:
    found = candidates(site, order(site, MEDICINE, "21:10"))
    assert found["items"] == []
    assert found["unmet_cause"] == "too_far"
    first_boat_s = (8 * 60 + 50) * 60 + 8 * 60
    far = [r["travel_s"] for r in found["refused"] if r["reason"] == "far"]
    assert far
    assert min(far) == first_boat_s


def test_the_board_counts_the_island_while_boats_run(site: Site, islanders: int) -> None:
    assert islanders > 0
    day, night = (
        site.get("leader", "/api/v1/coverage", item=MEDICINE, at=f"2026-11-18T{clock}:00+08:00")
        for clock in ("20:30", "21:10")
    )
    assert day["providers"] == night["providers"] > 0
    assert (day["unreached"], night["unreached"]) == (0, islanders)


@pytest.fixture
def timetable(home: Home) -> Path:
    """The file of ferries of a home, which may be changed."""
    built = home.engine.resolve()
    home.engine.unlink()
    for path in built.iterdir():
        (home.engine / path.name).symlink_to(path)
    (home.engine / FILE).unlink()
    shutil.copy(built / FILE, home.engine / FILE)
    return home.engine / FILE


def test_nobody_crosses_in_a_weather_stop(timetable: Path, site: Site, islanders: int) -> None:
    no = order(site, MEDICINE, "10:31")
    assert candidates(site, no)["items"]
    told = json.loads(timetable.read_text(encoding="utf-8"))
    for line in told["lines"]:
        line["closures"] = [{"first": "2026-11-18", "last": "2026-11-18", "reason": "大风"}]
    timetable.write_text(json.dumps(told), encoding="utf-8")
    found = candidates(site, no)
    assert found["items"] == []
    assert all(r["travel_s"] > 19 * 3600 for r in found["refused"] if r["reason"] == "far")
    board = site.get("leader", "/api/v1/coverage", item=MEDICINE, at="2026-11-18T10:31:00+08:00")
    assert board["unreached"] == islanders
    timetable.write_text("half a f", encoding="utf-8")
    assert candidates(site, no)["items"] == []  # a damaged file changes nothing
