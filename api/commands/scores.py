"""``jinlin scores``: recompute a past month and compare."""

from dataclasses import asdict

import click

from api.clock import system_clock
from api.commands.show import as_json
from api.commands.store import looking_at
from api.settings import Settings
from data.figures.appraisals import recompute
from data.rules.catalogue import read_catalogue


@click.group("scores")
def command() -> None:
    """Recompute a past month and compare."""


@command.command("recompute")
@click.option("--month", required=True, help="Such as 2026-10.")
@click.option("--database", default="", help="Database address.")
def again(month: str, database: str) -> None:
    """Show each unit's month from the ledger, from the event log, and as published; exit 1 when they differ."""
    settings = Settings()
    rules = read_catalogue(settings.catalogue).appraisal
    with looking_at(database) as store, store.read() as session:
        rows = recompute(session, rules, month, system_clock())
    as_json({"month": month, "agrees": all(r.agrees for r in rows), "units": [asdict(r) for r in rows]})
    if not all(r.agrees for r in rows):
        raise click.exceptions.Exit(1)
