"""The front end keeps its own rules: tokens hold all colours and sizes, scripts are modules, nothing is written inline."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "api" / "static"
TEMPLATES = STATIC.parent / "templates"
SHEETS = sorted((STATIC / "css").glob("*.css"))
PAGES = sorted(TEMPLATES.rglob("*.html"))
SCRIPTS = sorted((STATIC / "js").rglob("*.js"))
CLASSIC = {"theme.js"}  # before the first paint
RAW = re.compile(
    r"(?<![\w&#-])#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})\b|\b(?:rgb|hsl)a?\(|(?<![\w.])\d*\.?\d+px\b"
)


def raw_values(css: str) -> list[str]:
    """Colours and pixel sizes of a stylesheet; the conditions of media queries cannot name tokens."""
    plain = re.sub(r"/\*.*?\*/|@media[^{]*\{", "", css, flags=re.DOTALL)
    declared = re.findall(r"[\w-]+\s*:\s*([^;{}]+)[;}]", plain)
    return [found for value in declared for found in RAW.findall(value)]


def test_the_scan_sees_raw_colours_and_sizes() -> None:
    css = "@media (max-width: 900px) { #a1b2c3 a:hover { color: #fff; margin: -4px 2em; top: var(--n6); } b { color: rgba(0, 0, 0, .5); } }"
    assert raw_values(css) == ["#fff", "4px", "rgba("]


@pytest.mark.parametrize("sheet", [s for s in SHEETS if s.name != "tokens.css"], ids=lambda s: s.name)
def test_no_colour_or_size_outside_the_tokens(sheet: Path) -> None:
    assert raw_values(sheet.read_text("utf-8")) == []


def test_every_token_that_is_named_exists() -> None:
    tokens = set(re.findall(r"(--[\w-]+):", (STATIC / "css" / "tokens.css").read_text("utf-8")))
    named = {name for sheet in SHEETS for name in re.findall(r"var\((--[\w-]+)", sheet.read_text("utf-8"))}
    assert named - tokens == set()


def test_every_token_is_used() -> None:
    tokens = set(re.findall(r"(--[\w-]+):", (STATIC / "css" / "tokens.css").read_text("utf-8")))
    text = "".join(p.read_text("utf-8") for p in (*SHEETS, *SCRIPTS, *PAGES))
    ground = set(re.findall(r'"([a-zA-Z]+)"', (STATIC / "js" / "map" / "paint.js").read_text("utf-8")))
    ink = {"--map-" + re.sub(r"[A-Z]", lambda m: f"-{m[0].lower()}", name) for name in ground}
    assert {t for t in tokens if f"var({t}" not in text and t not in ink and f'"{t}"' not in text} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_nothing_is_written_inline(page: Path) -> None:
    html = page.read_text("utf-8")
    assert "<style" not in html
    assert re.findall(r'\son[a-z]+="', html) == []
    scripts = re.findall(r"<script\b[^>]*>", html)
    assert [s for s in scripts if "src=" not in s and 'type="application/json"' not in s] == []
    styles = re.findall(r'style="([^"]*)"', html)
    assert [s for s in styles if "{{" not in s] == []  # a share of a bar is a value, not a look


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_own_scripts_are_modules(page: Path) -> None:
    tags = re.findall(r'<script\b[^>]*src="/static/js/([^"]+)"[^>]*>', page.read_text("utf-8"))
    whole = page.read_text("utf-8")
    assert [t for t in tags if f'type="module" src="/static/js/{t}"' not in whole and t not in CLASSIC] == []


def imports_of(script: Path, seen: set[Path]) -> set[Path]:
    """A module and all that it imports."""
    if script in seen:
        return seen
    seen.add(script)
    for name in re.findall(
        r'^(?:import|export)[^;]*?"(\.[^"]+\.js)"', script.read_text("utf-8"), re.MULTILINE
    ):
        imports_of((script.parent / name).resolve(), seen)
    return seen


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda s: s.name)
def test_what_a_module_imports_exists(script: Path) -> None:
    assert [p for p in imports_of(script, set()) if not p.is_file()] == []


def test_the_field_page_keeps_every_file_it_needs_without_signal() -> None:
    kept = set(re.findall(r'"/static/([^"]+)"', (STATIC / "field" / "sw.js").read_text("utf-8")))
    needed: set[Path] = set()
    for entry in ("shell.js", "field/field.js", "map/bridge.js"):
        imports_of(STATIC / "js" / entry, needed)
    assert {p.relative_to(STATIC).as_posix() for p in needed} - kept == set()
    assert {k for k in kept if k.startswith(("js/", "css/")) and not (STATIC / k).is_file()} == set()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda s: s.name)
def test_a_script_is_one_thing(script: Path) -> None:
    assert len(script.read_text("utf-8").splitlines()) <= 350
