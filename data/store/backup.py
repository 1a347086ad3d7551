"""Backups of an installation: database, photos, road engine, tiles, keys and rules, encrypted, incremental, checked."""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from data.errors import BadBackupError
from data.store.dumps import dump, put_back
from data.store.home import Home
from data.store.session import Database
from data.store.upgrade import revision_of
from data.store.vault import Kept, Manifest, Vault, write_whole

DATABASE = "database"
CATALOGUE = "catalogue"
FOLDERS = ("photos", "engine", "tiles", "keys", "extracts")
"""Of the home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A backup as it was written, and how many of its bytes are new on disk."""

    manifest: Manifest
    path: Path
    faults: tuple[str, ...]


LAST = "last_backup.json"
"""Note of the newest backup, in the home; it is no part of backups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastBackup:
    """When the newest backup was begun, where it lies, and how many of its pieces did not read back."""

    made_at: datetime
    path: str
    faults: int


def make_backup(database: Database, home: Home, catalogue: Path, vault: Vault, now: datetime) -> Made:
    """Write a backup of everything while the server runs.

    The database comes first: files of photos are written before their rows, so that each row finds its file.

    Parameters
    ----------
    database : Database
    home : Home
    catalogue : Path
        Folder of the rules.
    vault : Vault
        Where backups are kept, encrypted.
    now : datetime
        Aware; names the backup.

    Returns
    -------
    Made

    Raises
    ------
    BadBackupError
        When another backup of this home runs, the database is damaged or a piece does not read back.
    """
    with _only_one(home), _scratch(home) as scratch:
        vault.folder.mkdir(parents=True, exist_ok=True)
        vault.clear_drafts()
        with database.engine.connect() as connection:
            revision = revision_of(connection)
        kind = dump(database.engine.url.render_as_string(hide_password=False), scratch)
        files = list(_add_tree(vault, scratch, DATABASE))
        for name in FOLDERS:
            if (home.folder / name).is_dir():
                files += _add_tree(vault, home.folder / name, name)
        files += _add_tree(vault, catalogue, CATALOGUE)
        manifest = Manifest(made_at=now, database=kind, revision=revision, files=tuple(files))
        path = vault.finish(manifest)
    made = Made(manifest=manifest, path=path, faults=tuple(vault.faults(_database_of(manifest))))
    note = {"made_at": now.isoformat(), "path": str(path), "faults": len(made.faults)}
    write_whole(home.made / LAST, json.dumps(note).encode())
    return made


def last_backup(home: Home) -> LastBackup | None:
    """Tell of the newest backup that was made from a home, wherever it lies; None without one.

    Raises
    ------
    BadBackupError
        When the note of it cannot be read.
    """
    path = home.folder / LAST
    if not path.exists():
        return None
    try:
        told = json.loads(path.read_bytes())
        made_at = datetime.fromisoformat(told["made_at"])
        return LastBackup(made_at=made_at, path=str(told["path"]), faults=int(told["faults"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadBackupError(f"the note of the last backup, {path}, cannot be read: {error}") from None


def _database_of(manifest: Manifest) -> list[Kept]:
    return [kept for kept in manifest.files if kept.path.startswith(f"{DATABASE}/")]


def _add_tree(vault: Vault, folder: Path, name: str) -> Iterator[Kept]:
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        try:
            with path.open("rb") as file:
                yield vault.add(f"{name}/{path.relative_to(folder).as_posix()}", file)
        except FileNotFoundError:  # a photo that nothing told of went in this moment
            continue


def chosen(vault: Vault, to: datetime | None) -> datetime:
    """Choose the newest backup, or the newest not later than a time.

    Raises
    ------
    BadBackupError
        When there is none.
    """
    times = [at for at in vault.times() if to is None or at <= to]
    if not times:
        before = f" from before {to.isoformat()}" if to else ""
        raise BadBackupError(f"{vault.folder} holds no backup{before}")
    return times[-1]


def restore_backup(url: str, home: Home, vault: Vault, at: datetime) -> Manifest:
    """Put a backup back into an empty home and an empty database, each piece proved against its hash.

    Parameters
    ----------
    url : str
        Address of the database.
    home : Home
    vault : Vault
    at : datetime
        Which backup: when it was made, aware.

    Returns
    -------
    Manifest
        Of the backup that was put back.

    Raises
    ------
    BadBackupError
        When something is there already, or a piece is missing or altered; what was written of folders is removed.
    """
    manifest = vault.manifest(at)
    names = {kept.path.split("/")[0] for kept in manifest.files} - {DATABASE}
    taken = [name for name in sorted(names) if any((home.folder / name).glob("*"))]
    if taken:
        raise BadBackupError(
            f"{home.folder / taken[0]} is there already; nothing is overwritten, move it away first"
        )
    with _only_one(home), _scratch(home) as scratch:
        for kept in manifest.files:
            _write(vault, kept, scratch)
        put_back(url, manifest.database, scratch / DATABASE)
        for name in sorted(names):
            target = home.folder / name
            if target.is_dir():
                target.rmdir()
            (scratch / name).replace(target)
    return manifest


def _write(vault: Vault, kept: Kept, folder: Path) -> None:
    path = folder / kept.path
    if not path.resolve().is_relative_to(folder.resolve()):
        raise BadBackupError(f"{kept.path} lies outside of the home; the backup was made up")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for body in vault.read(kept):
            file.write(body)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _scratch(home: Home) -> Iterator[Path]:
    """Return an empty folder on the server's own disk, where nothing leaves the house unencrypted."""
    for old in home.folder.glob("backup-*"):
        shutil.rmtree(old, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="backup-", dir=home.folder) as folder:
        yield Path(folder)


@contextmanager
def _only_one(home: Home) -> Iterator[None]:
    home.folder.mkdir(parents=True, exist_ok=True)
    with (home.folder / "backup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BadBackupError("another backup or restore of this home runs; wait for it") from None
        yield
