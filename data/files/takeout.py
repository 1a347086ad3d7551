"""Whole tables out: tickets, orders, providers, areas, cells, scores, visits, devices, events as CSV, Excel or GeoJSON.

Rows are written as they are read, so that a file may be larger than memory. Personal data stays inside: residents
and contacts are no kind, and orders and visits name no resident.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from shapely.geometry import mapping
from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.orm import Session

from data.errors import BadFileError
from data.figures.histories import Chronicle
from data.figures.scores import rank_departments
from data.figures.sets import Where, collect_tickets
from data.models import (
    AreaRow,
    CellRow,
    DeviceRow,
    EventRow,
    HomeVisitRow,
    OrderRow,
    ProviderRow,
    TicketRow,
    table_of,
)
from data.store.kinds import KINDS
from grid.period import Period
from grid.rulebook import Rulebook
from grid.scores.appraisal import AppraisalRules

Row = Mapping[str, Any]
FORMATS = (".csv", ".xlsx", ".geojson")
PRIVATE = frozenset({"resident", "reporter", "declined_by"})
# Who was visited, where they live and what was noted of them stay inside; so does what the seal is made with.
OF_VISITS = PRIVATE | {"household", "note", "lon", "lat", "salt"}
# A cell that begins like this could be taken for a formula when the file is opened.
RISKY = ("=", "+", "-", "@", "\t", "\r")
EXCEL_ROWS = 1_048_575


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to take out: times of report or of the event in a period, codes by prefix; empty takes all.

    ``rulebook`` and ``appraisal`` are what scores are counted by, needed for nothing else.
    """

    period: Period | None = None
    prefix: str = ""
    rulebook: Rulebook | None = None
    appraisal: AppraisalRules | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One kind of table: its columns and rows; ``shape`` holds a geometry, ``lon`` and ``lat`` a point."""

    columns: tuple[str, ...]
    rows: Callable[[Session, Wanted], Iterator[Row]]

    @property
    def on_the_map(self) -> bool:
        """Tell whether rows have a place."""
        return "shape" in self.columns or "lon" in self.columns


def _stored(
    table: Table,
    code: str,
    at: str,
    private: frozenset[str] = PRIVATE,
    where: ColumnElement[bool] | None = None,
) -> Export:
    """Take a table as it stands; ``code`` and ``at`` name the columns of place and time, empty for none."""
    columns = tuple(c.name for c in table.columns if c.name not in private and c.name != "id")

    def rows(session: Session, wanted: Wanted) -> Iterator[Row]:
        query = select(*(table.c[name] for name in columns)).order_by(table.c.id)
        if where is not None:
            query = query.where(where)
        if wanted.prefix and code:
            query = query.where(table.c[code].startswith(wanted.prefix))
        if wanted.period is not None and at:
            query = query.where(table.c[at] >= wanted.period.start, table.c[at] < wanted.period.end)
        for row in session.execute(query.execution_options(yield_per=1000)).mappings():
            yield dict(row)

    return Export(columns=columns, rows=rows)


SCORE_COLUMNS = (
    "rank",
    "unit",
    "lost_centi",
    "mark_centi",
    "base_centi",
    "deducted_centi",
    "entries",
    "due",
    "on_time",
    "late",
)


def _scores(session: Session, wanted: Wanted) -> Iterator[Row]:
    period, rules = wanted.period, wanted.appraisal
    if period is None or rules is None or wanted.rulebook is None:
        raise BadFileError("scores are those of a month; name it with --month 2026-11")
    facts = collect_tickets(session, wanted.rulebook, Chronicle(), period, Where(prefix=wanted.prefix))
    for row in rank_departments(session, facts, rules, wanted.prefix):
        yield {**asdict(row.score), **asdict(row)}


EVENTS = table_of(EventRow)
EXPORTS: Mapping[str, Export] = {
    "tickets": _stored(table_of(TicketRow), "cell", "reported_at"),
    "orders": _stored(table_of(OrderRow), "cell", "created_at"),
    "providers": _stored(table_of(ProviderRow), "area", ""),
    "areas": _stored(table_of(AreaRow), "code", ""),
    "cells": _stored(table_of(CellRow), "code", ""),
    "visits": _stored(table_of(HomeVisitRow), "cell", "visited_at", OF_VISITS),
    "devices": _stored(table_of(DeviceRow), "", "since"),
    # What happened to a person's record stays here: such a chain is named by the person's number.
    "events": _stored(
        EVENTS,
        "",
        "at",
        where=EVENTS.c.kind.notin_([kind.name for kind in KINDS if kind.of_person]),
    ),
    "scores": Export(columns=SCORE_COLUMNS, rows=_scores),
}


def take_out(session: Session, kind: str, path: Path, wanted: Wanted, zone: ZoneInfo) -> int:
    """Write a table to a file, by its ending ``.csv``, ``.xlsx`` or ``.geojson``.

    Parameters
    ----------
    session : Session
    kind : str
        One of `EXPORTS`.
    path : Path
        Written anew.
    wanted : Wanted
    zone : ZoneInfo
        Times are written in it, with their offset.

    Returns
    -------
    int
        How many rows were written.

    Raises
    ------
    BadFileError
        For an unknown ending, a table without places asked for as GeoJSON, scores without a month, or more rows
        than an Excel sheet holds.
    """
    table, suffix = EXPORTS[kind], path.suffix.lower()
    if suffix not in FORMATS:
        raise BadFileError(f"{path.name}: formats written are {', '.join(FORMATS)}")
    if suffix == ".geojson" and not table.on_the_map:
        raise BadFileError(f"{kind} have no place on the map; write them as .csv or .xlsx")
    return write_table(path, table.columns, table.rows(session, wanted), zone)


def write_table(path: Path, columns: tuple[str, ...], rows: Iterable[Row], zone: ZoneInfo) -> int:
    """Write rows to a file by its ending, whole or not at all; gives how many.

    Raises
    ------
    BadFileError
        For an unknown ending, or more rows than an Excel sheet holds.
    """
    write = {".csv": _csv, ".xlsx": _excel, ".geojson": _geojson}.get(path.suffix.lower())
    if write is None:
        raise BadFileError(f"{path.name}: formats written are {', '.join(FORMATS)}")
    draft = path.with_name(path.name + ".part")
    try:
        written = write(draft, columns, rows, zone)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return written


def as_given(text: str) -> str:
    """Take the sign off again that a text beginning like a formula is written with."""
    return text[1:] if text.startswith("'") and text[1:].startswith(RISKY) else text


def _text(value: Any, zone: ZoneInfo) -> Any:  # noqa: ANN401 - any column's value
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return value.wkt if hasattr(value, "wkt") else value


def _harmless(value: Any) -> Any:  # noqa: ANN401 - any column's value
    return f"'{value}" if isinstance(value, str) and value.startswith(RISKY) else value


def _csv(path: Path, columns: tuple[str, ...], rows: Iterable[Row], zone: ZoneInfo) -> int:
    written = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in rows:
            writer.writerow([_harmless(_text(row.get(name), zone)) for name in columns])
            written += 1
    return written


def _excel(path: Path, columns: tuple[str, ...], rows: Iterable[Row], zone: ZoneInfo) -> int:
    written = 0
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("Jinlin")
        sheet.write_row(0, 0, columns)
        for row in rows:
            written += 1
            if written > EXCEL_ROWS:
                raise BadFileError(f"an Excel sheet holds {EXCEL_ROWS} rows; write .csv or one month")
            for column, name in enumerate(columns):
                value = _text(row.get(name), zone)
                if isinstance(value, bool):
                    sheet.write_boolean(written, column, value)
                elif isinstance(value, (int, float)):
                    sheet.write_number(written, column, value)
                elif value not in (None, ""):
                    sheet.write_string(written, column, str(value)[:32767])
    return written


def _geojson(path: Path, columns: tuple[str, ...], rows: Iterable[Row], zone: ZoneInfo) -> int:
    written = 0
    places = ("lon", "lat", "shape")
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        for row in rows:
            shape = row.get("shape")
            geometry = (
                mapping(shape)
                if shape is not None
                else {"type": "Point", "coordinates": [row["lon"], row["lat"]]}
            )
            plain = {name: _plain(row.get(name), zone) for name in columns if name not in places}
            feature = {"type": "Feature", "properties": plain, "geometry": geometry}
            file.write((",\n" if written else "\n") + json.dumps(feature, ensure_ascii=False))
            written += 1
        file.write("\n]}\n")
    return written


def _plain(value: Any, zone: ZoneInfo) -> Any:  # noqa: ANN401 - any column's value
    return value if isinstance(value, (list, dict)) else _text(value, zone)
