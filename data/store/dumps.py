"""Take out and put back whole databases while others write: SQLite by its backup interface, PostgreSQL by its own tools."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import URL, make_url

from data.errors import BadBackupError

PAGES_AT_ONCE = 2000
SQLITE_NAME = "jinlin.sqlite"


def dump(url: str, folder: Path) -> str:
    """Write a copy of a database into an empty folder; it holds every commit made before the call.

    Returns
    -------
    str
        ``sqlite`` or ``postgresql``.

    Raises
    ------
    BadBackupError
        When the copy is damaged, or the tools of PostgreSQL are missing or fail.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        copy_sqlite(Path(str(address.database)), folder / SQLITE_NAME)
        return "sqlite"
    _run(address, "pg_dump", "--format=directory", "--compress=0", "--no-owner", f"--file={folder / 'dump'}")
    return "postgresql"


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a SQLite file that others write to, and check the copy.

    Raises
    ------
    BadBackupError
    """
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy, pages=PAGES_AT_ONCE)
        copy.execute("PRAGMA journal_mode=DELETE")
        check = [row[0] for row in copy.execute("PRAGMA integrity_check(5)")]
    if check != ["ok"]:
        raise BadBackupError(f"the database {source} is damaged: {'; '.join(check)}")


def copy_before(address: URL, target: Path) -> None:
    """Copy a database whole before it is upgraded; a copy of the same name from a try that failed is replaced.

    Raises
    ------
    BadBackupError
        When there is no room, the database is damaged, or the tools of PostgreSQL are missing or fail.
    """
    draft = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        if address.get_backend_name() == "sqlite":
            copy_sqlite(Path(str(address.database)), draft)
        else:
            _run(address, "pg_dump", "--format=custom", f"--file={draft}")
        draft.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise BadBackupError(
            f"the database cannot be copied to {target} before its upgrade: {error}"
        ) from None
    finally:
        with suppress(OSError):
            draft.unlink()


def put_back(url: str, kind: str, folder: Path) -> None:
    """Put a copy that `dump` made into an empty database.

    Raises
    ------
    BadBackupError
        When the database is of another kind or holds something, or the tools of PostgreSQL are missing or fail.
    """
    address = make_url(url)
    if address.get_backend_name() != kind:
        raise BadBackupError(
            f"the backup is of {kind} and cannot be restored into {address.get_backend_name()}"
        )
    if kind == "sqlite":
        target = Path(str(address.database))
        if target.exists():
            raise BadBackupError(f"{target} is there already; nothing is overwritten, move it away first")
        target.parent.mkdir(parents=True, exist_ok=True)
        copy_sqlite(folder / SQLITE_NAME, target)
        return
    found = _run(
        address,
        "psql",
        "--no-psqlrc",
        "--tuples-only",
        "--no-align",
        "--command=SELECT to_regclass('events')",
    )
    if found.strip():
        raise BadBackupError("the database holds tables of Jinlin; nothing is overwritten, make an empty one")
    _run(
        address,
        "pg_restore",
        "--no-owner",
        "--exit-on-error",
        "--single-transaction",
        f"--dbname={address.database}",
        str(folder / "dump"),
    )


def _run(address: URL, tool: str, *arguments: str) -> str:
    """Run a tool of PostgreSQL; the password goes by the environment, where no list of processes shows it."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{tool}"))
    program = str(installed[-1]) if installed else shutil.which(tool)
    if program is None:
        raise BadBackupError(f"{tool} is not installed; it comes with PostgreSQL's client")
    told = {
        "PGHOST": address.host,
        "PGPORT": address.port,
        "PGUSER": address.username,
        "PGPASSWORD": address.password,
        "PGDATABASE": address.database,
    }
    env = {**os.environ, **{name: str(value) for name, value in told.items() if value is not None}}
    done = subprocess.run([program, *arguments], env=env, capture_output=True, text=True, check=False)  # noqa: S603 - PostgreSQL's own tools
    if done.returncode:
        why = done.stderr.strip().splitlines() or ["no reason told"]
        raise BadBackupError(f"{tool} failed: {why[-1]}")
    return done.stdout
