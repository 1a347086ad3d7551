"""The shell renders for every role with nothing given, and its vendor files come from the pins."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

import jinja2
import pytest

from tests.maps.map_facts import STATIC_FOLDER

TEMPLATES = STATIC_FOLDER.parent / "templates"
PARTS = """{% extends "base.html" %}{% import "components/table.html" as table %}{% import "components/form.html" as form %}
{% import "components/field.html" as field %}{% block head %}{{ field.head() }}{% endblock %}{% block main %}
{{ ui.kpi("按期", "96", "%", "ok", "环比") }}{{ ui.item("#", "late", "超", "10:00", evil) }}{{ ui.candidate(1, evil, "4 分", ["¥3"], 0.5, true) }}
{{ ui.problem({"title": "不行", "detail": "因为", "allowed": ["延期"]}) }}{{ ui.sparkline([1, 2], "近月") }}{{ ui.sparkline([], "无") }}
{{ ui.empty("无", "文") }}{{ ui.map_frame("/maps/desk", "地图") }}{{ ui.tabs([("a", "甲", "#a")], "a") }}{{ ui.tabbar([("a", "甲", "map", "#a")], "a") }}
{% call table.wrap("表") %}{{ table.head([("n", "名", false, true)], "-n") }}{% endcall %}{{ table.pager(none, "?after=1", 2, 9) }}
{{ form.csrf("t") }}{{ form.field("phone", "电话", evil, error="错", hint="示", required=true) }}{{ form.area("d", "述") }}
{{ form.select("c", "类", [("1", "灯")], 1) }}{{ form.choices("m", "式", [("a", "上门")], "a") }}{{ form.submit("存") }}
{{ field.words() }}{{ field.lamp() }}{% endblock %}"""


@pytest.fixture
def render() -> Callable[..., str]:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    environment.globals["_"] = lambda text: text
    environment.filters["place"] = lambda name: name
    return lambda source, **given: environment.from_string(source).render(**given)


def test_the_shell_needs_nothing(render: Callable[..., str]) -> None:
    html = render('{% extends "base.html" %}')
    assert '<a class="skip" href="#main">' in html
    assert "<nav" not in html


@pytest.mark.parametrize(
    ("role", "places"),
    [
        ("dispatcher", ["/desk", "/counter", "/person", "/board", "/appeals"]),
        ("worker", ["/field", "/counter", "/person"]),
        ("clerk", ["/work", "/board", "/appraisal", "/appeals"]),
        ("provider", ["/shop"]),
        ("leader", ["/board", "/appraisal", "/appeals"]),
    ],
)
def test_each_role_sees_its_places(render: Callable[..., str], role: str, places: list[str]) -> None:
    html = render(
        '{% extends "base.html" %}',
        user={"name": "王芳", "role": role},
        page=places[0],
        data_at=datetime(2026, 11, 22, 2, 26, tzinfo=UTC),
    )
    menu = html[html.index('<nav class="nav"') : html.index("</nav>")]
    assert re.findall(r'href="([^"]+)"', menu) == places
    assert menu.count('aria-current="page"') == 1
    assert 'datetime="2026-11-22T02:26:00+00:00"' in html


def test_every_part_renders_and_escapes(render: Callable[..., str]) -> None:
    html = render(PARTS, evil="<script>x</script>", lang="en")
    assert "<script>x" not in html
    assert html.count("&lt;script&gt;x") == 3
    assert 'aria-describedby="phone-hint phone-error" aria-invalid="true"' in html
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)
    wanted = [
        w
        for w in re.findall(r'"/static/([^"#?]+)', html)
        if (STATIC_FOLDER / "vendor").exists() or not w.startswith("vendor")
    ]
    assert [w for w in wanted if not (STATIC_FOLDER / w).is_file()] == []


def test_icons_named_in_templates_exist() -> None:
    drawn = set(
        re.findall(r'<symbol id="([^"]+)"', (STATIC_FOLDER / "icons" / "sprite.svg").read_text("utf-8"))
    )
    named = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r'icon\("(\w+)"', path.read_text("utf-8"))
    }
    assert named <= drawn


def test_no_file_of_ours_names_another_host() -> None:
    ours = [
        p for folder in ("css", "js", "field") for p in (STATIC_FOLDER / folder).rglob("*") if p.is_file()
    ]
    assert [p.name for p in ours if re.search(r"https?://|url\(['\"]?//", p.read_text("utf-8"))] == []


def test_the_pins_are_exact_and_name_no_registry() -> None:
    pins = json.loads((STATIC_FOLDER / "package.json").read_text("utf-8"))
    lock = (STATIC_FOLDER / "package-lock.json").read_text("utf-8")
    assert all(
        re.fullmatch(r"\d+\.\d+\.\d+", version)
        for version in (pins["dependencies"] | pins["devDependencies"]).values()
    )
    assert set(pins["vendor"]) == set(pins["dependencies"])
    assert "resolved" not in lock
    packages = [dict(entry) for entry in json.loads(lock)["packages"].values()]
    for entry in packages:
        entry.pop("funding", None)  # where to give money, not where to fetch
    assert "http" not in json.dumps(packages)
