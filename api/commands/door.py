"""Opening the database for commands that change something, through the door."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from api.settings import Settings
from data.desk.door import Desk
from data.rules.catalogue import read_catalogue
from data.store.session import Database
from dispatch.lifecycle import Actor

OPERATOR = Actor(user="operator", role="admin")
"""Who sits at the command line of the server."""


@contextmanager
def opened_desk(database: str = "") -> Iterator[Desk]:
    """Open the door of a database, that of the settings when none is named; its structure is made or upgraded.

    Raises
    ------
    NotSetUpError
        When it holds no district.
    BadCatalogueError
    """
    settings = Settings()
    catalogue = read_catalogue(settings.catalogue)
    with closing(Database(database or settings.database_url())) as store:
        store.create()
        county = store.district().code[: catalogue.rulebook.scheme.widths[0]]
        yield Desk(store, catalogue, county)
