"""Every map document loads from our own static folder only and is safe to show."""

import json
import re

import numpy as np
import pytest
from folium import Marker
from folium.map import FeatureGroup

from geo.place import LonLat
from maps.basemap import STATIC, OwnTiles, PictureTiles, tianditu
from maps.errors import BadBaseMapError
from maps.facts import Pin
from maps.pages import (
    Drawing,
    Look,
    cells_map,
    coverage_map,
    density_map,
    desk_map,
    field_map,
    pick_map,
    tickets_map,
)
from tests.maps.map_facts import BOX, STATIC_FOLDER, candidates, cells, grid, home, way

LOOK = Look(box=BOX, base=OwnTiles.of_district("330102"))
LAYERS = STATIC_FOLDER / "js" / "map" / "layers.js"
ADDRESS = re.compile(
    r"""(?:src|href|action)\s*=\s*["']?([^"'\s>]+)|url\(\s*["']?([^"')]+)|["'](https?:[^"']+|//[^"']+)["']"""
)


def drawings() -> dict[str, Drawing]:
    worker = Pin(lon=9.51, lat=47.13, label="周", kind="worker", id="w1")
    return {
        "desk": desk_map(LOOK, home(), candidates(), route=way(), cells=cells(), workers=[worker]),
        "desk, empty": desk_map(LOOK),
        "coverage": coverage_map(LOOK, grid(), "步行到最近食堂", providers=candidates(1), cells=cells()),
        "tickets": tickets_map(LOOK, candidates(), cells=cells()),
        "density": density_map(LOOK, np.array([[9.51, 47.13]]), cells=cells()),
        "tickets, none": tickets_map(LOOK, []),
        "density, none": density_map(LOOK, np.empty((0, 2))),
        "cells": cells_map(LOOK, cells(), "本周走访"),
        "cells by minutes": cells_map(LOOK, cells(), "分钟", minutes=True),
        "field": field_map(LOOK, candidates(), cells=cells(), way=way(), here=LonLat(9.51, 47.13)),
        "pick": pick_map(LOOK, LonLat(9.51, 47.13), cells=cells()),
        "no base map": desk_map(Look(box=BOX), home(), candidates()),
    }


def documents() -> dict[str, str]:
    return {name: drawing.document(heat=True) for name, drawing in drawings().items()}


def outside(html: str) -> list[str]:
    found = (next(part for part in match if part) for match in ADDRESS.findall(html))
    return [a for a in found if not re.match(rf"{STATIC}/|/tiles/|data:|#", a)]


@pytest.mark.parametrize("name", documents())
def test_nothing_is_loaded_from_another_host(name: str) -> None:
    assert outside(documents()[name]) == []


def test_the_scan_sees_addresses_of_other_hosts() -> None:
    html = '<script src="https://a.example/x.js"></script><style>b{background:url(//c.example/d.png)}</style>'
    assert outside(html) == ["https://a.example/x.js", "//c.example/d.png"]


@pytest.mark.parametrize("name", documents())
def test_every_local_file_exists(name: str) -> None:
    if not (STATIC_FOLDER / "vendor").exists():
        pytest.skip("api/static/vendor is missing: install the package first")
    wanted = re.findall(rf'"{STATIC}/([^"]+)"', documents()[name])
    assert wanted
    assert [w for w in wanted if not (STATIC_FOLDER / w).is_file()] == []


@pytest.mark.parametrize("name", documents())
def test_a_document_is_small(name: str) -> None:
    assert len(documents()[name].encode()) < 200_000


@pytest.mark.parametrize("name", documents())
def test_text_of_others_cannot_end_the_script(name: str) -> None:
    assert "<script>alert" not in documents()[name]
    assert "<b onclick" not in documents()[name]


@pytest.mark.parametrize("name", drawings())
def test_a_scene_holds_every_layer_of_its_document(name: str) -> None:
    drawing = drawings()[name]
    scene = json.loads(json.dumps(drawing.scene(), allow_nan=False))
    assert [group["name"] for group in scene["groups"]] == [layer.layer_name for layer in drawing.layers]
    methods = re.findall(r"^export const (\w+)", LAYERS.read_text("utf-8"), re.MULTILINE)
    drawn = [part["method"] for group in scene["groups"] for part in group["parts"]]
    assert set(drawn) <= set(methods)
    assert len(drawn) == sum(len(layer._children) for layer in drawing.layers)  # noqa: SLF001
    assert scene["bounds"][0] < scene["bounds"][1]


def test_a_scene_says_what_its_document_says() -> None:
    drawing = coverage_map(Look(box=BOX, caption="<i>a</i>"), grid(), "步行到最近食堂", cells=cells())
    scene, html = drawing.scene(), drawing.document()
    assert all(box in html for box in scene["boxes"])
    assert "&lt;i&gt;a&lt;/i&gt;" in scene["boxes"][0]
    picture = scene["groups"][0]["parts"][0]
    assert picture["method"] == "picture"
    assert picture["facts"]["address"] in html


def test_a_layer_that_no_script_draws_is_refused() -> None:
    group = FeatureGroup(name="a").add_child(Marker([1, 2]))
    with pytest.raises(BadBaseMapError, match="Marker"):
        Drawing(look=LOOK, title="", layers=(group,)).scene()


def test_caption_and_legend_are_escaped() -> None:
    html = cells_map(Look(box=BOX, caption="<i>a</i>"), cells(), "<i>b</i>").document()
    assert "&lt;i&gt;a&lt;/i&gt;" in html
    assert "&lt;i&gt;b&lt;/i&gt;" in html


def test_words_are_translated() -> None:
    english = {"求助人": "Caller", "候选服务商": "Candidates"}
    html = desk_map(
        Look(box=BOX, lang="en", say=lambda w: english.get(w, w)), home(), candidates()
    ).document()
    assert 'lang="en"' in html
    assert "Caller" in html
    assert "求助人" not in html


def test_own_tiles_name_a_near_and_a_far_file() -> None:
    assert OwnTiles.of_district("330102") == OwnTiles("/tiles/330102.pmtiles", "/tiles/330102.far.pmtiles")


def test_a_deployment_may_choose_its_own_provider() -> None:
    tiles = PictureTiles(("http://10.1.1.1/{z}/{x}/{y}.png",), "内网地图", datum="gcj02")
    html = pick_map(Look(box=BOX, base=tiles)).document()
    assert "http://10.1.1.1/{z}/{x}/{y}.png" in html
    assert '"datum": "gcj02"' in html


def test_tianditu_needs_a_key() -> None:
    assert all("tk=abc" in address for address in tianditu("abc").addresses)
    with pytest.raises(BadBaseMapError, match="key"):
        tianditu("")


def test_a_tile_address_without_numbers_is_refused() -> None:
    with pytest.raises(BadBaseMapError, match="lacks one of"):
        PictureTiles(("http://10.1.1.1/tile.png",), "")
