"""Everything that is wrong with a catalogue, found before any of it is used: each fault with file, line and field."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from data.errors import BadCatalogueError
from data.rules.columns import Table
from data.rules.files import ENGLISH, numbered, toml
from data.rules.tables import TABLES
from grid.figures.measures import MEASURES
from grid.scores.scoring import KINDS

Row = tuple[str, Mapping[str, Any]]
"""Where it stands, such as ``items.csv line 3``, and its fields."""
SETTINGS_FILE = "settings.toml"
OPTIONAL = frozenset({ENGLISH})
HEADER = re.compile(r"\s*\[{1,2}([^\[\]]+)\]{1,2}")


def find_holes(folder: Path) -> list[str]:
    """Find what the tables of a catalogue leave open or get wrong, in the order of the tables.

    Returns
    -------
    list of str
        Empty for a catalogue without holes; each names file, line and field. Files that cannot be read at all are
        among them.
    """
    found: list[str] = []
    read_once = cache(read_toml)
    rows: dict[str, list[tuple[Table, Row]]] = {}
    for table in TABLES:
        try:
            read = [(table, row) for row in read_rows(folder, table, read_once)]
        except BadCatalogueError as error:
            found.append(str(error))
            continue
        if not read and table.section and not table.many and "*" not in table.section:
            found += [] if table.file in OPTIONAL else [f"{table.file} line 1: [{table.section}] is missing"]
        rows.setdefault(table.file, []).extend(read)
        found += [f"{where}: {fault}" for _, (where, row) in read for fault in table.faults(row)]
        found += _repeated(table, [row for _, row in read])
    codes = {
        t.file: {row[t.key] for _, (_, row) in rows.get(t.file, ()) if t.key in row}
        for t in TABLES
        if t.key and t.file.endswith(".csv")
    }
    every = [pair for part in rows.values() for pair in part]
    found += _unknown_codes(every, codes)
    found += _unknown_sections(folder)
    found += _beyond(rows)
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A TOML file: its lines, what it says, and the lines at which the header of each section stands."""

    lines: tuple[str, ...]
    says: Mapping[str, Any]
    headers: Mapping[str, Sequence[int]]


def read_toml(path: Path) -> TomlFile:
    """Read a TOML file with the places of its sections.

    Raises
    ------
    BadCatalogueError
        For a file that cannot be read.
    """
    says = toml(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    headers: defaultdict[str, list[int]] = defaultdict(list)
    for number, line in enumerate(lines, 1):
        if found := HEADER.match(line):
            headers[found[1]].append(number)
    return TomlFile(tuple(lines), says, headers)


def read_rows(folder: Path, table: Table, read: Callable[[Path], TomlFile] = read_toml) -> Iterator[Row]:
    """Yield the rows of a table with where they stand; a section that stands once is one row.

    Raises
    ------
    BadCatalogueError
        For a file that cannot be read.
    """
    if table.file.endswith(".csv"):
        for line, row in numbered(folder / table.file):
            yield f"{table.file} line {line}", row
        return
    paths = sorted(folder.glob(table.file)) if "*" in table.file else [folder / table.file]
    for path in paths:
        if not path.exists() and table.file in OPTIONAL:
            continue
        file = read(path)
        for keys, part in _sections(file.says, table.section.split(".") if table.section else []):
            if not isinstance(part, dict):
                raise BadCatalogueError(f"{path.name}: {'.'.join(keys)} is no table")
            yield f"{path.name} line {_line(file, keys)}", part


def _sections(
    part: object, names: list[str], keys: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], object]]:
    """Yield the parts of a TOML table that a name leads to; ``*`` leads to all of them."""
    if isinstance(part, list):
        for number, one in enumerate(part):
            yield from _sections(one, names, (*keys, str(number)))
    elif not names:
        yield keys, part
    elif isinstance(part, dict):
        inner = part if names[0] == "*" else {names[0]: part[names[0]]} if names[0] in part else {}
        for key, value in inner.items():
            yield from _sections(value, names[1:], (*keys, key))


def _line(file: TomlFile, keys: tuple[str, ...]) -> int:
    """Find the line of a section's header, or of the row that stands in its section; 1 for the top of a file."""
    number = int(keys[-1]) if keys and keys[-1].isdigit() else 0
    names = [key for key in keys if not key.isdigit()]
    if at := file.headers.get(".".join(names)):
        return at[min(number, len(at) - 1)]
    if at := file.headers.get(".".join(names[:-1])):
        row = re.compile(rf"\s*{re.escape(names[-1])}\s*=")
        return next((i for i, line in enumerate(file.lines[at[0] :], at[0] + 1) if row.match(line)), at[0])
    return 1


def _unknown_sections(folder: Path) -> Iterator[str]:
    """Yield the sections of the settings that nothing reads."""
    known = {table.section.split(".")[0] for table in TABLES if table.file == SETTINGS_FILE}
    try:
        file = read_toml(folder / SETTINGS_FILE)
    except BadCatalogueError:
        return
    for name in file.says:
        if name not in known:
            yield f"{SETTINGS_FILE} line {_line(file, (name,))}: [{name}]: unknown section; sections are {', '.join(sorted(known))}"


def _repeated(table: Table, rows: list[Row]) -> Iterator[str]:
    seen: Counter[Any] = Counter()
    for where, row in rows:
        if table.key and (key := row.get(table.key)):
            seen[key] += 1
            if seen[key] == 2:
                yield f"{where}: {table.key}: {key!r} is listed twice"


def _unknown_codes(rows: list[tuple[Table, Row]], codes: Mapping[str, Collection[Any]]) -> Iterator[str]:
    for table, (where, row) in rows:
        for field in table.fields:
            value = row.get(field.name)
            given = value if isinstance(value, list) else [value] if value else []
            for code in given if field.of else ():
                if code not in codes[field.of] and code not in field.also:
                    yield f"{where}: {field.name}: {code!r} is not in {field.of}"


def _beyond(rows: Mapping[str, list[tuple[Table, Row]]]) -> Iterator[str]:
    """Yield what no single field tells: rules that lead to nothing in the code or in another table."""
    named = {file: [row for _, row in part] for file, part in rows.items()}
    for check in CHECKS:
        yield from check(named)


def _uncounted(rows: Mapping[str, list[Row]]) -> Iterator[str]:
    for where, row in rows.get("indicators.csv", ()):
        if not row.get("missing") and row.get("id") and row["id"] not in MEASURES:
            yield f"{where}: id: no function counts {row['id']!r}; say why in missing and missing_zh, or leave it out"


def _unwanted(rows: Mapping[str, list[Row]]) -> Iterator[str]:
    wanted = {row.get("category") for _, row in rows.get("items.csv", ())}
    for where, row in rows.get("osm_categories.csv", ()):
        if wanted and row.get("category") not in wanted:
            yield f"{where}: category: no item of items.csv wants {row.get('category')!r}"


def _unnamed_stages(rows: Mapping[str, list[Row]]) -> Iterator[str]:
    labels = {name for _, row in rows.get("stages.toml", ()) for name in row}
    for where, row in rows.get("issues.csv", ()):
        for stage in filter(None, row.get("stages", "").split(";")):
            if (name := stage.partition("=")[0]) not in labels:
                yield f"{where}: stages: no label for stage {name!r} in stages.toml"


def _unpriced(rows: Mapping[str, list[Row]]) -> Iterator[str]:
    priced = {row.get("kind") for _, row in rows.get("scoring.toml", ())}
    for kind in KINDS:
        if kind not in priced:
            yield f"scoring.toml line 1: kind: nothing says what {kind!r} costs; 0 points cost nothing"


CHECKS: tuple[Callable[[Mapping[str, list[Row]]], Iterator[str]], ...] = (
    _uncounted,
    _unwanted,
    _unnamed_stages,
    _unpriced,
)
