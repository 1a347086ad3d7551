"""Names of places on English pages: their own English, else pinyin with the word for their kind."""

import re

import pytest

from api.demo_accounts import PASSWORD
from api.locale.places import place_name
from tests.conftest import Site
from tests.flows.test_ticket_life import report


@pytest.mark.parametrize(
    ("name", "english"),
    [
        ("春巷社区", "Chunxiang Community"),
        ("望峰街道", "Wangfeng Subdistrict"),
        ("望峰街道办事处", "Wangfeng Subdistrict Office"),
        ("春巷社区第6网格", "Chunxiang Community Cell 6"),
        ("春巷社区 春巷社区第6网格", "Chunxiang Community Chunxiang Community Cell 6"),
        ("西湖区", "Xihu District"),
        ("近邻区（样例）", "Jinlin District (sample)"),
        ("村", "Cun"),  # an ending alone is a name
        ("Altstadt", "Altstadt"),
        ("", ""),
    ],
)
def test_names(name: str, english: str) -> None:
    assert place_name(name, "en") == english
    assert place_name(name, "zh") == name


def shown(site: Site, user: str, path: str) -> str:
    site.client.post("/api/v1/session", json={"user": user, "password": PASSWORD})
    answer = site.client.get(path)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


@pytest.mark.parametrize(
    ("user", "path"),
    [
        ("leader", "/board?lang=en&period=30d"),
        ("leader", "/public?lang=en"),
        ("leader", "/board/indicators?lang=en"),
        ("leader", "/board/indicators/K02?lang=en"),
        ("leader", "/appraisal?lang=en&month=2026-11"),
        ("leader", "/board/tickets?lang=en&set=reported"),
        ("d-dp30", "/work?lang=en"),
    ],
)
def test_english_pages_name_no_area_or_department_in_chinese(sqlite_site: Site, user: str, path: str) -> None:
    site = sqlite_site
    report(site)
    site.clock.turn(days=2)
    site.sign_in_anew()
    text = re.sub(r"<script.*?</script>", "", shown(site, user, path), flags=re.DOTALL)
    city = site.world.city
    names = {area.name for area in city.areas.values()} | {">环卫中心<", city.district.name}
    assert not {name for name in names if name in text}
    if user == "leader" and "indicators" not in path:
        assert city.catalogue.rulebook.departments["DP30"].name_en in text
