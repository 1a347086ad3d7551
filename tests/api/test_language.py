"""Every text of the interface has its English, and English pages speak it."""

import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po
from jinja2 import Environment

from api.demo_accounts import PASSWORD
from api.locale import labels
from api.locale.words import learn, words
from api.pages.shell import FOLDER
from tests.conftest import ROOT, Site

PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sd]")
ESCAPED = re.compile(r"\\u([0-9a-f]{4})")
CHINESE = re.compile(r"[\u3400-\u9fff]")
OWN_SCRIPT = {
    "近邻",
    "试试：水龙头、理发、送餐、井盖、噪声",
    "漏水、剪头发、路灯不亮；也可用拼音首字母或编码，如 lfsm、E15",
}
"""Texts whose English has Chinese characters: the name, and examples for a register searched in Chinese."""


@pytest.fixture(scope="module")
def english() -> Catalog:
    with (FOLDER / "locale/en/LC_MESSAGES/jinlin.po").open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What stands in the sources, by Babel's own command."""
    path = tmp_path_factory.mktemp("texts") / "jinlin.pot"
    folders = [str(ROOT / name) for name in ("api", "maps", "data/catalogue")]
    mapping = ["-F", str(ROOT / "babel.toml"), "-k", "say", "-o", str(path)]
    CommandLineInterface().run(["pybabel", "-q", "extract", *mapping, *folders])  # type: ignore[no-untyped-call]  # untyped there
    with path.open("rb") as file:
        return {str(message.id) for message in read_po(file) if message.id}


def test_sources_are_read(texts: set[str]) -> None:
    assert {"调度台", "已挂账", "立案派遣", "养老", "市容环境", "分钟可达", "步行", "驾驶舱"} <= texts


def test_every_text_is_translated(texts: set[str], english: Catalog) -> None:
    missing = {text for text in texts if not (english[text] and english[text].string)}
    assert not missing


def test_nothing_is_translated_that_nobody_says(texts: set[str], english: Catalog) -> None:
    assert {str(message.id) for message in english if message.id} <= texts


def test_translations_are_whole(english: Catalog) -> None:
    for message in english:
        source, told = str(message.id), str(message.string)
        if not source:
            continue
        assert not message.fuzzy, source
        assert sorted(PLACEHOLDER.findall(source)) == sorted(PLACEHOLDER.findall(told)), source
        assert "%" not in PLACEHOLDER.sub("", told), f"{source}: a bare % breaks formatting"
        assert source in OWN_SCRIPT or not CHINESE.search(told), source


def test_chinese_is_the_source() -> None:
    assert words("zh").gettext("工单") == "工单"
    assert words("en").gettext("工单") == "Ticket"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("say('甲')", ["甲"]),
        ("look.say('甲')", ["甲"]),
        ("f\"{say('甲')} 乙\"", ["甲"]),
        ("say(word)", []),
        ("other('甲')", []),
        ("WORDS = {'a': '甲', 'b': 1}", ["甲"]),
        ("OTHER = {'a': '甲'}", []),
    ],
)
def test_python_texts(call: str, told: list[str], tmp_path: Path) -> None:
    path = tmp_path / "page.py"
    path.write_text(call, encoding="utf-8")
    with path.open("rb") as file:
        assert [text for _, _, text, _ in labels.of_python(file, ["say"], [], {"tables": "WORDS"})] == told


PAGES = [
    (None, "/", "home.html"),
    (None, "/report", "home_report.html"),
    (None, "/follow", "follow.html"),
    (None, "/public", "public.html"),
    (None, "/login", "login.html"),
    ("dispatcher", "/desk", "desk.html"),
    ("leader", "/board", "board.html"),
    ("leader", "/board/indicators", "indicators.html"),
    ("leader", "/board/indicators/K02", "indicator.html"),
    ("d-dp24", "/work", "work.html"),
    ("d-dp24", "/work/score", "work_score.html"),
    ("dispatcher", "/appeals", "appeals.html"),
    ("leader", "/appraisal", "appraisal.html"),
    ("w001001", "/field", "field.html"),
    ("p00001", "/shop", "shop.html"),
]


def _said(name: str) -> set[str]:
    """Texts that a template itself says."""
    source = (FOLDER / "templates" / name).read_text(encoding="utf-8")
    found: Any = Environment(extensions=["jinja2.ext.i18n"]).extract_translations(source)  # type: ignore[attr-defined]  # from i18n
    return {text for _, _, text in found if isinstance(text, str)}


@pytest.mark.parametrize(("user", "path", "template"), PAGES)
def test_page_speaks_english(sqlite_site: Site, user: str | None, path: str, template: str) -> None:
    client = sqlite_site.client
    if user:
        signed = client.post("/api/v1/session", json={"user": user, "password": PASSWORD})
        assert signed.status_code == 201, signed.text
    answer = client.get(path, params={"lang": "en"})
    assert answer.status_code == 200
    assert '<html lang="en"' in answer.text
    shown = ESCAPED.sub(lambda found: chr(int(found[1], 16)), answer.text)
    said = (_said(template) | _said("base.html") | _said("components/nav.html")) - OWN_SCRIPT
    assert len(said) > 10
    assert not {text for text in said if re.search(rf'[>"]\s*{re.escape(text)}\s*[<"]', shown)}


def test_a_city_may_teach_its_words_as_often_as_it_starts() -> None:
    for round_ in range(2000):
        learn("en", {"一个城市的词": f"a word of a city {round_}"})
    assert words("en").gettext("一个城市的词") == "a word of a city 1999"
    assert words("en").gettext("没有人说过的词") == "没有人说过的词"
    learn("en", {"调度台": "another word"})
    assert words("en").gettext("调度台") != "another word"
