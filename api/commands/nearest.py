"""``jinlin nearest``: who should go for an item at a place."""

from datetime import datetime

import click

from api.clock import system_clock
from api.commands.show import as_json
from api.settings import Settings
from api.world import open_world
from dispatch.errors import BadFieldError
from dispatch.matching.match import match
from dispatch.matching.need import Need
from geo.place import LonLat


@click.command("nearest")
@click.option("--item", required=True, help="Code of a service item, such as SV-B01.")
@click.option("--lon", required=True, type=float)
@click.option("--lat", required=True, type=float)
@click.option("-k", default=5, show_default=True, type=click.IntRange(1, 100))
@click.option("--at", default="", help="Time with offset; now when left out.")
@click.option("--explain", is_flag=True, help="List those refused nearby, with the reason.")
def command(item: str, lon: float, lat: float, k: int, at: str, *, explain: bool) -> None:
    """Find the k suitable providers of least cost, with every factor."""
    when = system_clock()
    if at:
        try:
            when = datetime.fromisoformat(at)
        except ValueError:
            raise BadFieldError("at", at, "write a time such as 2026-11-20T10:00+08:00") from None
    world = open_world(Settings())
    city = world.city
    place = LonLat(lon, lat)
    need = Need(
        item=city.item(item),
        place=place,
        area=city.locate(place).cell,
        at=world.local(when),
    )
    found = match(need, city.providers, city.engine, k=k, weights=world.catalogue.weights)
    rows = [
        {
            "provider": city.provider(c.provider).no,
            "name": city.provider(c.provider).name,
            "travel_s": c.travel_s,
            "wait_s": c.wait_s,
            "price_fen": c.price_fen,
            "cost": c.cost,
            "factors": dict(c.factors),
        }
        for c in found.candidates
    ]
    if not explain:
        as_json(rows)
        return
    refused = [
        {
            "provider": city.provider(r.provider).no,
            "travel_s": r.travel_s,
            "reason": r.reason,
            "detail": r.detail,
        }
        for r in found.refused
    ]
    as_json({"candidates": rows, "refused": refused, "unmet_cause": found.unmet_cause})
