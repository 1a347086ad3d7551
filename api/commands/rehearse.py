"""``jinlin rehearse``: days of calls and reports."""

from dataclasses import replace
from datetime import timedelta

import click

from api.clock import system_clock
from api.commands.show import as_json, progress_bar
from api.settings import Settings
from api.world import open_world
from data.sample.rehearsal import Rehearsal, Script
from dispatch.orders.rules import OfferRules

A_YEAR = 365


@click.command("rehearse")
@click.option("--days", type=click.IntRange(1, 400), help="30 days, or a year with --orders.")
@click.option("--tickets-per-day", type=click.IntRange(0, 5000), help="45, or none with --orders.")
@click.option("--orders-per-day", default=60, show_default=True, type=click.IntRange(0, 5000))
@click.option("--orders", type=click.IntRange(1, 1_000_000), help="How many orders in all, a year of them.")
@click.option("--seed", default=20, show_default=True)
@click.option("--offers", type=click.IntRange(0, 20), help="How many providers the rules ask for an order.")
def command(
    days: int | None,
    tickets_per_day: int | None,
    orders_per_day: int,
    orders: int | None,
    seed: int,
    offers: int | None,
) -> None:
    """Play days of calls and reports through the desk, up to now; or a year of so many orders."""
    usual = Script()
    days = days or (usual.days if orders is None else A_YEAR)
    if tickets_per_day is None:
        tickets_per_day = usual.tickets_per_day if orders is None else 0
    world = open_world(Settings())
    catalogue = world.catalogue
    if offers is not None:
        catalogue = replace(catalogue, orders=replace(catalogue.orders, offers=OfferRules(most=offers)))
    script = Script(
        days=days, tickets_per_day=tickets_per_day, orders_per_day=orders_per_day, orders=orders, seed=seed
    )
    until = system_clock() - timedelta(minutes=1)
    with world.rules.held(catalogue), progress_bar(f"rehearse {days} days") as tell:
        made = Rehearsal(world.desk, world.city, world.home, script).run(until, lambda share: tell("", share))
    as_json(made)
