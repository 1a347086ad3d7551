"""``jinlin hotline``: cases and answers of outside lines by file."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

from api.commands.show import as_json
from api.outside.line_files import answers_in, answers_out, cases_in, cases_out
from api.settings import Settings
from api.world import World, open_world
from data.files.headings import named_columns
from dispatch.errors import BadFieldError

HANDED = click.option("--handed", is_flag=True, help="Of the tickets that were handed to the line.")
DATABASE = click.option("--database", default="", help="Database address.")


@click.group("hotline")
def command() -> None:
    """Take cases and answers of an outside line in from a file, write those for it to one."""


@contextmanager
def _world(database: str) -> Iterator[World]:
    settings = Settings()
    world = open_world(settings.model_copy(update={"database": database}) if database else settings)
    try:
        yield world
    finally:
        world.database.close()


@command.command("import")
@click.argument("line")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@HANDED
@click.option("--map", "pairs", multiple=True, help="Our field = the file's column, such as content=内容.")
@DATABASE
def take_in(line: str, path: Path, pairs: tuple[str, ...], database: str, *, handed: bool) -> None:
    """Take in the cases that LINE hands over, or with --handed its answers to what it was handed."""
    with _world(database) as world:
        taken = (answers_in if handed else cases_in)(world, line, path, named_columns(pairs))
    as_json(
        {
            "line": line,
            "rows": sum(taken.counts.values()),
            "verdicts": dict(taken.counts),
            "rejects": str(taken.rejects) if taken.rejects else None,
        }
    )


@command.command("export")
@click.argument("line")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@HANDED
@click.option("--since", default="", help="Changed at this time or later, such as 2026-11-18T00:00+08:00.")
@DATABASE
def take_out(line: str, path: Path, since: str, database: str, *, handed: bool) -> None:
    """Write the answers to the cases of LINE, or with --handed the tickets that it holds, as .csv or .xlsx."""
    with _world(database) as world:
        written = (cases_out if handed else answers_out)(world, line, path, _time(since))
    as_json({"line": line, "file": str(path), "rows": written})


def _time(text: str) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise BadFieldError("since", text, "write a time with its offset, such as 2026-11-18T00:00+08:00")
    return at
