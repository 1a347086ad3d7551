"""``jinlin import``: files in, with a verdict for every row."""

import csv
import json
from dataclasses import asdict
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from api.clock import system_clock
from api.commands.show import as_json, progress_bar
from api.settings import Settings
from data.desk.door import Desk
from data.errors import NotSetUpError
from data.files.fields import Reading
from data.files.imports import IMPORTS
from data.files.intake import Intake, take_in
from data.rules.catalogue import read_catalogue
from data.store.session import Database
from dispatch.errors import BadFieldError
from geo.datum import DATUMS


@click.command("import")
@click.argument("kind", type=click.Choice(list(IMPORTS)))
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--map", "pairs", multiple=True, help="Our field = the file's column, such as lon=longitude.")
@click.option("--datum", type=click.Choice(DATUMS), default="wgs84", show_default=True)
@click.option("--crs", default="", help="Coordinate system of a file that names none, such as EPSG:4549.")
@click.option("--layer", default="", help="Sheet of a workbook, or layer of a map file.")
@click.option("--encoding", default="", help="Of a text file, where it cannot be told: big5, utf-16.")
@click.option("--dry-run", is_flag=True, help="Judge every row and keep nothing.")
@click.option(
    "--verdicts",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a JSON object a row to this file.",
)
@click.option("--zone", default="", help="Zone of times without offset, such as Asia/Shanghai.")
@click.option("--time-format", default="", help="Such as '%m/%d/%y %H:%M'; ISO 8601 when left out.")
@click.option("--level", default="", help="Level of areas whose file names none.")
@click.option("--parent", default="", help="Area under which areas without a code are numbered.")
@click.option("--categories", type=click.Path(exists=True, path_type=Path), help="CSV: theirs,ours.")
@click.option(
    "--void", multiple=True, help="A state in which a ticket ended without being handled: Cancelled."
)
@click.option("--natures", type=click.Path(exists=True, path_type=Path), help="CSV: theirs,ours.")
@click.option("--database", default="", help="Database address.")
def command(kind: str, path: Path, database: str, verdicts: Path | None, **how: object) -> None:
    """Take in areas, cells, residents, providers, tickets, visits or devices from a map file, a workbook or a text file.

    A column that the file does not have changes nothing; an empty cell empties its field.
    """
    settings = Settings()
    catalogue = read_catalogue(settings.catalogue)
    store = Database(database or settings.database_url())
    store.create()
    home, now = settings.open_home(), system_clock()
    desk = Desk(store, catalogue, _county(store, catalogue.rulebook.scheme.widths[0]))
    reading = _reading(**how)
    with progress_bar(f"import {kind}") as tell:
        intake = take_in(
            path, IMPORTS[kind], reading, desk, home, now, lambda n: tell(f"{n} rows", 0.5),
        )  # fmt: skip
        tell(f"{len(intake.verdicts)} rows", 1.0)
    if verdicts is not None:
        _write_verdicts(verdicts, intake)
    as_json(
        {
            "rows": len(intake.verdicts),
            "verdicts": dict(intake.counts),
            "notes": dict(intake.notes),
            "kept": not reading.dry_run,
            "rejects": str(intake.rejects) if intake.rejects else None,
        }
    )


def _write_verdicts(path: Path, intake: Intake) -> None:
    """Write what became of each row, one JSON object a line."""
    with path.open("w", encoding="utf-8") as file:
        for verdict in intake.verdicts:
            file.write(json.dumps(asdict(verdict), ensure_ascii=False) + "\n")


def _county(store: Database, width: int) -> str:
    """Give the county's digits, zeros while no district is named."""
    try:
        return store.district().code[:width]
    except NotSetUpError:
        return "0" * width


def _reading(**how: object) -> Reading:
    zone = str(how["zone"])
    try:
        known = ZoneInfo(zone) if zone else None
    except (ZoneInfoNotFoundError, ValueError):
        raise BadFieldError("zone", zone, "write a zone such as Asia/Shanghai") from None
    return Reading(
        columns=columns_of(how["pairs"]),
        datum=str(how["datum"]),
        crs=str(how["crs"]),
        dry_run=bool(how["dry_run"]),
        layer=str(how["layer"]),
        encoding=str(how["encoding"]),
        zone=known,
        time_format=str(how["time_format"]),
        level=str(how["level"]),
        parent=str(how["parent"]),
        categories=_translation(how["categories"]),
        natures=_translation(how["natures"]),
        void=frozenset(how["void"] if isinstance(how["void"], tuple) else ()),
    )


def columns_of(pairs: object) -> dict[str, str]:
    """Read pairs of our field and the file's column.

    Raises
    ------
    BadFieldError
    """
    columns = {}
    for pair in pairs if isinstance(pairs, tuple) else ():
        ours, sign, theirs = str(pair).partition("=")
        if not sign:
            raise BadFieldError("map", pair, "write our field = their column, such as lon=longitude")
        columns[ours.strip()] = theirs.strip()
    return columns


def _translation(path: object) -> dict[str, str]:
    if not isinstance(path, Path):
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["theirs"]: row["ours"] for row in csv.DictReader(file)}
