"""Tables out: Excel workbooks and CSV."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

import xlsxwriter
from fastapi.responses import Response

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
# A cell that begins like this could be taken for a formula when the file is opened.
RISKY = ("=", "+", "-", "@", "\t", "\r")


def workbook(
    name: str, title: str, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]
) -> Response:
    """Write rows as an Excel workbook with a title and one header row."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("Jinlin")
    bold = book.add_format({"bold": True})
    sheet.write_string(0, 0, title, bold)
    for column, label in enumerate(columns.values()):
        sheet.write_string(1, column, label, bold)
    for line, row in enumerate(rows, 2):
        for column, key in enumerate(columns):
            value = row.get(key)
            if isinstance(value, (int, float)):
                sheet.write_number(line, column, value)
            elif value is not None:
                sheet.write_string(line, column, str(value))
    sheet.autofit()
    book.close()
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return Response(out.getvalue(), media_type=EXCEL, headers=headers)


def csv_file(name: str, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> Response:
    """Write rows as CSV that Excel opens in Chinese."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns.values())
    for row in rows:
        writer.writerow([_harmless(row.get(key)) for key in columns])
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response("\ufeff" + out.getvalue(), media_type=CSV, headers=headers)


def table_file(
    kind: str, name: str, title: str, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]
) -> Response:
    """Write rows as the kind of table that was asked for, ``xlsx`` or ``csv``, which has no title."""
    return csv_file(name, columns, rows) if kind == "csv" else workbook(name, title, columns, rows)


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(RISKY) else value
