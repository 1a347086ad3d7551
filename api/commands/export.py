"""``jinlin export``: a table to a file."""

from pathlib import Path

import click

from api.clock import system_clock
from api.commands.show import as_json
from api.commands.store import looking_at
from api.settings import Settings
from data.files.takeout import EXPORTS, Wanted, take_out
from data.rules.catalogue import read_catalogue
from grid.period import month_so_far


@click.command("export")
@click.argument("kind", type=click.Choice(list(EXPORTS)))
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--month", default="", help="Only of this month, such as 2026-11; needed for scores.")
@click.option("--area", default="", help="Only inside this area or cell code.")
@click.option("--database", default="", help="Database address.")
def command(kind: str, path: Path, month: str, area: str, database: str) -> None:
    """Write a table as .csv, .xlsx or, where it has places, .geojson."""
    settings = Settings()
    catalogue = read_catalogue(settings.catalogue)
    rulebook, zone = catalogue.rulebook, catalogue.zone
    wanted = Wanted(
        period=month_so_far(month, zone, system_clock()) if month else None,
        prefix=rulebook.scheme.prefix(area) if area else "",
        rulebook=rulebook,
        appraisal=catalogue.appraisal,
    )
    with looking_at(database) as store, store.read() as session:
        written = take_out(session, kind, path, wanted, zone)
    as_json({"kind": kind, "file": str(path), "rows": written})
