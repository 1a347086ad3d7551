/** Base maps: the district's own, or picture tiles of a provider, shifted where its datum is. */
import { vectorBase } from "./paint.js";

const root = document.documentElement;
/** @type {{options: BaseOptions | null, layer: any, there: Promise<boolean> | undefined}} */
const base = { options: null, layer: null, there: undefined };

/* Ellipsoid of Krasovsky 1940, as the published conversion to GCJ-02 has it. */
const AXIS_M = 6378245;
const ECCENTRICITY_2 = 0.006693421622965943;

/**
 * Degrees by which GCJ-02 lies off WGS-84 at a place.
 * @param {number} lon
 * @param {number} lat
 * @returns {[number, number]}
 */
export const gcjShift = (lon, lat) => {
  const { sin, cos, sqrt, abs, PI } = Math;
  const [x, y] = [lon - 105, lat - 35];
  const wave = ((20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * 2) / 3;
  const north =
    -100 +
    2 * x +
    3 * y +
    0.2 * y * y +
    0.1 * x * y +
    0.2 * sqrt(abs(x)) +
    wave +
    ((20 * sin(y * PI) + 40 * sin((y / 3) * PI)) * 2) / 3 +
    ((160 * sin((y / 12) * PI) + 320 * sin((y * PI) / 30)) * 2) / 3;
  const east =
    300 +
    x +
    2 * y +
    0.1 * x * x +
    0.1 * x * y +
    0.1 * sqrt(abs(x)) +
    wave +
    ((20 * sin(x * PI) + 40 * sin((x / 3) * PI)) * 2) / 3 +
    ((150 * sin((x / 12) * PI) + 300 * sin((x / 30) * PI)) * 2) / 3;
  const rad = (lat / 180) * PI;
  const magic = 1 - ECCENTRICITY_2 * sin(rad) ** 2;
  return [
    (east * 180) / ((AXIS_M / sqrt(magic)) * cos(rad) * PI),
    (north * 180) / (((AXIS_M * (1 - ECCENTRICITY_2)) / (magic * sqrt(magic))) * PI),
  ];
};

/** @param {L.LatLng} at */
const shifted = (at) => {
  const [dlon, dlat] = gcjShift(at.lng, at.lat);
  return L.latLng(at.lat + dlat, at.lng + dlon);
};

/* Tiles of a GCJ-02 provider are laid under WGS-84 facts: the grid is asked for the shifted centre, nothing else moves. */
const gcjTiles = () => {
  const usual = /** @type {any} */ (L.TileLayer.prototype);
  return /** @type {any} */ (L.TileLayer).extend({
    /** @this {any} @param {L.LatLng} [centre] */
    _update(centre) {
      usual._update.call(this, shifted(centre || this._map.getCenter()));
    },
    /** @this {any} @param {unknown} level @param {L.LatLng} centre @param {number} zoom */
    _setZoomTransform(level, centre, zoom) {
      usual._setZoomTransform.call(this, level, shifted(centre), zoom);
    },
  });
};

/** @param {BaseOptions} options */
const tileBase = (options) => {
  const Kind = options.datum === "gcj02" ? gcjTiles() : L.TileLayer;
  const { attribution, max_zoom, subdomains, addresses = [] } = options;
  const wanted = { attribution, maxNativeZoom: max_zoom, maxZoom: 20, subdomains };
  return L.layerGroup(addresses.map((address) => new Kind(address, wanted)));
};

/* A missing file leaves the grey ground instead of an error for every tile. */
/** @param {string} address */
const there = async (address) => {
  try {
    return (await fetch(address, { headers: { Range: "bytes=0-15" } })).ok;
  } catch {
    return false;
  }
};

/** Draw the base map in the theme of the document. @param {L.Map} map */
export const drawBase = async (map) => {
  const { options } = base;
  if (!options) return;
  if (options.near) {
    base.there ??= there(options.near);
    if (!(await base.there)) {
      root.dataset.base = "missing";
      return;
    }
  }
  base.layer?.remove();
  base.layer = options.near ? vectorBase(options) : tileBase(options);
  base.layer.addTo(map);
  base.layer.bringToBack?.();
  root.dataset.base = "shown";
};

/** What the document calls with its settings. @param {BaseOptions} options */
export const baseLayer = (options) => ({
  /** @param {L.Map} map */
  addTo: (map) => {
    base.options = options;
    drawBase(map);
    return base;
  },
});
