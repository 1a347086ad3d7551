"""Bring the structure of a database to this version's."""

from functools import cache
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, inspect, text

from data.errors import NotSetUpError

OF_POSTGIS = frozenset({"spatial_ref_sys", "alembic_version"})
FOLDER = Path(__file__).parents[1] / "migrations"


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Apply what is missing up to a revision, the newest without one."""
    from alembic import command  # noqa: PLC0415 - slow to load, and few starts change the structure
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@cache
def revisions() -> tuple[str, ...]:
    """Tell the revisions that this version knows, the newest last; their files are numbered in order."""
    return tuple(sorted(path.name[:4] for path in (FOLDER / "versions").glob("0*.py")))


def newest() -> str:
    """Tell the newest revision of this version."""
    return revisions()[-1]


def revision_of(connection: Connection) -> str:
    """Tell the revision of a database, empty for one without tables."""
    kept = inspect(connection).has_table("alembic_version")
    found = connection.scalar(text("SELECT version_num FROM alembic_version")) if kept else None
    return found or ""


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
    if found not in revisions():
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
