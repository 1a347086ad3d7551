"""Bring the structure of a database to this version's."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from data.errors import NotSetUpError

FOLDER = Path(__file__).parents[1] / "migrations"


def settings(connection: Connection | None = None) -> Config:
    """Give Alembic's settings for a connection."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> str:
    """Apply what is missing; a database that is up to date is only looked at.

    Returns
    -------
    str
        The revision the database is at now.
    """
    config = settings(connection)
    newest = _newest(config)
    if MigrationContext.configure(connection).get_current_revision() != newest:
        command.upgrade(config, "head")
    return newest


def expect_current(connection: Connection) -> None:
    """Make sure that a database is at this version's structure.

    Raises
    ------
    NotSetUpError
        When it is empty, of an earlier version or of a later one.
    """
    config = settings(connection)
    found, newest = MigrationContext.configure(connection).get_current_revision(), _newest(config)
    if found == newest:
        return
    if found is None:
        raise NotSetUpError("this database is empty; run 'jinlin demo' or 'jinlin init'")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found in known:
        raise NotSetUpError(
            f"this database is of an earlier version ({found}); 'jinlin init' brings it to this one ({newest})"
        )
    raise NotSetUpError(
        f"this database is of a later version ({found}) than this one ({newest}); use the newer Jinlin"
    )


def _newest(config: Config) -> str:
    return ScriptDirectory.from_config(config).get_current_head() or ""
