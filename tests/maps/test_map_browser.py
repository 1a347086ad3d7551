"""Map pages in Chromium: they draw, they talk with the page around them, and the outbox sends once."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request

from geo.place import Box, LonLat
from maps.basemap import OwnTiles, PictureTiles
from maps.pages import Drawing, Look, coverage_map, desk_map, pick_map, tickets_map
from maps.tiles import write_base_map
from tests.maps.conftest import Site
from tests.maps.map_facts import BOX, candidates, cells, grid, home, way

pytestmark = pytest.mark.browser

EXTRACT = Path(__file__).parents[3] / "shared" / "osm" / "liechtenstein.osm.pbf"
FRAME = """<!doctype html><html><head><meta name="csrf-token" content="t"></head><body><div id="messages"></div>
<iframe id="map" data-jinlin-map src="/map" style="width:800px;height:600px"></iframe>
<script type="module">import * as map from "/static/js/map.js"; import "/static/js/keys.js"; window.map = map;
window.heard = []; ["ready", "shown", "failed", "place", "pick", "view", "key"].forEach((t) => map.onMap(t, (m) => heard.push(m)));</script></body></html>"""
FIELD = """<!doctype html><html><head><meta name="csrf-token" content="t"></head><body><span data-outbox-lamp></span>
<script src="/static/vendor/idb/build/umd.js"></script><script type="module">import * as outbox from "/static/js/field/outbox.js";
import { keep } from "/static/js/field/keep.js"; import "/static/js/field/lamp.js"; Object.assign(window, { outbox, keep });</script></body></html>"""
ADD = """(photos) => outbox.add({category: "road-lamp", lon: 9.5, lat: 47.1, accuracy_m: 8, datum: "wgs84", description: "灯不亮",
  photos: photos.map((p) => new Blob([p], {type: "image/jpeg"}))})"""


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context(viewport={"width": 1000, "height": 800})
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, site: Site) -> Iterator[Page]:
    """A page whose script errors and foreign requests fail the test."""
    made = context.new_page()
    wrong: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((site.address, "data:", "blob:")):
            wrong.append(f"asked {request.url}")

    made.on("pageerror", lambda error: wrong.append(str(error)))
    made.on("request", note)
    yield made
    assert wrong == []


def until(page: Page, expression: str) -> None:
    """Wait for a promise to come out true; Playwright's own waiting takes any promise for true."""
    for _ in range(600):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never came true: {expression}")


def framed(page: Page, site: Site, drawing: Drawing) -> None:
    site.pages |= {"/": FRAME, "/map": drawing.document(heat=True)}
    page.goto(site.address)
    page.wait_for_function("heard.some((m) => m.type === 'ready')")


def heard(page: Page, kind: str) -> dict[str, object]:
    page.wait_for_function("(kind) => heard.some((m) => m.type === kind)", arg=kind)
    found: dict[str, object] = page.evaluate("(kind) => heard.findLast((m) => m.type === kind)", kind)
    return found


def test_a_click_on_a_candidate_picks_it(page: Page, site: Site) -> None:
    framed(page, site, desk_map(Look(box=BOX), home(), candidates(), route=way(), cells=cells()))
    page.frame_locator("#map").locator(".pin.candidate").nth(1).click()
    assert heard(page, "pick") == {"type": "pick", "kind": "candidate", "id": "p1"}
    assert page.frame_locator("#map").locator(".pin-at.on .pin").inner_text().startswith("2")


def test_pins_are_reached_and_picked_by_keyboard(page: Page, site: Site) -> None:
    framed(page, site, desk_map(Look(box=BOX), None, candidates(1)))
    page.frame_locator("#map").locator(".pin-at").focus()
    page.keyboard.press("Enter")
    assert heard(page, "pick")["id"] == "p0"


def test_the_page_moves_the_map(page: Page, site: Site) -> None:
    framed(page, site, desk_map(Look(box=BOX), home(), candidates()))
    page.evaluate("map.toMap('map', {type: 'focus', kind: 'candidate', id: 'p2'})")
    page.frame_locator("#map").locator(".pin-at.on").wait_for()
    assert page.frame_locator("#map").locator(".pin-at.on .pin").inner_text().startswith("3")
    assert "第 2 家" in page.frame_locator("#map").locator(".leaflet-tooltip").inner_text()
    assert page.frame_locator("#map").locator(".leaflet-tooltip script").count() == 0


def test_live_pins_move_instead_of_doubling(page: Page, site: Site) -> None:
    framed(page, site, desk_map(Look(box=BOX)))
    pin = "{lon: 9.51 + n / 100, lat: 47.13, label: '周', kind: 'worker', id: 'w1'}"
    page.evaluate(f"[0, 1, 2].forEach((n) => map.toMap('map', {{type: 'pins', pins: [{pin}]}}))")
    page.evaluate("map.toMap('map', {type: 'route', points: [[9.51, 47.13], [9.52, 47.14]], label: '3 分'})")
    page.frame_locator("#map").locator("path.route").wait_for()
    assert page.frame_locator("#map").locator(".pin.worker").count() == 1


def test_a_click_sets_the_place_and_tells_it(page: Page, site: Site) -> None:
    framed(page, site, pick_map(Look(box=BOX), LonLat(9.51, 47.13), cells=cells()))
    page.frame_locator("#map").locator(".folium-map").click(position={"x": 400, "y": 300})
    told = heard(page, "place")
    assert told["lon"] == pytest.approx((BOX.west + BOX.east) / 2, abs=0.002)
    assert told["lat"] == pytest.approx((BOX.south + BOX.north) / 2, abs=0.002)
    assert page.frame_locator("#map").locator(".pin.home").count() == 1


@pytest.mark.parametrize("name", ["coverage", "tickets"])
def test_a_missing_base_map_leaves_grey_ground(page: Page, site: Site, name: str) -> None:
    look = Look(box=BOX, base=OwnTiles.of_district("none"))
    made = {
        "coverage": lambda: coverage_map(look, grid(), "步行"),
        "tickets": lambda: tickets_map(look, candidates(), cells=cells()),
    }
    framed(page, site, made[name]())
    frame = page.frame_locator("#map")
    assert frame.locator(".leg").is_visible()
    assert frame.locator(".leaflet-image-layer" if name == "coverage" else ".pin-at").count() >= 1
    frame.locator("html[data-base=missing]").wait_for()


def test_the_base_map_is_drawn_from_pmtiles_by_day_and_night(page: Page, site: Site) -> None:
    if not EXTRACT.exists():
        pytest.skip(f"{EXTRACT} is not here")
    write_base_map(EXTRACT, site.tiles / "li.pmtiles", BOX)
    framed(page, site, desk_map(Look(box=BOX, base=OwnTiles.of_district("li")), home(), candidates()))
    colours = "[...new Set([...document.querySelectorAll('canvas.leaflet-tile')].flatMap((c) => { const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; const s = []; for (let i = 0; i < d.length; i += 40) s.push([d[i], d[i + 1], d[i + 2]].join()); return s; }))]"
    frame = page.frame(url=f"{site.address}/map")
    assert frame is not None
    frame.wait_for_function(f"{colours}.length > 5")
    assert "255,255,255" in frame.evaluate(colours)  # streets
    page.evaluate("map.toMap('map', {type: 'theme', theme: 'dark'})")
    frame.wait_for_function(f"{colours}.includes('20,29,34')")


def test_tiles_of_a_shifted_datum_lie_under_wgs84_facts(page: Page, site: Site) -> None:
    lon, lat, gcj_lon, gcj_lat = (
        116.404,
        39.915,
        116.41024449916938,
        39.91640428150164,
    )  # the published pair of Tiananmen
    around = Box(lon - 0.004, lat - 0.003, lon + 0.004, lat + 0.003)
    tiles = PictureTiles(("/static/icons/jinlin-192.png?{z}/{x}/{y}",), "", datum="gcj02")
    framed(page, site, pick_map(Look(box=around, base=tiles), LonLat(lon, lat)))
    frame = page.frame(url=f"{site.address}/map")
    assert frame is not None
    frame.wait_for_function("document.querySelectorAll('.leaflet-tile-loaded').length > 4")
    off = """([lon, lat, gcjLon, gcjLat]) => {
      const map = jinlinMap.map, z = Math.round(map.getZoom()), at = map.project([gcjLat, gcjLon], z);
      const tile = [Math.floor(at.x / 256), Math.floor(at.y / 256)].join("/");
      const picture = [...document.querySelectorAll(".leaflet-tile")].find((i) => i.src.endsWith(`?${z}/${tile}`)).getBoundingClientRect();
      const scale = picture.width / 256, there = map.latLngToContainerPoint([lat, lon]);
      return [picture.x + (at.x % 256) * scale - there.x, picture.y + (at.y % 256) * scale - there.y];
    }"""
    assert frame.evaluate(off, [lon, lat, gcj_lon, gcj_lat]) == pytest.approx([0, 0], abs=1.5)
    frame.evaluate("jinlinMap.map.panBy([300, 180], {animate: false})")
    frame.wait_for_function(
        "document.querySelectorAll('.leaflet-tile:not(.leaflet-tile-loaded)').length === 0"
    )
    assert frame.evaluate(off, [lon, lat, gcj_lon, gcj_lat]) == pytest.approx([0, 0], abs=1.5)


def test_reports_written_offline_are_sent_once(page: Page, site: Site, context: BrowserContext) -> None:
    site.pages["/field"] = FIELD
    page.goto(f"{site.address}/field")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    context.set_offline(offline=True)
    key = page.evaluate(ADD, ["a", "b"])
    page.evaluate(ADD, [])
    assert page.evaluate("outbox.counts()") == {"waiting": 2, "sent": 0, "refused": 0}
    page.reload()  # the page itself opens without signal
    until(page, "outbox.list().then((all) => all.length === 2)")
    assert site.posted == []
    context.set_offline(offline=False)
    until(page, "outbox.counts().then((c) => c.sent === 2)")
    page.evaluate("outbox.sync({now: true})")
    kinds = [kind for kind, _, _ in site.posted]
    assert kinds == ["photo", "photo", "ticket", "ticket"]
    assert site.posted[2][1] == key
    assert site.posted[2][2] == {
        "category": "road-lamp", "lon": 9.5, "lat": 47.1, "accuracy_m": 8, "datum": "wgs84", "description": "灯不亮",
        "channel": "worker", "photos": ["hash1", "hash2"],
    }  # fmt: skip


def test_a_sync_cut_half_way_sends_the_same_keys_again(page: Page, site: Site) -> None:
    site.pages["/field"] = FIELD
    site.refuse = {"type": "about:blank", "title": "忙", "status": 503}
    page.goto(f"{site.address}/field")
    key = page.evaluate(ADD, ["a"])
    until(page, "outbox.list().then((all) => all[0].tries === 1)")
    site.refuse = None
    page.evaluate("outbox.sync({now: true})")
    until(page, "outbox.counts().then((c) => c.sent === 1)")
    assert [(kind, sent) for kind, sent, _ in site.posted] == [("photo", f"{key}-photo-0"), ("ticket", key)]


def test_a_refused_report_says_why(page: Page, site: Site) -> None:
    site.pages["/field"] = FIELD
    site.refuse = {
        "type": "about:blank",
        "title": "位置不在本区",
        "status": 422,
        "detail": "离边界 3 km",
        "field": "lon",
    }
    page.goto(f"{site.address}/field")
    page.evaluate(ADD, [])
    until(page, "outbox.counts().then((c) => c.refused === 1)")
    assert page.evaluate("outbox.list().then((all) => all[0].why)") == "位置不在本区：离边界 3 km"


def test_a_kept_base_map_answers_pieces_without_signal(
    page: Page, site: Site, context: BrowserContext
) -> None:
    site.pages["/field"] = FIELD
    (site.tiles / "kept.pmtiles").write_bytes(bytes(range(256)))
    page.goto(f"{site.address}/field")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    assert page.evaluate("keep(['/tiles/kept.pmtiles'])") == 1
    context.set_offline(offline=True)
    got = page.evaluate("""fetch('/tiles/kept.pmtiles', {headers: {Range: 'bytes=10-12'}}).then(async (r) =>
      [r.status, r.headers.get('content-range'), btoa(String.fromCharCode(...new Uint8Array(await r.arrayBuffer())))])""")
    assert got == [206, "bytes 10-12/256", base64.b64encode(bytes([10, 11, 12])).decode()]
