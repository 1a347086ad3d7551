"""The base map is made from an extract: everything near, the main things far."""

from pathlib import Path

import pyogrio
import pytest

from geo.place import Box
from maps.errors import BadBaseMapError
from maps.tiles import far_file, write_base_map

OSM = """<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">
<node id="1" lon="120.170" lat="30.240"/><node id="2" lon="120.180" lat="30.240"/><node id="3" lon="120.180" lat="30.250"/>
<node id="4" lon="120.170" lat="30.250"/><node id="5" lon="120.1701" lat="30.2401"/><node id="6" lon="120.1703" lat="30.2401"/>
<node id="7" lon="120.1703" lat="30.2403"/>
<node id="8" lon="120.175" lat="30.245"><tag k="place" v="suburb"/><tag k="name" v="Ziyang"/><tag k="name:zh" v="紫阳"/></node>
<way id="10"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/><tag k="name" v="中山路"/></way>
<way id="11"><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/></way>
<way id="12"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/><tag k="natural" v="water"/></way>
<way id="13"><nd ref="5"/><nd ref="6"/><nd ref="7"/><nd ref="5"/><tag k="building" v="yes"/></way>
<way id="14"><nd ref="1"/><nd ref="3"/><tag k="railway" v="rail"/></way>
</osm>"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("base")
    (folder / "town.osm").write_text(OSM, "utf-8")
    return write_base_map(folder / "town.osm", folder / "tiles" / "330102.pmtiles")


def kinds(path: Path, zoom: int) -> set[tuple[str, str | None]]:
    frame = pyogrio.read_dataframe(path, ZOOM_LEVEL=zoom)
    return set(zip(frame["kind"], frame["name"].where(frame["name"].notna(), None), strict=True))


def test_near_holds_everything_with_chinese_names(made: tuple[Path, Path]) -> None:
    drawn = kinds(made[0], 15)
    assert {kind for kind, _ in drawn} == {"road", "water", "house", "rail", "place"}
    assert ("place", "紫阳") in drawn
    assert ("road", "中山路") in drawn


def test_far_holds_the_main_things_only(made: tuple[Path, Path]) -> None:
    assert made[1] == far_file(made[0])
    assert {kind for kind, _ in kinds(made[1], 11)} == {"road", "water", "rail", "place"}


def test_both_are_pmtiles_version_3(made: tuple[Path, Path]) -> None:
    assert all(path.read_bytes()[:8] == b"PMTiles\x03" for path in made)


def test_an_extract_without_anything_there_is_refused(made: tuple[Path, Path], tmp_path: Path) -> None:
    town = made[0].parents[1] / "town.osm"
    with pytest.raises(BadBaseMapError, match="check the rectangle"):
        write_base_map(town, tmp_path / "x.pmtiles", Box(10, 10, 11, 11))


def test_a_file_that_is_no_extract_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.osm.pbf").write_text("no", "ascii")
    with pytest.raises(BadBaseMapError, match="cannot be read"):
        write_base_map(tmp_path / "no.osm.pbf", tmp_path / "x.pmtiles")


def test_a_broken_ring_and_any_order_draw_the_rest(tmp_path: Path) -> None:
    broken = '<way id="15"><nd ref="5"/><nd ref="6"/><nd ref="5"/><tag k="building" v="yes"/></way>'
    crossed = '<way id="16"><nd ref="5"/><nd ref="7"/><nd ref="6"/><nd ref="3"/><nd ref="5"/><tag k="building" v="yes"/></way>'
    head, *lines = OSM.splitlines()
    text = "\n".join([head, *reversed(lines[:-1]), broken, crossed, lines[-1]])
    path = tmp_path / "turned.osm"
    path.write_text(text, "utf-8")
    near, _ = write_base_map(path, tmp_path / "t.pmtiles")
    assert {kind for kind, _ in kinds(near, 15)} == {"road", "water", "house", "rail", "place"}


def test_a_town_of_small_streets_alone_has_a_far_map_too(tmp_path: Path) -> None:
    path = tmp_path / "small.osm"
    path.write_text(
        '<osm version="0.6"><node id="1" lon="120.17" lat="30.24"/><node id="2" lon="120.171" lat="30.24"/>'
        '<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way></osm>',
        "utf-8",
    )
    _, far = write_base_map(path, tmp_path / "small.pmtiles")
    assert {kind for kind, _ in kinds(far, 11)} == {"road"}
