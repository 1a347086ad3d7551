"""``jinlin locate``: where a place lies and who answers there."""

import click

from api.commands.show import as_json
from api.settings import Settings
from api.v1.register import LocateAsk, located_view
from api.world import open_world


@click.command("locate")
@click.option("--lon", required=True, type=click.FloatRange(-180, 180))
@click.option("--lat", required=True, type=click.FloatRange(-90, 90))
@click.option("--category", default="", help="Category of issue; the street's office answers when left out.")
def command(lon: float, lat: float, category: str) -> None:
    """Find the cell of a place and who answers there."""
    as_json(located_view(open_world(Settings()), LocateAsk(lon=lon, lat=lat), category))
