"""A ticket near a border is moved to the other cell by the dispatcher; who chose is seen, the log tells it."""

from data.figures.histories import altered
from data.store.kinds import KINDS
from data.store.verify import verify
from geo.place import LonLat
from tests.conftest import Site


def on_a_border(site: Site) -> dict[str, float]:
    """Give a position within the error of a border between two cells."""
    for shape in site.world.city.cell_shapes.values():
        for x, y in shape.exterior.coords[:-1]:
            place = LonLat(round(x, 6), round(y, 6))
            try:
                located = site.world.city.locate(place)
            except ValueError:  # the edge of the district
                continue
            if located.border_cells:
                return {"lon": place.lon, "lat": place.lat}
    raise AssertionError("no two cells touch")


def test_a_ticket_near_a_border_is_moved(site: Site) -> None:
    contact = {"name": "王女士", "phone": "13812345678"}
    body = {"category": "E2108", "channel": "phone", "contact": contact} | on_a_border(site)
    made = site.post("dispatcher", "/api/v1/tickets", 201, **body)
    no, here = made["no"], made["cell"]
    there = made["border_cells"][0]
    assert site.get("dispatcher", f"/api/v1/tickets/{no}")["cell_chosen_by"] == ""
    site.act("dispatcher", "ticket", no, "accept")
    site.clock.turn(minutes=30)
    refused = site.act("dispatcher", "ticket", no, "move_cell", 422, cell="330102999999999", reason="x")
    assert refused["field"] == "cell"
    site.act("dispatcher", "ticket", no, "move_cell", 422, cell=here, reason="x")
    site.act("dispatcher", "ticket", no, "move_cell", 422, cell=there)
    site.act(site.worker(), "ticket", no, "move_cell", 403, cell=there, reason="x")
    moved = site.act("dispatcher", "ticket", no, "move_cell", cell=there, reason="定位点偏差")
    assert (moved["cell"], moved["promised_at"]) == (there, made["promised_at"])
    assert here in moved["border_cells"]
    shown = site.get("dispatcher", f"/api/v1/tickets/{no}")
    assert shown["cell_chosen_by"] == "dispatcher"
    step = shown["timeline"][-1]
    assert (step["name"], step["payload"]["cell_before"]) == ("move_cell", here)
    page = site.call("dispatcher", "GET", f"/ticket/{no}").text
    for text in ("改网格", "原网格", "认定人"):
        assert text in page
    counted = {c["cell"]: c["total"] for c in site.get("dispatcher", "/api/v1/tickets/cells")["items"]}
    assert counted == {there: 1}  # counted where it lies now
    with site.world.database.read() as session:
        assert verify(session, KINDS) == [] == altered(session)
