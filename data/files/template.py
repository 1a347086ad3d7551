"""The template of a register: a workbook with headings, an example, lists to choose from, and what each column means."""

from pathlib import Path

import xlsxwriter

from data.errors import BadFileError
from data.rules.file_columns import FileColumn, FileForm

ROWS = 5000
"""So many rows below the headings offer the words to choose from and keep digits."""
WIDTH = 16
NEED = {"key": "必填", "new": "新登记必填"}
TEXTS = frozenset({"code", "text", "words", "day", "time"})
"""Types whose cells are text, so that a sheet neither rounds numbers nor turns them into dates."""


def write_template(path: Path, form: FileForm) -> None:
    """Write the template of a register; its example is a row to write over.

    Parameters
    ----------
    path : Path
        Ending in ``.xlsx``; written anew.
    form : tuple of FileColumn

    Raises
    ------
    BadFileError
        For another ending.
    """
    if path.suffix.lower() != ".xlsx":
        raise BadFileError(f"{path.name}: a template is a workbook; let the name end in .xlsx")
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, told = book.add_worksheet("填写"), book.add_worksheet("说明")
        bold, text = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "@"})
        for at, column in enumerate(form):
            sheet.set_column(at, at, WIDTH, text if column.type in TEXTS else None)
            sheet.write_string(0, at, column.name_zh, bold)
            _example(sheet, at, column)
            if column.allowed:
                sheet.data_validation(1, at, ROWS, at, {"validate": "list", "source": list(column.allowed)})
        sheet.freeze_panes(1, 0)
        for line, cells in enumerate([("列", "列名（英文）", "要求", "可填", "说明"), *map(_told, form)]):
            told.write_row(line, 0, cells, bold if line == 0 else None)
        told.set_column(0, 4, 2 * WIDTH)


def _example(sheet: xlsxwriter.worksheet.Worksheet, at: int, column: FileColumn) -> None:
    if column.type in TEXTS:
        sheet.write_string(1, at, column.example)
    elif column.example:
        sheet.write_number(1, at, float(column.example))


def _told(column: FileColumn) -> tuple[str, ...]:
    return (column.name_zh, column.name, NEED.get(column.need, ""), "、".join(column.allowed), column.told_zh)
