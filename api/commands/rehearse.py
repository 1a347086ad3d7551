"""``jinlin rehearse``: days of calls and reports."""

from datetime import timedelta

import click

from api.clock import system_clock
from api.commands.show import as_json, progress_bar
from api.settings import Settings
from api.world import open_world
from data.sample.rehearsal import Rehearsal, Script


@click.command("rehearse")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 400))
@click.option("--tickets-per-day", default=45, show_default=True, type=click.IntRange(0, 5000))
@click.option("--orders-per-day", default=60, show_default=True, type=click.IntRange(0, 5000))
@click.option("--seed", default=20, show_default=True)
def command(days: int, tickets_per_day: int, orders_per_day: int, seed: int) -> None:
    """Play days of calls and reports through the desk, up to now."""
    world = open_world(Settings())
    script = Script(days=days, tickets_per_day=tickets_per_day, orders_per_day=orders_per_day, seed=seed)
    until = system_clock() - timedelta(minutes=1)
    with progress_bar(f"rehearse {days} days") as tell:
        made = Rehearsal(world.desk, world.city, world.home, script).run(until, lambda share: tell("", share))
    as_json(made)
