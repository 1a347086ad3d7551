"""``jinlin demo``: a living district with one command."""

import time
from datetime import timedelta
from pathlib import Path

import click

from api.commands.district import SYNTHETIC_NAME, build_into
from api.commands.serve import run_server
from api.commands.show import progress_bar
from api.demo_accounts import PASSWORD, add_demo_accounts, logins
from api.settings import Settings
from api.world import open_world, system_clock
from data.city import City
from data.desk import Desk
from data.errors import NotSetUpError
from data.rehearsal import Rehearsal, Script
from data.rules import read_catalogue
from data.session import Database
from data.synthetic import write_osm

PAGES = {
    "/": "居民",
    "/desk": "调度员",
    "/field": "网格员",
    "/work": "部门",
    "/board": "领导",
    "/docs": "API",
}


@click.command("demo")
@click.option("--port", default=8000, show_default=True, help="Port on 127.0.0.1.")
@click.option("--database", default="", help="Database address; the SQLite file in JINLIN_HOME by default.")
@click.option("--osm", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Any OSM extract.")
@click.option("--days", default=30, show_default=True, help="Days to rehearse.")
@click.option("--no-serve", is_flag=True, help="Build only.")
def command(port: int, database: str, osm: Path | None, days: int, *, no_serve: bool) -> None:
    """Build the sample district if there is none, rehearse, and serve it."""
    begun = time.perf_counter()
    settings = Settings(database=database) if database else Settings()
    if osm is not None:
        # Each extract gets a home of its own, so that one demo does not overwrite another.
        name = osm.name.split(".")[0]
        settings = settings.model_copy(update={"home": settings.home / name})
    prepare(settings, osm, days)
    click.echo(f"ready after {time.perf_counter() - begun:.1f} s")
    if no_serve:
        return
    world = open_world(settings)
    base = f"http://127.0.0.1:{port}"
    click.echo(
        f"\n  {world.city.district.name}: {len(world.city.cells)} cells, {len(world.city.providers)} providers"
    )
    for page, who in PAGES.items():
        click.echo(f"  {base}{page:8} {who}")
    click.echo(f"\n  sign in at {base}/login, password for all: {PASSWORD}")
    for role, user in logins(world.city).items():
        click.echo(f"  {role:11} {user}")
    run_server(world, "127.0.0.1", port)


def prepare(settings: Settings, osm: Path | None, days: int) -> None:
    """Build and rehearse unless the database holds a district already."""
    database = Database(settings.database_url())
    database.create()
    home = settings.open_home()
    try:
        database.district()
    except NotSetUpError:
        pass
    else:
        return
    now = system_clock()
    catalogue = read_catalogue(settings.catalogue)
    extract = osm
    if extract is None:
        extract = home.extracts / "synthetic.osm"
        with progress_bar("synthetic district") as tell:
            tell("draw streets, blocks and shops", 0.0)
            write_osm(extract)
            tell("done", 1.0)
    name = SYNTHETIC_NAME if osm is None else extract.name.split(".")[0]
    build_into(database, settings, extract, name, sample=True)
    city = City(database, catalogue, home)
    add_demo_accounts(database, city)
    desk = Desk(database, catalogue, city.district.code[:6], city.apply)
    with progress_bar(f"rehearse {days} days") as tell:
        script = Script(days=days)
        Rehearsal(desk, city, home, script).run(now - timedelta(minutes=1), lambda share: tell("", share))
