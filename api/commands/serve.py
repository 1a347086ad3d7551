"""``jinlin serve``: the web server."""

import os

import click
import uvicorn
from fastapi import FastAPI
from sqlalchemy.engine import make_url

from api.app import make_app
from api.settings import Settings
from api.world import World, open_world

STOPPING_S = 3


def run_server(world: World, host: str, port: int) -> None:
    """Serve until interrupted."""
    uvicorn.run(
        make_app(world),
        host=host,
        port=port,
        log_level="warning",
        forwarded_allow_ips=world.settings.trusted_proxies,
        timeout_graceful_shutdown=STOPPING_S,
    )


def application() -> FastAPI:
    """Open the world of one worker, as the settings in the environment say."""
    return make_app(open_world(Settings()))


def run_workers(settings: Settings, host: str, port: int, workers: int) -> None:
    """Serve with several processes until interrupted.

    Each opens its own world; the streets lie in memory once, since all map the same files. Timers run in one of them
    at a time.
    """
    os.environ["JINLIN_DATABASE"] = settings.database
    os.environ["JINLIN_TIMERS"] = str(settings.timers)
    uvicorn.run(
        "api.commands.serve:application",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_level="warning",
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=STOPPING_S,
    )


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--database", default="", help="Database address.")
@click.option("--no-timers", is_flag=True, help="Leave the timers to another process.")
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes; PostgreSQL only."
)
def command(host: str, port: int, database: str, workers: int, *, no_timers: bool) -> None:
    """Serve the district of the database."""
    settings = Settings()
    changes = {"database": database or settings.database, "timers": settings.timers and not no_timers}
    settings = settings.model_copy(update=changes)
    if workers > 1:
        if make_url(settings.database_url()).get_backend_name() == "sqlite":
            raise click.UsageError(
                "a SQLite file is served by one process; name a PostgreSQL database to serve it by several"
            )
        click.echo(f"http://{host}:{port} by {workers} processes")
        run_workers(settings, host, port, workers)
        return
    world = open_world(settings)
    click.echo(f"{world.city.district.name} on http://{host}:{port}")
    run_server(world, host, port)
