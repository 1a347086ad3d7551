"""Cases and answers of outside lines by file: the rules of the interface, rejects with reasons, there and back again."""

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from api.cli import jinlin
from api.outside.line_files import answers_in, answers_out, cases_in, cases_out
from api.outside.lines import AnswerForm
from api.world import World, open_world
from data.errors import BadFileError
from data.models import ContactRow, EventRow, RevealRow, TicketRow
from data.rules.files import FOLDER
from dispatch.errors import BadFieldError
from tests.conftest import Site
from tests.flows.test_handover_flow import GIVER, TAKER, handed

# What the second system calls our states, as the first knows them.
ANSWERS = '[line12343.answers]\n"已转办" = "take"\n"承办中" = "report"\n"待核实" = "report"\n'


@pytest.fixture
def world(site: Site, tmp_path: Path) -> Iterator[World]:
    """The site as the commands see it, with a catalogue in which each line knows the other's words."""
    folder = tmp_path / "catalogue"
    shutil.copytree(FOLDER, folder)
    file = folder / "hotlines.toml"
    text = file.read_text(encoding="utf-8").replace("[line12343.answers]\n", ANSWERS)
    file.write_text(text, encoding="utf-8")
    made = open_world(site.world.settings.model_copy(update={"catalogue": folder}), site.clock)
    yield made
    made.database.close()


def write(path: Path, *rows: dict[str, object]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
    return path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_cases_come_in_by_the_rules_of_the_interface(site: Site, tmp_path: Path) -> None:
    good = {
        "number": "1",
        "category": "垃圾清运",
        "content": "楼下垃圾",
        "name": "王女士",
        "phone": "13812345678",
    }
    good |= site.inside()
    rows = [
        good,
        good | {"number": "2", "phone": "12"},
        good | {"number": "3", "category": "没有这一类"},
        good | {"number": "4", "lon": "", "lat": ""},
        good | {"number": "5", "lon": "0", "lat": "0"},
        good | {"number": "a b"},
        good,
        good | {"content": "换了内容"},
        good | {"number": "6", "name": "", "phone": ""},
    ]
    file = write(tmp_path / "cases.csv", *rows)
    taken = cases_in(site.world, GIVER, file, {})
    assert taken.counts == {"new": 2, "same": 1, "refused": 6}
    assert taken.rejects is not None
    reasons = {row["row"]: row["reason"] for row in read(taken.rejects)}
    assert list(reasons) == ["3", "4", "5", "6", "7", "9"]
    said = ("phone", "没有这一类", "give lon and lat", "", "number", "other content")
    for reason, word in zip(reasons.values(), said, strict=True):
        assert word in reason
    assert cases_in(site.world, GIVER, file, {}).counts == {"same": 3, "refused": 6}
    over_http = {"number": "1", "category": "垃圾清运", "content": "楼下垃圾"} | site.inside()
    with site.world.database.read() as session:
        tickets = list(session.scalars(select(TicketRow).order_by(TicketRow.id)))
        assert [(t.channel, t.reporter, t.description) for t in tickets] == [
            ("hotline", GIVER, "楼下垃圾")
        ] * 2
        assert session.scalars(select(ContactRow.phone)).all() == ["13812345678"]
    assert over_http["number"] == "1"


def test_columns_may_have_other_names(site: Site, tmp_path: Path) -> None:
    row = {"编号": "1", "类别": "路灯不亮", "内容": "=1+1 灯不亮"} | site.inside()
    names = {"number": "编号", "category": "类别", "content": "内容"}
    assert cases_in(site.world, GIVER, write(tmp_path / "x.csv", row), names).counts == {"new": 1}


def test_there_and_back_again(site: Site, world: World, tmp_path: Path) -> None:
    """What is handed to a line goes out, is taken in as the case of another, handled, and its answers come back."""
    no, _ = handed(site)
    out = tmp_path / "handed.csv"
    assert cases_out(world, TAKER, out, None) == 1
    (row,) = read(out)
    assert (row["number"], row["category"], row["name"], row["phone"]) == (
        no,
        "E0102",
        "王女士",
        "13812345678",
    )
    with site.world.database.read() as session:
        assert [seen.subject for seen in session.scalars(select(RevealRow))] == [no]
    assert cases_in(world, GIVER, out, {}).counts == {"new": 1}  # the other system
    assert cases_in(world, GIVER, out, {}).counts == {"same": 1}
    with site.world.database.read() as session:
        theirs = session.scalars(select(TicketRow).where(TicketRow.reporter == GIVER)).one()
    site.clock.turn(minutes=5)
    site.act("dispatcher", "ticket", theirs.no, "accept")
    clerk = site.clerk(theirs.department)
    site.act(clerk, "ticket", theirs.no, "receive")
    back = tmp_path / "answers.csv"
    assert answers_out(world, GIVER, back, None) == 1
    assert read(back)[0]["state"] == "承办中"
    assert answers_in(world, TAKER, back, {}).counts == {"new": 1}
    photo = site.photo(clerk)
    site.clock.turn(minutes=5)
    site.act(clerk, "ticket", theirs.no, "done", evidence=[photo], note="-- 清完了，增加一次清运")
    site.act(site.worker(), "ticket", theirs.no, "pass", evidence=[photo])
    site.act("dispatcher", "ticket", theirs.no, "close")
    assert answers_out(world, GIVER, back, None) == 3
    told = read(back)
    assert [(r["number"], r["own"], r["step"], r["state"]) for r in told] == [
        (no, theirs.no, "done", "待核实"),
        (no, theirs.no, "pass", "待核实"),
        (no, theirs.no, "close", "已办结"),
    ]
    told[-1]["text"] = told[0]["text"]  # what a person writes who closes it there
    write(back, *told)
    assert answers_in(world, TAKER, back, {}).counts == {"new": 3}
    mine = site.get("dispatcher", f"/api/v1/tickets/{no}")
    assert (mine["state"], mine["holder"]) == ("done", "")
    (line,) = mine["handovers"]
    assert (line["number"], line["word"], line["note"]) == (theirs.no, "已办结", "-- 清完了，增加一次清运")
    with site.world.database.read() as session:
        events = session.scalars(select(EventRow.id)).all()
    assert answers_in(world, TAKER, back, {}).counts == {"same": 3}
    with site.world.database.read() as session:
        assert session.scalars(select(EventRow.id)).all() == events
    assert cases_out(world, TAKER, out, None) == 0
    assert read(out) == []


def test_an_answer_that_cannot_be_taken_is_put_aside_with_its_reason(site: Site, tmp_path: Path) -> None:
    no, _ = handed(site)
    rows = [
        {"number": "T9", "state": "已受理", "own": "1", "text": "", "at": ""},
        {"number": no, "state": "好了", "own": "1", "text": "", "at": ""},
        {"number": no, "state": "已受理", "own": "", "text": "", "at": ""},
        {"number": no, "state": "已受理", "own": "1", "text": "", "at": "昨天"},
        {"number": no, "state": "已受理", "own": "1", "text": "", "at": "2026-11-18T10:00:00+08:00"},
    ]
    taken = answers_in(site.world, TAKER, write(tmp_path / "a.csv", *rows), {})
    assert taken.counts == {"refused": 4, "new": 1}
    assert taken.rejects is not None
    reasons = [row["reason"] for row in read(taken.rejects)]
    for reason, word in zip(reasons, ("not handed", "words of this line", "number", "at:"), strict=True):
        assert word in reason


def test_the_commands(site: Site, tmp_path: Path) -> None:
    no, _ = handed(site)
    env = {"JINLIN_HOME": str(site.world.home.folder), "JINLIN_DATABASE": site.world.settings.database_url()}

    def run(*words: str) -> dict[str, object]:
        result = CliRunner().invoke(jinlin, ["hotline", *words], env=env)
        if result.exception is not None:
            raise result.exception
        return dict(json.loads(result.stdout))

    out = tmp_path / "handed.xlsx"
    assert run("export", TAKER, str(out), "--handed")["rows"] == 1
    assert run("import", GIVER, str(out))["verdicts"] == {"new": 1}
    answers = tmp_path / "answers.csv"
    assert run("export", GIVER, str(answers), "--since", "2026-01-01T00:00+08:00")["rows"] == 1
    assert (
        AnswerForm.model_validate({n: read(answers)[0][n] for n in ("number", "own", "state")}).number == no
    )
    for words, error in (
        (("export", TAKER, str(out), "--since", "2026-01-01"), BadFieldError),
        (("export", "line0", str(out)), BadFieldError),
        (("export", GIVER, str(tmp_path / "x.geojson")), BadFileError),
    ):
        with pytest.raises(error):
            run(*words)
