"""Refusals are told in the reader's language: each sentence of an error has its Chinese, and finds it again with its values."""

import re
from functools import cache
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import PydanticKnownError

from api.cli import spoken_here
from api.locale.refusals import FORM_WORDS, HOLE, KIND_WORDS, phrasebook, refused
from api.locale.words import FOLDER, spoken
from data.store.kinds import KINDS
from tests.conftest import ROOT, Site

CHINESE = re.compile(r"[\u3400-\u9fff]")
ROLES = {"worker": "网格员", "admin": "管理员", "leader": "领导"}


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    with (FOLDER / "zh/LC_MESSAGES/refusals.po").open("rb") as file:
        return read_po(file, locale="zh", abort_invalid=True)


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What errors say in the sources, by Babel's own command."""
    path = tmp_path_factory.mktemp("refusals") / "refusals.pot"
    folders = [str(ROOT / name) for name in ("geo", "dispatch", "grid", "data", "maps", "api")]
    mapping = ["-F", str(ROOT / "babel.refusals.toml"), "-o", str(path)]
    CommandLineInterface().run(["pybabel", "-q", "extract", *mapping, *folders])  # type: ignore[no-untyped-call]  # untyped there
    with path.open("rb") as file:
        return {str(message.id) for message in read_po(file) if message.id}


def test_every_refusal_is_told_in_chinese_and_none_that_nobody_says(said: set[str], chinese: Catalog) -> None:
    told = {str(message.id) for message in chinese if message.id and message.string}
    assert len(said) > 600
    assert said == told


def test_translations_keep_the_values(chinese: Catalog) -> None:
    for message in chinese:
        source, told = str(message.id), str(message.string)
        if source:
            assert sorted(HOLE.findall(source)) == sorted(HOLE.findall(told)), source
            assert CHINESE.search(told), source
            assert not message.fuzzy, source


@cache
def sources() -> list[str]:
    with (FOLDER / "zh/LC_MESSAGES/refusals.po").open("rb") as file:
        return [str(message.id) for message in read_po(file) if message.id]


@settings(deadline=None)  # the first one reads the sentences
@given(st.data())
def test_a_sentence_is_found_again_whatever_its_values(data: st.DataObject) -> None:
    source = data.draw(st.sampled_from(sources()))
    values = [f"«{n}{data.draw(st.text('abz09.-', max_size=5))}»" for n in range(len(HOLE.findall(source)))]
    told = refused(source.format(*values), "zh")
    assert CHINESE.search(told)
    assert all(value in told for value in values)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("stop 3 is not in your round; ask the dispatcher", "第 3 站不在您的巡访里；请问调度员"),
        ("rating: 7 is not accepted; rate from 1 to 5", "rating：不能用7；请评 1 到 5 星"),
        ("rating: nothing was given; rate from 1 to 5", "rating：没有填；请评 1 到 5 星"),
        ("this is for leader, admin, not for worker", "这由领导、管理员办理，网格员不能"),
        ("name: 'rate from 1 to 5' is not accepted; this field must not be empty",
         "name：不能用'rate from 1 to 5'；这一项不能为空"),
        ("nobody ever wrote this", "nobody ever wrote this"),
    ],
)  # fmt: skip
def test_refusals_in_chinese(english: str, chinese: str) -> None:
    assert refused(english, "zh", ROLES) == chinese
    assert refused(english, "en", ROLES) == english
    assert phrasebook("fr").tell(english, ROLES) == english


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("fr, zh-TW;q=0.3", "zh"),
        ("fr", "en"),
        ("zh;q=nonsense", "en"),
        ("zh;q=0", "en"),
        ("*", "en"),
    ],
)
def test_the_language_that_is_liked_best(accepted: str, lang: str) -> None:
    assert spoken(accepted) == lang


def test_the_language_of_the_terminal() -> None:
    assert spoken_here({"LANG": "zh_CN.UTF-8"}) == "zh"
    assert spoken_here({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}) == "en"
    assert spoken_here({"LC_ALL": "", "LC_MESSAGES": "zh_CN", "LANG": "en_US"}) == "zh"
    assert spoken_here({}) == "en"


CHINESE_READER = {"Accept-Language": "zh-CN"}


@pytest.mark.parametrize(
    ("user", "asked", "status", "field", "told"),
    [
        ("dispatcher", ("GET", "/api/v1/tickets?limit=0", None), 422, "limit", "不小于 1"),
        ("dispatcher", ("GET", "/api/v1/tickets/T1", None), 404, "", "没有工单T1，或不在您的范围内"),
        ("worker", ("GET", "/api/v1/market", None), 403, "", "网格员不能"),
        (None, ("GET", "/api/v1/tickets", None), 401, "", "请先登录"),
        ("dispatcher", ("POST", "/api/v1/orders", {"item": "nothing"}), 422, "item", "目录里没有项目"),
        ("admin", ("POST", "/api/v1/providers", {"categories": []}), 422, "lon", "必须填写"),
        ("dispatcher", ("GET", "/api/v1/tickets?nothing=1", None), 422, "nothing", "这里没有这一项"),
    ],
)
def test_a_refusal_in_the_readers_language(
    sqlite_site: Site, user: str | None, asked: tuple[str, str, Any], status: int, field: str, told: str
) -> None:
    method, path, body = asked
    who = sqlite_site.worker() if user == "worker" else user
    answer = sqlite_site.call(who, method, path, json=body, headers=CHINESE_READER)
    assert answer.status_code == status, answer.text
    problem = answer.json()
    assert answer.headers["content-language"] == "zh-CN"
    assert CHINESE.search(problem["title"])
    assert told in problem["detail"]
    assert CHINESE.search(problem["detail"])
    assert problem.get("field", "") == (field or problem.get("field", ""))
    plain = sqlite_site.call(who, method, path, json=body).json()
    assert not CHINESE.search(plain["title"] + plain["detail"])


def test_words_of_forms_are_those_of_pydantic() -> None:
    given = {"pattern": "x", "error": "x", "expected": "x", "class_name": "x", "field_type": "List"}
    for kind, told in FORM_WORDS.items():
        values: dict[str, Any] = {}
        while True:
            try:
                message = PydanticKnownError(kind, values or None).message()  # type: ignore[arg-type]  # tried for every kind
            except TypeError as lacking:
                (name,) = re.findall(r"'(\w+)' required", str(lacking))
                values[name] = given.get(name, 1)
            else:
                break
        assert message
        assert told.format(**values)


@pytest.mark.parametrize(("lang", "told"), [("zh", "填写有误"), ("en", "Unprocessable")])
def test_a_page_asked_wrongly_is_a_page(sqlite_site: Site, lang: str, told: str) -> None:
    path = "/board/market?month=2026-99"
    headers = {"Accept": "text/html", "Cookie": f"jinlin_lang={lang}"}
    shown = sqlite_site.call("leader", "GET", path, headers=headers)
    assert shown.status_code == 422
    assert "<main" in shown.text
    assert told in shown.text
    part = sqlite_site.call("leader", "GET", path, headers=headers | {"Sec-Fetch-Mode": "cors"})
    assert part.status_code == 422
    assert part.headers["content-type"] == "application/problem+json"


def test_every_kind_has_a_name() -> None:
    assert {kind.name for kind in KINDS} == set(KIND_WORDS)
