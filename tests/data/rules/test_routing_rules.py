"""The table of routes is refused, naming file and line, where it names what is not there or contradicts itself."""

import shutil
from pathlib import Path

import pytest

from data.errors import BadCatalogueError
from data.rules.catalogue import read_catalogue
from data.rules.files import FOLDER

FILE = "order_routes.csv"


def with_row(tmp_path: Path, row: str) -> Path:
    folder = tmp_path / "catalogue"
    shutil.copytree(FOLDER, folder)
    path = folder / FILE
    path.write_text(path.read_text(encoding="utf-8") + row + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("Z1,SV-Z99,,,,,,desk,,,judgement,Y,,", "item: 'SV-Z99' is not in items.csv"),
        ("Z1,,nothing,,,,,desk,,,judgement,Y,,", "category: no item of items.csv is of 'nothing'"),
        ("Z1,SV-B17,,,,,,department,DP99,,,N,,", "party: 'DP99' is not in departments.csv"),
        ("Z1,SV-B17,,,,somewhere,,department,DP09,,,N,,", "areas: 'somewhere' is no prefix of a cell code"),
        ("Z1,SV-B17,,,,,at noon,department,DP09,,,N,,", "hours: 'at noon' is not accepted"),
        ("Z1,SV-B17,,,gov,,,department,DP09,,,N,,", "sphere: a row is about one thing"),
        ("Z1,SV-B17,,,,,,department,,,,N,,", "party: department needs a party"),
        ("Z1,SV-E15,,,,,,provider,DP09,,,N,,", "party: provider has no party and no deputy"),
        ("Z1,SV-B17,,,,,,department,DP09,DP09,,N,,", "deputy: 'DP09' is the party itself"),
        ("Z1,SV-B17,,,,,,desk,,,,Y,,", "why: the desk is told why it decides"),
        (
            "Z1,SV-B17,,,,,,provider,,,,N,,",
            "mode: SV-B17 is of the sphere gov, whose items go to department, station",
        ),
        (
            "Z1,SV-B17,,,,,,department,DP09,,,Y,,",
            "beyond: department is a mode of the sphere of SV-B17; write N",
        ),
        ("Z1,SV-B17,,,,,,department,DP19,,,N,,", "party: department is for gov, mass_org; DP19"),
        ("Z1,SV-B01,,,,,,provider,,,,Y,,", "Z1 and R40 fit the same orders with equal rank"),
        (
            "Z1,,barber,,,,,provider,,,,N,,\nZ2,SV-E15,,,,,,provider,,,,N,,",
            "every order that it fits goes by a more",
        ),
        ("Z1,SV-B17,,,,,,department,DP09,,,N,,Y", "offers: department asks no providers"),
        (
            "Z1,SV-E01,,,,,,provider,,,,Y,,Y",
            "offers: SV-E01 is an emergency, which the desk weighs",
        ),
        ("Z1,SV-E15,,,,,,provider,,,,N,,maybe", "offers: 'maybe'"),
        ("R01,SV-B17,,,,,,department,DP09,,,N,,", "code: 'R01' is listed twice"),
    ],
)
def test_a_bad_row_is_refused(tmp_path: Path, row: str, told: str) -> None:
    with pytest.raises(BadCatalogueError) as caught:
        read_catalogue(with_row(tmp_path, row))
    assert told in str(caught.value)
    assert f"{FILE} line " in str(caught.value)


def test_a_row_of_a_smaller_area_and_one_with_hours_are_taken(tmp_path: Path) -> None:
    rows = "Z1,SV-B01,,,,330102003,,provider,,,,Y,,\nZ2,SV-B01,,,,330102003,Mo-Fr 08:00-18:00,desk,,,judgement,Y,,"
    assert len(read_catalogue(with_row(tmp_path, rows)).routing.rules) == 26


def test_every_sphere_has_a_row(tmp_path: Path) -> None:
    folder = with_row(tmp_path, "Z1,SV-B01,,,,330102003,,provider,,,,Y,,")
    path = folder / "spheres.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("mutual,", "other,"), encoding="utf-8")
    with pytest.raises(BadCatalogueError, match="sphere"):
        read_catalogue(folder)
