"""``jinlin assign``: who goes for all orders that wait, so that the whole costs least."""

import click

from api.clock import system_clock
from api.commands.show import as_json
from api.settings import Settings
from api.views.assignment import plan_view
from api.world import open_world
from data.queries.scope import seen
from data.queries.unsent import unsent_orders
from data.store.kinds.orders import ORDER
from dispatch.lifecycle import Actor

MOST = 10_000


@click.command("assign")
@click.option("--order", "orders", multiple=True, help="Number of an order; all that wait when left out.")
def command(orders: tuple[str, ...]) -> None:
    """Plan the orders that wait at once, beside one after the other; nobody is sent."""
    world, now = open_world(Settings()), system_clock()
    by = Actor(user="", role="admin")
    alarms = [item.code for item in world.catalogue.items.values() if item.urgency == "emergency"]
    with world.database.read() as session:
        waiting = unsent_orders(session, seen(ORDER, by, world.scheme), orders, alarms, MOST)
    as_json(plan_view(world, [order for order, _ in waiting], world.city.plan(waiting, now), now))
