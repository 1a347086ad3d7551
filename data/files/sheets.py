"""Grids of cells out of text files and workbooks: encoding, separator, sheet and merged cells found."""

import csv
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

import openpyxl
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from data.errors import BadFileError
from data.files.headings import LOOKED_AT, Wanted, score
from data.files.values import DIGITS_KEPT, lost_digits, plain

DAMAGED_WORKBOOK = (
    InvalidFileException, BadZipFile, zlib.error, SyntaxError, OSError, EOFError, NotImplementedError,
    KeyError, IndexError, ValueError, TypeError, AttributeError, ParseError,
)  # fmt: skip
"""What the reader of workbooks raises on damaged ones: of the archive, of the XML in it, of what it misses there."""
LOST = (
    f"a number of more than {DIGITS_KEPT} digits, of which the sheet lost the last; set the column to Text, enter the "
    "numbers again and save"
)
SEPARATORS = (",", ";", "\t", "|", "，", "；")
MERGED = re.compile(rb'<mergeCell ref="([A-Z]+\d+:[A-Z]+\d+)"')
LARGEST_FIELD = 10_000_000  # characters; borders as well-known text are long


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a grid: its number in the file, its cells as text, and why it cannot be taken, empty for no reason."""

    number: int
    cells: tuple[str, ...]
    faults: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table as lines of cells, with the name of its file and sheet."""

    name: str
    lines: Iterator[Line]


def text_grid(path: Path, wanted: Wanted, encoding: str = "") -> Grid:
    """Read a text file whose columns are parted by whatever sign.

    Raises
    ------
    BadFileError
        When its encoding cannot be told.
    """
    text = decoded(path, encoding)
    csv.field_size_limit(LARGEST_FIELD)
    return Grid(name=path.name, lines=_lines(path.name, text, _separator(text, wanted)))


def decoded(path: Path, encoding: str = "") -> str:
    """Read a text in the encoding given, else the one that its bytes tell: UTF-8, UTF-16, or GB 18030 (also GBK, GB 2312).

    Raises
    ------
    BadFileError
    """
    raw = path.read_bytes()
    try:
        if encoding:
            return raw.decode(encoding)
        if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return raw.decode("utf-16")
        if (zeros := raw[:200].count(0)) > len(raw[:200]) // 4:
            return raw.decode("utf-16-le" if raw[1:200:2].count(0) * 2 >= zeros else "utf-16-be")
    except LookupError:
        raise BadFileError(f"encoding {encoding!r} is unknown; write such as gb18030, big5, utf-16") from None
    except UnicodeDecodeError:
        raise BadFileError(f"{path.name} is no {encoding or 'UTF-16'} text") from None
    for each in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(each)
        except UnicodeDecodeError:
            continue
    raise BadFileError(f"{path.name} is neither UTF-8 nor GB 18030 text; name its encoding with --encoding")


def _separator(text: str, wanted: Wanted) -> str:
    """Return the sign that parts columns: the one by which most fields are named, else the most frequent one."""
    top = "\n".join(text.splitlines()[:LOOKED_AT])
    if top.lower().startswith("sep=") and len(top) > 4:  # Excel's own way to tell
        return top[4]

    def fit(sign: str) -> tuple[int, int]:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(top), delimiter=sign)]
        return max((score(row, wanted) for row in rows), default=0), max(
            (len(row) for row in rows), default=0
        )

    try:
        return max(SEPARATORS, key=fit)
    except csv.Error:
        return ","


def _lines(name: str, text: str, separator: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            cells = tuple(cell.strip() for cell in row)
            if not (reader.line_num == 1 and len(cells) <= 2 and cells[0].lower().startswith("sep=")):
                yield Line(number=reader.line_num, cells=cells)
    except csv.Error as error:
        raise BadFileError(f"{name} line {reader.line_num}: {error}") from None


def workbook_grid(path: Path, wanted: Wanted, layer: str = "") -> Grid:
    """Read a sheet of a workbook: the one named, else the one that names most fields.

    Raises
    ------
    BadFileError
        When it is no workbook, has no such sheet, or several sheets fit equally well.
    """
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except DAMAGED_WORKBOOK as error:
        raise BadFileError(f"{path.name} is no Excel workbook: {error}") from None
    try:
        title = _sheet(path, book, wanted, layer)
    except DAMAGED_WORKBOOK as error:
        book.close()
        if isinstance(error, BadFileError):
            raise
        raise BadFileError(f"{path.name} is damaged: {error}") from None
    return Grid(name=f"{path.name} [{title}]", lines=_sheet_lines(path, book, title))


def _sheet(path: Path, book: openpyxl.Workbook, wanted: Wanted, layer: str) -> str:
    sheets: dict[str, Any] = {sheet.title: sheet for sheet in book.worksheets}
    if not sheets:
        raise BadFileError(f"{path.name} has no sheet")
    if layer:
        if layer not in sheets:
            raise BadFileError(f"{path.name} has no sheet {layer!r}; sheets are {', '.join(sheets)}")
        return layer
    shown = [title for title, sheet in sheets.items() if sheet.sheet_state == "visible"] or list(sheets)
    if not wanted.form:
        return shown[0]
    fits = {
        title: max((score(row, wanted) for row in _top(sheets[title])), default=0)
        for title in shown
    }  # fmt: skip
    best = [title for title in shown if fits[title] == max(fits.values())]
    if len(best) > 1 and fits[best[0]]:
        raise BadFileError(
            f"{path.name} has {len(best)} sheets of this form: {', '.join(best)}; choose one with --layer"
        )
    return best[0]


def _top(sheet: Any) -> list[list[str]]:  # noqa: ANN401 - openpyxl tells no type of a sheet opened to be read
    return [[plain(cell) for cell in row] for row in sheet.iter_rows(max_row=LOOKED_AT, values_only=True)]


def _sheet_lines(path: Path, book: openpyxl.Workbook, title: str) -> Iterator[Line]:
    try:
        over = _merged(path, [sheet.title for sheet in book.worksheets].index(title))
        held: dict[tuple[int, int], str] = {}
        for number, row in enumerate(book[title].iter_rows(values_only=True), 1):
            cells = [plain(cell) for cell in row]
            faults = [(at, LOST) for at, cell in enumerate(row) if lost_digits(cell)]
            for west, north, east, south in over:
                if north <= number <= south and west <= len(cells):
                    first = held.setdefault((north, west), cells[west - 1])
                    if south > north and number > north:  # a cell over several rows is told of each of them
                        cells[west - 1 : east] = [first] * (min(east, len(cells)) - west + 1)
            yield Line(number=number, cells=tuple(cells), faults=tuple(faults))
    except DAMAGED_WORKBOOK as error:
        raise BadFileError(f"{path.name} is damaged: {error}") from None
    finally:
        book.close()


def _merged(path: Path, at: int) -> Sequence[tuple[int, int, int, int]]:
    """Return cells of a sheet that are joined over several rows, as west, north, east, south, counted from 1.

    The reader that holds no whole sheet in memory does not tell them.
    """
    with ZipFile(path) as archive:
        told = archive.read("xl/workbook.xml"), archive.read("xl/_rels/workbook.xml.rels")
        ids = re.findall(rb'<(?:\w+:)?sheet [^>]*?r:id="([^"]+)"', told[0])
        targets = {}
        for tag in re.findall(rb"<(?:\w+:)?Relationship [^>]*>", told[1]):
            found = re.search(rb'Id="([^"]+)"', tag), re.search(rb'Target="([^"]+)"', tag)
            if found[0] and found[1]:
                targets[found[0][1]] = found[1][1].decode()
        if at >= len(ids) or ids[at] not in targets:
            return ()
        name = targets[ids[at]]
        inner = name.removeprefix("/") if name.startswith("/") else f"xl/{name}"
        ranges = MERGED.findall(archive.read(inner))
    found_at = [range_boundaries(each.decode()) for each in ranges]
    return tuple(each for each in found_at if each[3] > each[1])
