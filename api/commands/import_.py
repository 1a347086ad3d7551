"""``jinlin import``: files in, with a verdict for every row."""

import csv
import json
from dataclasses import asdict
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from api.clock import system_clock
from api.commands.show import as_json, progress_bar
from api.settings import Settings
from data.desk.door import Desk
from data.errors import BadFileError, NotSetUpError
from data.files.fields import Reading
from data.files.headings import named_columns
from data.files.imports import IMPORTS
from data.files.intake import Intake, take_in
from data.files.undo import undo
from data.rules.catalogue import read_catalogue
from data.store.session import Database
from dispatch.errors import BadFieldError
from geo.datum import DATUMS

UNDO = "undo"


@click.command("import")
@click.argument("kind", type=click.Choice([*IMPORTS, UNDO]))
@click.argument("path", type=click.Path(path_type=Path), metavar="FILE|NO")
@click.option("--map", "pairs", multiple=True, help="Our field = the file's column, such as lon=longitude.")
@click.option("--datum", type=click.Choice(DATUMS), default="wgs84", show_default=True)
@click.option("--crs", default="", help="Coordinate system of a file that names none, such as EPSG:4549.")
@click.option("--layer", default="", help="Sheet of a workbook, or layer of a map file.")
@click.option("--encoding", default="", help="Of a text file, where it cannot be told: big5, utf-16.")
@click.option("--source", default="", help="Whose file it is; sources.csv says who is believed about what.")
@click.option(
    "--as-of", default="", help="Day of what the file tells, such as 2026-11-18; today when left out."
)
@click.option(
    "--most-bad", default=1.0, help="Hold the whole file back when more of its rows are bad, such as 0.05."
)
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

    A column that the file does not have changes nothing; an empty cell empties its field. `jinlin import undo NO` takes
    an import of the last 30 days back.
    """
    settings = Settings()
    catalogue = read_catalogue(settings.catalogue)
    store = Database(database or settings.database_url())
    store.create()
    home, now = settings.open_home(), system_clock()
    desk = Desk(store, catalogue, _county(store, catalogue.rulebook.scheme.widths[0]))
    if kind == UNDO:
        as_json(_undone(desk, str(path), now))
        return
    if not path.exists():
        raise BadFileError(f"{path} does not exist")
    reading = _reading(catalogue.zone, **how)
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
            "no": intake.no or None,
            "kept": bool(intake.no) and not intake.held,
            "rejects": str(intake.rejects) if intake.rejects else None,
        }
    )


def _undone(desk: Desk, no: str, now: datetime) -> dict[str, object]:
    """Undo an import; gives what came of it."""
    if not no.isdigit():
        raise BadFieldError("no", no, "write the number that the import was told with")
    found = undo(desk, int(no), now)
    return {
        "withdrawn": found.withdrawn,
        "restored": found.restored,
        "stays": [{"key": key, "why": why} for key, why in found.stays],
    }


def _as_of(day: str, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(day), time(), zone) if day else None
    except ValueError:
        raise BadFieldError("as_of", day, "write a day as 2026-11-18") from None


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


def _reading(home: ZoneInfo, **how: object) -> Reading:
    zone = str(how["zone"])
    try:
        known = ZoneInfo(zone) if zone else None
    except (ZoneInfoNotFoundError, ValueError):
        raise BadFieldError("zone", zone, "write a zone such as Asia/Shanghai") from None
    return Reading(
        columns=named_columns(how["pairs"] if isinstance(how["pairs"], tuple) else ()),
        datum=str(how["datum"]),
        crs=str(how["crs"]),
        dry_run=bool(how["dry_run"]),
        source=str(how["source"]),
        as_of=_as_of(str(how["as_of"]), home),
        most_bad=float(str(how["most_bad"])),
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


def _translation(path: object) -> dict[str, str]:
    if not isinstance(path, Path):
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["theirs"]: row["ours"] for row in csv.DictReader(file)}
