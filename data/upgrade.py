"""Bring the structure of a database to this version's."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

FOLDER = Path(__file__).parent / "migrations"


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
    newest = ScriptDirectory.from_config(config).get_current_head() or ""
    if MigrationContext.configure(connection).get_current_revision() != newest:
        command.upgrade(config, "head")
    return newest
