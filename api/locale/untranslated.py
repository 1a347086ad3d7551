"""Names and labels of a catalogue that English pages could not show."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from api.locale.labels import of_csv, of_toml
from api.locale.words import words
from data.rules.files import ENGLISH

COLUMNS = {"natures.csv": "name_zh", "issues.csv": "class_zh", "items.csv": "function_zh"}
"""File -> columns whose English stands in no column of its own."""


def find_untranslated(folder: Path, own: Mapping[str, str]) -> list[str]:
    """Find the texts of a catalogue without English; ``own`` is what it brings itself.

    Returns
    -------
    list of str
        Naming file, line and text; empty when there is none.
    """
    english = words("en").gettext
    return [
        f"{name} line {line}: no English for {text!r}; add it to {ENGLISH}"
        for name, line, text in _texts(folder)
        if text not in own and english(text) == text
    ]


def _texts(folder: Path) -> Iterator[tuple[str, int, str]]:
    for path in sorted(folder.glob("*.toml")):
        with path.open("rb") as file:
            for line, _, text, _ in of_toml(file, (), (), {}):
                yield path.name, line, text
    for name, columns in COLUMNS.items():
        with (folder / name).open("rb") as file:
            for line, _, text, _ in of_csv(file, (), (), {"columns": columns}):
                yield name, line, text
