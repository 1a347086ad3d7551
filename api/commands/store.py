"""Opening the database for commands that only look."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from api.settings import Settings
from data.store.session import Database


@contextmanager
def looking_at(database: str = "") -> Iterator[Database]:
    """Open a database, that of the settings when none is named, as it stands.

    Raises
    ------
    NotSetUpError
        When its structure is not of this version.
    """
    with closing(Database(database or Settings().database_url())) as store:
        store.expect_current()
        yield store
