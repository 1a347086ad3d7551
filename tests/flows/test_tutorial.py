"""``docs/tutorial.md`` does what it says; every command in the documents exists, with its options."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from api.cli import jinlin
from tests.conftest import ROOT, Site
from tests.serving import serving

TUTORIAL = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
BLOCKS = re.findall(r"```(sh|python)\n(.*?)```", TUTORIAL, re.DOTALL)
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
BUILT = ("district synthetic", "district build", "serve")
"""What the fixtures did already: a district that is built takes minutes."""


def commands(text: str) -> list[str]:
    """The ``jinlin`` lines of the shell blocks of a document."""
    shell = "".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL)).replace("\\\n", " ")
    lines = (line.split("  #")[0].strip() for line in shell.splitlines())
    return [line for line in lines if line.startswith("jinlin ")]


def run(home: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        env=os.environ | {"JINLIN_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


def test_the_tutorial_ends_with_a_closed_ticket(sqlite_site: Site) -> None:
    home = sqlite_site.world.home.folder
    lines = [line for line in commands(TUTORIAL) if not line.startswith(tuple(f"jinlin {b}" for b in BUILT))]
    jinlin_ = ("-c", "from api.cli import main; main()")
    before, after = lines[:-1], lines[-1]
    said = [
        run(home, *jinlin_, *shlex.split(line)[1:]) for line in before if not line.startswith("jinlin check")
    ]
    assert '"DP30"' in said[0]
    (program,) = (text for language, text in BLOCKS if language == "python")
    with serving(sqlite_site.client.app) as base:
        told = run(home, "-c", program.replace("http://127.0.0.1:8000", base))
    assert told.splitlines()[-1] == "已结案"
    assert '"faults": []' in run(home, *jinlin_, *shlex.split(after)[1:])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_of_a_document_exists_with_its_options(document: Path) -> None:
    for line in commands(document.read_text("utf-8")):
        _parse(jinlin, shlex.split(line)[1:])


def _parse(command: click.Command, words: list[str]) -> None:
    context = click.Context(command)
    if isinstance(command, click.Group):
        found = command.get_command(context, words[0])
        assert found is not None, f"no command {words[0]!r}"
        _parse(found, words[1:])
    else:
        command.make_parser(context).parse_args(words)  # raises for an option it does not know
