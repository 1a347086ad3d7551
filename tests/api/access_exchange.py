"""How operations of feeds, needs, positions, corrections and counters are asked by the test of who may, beside `access_cases`."""

import json
from typing import Any

from shapely import Point, to_geojson

from api.clockwork import CLOCK
from data.desk.corrections import OpenCorrection
from data.files.runs import begin
from tests.api import access_cases, access_health, access_matters
from tests.api.access_cases import Asked, Things, holds
from tests.conftest import Site
from tests.flows.test_feeds_flow import Source

# Systems sign these with the key of their feed; signing in is of no use here.
OF_A_KEY = (
    "POST /api/v1/feeds/{no}/messages",
    "GET /api/v1/feeds/{no}/messages/{key}",
    "GET /api/v1/feeds/{no}/position",
    "GET /api/v1/feeds/{no}/changes",
)


def asked(t: Things) -> dict[str, Asked]:
    """Tell how each operation of the interface is asked."""
    return (
        access_cases.asked(t)
        | access_health.asked(t)
        | access_matters.asked(t)
        | {
            "GET /api/v1/imports": Asked(),
            "POST /api/v1/imports": Asked(
                query={"kind": "residents"}, files={"file": ("a.csv", b"no,name\nZ1,x\n", "text/csv")}
            ),
            "POST /api/v1/imports/{no}/actions": Asked(path={"no": t.run}, body={"action": "undo"}),
            "GET /api/v1/modules": Asked(),
            "GET /api/v1/modules/use": Asked(),
            "PUT /api/v1/modules/{code}": Asked(
                path={"code": "tv"}, body={"area": t.cell[:12], "on": True, "reason": "试行"}
            ),
            "GET /api/v1/corrections": Asked(shows=holds(t.correction)),
            "GET /api/v1/corrections/rates": Asked(shows=holds(t.cell)),
            "GET /api/v1/corrections/{no}": Asked(path={"no": t.correction}),
            "POST /api/v1/corrections/{no}/actions": Asked(
                path={"no": t.correction}, body={"action": "right"}
            ),
            "GET /api/v1/positions": Asked(shows=holds("worker-inside")),
            "POST /api/v1/positions": Asked(body={"at": "2030-01-01T10:00:00+08:00", **t.point}),
            "GET /api/v1/positions/own": Asked(),
            "GET /api/v1/positions/consent": Asked(),
            "POST /api/v1/positions/consent": Asked(body={"given": True}),
            "POST /api/v1/positions/{user}/track": Asked(
                path={"user": "worker-inside"},
                body={
                    "reason": "核查轨迹",
                    "since": "2026-11-18T00:00:00+08:00",
                    "until": "2026-11-19T00:00:00+08:00",
                },
            ),
            "GET /api/v1/needs": Asked(),
            "POST /api/v1/needs": Asked(
                body={"item": "SV-B01", "resident": t.resident, "starts_at": "2030-01-01T10:00:00+08:00"}
            ),
            "GET /api/v1/needs/mine": Asked(shows=holds(t.need)),
            "GET /api/v1/needs/figures": Asked(
                query={"since": "2026-11-18T00:00:00+08:00", "until": "2026-12-18T00:00:00+08:00"},
                shows=lambda a: a.json()["needs"] > 0,
            ),
            "GET /api/v1/needs/hours": Asked(),
            "GET /api/v1/needs/{no}": Asked(path={"no": t.need}),
            "GET /api/v1/needs/{no}/candidates": Asked(path={"no": t.need}),
            "POST /api/v1/needs/{no}/actions": Asked(path={"no": t.need}, body={"action": "claim"}),
            "GET /api/v1/counter/sessions": Asked(shows=holds(t.session)),
            "POST /api/v1/counter/sessions": Asked(
                body={
                    "station": t.station,
                    "resident": t.resident,
                    "consents": ["handle"],
                    "items": [{"kind": "report", "code": "P0118", **t.point}],
                }
            ),
            "POST /api/v1/counter/check": Asked(body={"resident": t.resident}),
            "GET /api/v1/counter/sessions/{no}": Asked(path={"no": t.session}),
            "POST /api/v1/counter/sessions/{no}/actions": Asked(
                path={"no": t.session}, body={"action": "settle", "reason": "不等了"}
            ),
            "POST /api/v1/counter/sessions/{no}/reveal": Asked(
                path={"no": t.session}, body={"reason": "打印回执"}
            ),
            "GET /api/v1/schemas": Asked(),
            "GET /api/v1/schemas/{name}": Asked(path={"name": "jinlin.message.1"}),
            "GET /api/v1/resources": Asked(shows=holds(t.feed)),
            "GET /api/v1/feeds": Asked(shows=holds(t.feed)),
            "POST /api/v1/feeds": Asked(
                body={"name": "x", "owner": "nobody", "direction": "in", "subject": "residents"}
            ),
            "GET /api/v1/feeds/{no}": Asked(path={"no": t.feed}),
            "PATCH /api/v1/feeds/{no}": Asked(path={"no": t.feed}, body={}),
            "POST /api/v1/feeds/{no}/actions": Asked(path={"no": t.feed}, body={"action": "resume"}),
            "POST /api/v1/feeds/{no}/key": Asked(path={"no": t.feed}),
            "POST /api/v1/feeds/{no}/messages": Asked(path={"no": t.feed}, body={}),
            "GET /api/v1/feeds/{no}/messages/{key}": Asked(path={"no": t.feed, "key": "m1"}),
            "GET /api/v1/feeds/{no}/position": Asked(path={"no": t.feed}),
            "GET /api/v1/feeds/{no}/changes": Asked(path={"no": t.feed}),
            "GET /api/v1/feeds/{no}/rows": Asked(path={"no": t.feed}),
            "POST /api/v1/feeds/{no}/rows/{row}/reveal": Asked(
                path={"no": t.feed, "row": t.row}, body={"reason": "核对来源"}
            ),
            "POST /api/v1/feeds/{no}/rows/actions": Asked(
                path={"no": t.feed}, body={"action": "release", "rows": [int(t.row)], "reason": "核对来源"}
            ),
        }
    )


def quarantined(site: Site, department: str) -> dict[str, str]:
    """Register a feed of the department, with a row of it in quarantine."""
    source = Source(site, owner=department)
    source.tell([source.row("F1", lon="east")])
    (row,) = site.get("admin", f"/api/v1/feeds/{source.no}/rows")["items"]
    return {"feed": source.no, "row": str(row["id"])}


def stand(site: Site, user: str, point: dict[str, float]) -> None:
    """Let a worker agree to be seen, and tell that they stand somewhere."""
    site.post(user, "/api/v1/positions/consent", given=True)
    site.post(user, "/api/v1/positions", at=site.clock().isoformat(), **point)


def at_counter(site: Site, at: dict[str, str], point: dict[str, float]) -> dict[str, str]:
    """Take an item of the resident at the counter of a station, one of whose papers is lacking; gives both by name."""
    made = site.post(
        "dispatcher",
        "/api/v1/counter/sessions",
        201,
        station=at["station"],
        resident="R000001",
        consents=["handle"],
        items=[{"kind": "order", "code": "SV-B17", **point}],
        papers=[{"paper": "id_card", "state": "missing"}],
    )
    return at | {"session": str(made["no"])}


def served(site: Site, department: str) -> str:
    """Let the department accept an order of the resident, against the rule."""
    no = str(site.post("r000001", "/api/v1/orders", 201, item="SV-B17", channel="web")["no"])
    site.act("dispatcher", "order", no, "recall", reason="情况特殊")
    site.act("dispatcher", "order", no, "route", department=department, reason="情况特殊")
    site.act("department-inside", "order", no, "accept")
    return no


def handed_in(site: Site) -> str:
    """Keep a file of tickets that was taken in, which nobody can undo; return its number."""
    kept = site.world.database.write(
        lambda session: begin(session, "tickets", "a.csv", "", "admin", site.clock.now)
    )
    return str(kept)


def found_wrong(site: Site, cell: str) -> str:
    """Open the correction of a record in a cell, and return its number."""
    new = OpenCorrection(check="resident_phone", record="R000001", area=cell)
    return site.world.desk.start(new, CLOCK, site.clock.now).fact.no


def on_streets(site: Site, place: Point) -> dict[str, Any]:
    """Close the streets around a place, and let an order wait; gives the shape and the numbers."""
    around = json.loads(to_geojson(place.buffer(0.002)))
    made = site.post("dispatcher", "/api/v1/closures", 201, reason="修路", shape=around)
    order = {"item": "SV-B01", "channel": "phone", "resident": "R000001"}
    waiting = site.post("dispatcher", "/api/v1/orders", 201, **order)["no"]
    wish = {"name": "燃气站", "categories": ["gas"], "address": "某路 1 号"}
    wish |= {"phone": "13800000000", "contact": "某人"}
    applied = site.post(None, "/api/v1/providers/applications", 201, lon=place.x, lat=place.y, **wish)["no"]
    return {"application": applied, "around": around, "closure": made["no"], "waiting": waiting}
