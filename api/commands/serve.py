"""``jinlin serve``: the web server."""

import click
import uvicorn

from api.app import make_app
from api.settings import Settings
from api.world import World, open_world


def run_server(world: World, host: str, port: int) -> None:
    """Serve until interrupted."""
    uvicorn.run(make_app(world), host=host, port=port, log_level="warning", timeout_graceful_shutdown=3)


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--database", default="", help="Database address.")
@click.option("--no-timers", is_flag=True, help="Leave the timers to another process.")
def command(host: str, port: int, database: str, *, no_timers: bool) -> None:
    """Serve the district of the database."""
    settings = Settings()
    changes = {"database": database or settings.database, "timers": settings.timers and not no_timers}
    world = open_world(settings.model_copy(update=changes))
    click.echo(f"{world.city.district.name} on http://{host}:{port}")
    run_server(world, host, port)
