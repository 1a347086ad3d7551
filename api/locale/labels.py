"""Texts that pages translate but that stand in tables instead of calls, for Babel's extraction."""

import ast
import csv
import io
import tomllib
from collections.abc import Collection, Iterator, Mapping
from typing import Any, BinaryIO

NAMES = ("label", "name_zh", "ledger_name_zh")
Message = tuple[int, None, str, list[str]]
"""Line, no function, text, no comments: what Babel takes from an extractor."""


def of_toml(
    file: BinaryIO, keywords: Collection[str], tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Message]:
    """Yield state labels, action labels and Chinese names of a catalogue file; none when it has none.

    Raises
    ------
    tomllib.TOMLDecodeError
        If the file is no TOML.
    """
    del keywords, tags, options
    source = file.read().decode()
    return _told(source, _labels(tomllib.loads(source)))


def of_csv(
    file: BinaryIO, keywords: Collection[str], tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Message]:
    """Yield the distinct texts of the columns named in ``options["columns"]``; none when the file lacks them."""
    del keywords, tags
    source = file.read().decode()
    columns = str(options["columns"]).split()
    rows = csv.DictReader(io.StringIO(source))
    return _told(source, (row[column] for row in rows for column in columns if row.get(column)))


def of_python(
    file: BinaryIO, keywords: Collection[str], tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Message]:
    """Yield the first texts of calls of the keywords, also within f-strings, and the values of named dictionaries.

    The dictionaries are those of the module whose names stand in ``options["tables"]``.

    Raises
    ------
    SyntaxError
        If the file is no Python.
    """
    del tags
    names = set(str(options["tables"]).split())
    for node in ast.walk(ast.parse(file.read())):
        values: list[ast.expr] = []
        if isinstance(node, ast.Call) and _name(node.func) in keywords:
            values = node.args[:1]
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            values = node.value.values if names & set(map(_name, node.targets)) else []
        for value in values:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.lineno, None, value.value, []


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _labels(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if key == "labels":
            yield from value.values()
        elif key in NAMES:
            yield value
        else:
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, dict):
                    yield from _labels(part)


def _told(source: str, texts: Iterator[str]) -> Iterator[Message]:
    for text in dict.fromkeys(texts):
        yield source[: source.find(text)].count("\n") + 1, None, text, []
