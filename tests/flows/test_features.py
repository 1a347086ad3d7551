"""OGC API - Features as the standard writes it, and as GDAL reads it over a real server."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException

from api.app import make_app
from api.outside.features_ask import window_of
from data.outside.features import Window
from tests.conftest import Site
from tests.flows.test_ticket_life import report
from tests.serving import serving

PERSONAL = {"description", "address", "reporter", "worker", "phone", "contact", "photos", "handler"}


def ask(site: Site, path: str, status: int = 200, /, **params: str) -> Any:
    answer = site.client.get(f"/features{path}", params=params)
    assert answer.status_code == status, answer.text
    if status == 200 and "/items" in path:
        assert answer.headers["content-type"] == "application/geo+json"
    return answer.json()


def hrefs(body: Any, rel: str) -> list[str]:
    return [link["href"] for link in body["links"] if link["rel"] == rel]


def test_the_landing_page_leads_everywhere(site: Site) -> None:
    root = ask(site, "")
    for rel in ("self", "conformance", "data", "service-desc", "service-doc"):
        (href,) = hrefs(root, rel)
        assert site.client.get(href).status_code == 200
    assert {c.rpartition("/")[2] for c in ask(site, "/conformance")["conformsTo"]} == {"core", "geojson"}
    listed = ask(site, "/collections")["collections"]
    assert [c["id"] for c in listed] == ["areas", "cells", "providers", "tickets"]
    for described in listed:
        assert ask(site, f"/collections/{described['id']}") == described
        assert len(described["extent"]["spatial"]["bbox"][0]) == 4
        (href,) = hrefs(described, "items")
        assert site.client.get(href).status_code == 200


@pytest.mark.parametrize("name", ["areas", "cells", "providers"])
def test_pages_hold_every_feature_once(site: Site, name: str) -> None:
    whole = ask(site, f"/collections/{name}/items", limit="10000")
    assert whole["numberMatched"] == whole["numberReturned"] == len(whole["features"])
    seen: list[str] = []
    href = f"/features/collections/{name}/items?limit=7"
    while href:
        page = site.client.get(href).json()
        assert page["numberMatched"] == whole["numberMatched"]
        assert 1 <= page["numberReturned"] <= 7
        seen += [f["id"] for f in page["features"]]
        href = next(iter(hrefs(page, "next")), "")
    assert seen == [f["id"] for f in whole["features"]]
    one = ask(site, f"/collections/{name}/items/{seen[-1]}")
    assert {k: v for k, v in one.items() if k != "links"} == whole["features"][-1]


def test_tickets_come_in_pages_boxes_and_spans_without_anything_personal(site: Site) -> None:
    here = site.inside()
    numbers = [report(site)["no"] for _ in range(3)]
    page = ask(site, "/collections/tickets/items", limit="2")
    assert (page["numberMatched"], page["numberReturned"]) == (3, 2)
    (href,) = hrefs(page, "next")
    rest = site.client.get(href).json()
    found = page["features"] + rest["features"]
    assert [f["id"] for f in found] == numbers
    assert not PERSONAL & set(found[0]["properties"])
    assert hrefs(rest, "next") == []
    lon, lat = here["lon"], here["lat"]
    around = f"{lon - 0.001},{lat - 0.001},{lon + 0.001},{lat + 0.001}"
    for params, count in (
        ({"bbox": around}, 3),
        ({"bbox": f"{lon - 0.001},{lat - 0.001},-50,{lon + 0.001},{lat + 0.001},50"}, 3),
        ({"bbox": f"{lon + 0.01},{lat},{lon + 0.02},{lat + 0.1}"}, 0),
        ({"bbox": f"179,{lat - 1},{lon + 1},{lat + 1}"}, 3),  # over the 180th meridian and far round
        ({"datetime": "2026-11-18T10:30:00+08:00"}, 3),
        ({"datetime": "2026-11-18T02:30:00Z/.."}, 3),
        ({"datetime": "../2026-11-18T02:29:59Z"}, 0),
        ({"state": "dispatched", "category": "E0102"}, 3),
        ({"state": "closed"}, 0),
    ):
        assert ask(site, "/collections/tickets/items", **params)["numberMatched"] == count, params
    one = ask(site, f"/collections/tickets/items/{numbers[0]}")
    assert one["geometry"]["coordinates"] == [lon, lat]


def test_matters_between_people_are_not_among_them(site: Site) -> None:
    no = report(site, category="E2110")["no"]
    assert ask(site, "/collections/tickets/items")["numberMatched"] == 0
    ask(site, f"/collections/tickets/items/{no}", 404)


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        ("/collections/nope", {}, 404),
        ("/collections/nope/items", {}, 404),
        ("/collections/cells/items/nope", {}, 404),
        ("/collections/cells/items", {"limit": "0"}, 400),
        ("/collections/cells/items", {"limit": "ten"}, 400),
        ("/collections/cells/items", {"after": "-1"}, 400),
        ("/collections/cells/items", {"bbox": "1,2,3"}, 400),
        ("/collections/cells/items", {"bbox": "1,2,nan,4"}, 400),
        ("/collections/cells/items", {"bbox": "1,2,3,91"}, 400),
        ("/collections/cells/items", {"bbox": "1,5,3,4"}, 400),
        ("/collections/cells/items", {"datetime": "yesterday"}, 400),
        ("/collections/cells/items", {"datetime": "2026-11-18T10:30:00"}, 400),
        ("/collections/cells/items", {"datetime": "2026-11-18T00:00:00Z/2026-11-17T00:00:00Z"}, 400),
        ("/collections/cells/items", {"colour": "red"}, 400),
        ("/collections/cells/items", {"f": "html"}, 400),
        ("/collections", {"colour": "red"}, 400),
    ],
)
def test_what_cannot_be_read_is_refused(
    sqlite_site: Site, path: str, params: dict[str, str], status: int
) -> None:
    problem = ask(sqlite_site, path, status, **params)
    assert problem["status"] == status
    assert problem["detail"]


@given(
    st.dictionaries(st.sampled_from(["bbox", "datetime", "limit", "after", "level"]), st.text(max_size=40))
)
def test_no_text_breaks_the_reading(params: dict[str, str]) -> None:
    refused: HTTPException | None = None
    wanted: Window | None = None
    try:
        wanted = window_of(params, ("level",))
    except HTTPException as error:
        refused = error
    assert isinstance(wanted, Window) or (refused is not None and refused.status_code == 400)


GDAL_READS = """
import json, sys
import pyogrio
source = "OAPIF:" + sys.argv[1] + "/features"
cells = pyogrio.read_dataframe(source, layer="cells")
tickets = pyogrio.read_dataframe(source, layer="tickets")
near = pyogrio.read_dataframe(source, layer="cells", bbox=tuple(cells.geometry.iloc[0].bounds))
print(json.dumps({
    "layers": [str(name) for name, _ in pyogrio.list_layers(source)],
    "cells": list(cells["code"]),
    "valid": bool(cells.geometry.is_valid.all()),
    "epsg": cells.crs.to_epsg(),
    "tickets": list(tickets["no"]),
    "near": list(near["code"]),
}))
"""


def test_gdal_reads_the_collections(sqlite_site: Site) -> None:
    numbers = [report(sqlite_site)["no"] for _ in range(5)]
    # In a process of its own: GDAL waits for its answers without letting other threads of Python run.
    with serving(make_app(sqlite_site.world)) as base:
        command = [sys.executable, "-c", GDAL_READS, base]
        environment = os.environ | {"no_proxy": "127.0.0.1"}
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    assert read["layers"] == ["areas", "cells", "providers", "tickets"]
    assert read["cells"] == list(sqlite_site.world.city.cells)
    assert (read["valid"], read["epsg"]) == (True, 4326)
    assert read["tickets"] == numbers
    assert read["cells"][0] in read["near"]
    assert len(read["near"]) < len(read["cells"])
