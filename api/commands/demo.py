"""``jinlin demo``: a living district with one command."""

import subprocess
import sys
import time
from pathlib import Path

import click

from api.commands.serve import run_server
from api.demo_accounts import PASSWORD, logins
from api.settings import Settings
from api.world import open_world
from data.errors import NotSetUpError
from data.store.session import Database

PAGES = {
    "/": "居民",
    "/desk": "调度员",
    "/field": "网格员",
    "/work": "部门",
    "/shop": "服务商",
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
        settings = settings.model_copy(update={"home": settings.home / osm.name.split(".")[0]})
    if not _has_district(settings):
        _prepare(settings, osm, days)
    if no_serve:
        click.echo(f"ready after {time.perf_counter() - begun:.1f} s")
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
    click.echo(f"\n  ready after {time.perf_counter() - begun:.1f} s; Ctrl-C stops")
    run_server(world, "127.0.0.1", port)


def _has_district(settings: Settings) -> bool:
    database = Database(settings.database_url())
    try:
        database.create(settings.open_home().folder)
    except ValueError:
        database.close()
        raise
    try:
        database.district()
    except NotSetUpError:
        return False
    finally:
        database.close()
    return True


def _prepare(settings: Settings, osm: Path | None, days: int) -> None:
    """Build in a process of its own: it needs many libraries that serving does not."""
    command = [
        sys.executable,
        "-m",
        "api.commands.prepare",
        "--home",
        str(settings.home),
        "--days",
        str(days),
    ]
    command += ["--database", settings.database] if settings.database else []
    command += ["--osm", str(osm)] if osm else []
    done = subprocess.run(command, check=False)  # noqa: S603 - our own program
    if done.returncode:
        raise click.exceptions.Exit(1)
