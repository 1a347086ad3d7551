"""``jinlin report``: a month on paper."""

from pathlib import Path

import click

from api.commands.show import as_json
from api.pages.report import month_report
from api.settings import Settings
from api.world import open_world
from grid.account import Account


@click.command("report")
@click.argument("month")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to; report-MONTH.pdf when left out."
)
@click.option("--language", default="zh", show_default=True, type=click.Choice(["zh", "en"]))
@click.option("--area", default="", help="Code of a street or community; the district when left out.")
def command(month: str, out: Path | None, language: str, area: str) -> None:
    """Write the report of a month that is over, such as 2026-10, as PDF; the same bytes whenever it is called."""
    world = open_world(Settings())
    reader = Account(user="", name="", role="leader", area=world.city.district.code)
    made = month_report(world, reader, month, area, language)
    path = out or Path(f"report-{month}{'-' + area if area else ''}.pdf")
    path.write_bytes(made)
    as_json({"file": str(path), "month": month, "area": area or world.city.district.code, "bytes": len(made)})
