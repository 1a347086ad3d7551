"""The watch over fevers through HTTP, on both databases: a seeded cluster is told, spread ones are not, by cell alone."""

from datetime import timedelta

import numpy as np
from sqlalchemy import select

from data.models import ResidentRow
from tests.conftest import Site

WATCHES = "/api/v1/health/watches"


def fevers(site: Site, told: list[tuple[str, int]]) -> None:
    """Tell a fever of each of some residents so many days before today."""
    morning = site.world.local(site.clock()).replace(hour=8, minute=0)
    for no, ago in told:
        at = (morning - timedelta(days=ago)).isoformat()
        one = {"code": "body_temperature", "value": 38.6, "unit": "Cel", "taken_at": at}
        site.post("nurse", f"/api/v1/residents/{no}/health/results", 201, source="门诊", results=[one])


def homes(site: Site) -> list[ResidentRow]:
    with site.world.database.read() as session:
        return list(session.scalars(select(ResidentRow).order_by(ResidentRow.no)))


def test_a_seeded_cluster_is_told_by_cell_and_names_nobody(site: Site) -> None:
    assert site.get("nurse", WATCHES)["items"][0]["cases"] == 0
    rng, people = np.random.default_rng(5), homes(site)
    spread = rng.choice(len(people), 30, replace=False)
    fevers(site, [(people[n].no, int(ago)) for n, ago in zip(spread, rng.integers(0, 50, 30), strict=True)])
    (quiet,) = site.get("nurse", WATCHES)["items"]
    assert (quiet["cases"], quiet["alarm"], quiet["alarm_percent"]) == (30, False, 1)
    here = people[7]
    near = sorted(people, key=lambda one: abs(one.lon - here.lon) + abs(one.lat - here.lat))
    ill = [one for one in near if one.no not in {people[n].no for n in spread}][:8]
    fevers(site, [(one.no, n % 3) for n, one in enumerate(ill)])
    (told,) = site.get("nurse", WATCHES)["items"]
    assert told["alarm"], told
    assert told["found"] >= 6
    assert {one.cell for one in ill} & {cell["cell"] for cell in told["cells"]}
    text = site.call("nurse", "GET", WATCHES).text
    assert not any(one.no in text or one.name in text for one in ill)
