"""Where the next canteens go, over HTTP: as many reached as told, and the first is the best of all cells."""

import numpy as np
import pytest

from tests.conftest import Site

MEALS = "SV-E05"


@pytest.mark.parametrize("goal", ["minutes", "people"])
def test_new_places_help_as_they_say(site: Site, goal: str) -> None:
    world = site.world
    one = site.post("leader", "/api/v1/siting", item=MEALS, goal=goal, within_min=10)
    three = site.post("leader", "/api/v1/siting", item=MEALS, goal=goal, count=3, within_min=10)
    assert three["reached_before"] == one["reached_before"]
    key = "reached_after" if goal == "people" else "mean_min_after"
    better = three[key] >= one[key] if goal == "people" else three[key] <= one[key]
    assert better
    assert len(one["chosen"]) <= 1
    assert len(three["chosen"]) <= 3
    assert 0 <= three["gap"] <= 0.02
    item, at = world.city.item(MEALS), world.local(site.clock())
    now = world.surveyor.minutes(
        item, world.surveyor.sources(item, world.surveyor.suitable(item, at)), at, world.surveyor.homes
    )
    assert one["reached_before"] == int(world.surveyor.homes.people[np.asarray(now) <= 10].sum())


def test_only_those_who_oversee_may_ask(site: Site) -> None:
    site.post(site.worker(), "/api/v1/siting", 403, item=MEALS)
    site.post("leader", "/api/v1/siting", 422, item="SV-X")
    site.post("leader", "/api/v1/siting", 422, item=MEALS, count=0)
