"""Build and rehearse the sample district; ``jinlin demo`` runs this in a process of its own."""

import sys
from datetime import datetime, timedelta
from pathlib import Path

import click

from api.clock import system_clock
from api.commands.district import SYNTHETIC_NAME, build_into
from api.commands.show import progress_bar
from api.demo_accounts import add_demo_accounts
from api.settings import Settings
from data.city.city import City
from data.desk.door import Desk
from data.rules.catalogue import read_catalogue
from data.sample.district import RESIDENTS, Plan
from data.sample.rehearsal import Rehearsal, Script
from data.sample.synthetic import write_osm
from data.store.session import Database


@click.command()
@click.option("--home", required=True, type=click.Path(path_type=Path))
@click.option("--database", default="")
@click.option("--osm", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--residents", default=RESIDENTS)
@click.option("--days", default=30)
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%dT%H:%M%z"]), help="Last moment rehearsed; now by default."
)
def command(
    home: Path, database: str, osm: Path | None, residents: int, days: int, until: datetime | None
) -> None:
    """Build a district with people and accounts, and rehearse days in it."""
    last = until or system_clock() - timedelta(minutes=1)
    settings = Settings(home=home, database=database)
    store, place = Database(settings.database_url()), settings.open_home()
    catalogue = read_catalogue(settings.catalogue)
    extract = osm or _synthetic(place.extracts / "synthetic.osm")
    name = SYNTHETIC_NAME if osm is None else extract.name.split(".")[0]
    build_into(store, settings, Plan(extract=extract, name=name, residents=residents, sample=True))
    city = City(store, catalogue, place, system_clock)
    add_demo_accounts(store, city, system_clock())
    desk = Desk(
        store, catalogue, city.district.code[: catalogue.rulebook.scheme.widths[0]], city.apply, city=city
    )
    with progress_bar(f"rehearse {days} days") as tell:
        rehearsal = Rehearsal(desk, city, place, Script(days=days))
        rehearsal.run(last, lambda share: tell("", share))


def _synthetic(path: Path) -> Path:
    with progress_bar("synthetic district") as tell:
        tell("draw streets, blocks and shops", 0.0)
        write_osm(path)
        tell("done", 1.0)
    return path


if __name__ == "__main__":
    try:
        command(standalone_mode=False)
    except (ValueError, LookupError) as error:
        click.echo(f"jinlin: {error}", err=True)
        sys.exit(1)
