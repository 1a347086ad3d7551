"""``jinlin siting``: where the next providers of an item would help most."""

import click

from api.clock import system_clock
from api.commands.show import as_json
from api.settings import Settings
from api.views.shape import plain
from api.world import open_world
from data.city.siting import Goal, site_item


@click.command("siting")
@click.option("--item", required=True, help="Code of a service item, such as SV-E05.")
@click.option("--count", default=1, show_default=True, type=click.IntRange(1, 50))
@click.option("--goal", default="minutes", show_default=True, type=click.Choice(["minutes", "people"]))
@click.option(
    "--within", type=float, help="Minutes within which somebody is reached; the item's own by default."
)
def command(item: str, count: int, goal: Goal, within: float | None) -> None:
    """Choose cells for new providers of an item; those open now stay."""
    world = open_world(Settings())
    wanted = world.city.item(item)
    usual = world.surveyor.promise_min(wanted)
    at = world.local(system_clock())
    as_json(
        plain(site_item(world.city, world.surveyor, wanted, (count, goal, within or usual), at), world.zone)
    )
