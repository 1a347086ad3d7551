"""The row of headings of a table, and which column is which of our fields."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from data.errors import BadFileError
from data.files.values import narrow
from data.rules.file_columns import FileForm
from dispatch.errors import BadFieldError

LOOKED_AT = 20
"""So many rows from the top may hold titles and remarks before the headings."""
SHOWN = 30
SHORTEST_CUT = 6  # bytes of a heading of which a format kept the beginning
_SIGNS = re.compile(r"[\s_\-*:.'\"/]+|\(.*?\)|\[.*?\]|【.*?】")


def named_columns(pairs: Iterable[str]) -> dict[str, str]:
    """Read pairs of our field and the file's column, such as ``lon=longitude``; no pairs, no columns.

    Raises
    ------
    BadFieldError
        For a pair without its sign.
    """
    columns = {}
    for pair in pairs:
        ours, sign, theirs = pair.partition("=")
        if not sign:
            raise BadFieldError("map", pair, "write our field = their column, such as lon=longitude")
        columns[ours.strip()] = theirs.strip()
    return columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What columns are looked for: those of a form, with the columns that the user named for our fields."""

    form: FileForm = ()
    columns: Mapping[str, str]

    def names(self) -> dict[str, tuple[int, str]]:
        """Return every heading, folded, with how surely it is which field: 0 named by the user, 1 our name, 2 its synonym."""
        found: dict[str, tuple[int, str]] = {}
        for column in self.form:
            for heading in column.headings[1:]:
                found.setdefault(folded(heading), (2, column.name))
        found |= {folded(column.name): (1, column.name) for column in self.form}
        mapped = set(self.columns)
        found = {heading: told for heading, told in found.items() if told[1] not in mapped}
        return found | {folded(theirs): (0, ours) for ours, theirs in self.columns.items()}

    @property
    def keys(self) -> tuple[str, ...]:
        """The fields that name a row; one of them has to be there."""
        return tuple(column.name for column in self.form if column.need == "key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Headings:
    """The headings of a table: the index of their last row from the top, and the name of each column.

    A column of one of our fields has our name, any other its own heading; one without heading is empty.
    """

    last: int
    names: tuple[str, ...]


def folded(heading: str) -> str:
    """Return a heading without what does not matter: width, case, blanks, signs, remarks in brackets."""
    return _SIGNS.sub("", narrow(heading).casefold())


def completed(heading: str, wanted: Wanted) -> str:
    """Return our name of the only field that has a heading beginning so, of which a format kept ten bytes; else as given."""
    names, cut = wanted.names(), folded(heading)
    if cut in names or len(cut.encode()) < SHORTEST_CUT:
        return heading
    meant = {field for whole, (_, field) in names.items() if whole.startswith(cut)}
    return meant.pop() if len(meant) == 1 else heading


def score(row: Sequence[str], wanted: Wanted) -> int:
    """Count the fields that a row of headings names."""
    names = wanted.names()
    return len({names[key][1] for cell in row if (key := folded(cell)) in names})


def find_headings(top: Sequence[Sequence[str]], wanted: Wanted, where: str) -> Headings:
    """Find the row of headings among the first rows of a table; it may be two rows, the upper one of groups.

    Parameters
    ----------
    top : sequence of rows
        The first `LOOKED_AT` rows; a cell over several columns holds its text in the first.
    wanted : Wanted
        Without a form the first row that holds anything is that of the headings.
    where : str
        Name of the file and sheet, for errors.

    Raises
    ------
    BadFileError
        When none of the rows names a field, or two columns are the same one.
    """
    if not wanted.form:
        first = next((i for i, row in enumerate(top) if any(row)), 0)
        return Headings(last=first, names=_named(top[first] if top else (), wanted, where))
    best, last = 0, -1
    chosen: tuple[str, ...] = ()
    for i, row in enumerate(top):
        lines = [(i, tuple(row))]
        if i + 1 < len(top):
            lines.append((i + 1, _joined(row, top[i + 1])))
        for end, line in lines:
            if (found := score(line, wanted)) > best:
                best, last, chosen = found, end, line
    names = _named(chosen, wanted, where) if best else ()
    if not best or not any(key in names for key in wanted.keys):
        raise BadFileError(_not_found(top, wanted, where))
    return Headings(last=last, names=names)


def _joined(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """Read two rows of headings as one: what the lower leaves empty the upper tells."""
    width = max(len(upper), len(lower))
    both = zip([*upper, *[""] * (width - len(upper))], [*lower, *[""] * (width - len(lower))], strict=True)
    return tuple(below or above for above, below in both)


def _named(row: Sequence[str], wanted: Wanted, where: str) -> tuple[str, ...]:
    """Give each column its name.

    Raises
    ------
    BadFileError
        When two columns are equally surely the same field.
    """
    names = wanted.names()
    there = {folded(cell) for cell in row}
    for ours, theirs in wanted.columns.items():
        if folded(theirs) not in there:
            shown = ", ".join(cell for cell in row if cell)[:200]
            raise BadFileError(f"{where}: no column is called {theirs!r} (--map {ours}); columns are {shown}")
    sure: dict[str, tuple[int, int]] = {}
    for at, cell in enumerate(row):
        rank, field = names.get(folded(cell), (3, cell))
        if not cell:
            continue
        before = sure.get(field)
        if before is not None and before[0] == rank and (rank < 3 or not wanted.form):
            raise BadFileError(
                f"{where}: columns {before[1] + 1} ({row[before[1]]}) and {at + 1} ({cell}) are both {field}; "
                f"leave one, or name the right one with --map {field}=HEADING"
            )
        if before is None or rank < before[0]:
            sure[field] = (rank, at)
    places = {at: field for field, (_, at) in sure.items()}
    return tuple(places.get(at, "") for at in range(len(row)))


def _not_found(top: Sequence[Sequence[str]], wanted: Wanted, where: str) -> str:
    found = next((row for row in top if sum(bool(cell) for cell in row) > 1), top[0] if top else ())
    shown = ", ".join(cell for cell in found if cell)[:200] or "nothing"
    keys = " or ".join(f"{c.name} ({c.name_zh})" for c in wanted.form if c.need == "key")
    names = ", ".join(f"{c.name} ({c.name_zh})" for c in wanted.form[:SHOWN])
    return (
        f"{where}: no row of headings names {keys}; found {shown}; wanted are {names}; "
        f"name columns of other headings with --map, such as --map {wanted.form[0].name}=HEADING"
    )
