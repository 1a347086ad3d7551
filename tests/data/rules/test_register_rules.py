"""The server does not start on rules of the registers that lead nowhere, and says which."""

import shutil
from pathlib import Path

import pytest

from data.errors import BadCatalogueError
from data.rules.catalogue import read_catalogue
from data.rules.files import FOLDER


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("settings.toml", "moderate = 2                   #", "moderate = 7 #", "not within 1 to 4"),
        ("settings.toml", '"birth_year"]', '"shoe_size"]', "residents: 'shoe_size' is no field"),
        ("settings.toml", "residents = {", "people = {", "residents is missing"),
        ("settings.toml", "special_tags =", "spezial_tags =", "special_tags is missing"),
        ("visits.toml", '"E2115"', '"E9999"', "category: 'E9999' is not in issues.csv"),
        ("visits.toml", "counts = true", "", "counts"),
        ("visits.toml", "told_within_days", "told_days", "told_within_days is missing"),
    ],
)
def test_bad_rules_are_refused(tmp_path: Path, file: str, old: str, new: str, fault: str) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(FOLDER, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadCatalogueError, match=f"^{file}") as found:
        read_catalogue(folder)
    assert fault in str(found.value)
