"""The reference of all tables of rules, written from what they are read by."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from data.rules.columns import Field, Table
from data.rules.holes import read_rows
from data.rules.tables import TABLES

HEAD = (
    "Written by `jinlin rules reference` from what the tables are read by. `jinlin rules check` proves a catalogue "
    "against it, and the server does not start on one with a hole. Files are UTF-8; a field that is left out is "
    "empty in a CSV file and absent in a TOML file."
)
LONG = 60  # characters of an example


def catalogue_reference(folder: Path) -> str:
    """Write every table with its fields as Markdown; examples are the first values of a catalogue."""
    tables = ("\n".join(_table(folder, table)) for table in TABLES)
    return "\n\n".join(("# Tables of rules", HEAD, *tables)) + "\n"


def _table(folder: Path, table: Table) -> Iterator[str]:
    yield f"## {table.file}" + (f" `[{table.section}]`" if table.section else "")
    if table.told:
        yield f"\n{table.told}"
    if table.key:
        yield f"\nNo two rows share `{table.key}`."
    if not table.fields:
        return
    yield "\n| field | type | unit | may hold | example | what it means |\n|---|---|---|---|---|---|"
    rows = [row for _, row in read_rows(folder, table)]
    for field in table.fields:
        example = next((row[field.name] for row in rows if row.get(field.name) not in (None, "")), None)
        cells = (
            f"`{field.name}`",
            field.type,
            field.unit,
            _held(field),
            "" if example is None else f"`{_shown(example)}`",
            field.told,
        )
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _held(field: Field) -> str:
    told = [", ".join(f"`{word}`" for word in field.allowed)] if field.allowed else []
    if field.of:
        told.append(f"a code of {field.of}" + "".join(f", `{word}`" for word in field.also))
    return "; ".join([*told, *(["may be left out"] if field.empty else [])])


def _shown(value: Any) -> str:  # noqa: ANN401 - any value of a file
    text = {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    return text if len(text) <= LONG else text[: LONG - 1] + "…"
