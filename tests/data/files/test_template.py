"""Templates are read back by the importer: their headings are known, and their examples fit their columns."""

from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from api.cli import jinlin
from data.errors import BadFileError
from data.files.tables import Reader, read_rows
from data.files.template import write_template
from data.rules.catalogue import Catalogue
from data.rules.file_columns import REGISTERS


@pytest.mark.parametrize("kind", REGISTERS)
def test_a_template_is_read_back(tmp_path: Path, catalogue: Catalogue, kind: str) -> None:
    path, form = tmp_path / "t.xlsx", catalogue.files.forms[kind]
    write_template(path, form)
    (row,) = read_rows(path, Reader(form=form))
    assert row.fault == ""
    named = {column.name for column in form} - {"wkt"}
    assert set(row.values) == named
    assert all(row.values[c.name] for c in form if c.need and c.name in named)


def test_words_are_chosen_from_a_list_and_codes_are_text(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "t.xlsx"
    write_template(path, catalogue.files.forms["residents"])
    sheet = openpyxl.load_workbook(path)["填写"]
    (rule,) = sheet.data_validations.dataValidation
    assert rule.formula1 == '"permanent,floating"'
    headings = [cell.value for cell in sheet[1]]
    assert sheet.cell(2, headings.index("编号") + 1).data_type == "s"


def test_another_ending_is_refused(tmp_path: Path, catalogue: Catalogue) -> None:
    with pytest.raises(BadFileError, match="xlsx"):
        write_template(tmp_path / "t.csv", catalogue.files.forms["cells"])


def test_the_command_writes_it(tmp_path: Path) -> None:
    found = CliRunner().invoke(jinlin, ["template", "providers", str(tmp_path / "p.xlsx")])
    assert found.exit_code == 0, found.output
    assert (tmp_path / "p.xlsx").exists()
