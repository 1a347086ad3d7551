"""``jinlin seal``: write the signed head of the log, to be kept outside."""

from dataclasses import asdict
from pathlib import Path

import click

from api.clock import system_clock
from api.commands.show import as_json
from api.commands.store import looking_at
from api.settings import Settings
from data.store.head import make_head, write_head


@click.command("seal")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--database", default="", help="Database address.")
def command(file: Path | None, database: str) -> None:
    """Write the signed head of the log to FILE, or only show it; keep it where nobody can alter it."""
    with looking_at(database) as store, store.read() as session:
        head = make_head(session, Settings().open_home(), system_clock())
    if file is not None:
        write_head(head, file)
    as_json(asdict(head))
