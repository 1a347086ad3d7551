"""Bring the structure of a database to this version's."""

from functools import cache
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from data.errors import NotSetUpError

OF_POSTGIS = frozenset({"spatial_ref_sys", "alembic_version"})
FOLDER = Path(__file__).parents[1] / "migrations"


def settings(connection: Connection | None = None) -> Config:
    """Return Alembic's settings for a connection."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> None:
    """Apply what is missing."""
    command.upgrade(settings(connection), "head")


@cache
def newest() -> str:
    """Tell the newest revision of this version."""
    return ScriptDirectory.from_config(settings()).get_current_head() or ""


def revision_of(connection: Connection) -> str:
    """Tell the revision of a database, empty for one without tables."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def standing(connection: Connection) -> Literal["empty", "earlier", "current"]:
    """Tell how a database stands to this version.

    Raises
    ------
    NotSetUpError
        When it is of a later version, or holds tables of something else.
    """
    found = revision_of(connection)
    if found == newest():
        return "current"
    if not found:
        if others := sorted(set(inspect(connection).get_table_names()) - OF_POSTGIS):
            raise NotSetUpError(
                f"this database holds tables of something else ({others[0]}); name an empty one"
            )
        return "empty"
    scripts = ScriptDirectory.from_config(settings())
    if found not in {script.revision for script in scripts.walk_revisions()}:
        raise NotSetUpError(
            f"this database is of a later version ({found}) than this one ({newest()}); use the newer Jinlin"
        )
    return "earlier"


def expect_current(connection: Connection) -> None:
    """Make sure that a database is at this version's structure.

    Raises
    ------
    NotSetUpError
        When it is empty, of an earlier version, of a later one or of something else.
    """
    how = standing(connection)
    if how == "empty":
        raise NotSetUpError("this database is empty; run 'jinlin demo' or 'jinlin init'")
    if how == "earlier":
        raise NotSetUpError(
            f"this database is of an earlier version ({revision_of(connection)}); "
            f"'jinlin init' brings it to this one ({newest()})"
        )
