"""``jinlin backup``: everything, while the server runs."""

from contextlib import closing
from pathlib import Path

import click

from api.clock import system_clock
from api.commands.show import as_json
from api.settings import Settings
from api.views.shape import plain
from data.errors import BadBackupError
from data.rules.catalogue import read_catalogue
from data.store.backup import make_backup
from data.store.session import Database
from data.store.vault import Vault, make_key, sizes

KEY = click.option(
    "--key", "key_file", type=click.Path(dir_okay=False, path_type=Path), help="File with an age key."
)


def read_key(path: Path | None) -> str:
    """Read a key file.

    Raises
    ------
    BadBackupError
        When none is named or it cannot be read.
    """
    if path is None:
        raise BadBackupError("name the key with --key FILE; 'jinlin backup --new-key FILE' makes one")
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadBackupError(f"the key {path} cannot be read: {error}") from None


@click.command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
@KEY
@click.option(
    "--new-key", type=click.Path(dir_okay=False, path_type=Path), help="Only make a key, to this file."
)
@click.option("--database", default="", help="Database address.")
def command(folder: Path | None, key_file: Path | None, new_key: Path | None, database: str) -> None:
    """Write a backup to FOLDER: database, photos, engine, tiles, keys and rules; what is there already is not repeated.

    The public half of the key (age1...) is enough on the server; keep the secret one elsewhere.
    """
    if new_key is not None:
        as_json({"key": str(new_key), "public": make_key(new_key)})
        return
    if folder is None:
        raise click.UsageError("name the folder of backups, on another disk")
    settings = Settings()
    vault = Vault(folder, read_key(key_file))
    with closing(Database(database or settings.database_url())) as store:
        store.expect_current()
        zone = read_catalogue(settings.catalogue).zone
        made = make_backup(store, settings.open_home(), settings.catalogue, vault, system_clock())
    as_json(
        {
            "backup": str(made.path),
            "made_at": plain(made.manifest.made_at, zone),
            "database": made.manifest.database,
            "parts": sizes(made.manifest.files),
            "faults": list(made.faults),
        }
    )
    if made.faults:
        raise click.exceptions.Exit(1)
