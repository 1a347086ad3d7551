"""Files of the catalogue: read, hashed, and refused with file and line where they do not parse."""

import csv
import hashlib
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from data.errors import BadCatalogueError

ENGLISH = "english.toml"
FOLDER = Path(__file__).parents[1] / "catalogue"

T = TypeVar("T")


def catalogue_hash(folder: Path) -> str:
    """Hash the names and contents of all files of a catalogue, 16 hex digits.

    Raises
    ------
    BadCatalogueError
        When the folder is missing or empty.
    """
    files = sorted(p for p in folder.glob("*") if p.suffix in (".toml", ".csv"))
    if not files:
        raise BadCatalogueError(f"{folder} holds no catalogue; give a folder with the .toml and .csv tables")
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    BadCatalogueError
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadCatalogueError(f"{path.name}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadCatalogueError(f"{path.name}: {error}") from None


def guard(path: Path, make: Callable[[], T], line: int | None = None) -> T:
    """Turn any complaint of a reader into one that names the file and, where known, the line."""
    try:
        return make()
    except BadCatalogueError:
        raise
    except KeyError as error:
        where = path.name if line is None else f"{path.name} line {line}"
        raise BadCatalogueError(f"{where}: {error.args[0]} is missing") from None
    except (ValueError, TypeError, LookupError) as error:
        where = path.name if line is None else f"{path.name} line {line}"
        raise BadCatalogueError(f"{where}: {error}") from None


def section(
    folder: Path, settings: Mapping[str, Any], name: str, make: Callable[[Mapping[str, Any]], T]
) -> T:
    """Read one section of the settings; a fault names its line.

    Raises
    ------
    BadCatalogueError
    """
    path = folder / "settings.toml"
    text = path.read_text(encoding="utf-8").splitlines()
    line = next((i for i, row in enumerate(text, 1) if row.strip() == f"[{name}]"), None)
    return guard(path, lambda: make(settings[name]), line)


def rows(path: Path, make: Callable[[Mapping[str, str]], T]) -> Iterator[T]:
    """Read a table row by row; a fault names file and line.

    Raises
    ------
    BadCatalogueError
    """
    for line, row in numbered(path):
        yield guard(path, lambda row=row: make(row), line)  # type: ignore[misc]  # default binds the row


def numbered(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Read a table as pairs of line number and row."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            for row in reader:
                if None in row or None in row.values():
                    raise BadCatalogueError(f"{path.name} line {reader.line_num}: wrong number of columns")
                yield reader.line_num, {k: (v or "").strip() for k, v in row.items()}
    except OSError as error:
        raise BadCatalogueError(f"{path.name}: cannot be read: {error.strerror}") from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadCatalogueError(f"{path.name}: {error}") from None


def one_of(field: str, value: str, allowed: tuple[str, ...]) -> str:
    """Return a value when it is allowed."""
    if value not in allowed:
        raise ValueError(f"{field}: {value!r} is not one of {', '.join(allowed)}")
    return value
