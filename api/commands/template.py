"""``jinlin template``: an empty workbook of a register to fill in."""

from pathlib import Path

import click

from api.commands.show import as_json
from api.settings import Settings
from data.files.template import write_template
from data.rules.catalogue import read_catalogue
from data.rules.file_columns import REGISTERS


@click.command("template")
@click.argument("kind", type=click.Choice(REGISTERS))
@click.argument("path", required=False, type=click.Path(dir_okay=False, path_type=Path))
def command(kind: str, path: Path | None) -> None:
    """Write the template of a register to PATH, or to KIND.xlsx here: headings, an example, lists to choose from."""
    target = path or Path(f"{kind}.xlsx")
    write_template(target, read_catalogue(Settings().catalogue).files.forms[kind])
    as_json({"kind": kind, "file": str(target)})
