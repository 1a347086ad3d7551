"""``jinlin init``: make the tables."""

import click

from api.commands.show import as_json
from api.settings import Settings
from data.rules.catalogue import read_catalogue
from data.store.session import Database


@click.command("init")
@click.option("--database", default="", help="Database address.")
def command(database: str) -> None:
    """Make or upgrade the tables of a database, after proving the catalogue."""
    settings = Settings()
    catalogue = read_catalogue(settings.catalogue)
    store = Database(database or settings.database_url())
    store.create(settings.open_home().folder)
    as_json(
        {"database": store.engine.url.render_as_string(hide_password=True), "catalogue": catalogue.version}
    )
