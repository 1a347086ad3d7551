"""``jinlin restore``: everything back, proved."""

from contextlib import closing
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import func, select

from api.commands.backup import KEY, read_key
from api.commands.show import as_json
from api.settings import Settings
from api.views.shape import plain
from data.models import EventRow, PhotoRow
from data.rules.catalogue import read_catalogue
from data.store.backup import chosen, restore_backup
from data.store.kinds import KINDS
from data.store.photos import photo_path
from data.store.session import Database
from data.store.vault import Vault, sizes
from data.store.verify import verify
from dispatch.errors import BadFieldError


@click.command("restore")
@click.argument("folder", type=click.Path(file_okay=False, exists=True, path_type=Path))
@KEY
@click.option(
    "--to", "until", default="", help="Newest backup not later than this, such as 2026-11-18T10:30+08:00."
)
@click.option("--database", default="", help="Database address.")
def command(folder: Path, key_file: Path | None, until: str, database: str) -> None:
    """Restore a backup of FOLDER into an empty home and database, bring it to this version, and verify it; exit 1 on a fault."""
    settings = Settings()
    home, vault = settings.open_home(), Vault(folder, read_key(key_file))
    url = database or settings.database_url()
    manifest = restore_backup(url, home, vault, chosen(vault, _time(until)))
    with closing(Database(url)) as store:
        store.create(home.folder)
        with store.read() as session:
            faults = [f"{f.kind} {f.aggregate} {f.seq}: {f.detail}" for f in verify(session, KINDS)]
            events = session.scalar(select(func.count()).select_from(EventRow))
            photos = session.scalars(select(PhotoRow.sha256).where(PhotoRow.used_at.is_not(None)))
            faults += [f"photo {name} is missing" for name in photos if not photo_path(home, name).exists()]
    as_json(
        {
            "made_at": plain(manifest.made_at, read_catalogue(settings.catalogue).zone),
            "database": manifest.database,
            "parts": sizes(manifest.files),
            "events": events,
            "faults": faults,
        }
    )
    if faults:
        raise click.exceptions.Exit(1)


def _time(text: str) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise BadFieldError("to", text, "a time with offset, such as 2026-11-18T10:30+08:00")
    return at
