"""Folium documents that load nothing from outside, and the district's own base map.

Every address of a script or stylesheet that a map page loads stands in this module and nowhere else.
"""

from dataclasses import dataclass
from typing import Any, Literal

import folium
from branca.element import Element, Figure
from folium.elements import JSCSSMixin
from folium.map import FeatureGroup, Layer
from folium.plugins import Fullscreen, HeatMap
from folium.raster_layers import ImageOverlay
from folium.template import Template
from folium.utilities import camelize

from geo.place import Box
from maps.errors import BadBaseMapError
from maps.style import FAR_ZOOMS, NEAR_ZOOMS

STATIC = "/static"
VENDOR = f"{STATIC}/vendor"
OSM_NOTE = "© OpenStreetMap"

Theme = Literal["auto", "light", "dark"]
Links = list[tuple[str, str]]

MAP_JS: Links = [
    ("theme", f"{STATIC}/js/theme.js"),
    ("leaflet", f"{VENDOR}/leaflet/dist/leaflet.js"),
    ("markercluster", f"{VENDOR}/leaflet.markercluster/dist/leaflet.markercluster.js"),
    ("protomaps", f"{VENDOR}/protomaps-leaflet/dist/protomaps-leaflet.js"),
]
MAP_MODULE = f"{STATIC}/js/map/bridge.js"
MAP_CSS: Links = [
    ("leaflet_css", f"{VENDOR}/leaflet/dist/leaflet.css"),
    ("markercluster_css", f"{VENDOR}/leaflet.markercluster/dist/MarkerCluster.css"),
    ("tokens_css", f"{STATIC}/css/tokens.css"),
    ("app_css", f"{STATIC}/css/app.css"),
    ("map_css", f"{STATIC}/css/map.css"),
]
HEAT_JS: Links = [("leaflet-heat", f"{VENDOR}/leaflet.heat/dist/leaflet-heat.js")]
FULLSCREEN_JS: Links = [("fullscreen", f"{VENDOR}/leaflet.fullscreen/dist/Control.FullScreen.umd.js")]
FULLSCREEN_CSS: Links = [("fullscreen_css", f"{VENDOR}/leaflet.fullscreen/dist/Control.FullScreen.css")]


@dataclass(frozen=True, slots=True)
class OwnTiles:
    """The base map made from our own extract: addresses of the near and the far PMTiles file."""

    near: str
    far: str

    @classmethod
    def of_district(cls, district: str, root: str = "/tiles") -> "OwnTiles":
        """Addresses of a district's files below a static route that answers range requests."""
        return cls(f"{root}/{district}.pmtiles", f"{root}/{district}.far.pmtiles")


@dataclass(frozen=True, slots=True)
class PictureTiles:
    """Picture tiles of a provider the deployment chose, several when names are drawn apart.

    Raises
    ------
    BadBaseMapError
        When an address lacks ``{z}``, ``{x}`` or ``{y}``.
    """

    addresses: tuple[str, ...]
    attribution: str
    datum: Literal["wgs84", "gcj02"] = "wgs84"
    max_zoom: int = 18
    subdomains: str = "0123"

    def __post_init__(self) -> None:
        for address in self.addresses:
            if not all(mark in address for mark in ("{z}", "{x}", "{y}")):
                message = f"tile address {address!r} lacks one of {{z}}, {{x}}, {{y}}"
                raise BadBaseMapError(message)


BaseMap = OwnTiles | PictureTiles | None


def tianditu(key: str, host: str = "https://t{s}.tianditu.gov.cn") -> PictureTiles:
    """Tianditu's street map and its Chinese names (CGCS2000, equal to WGS-84 here).

    Parameters
    ----------
    key : str
        The deployment's own key, from settings.
    host : str
        Another host when an intranet mirrors the service.

    Raises
    ------
    BadBaseMapError
        When the key is empty.
    """
    if not key:
        message = "Tianditu needs a key; put it into the settings or use the district's own base map"
        raise BadBaseMapError(message)
    query = "SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
    addresses = tuple(
        f"{host}/{layer}_w/wmts?{query}&LAYER={layer}&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
        for layer in ("vec", "cva")
    )
    return PictureTiles(addresses, "天地图", max_zoom=18, subdomains="01234567")


class LocalMap(folium.Map):
    """A Folium map whose scripts and styles come from our own static folder."""

    default_js = MAP_JS
    default_css = MAP_CSS


class LocalHeatMap(HeatMap):
    """Folium's heat map on the local script."""

    default_js = HEAT_JS


class LocalFullscreen(Fullscreen):
    """Folium's full-screen button on the local script, whose later version is made with ``new``."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "new L.Control.FullScreen({{ this.options|tojavascript }}).addTo({{ this._parent.get_name() }});"
        "{% endmacro %}"
    )
    default_js = FULLSCREEN_JS
    default_css = FULLSCREEN_CSS


class Drawn(Layer):
    """A layer drawn by one function of ``js/map/layers.js`` from a list of facts.

    Parameters
    ----------
    method : str
        ``pins``, ``clusters``, ``shapes``, ``line`` or ``base``.
    facts : object
        What the function is given; written as JSON that is safe inside a script.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = jinlinMap.{{ this.method }}({{ this.facts|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, method: str, facts: Any) -> None:  # noqa: ANN401 - any JSON value
        super().__init__(name=method, overlay=True, control=False)
        self._name = f"Drawn{method.title()}"
        self.method = method
        self.facts = facts


class Bridge(JSCSSMixin):
    """The last child of a map: hands its groups over and starts the talk with the page around its frame."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "jinlinMap.bridge({{ this._parent.get_name() }}, {{ this.settings|tojson }}, ["
        "{% for group in this.groups %}[{{ group.layer_name|tojson }}, {{ group.get_name() }}],{% endfor %}]);"
        "{% endmacro %}"
    )

    def __init__(self, settings: dict[str, Any], groups: list[FeatureGroup]) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # branca leaves it untyped
        self._name = "Bridge"
        self.settings = settings
        self.groups = groups


def base_layer(base: BaseMap) -> Drawn | None:
    """Layer of the chosen base map; ``None`` for a plain grey ground."""
    if isinstance(base, OwnTiles):
        facts: dict[str, Any] = {
            "near": base.near,
            "far": base.far,
            "near_max": NEAR_ZOOMS[1],
            "far_max": FAR_ZOOMS[1],
            "attribution": OSM_NOTE,
        }
        return Drawn("base", facts)
    if isinstance(base, PictureTiles):
        facts = {
            "addresses": list(base.addresses),
            "attribution": base.attribution,
            "datum": base.datum,
            "max_zoom": base.max_zoom,
            "subdomains": base.subdomains,
        }
        return Drawn("base", facts)
    return None


def new_map(base: BaseMap, box: Box, *, heat: bool = False) -> LocalMap:
    """Make an empty map of a rectangle on the chosen base map; ``heat`` loads the script of heat maps too."""
    page = LocalMap(
        location=((box.south + box.north) / 2, (box.west + box.east) / 2),
        zoom_start=14,
        tiles=None,
        zoom_control="topright",
    )
    for name, address in HEAT_JS if heat else ():
        page.add_js_link(name, address)
    layer = base_layer(base)
    if layer is not None:
        layer.add_to(page)
    return page


def group(name: str, *layers: Layer, show: bool = True) -> FeatureGroup:
    """Put layers into a named group that the reader may switch on and off."""
    made = FeatureGroup(name=name, show=show)
    for layer in layers:
        layer.add_to(made)
    return made


def parts_of(made: FeatureGroup) -> list[dict[str, Any]]:
    """Give what a group holds as the names and facts of the functions of ``js/map/layers.js`` that draw it.

    Raises
    ------
    BadBaseMapError
        When the group holds a layer that no function draws.
    """
    parts = []
    for child in made._children.values():  # noqa: SLF001 - folium has no other way
        if isinstance(child, Drawn):
            parts.append({"method": child.method, "facts": child.facts})
        elif isinstance(child, ImageOverlay):
            facts = {"address": child.url, "bounds": child.bounds, "options": _js(child.options)}
            parts.append({"method": "picture", "facts": facts})
        elif isinstance(child, HeatMap):
            parts.append({"method": "heat", "facts": {"points": child.data, "options": _js(child.options)}})
        else:
            message = f"no function of layers.js draws a {type(child).__name__}; put its facts into Drawn"
            raise BadBaseMapError(message)
    return parts


def _js(options: dict[str, Any]) -> dict[str, Any]:
    return {camelize(name): value for name, value in options.items()}


def document(page: LocalMap, title: str, lang: str, boxes: tuple[str, ...], settings: dict[str, Any]) -> str:
    """Close a map with its bridge and give the whole HTML document."""
    groups = [child for child in page._children.values() if isinstance(child, FeatureGroup)]  # noqa: SLF001 - folium has no other way
    page.add_child(Bridge(settings, groups))
    figure = page.get_root()
    if not isinstance(figure, Figure):
        message = "the map has no document around it; make it with new_map"
        raise BadBaseMapError(message)
    figure.title = title
    figure.header.add_child(Element('<link rel="icon" href="data:,">'), name="icon")
    for number, box in enumerate(boxes):
        figure.html.add_child(Element(box), name=f"box_{number}")
    figure.header.add_child(Element(f'<script type="module" src="{MAP_MODULE}"></script>'), name="jinlin_map")
    # Modules run in their order, after the classic scripts: so the script of the map has to be one, too.
    before, script = str(figure.render()).rsplit("<script>", 1)
    return before.replace("<html>", f'<html lang="{lang}">', 1) + '<script type="module">' + script
