/** Lists of facts to Leaflet layers, and the index by which a fact's layer is found again. */

/** @typedef {L.Layer & {fact?: any, setStyle?: (style: object) => void, setLatLng?: Function, setIcon?: Function, getElement?: () => Element | undefined}} Known */

/** @type {Map<string, Known>} */
const index = new Map();
/** @type {{area: boolean, picked: (fact: Fact) => void}} */
export const clicks = { area: true, picked: () => {} };
const Z = /** @type {Record<string, number>} */ ({ home: 900, alarm: 1000, candidate: 500 });
const LARGE = ["home", "alarm"];
const WORST_FIRST = ["late", "warn", "ok", "info"];

/** @param {string} kind @param {string} id */
export const keyOf = (kind, id) => `${kind}:${id}`;

/**
 * Find the layer of a fact, by kind and id, or by id alone.
 * @param {{kind?: string, id: string}} fact
 * @returns {Known | undefined}
 */
export const find = ({ kind, id }) =>
  kind ? index.get(keyOf(kind, id)) : [...index].find(([key]) => key.endsWith(`:${id}`))?.[1];

/** Forget every fact; their layers are gone from the map. */
export const forget = () => index.clear();

/** @param {string} text Several lines; the first is bold. */
const textBox = (text) => {
  const box = document.createElement("div");
  for (const [i, line] of String(text).split("\n").entries()) {
    box.appendChild(document.createElement(i ? "div" : "b")).textContent = line;
  }
  return box;
};

/**
 * Bind tooltip and clicks of a fact to its layer and remember where it is.
 * @param {Known} layer
 * @param {any} fact
 */
const known = (layer, fact) => {
  layer.fact = fact;
  if (fact.tooltip) {
    const options = { direction: "top", offset: [0, -10], sticky: Boolean(layer.setStyle) };
    layer.bindTooltip(textBox(fact.tooltip), /** @type {L.TooltipOptions} */ (options));
  }
  if (fact.id === undefined || fact.id === "") return layer;
  index.set(keyOf(fact.kind, fact.id), layer);
  /* A pin takes the click; an area tells its own pick and lets the place below be told too. */
  /** @param {any} e */
  const picked = (e) => {
    if (layer.setStyle && !clicks.area) return;
    if (!layer.setStyle) L.DomEvent.stopPropagation(e);
    clicks.picked(fact);
  };
  layer.on("click", picked);
  layer.on("keypress", (e) => {
    if (/** @type {any} */ (e).originalEvent.key === "Enter") picked(e);
  });
  return layer;
};

/** @param {Fact} fact */
export const pinIcon = (fact) => {
  const box = document.createElement("div");
  box.className = `pin ${fact.kind} ${fact.state || ""}`;
  box.appendChild(document.createElement("span")).textContent = fact.label;
  if (fact.note) box.appendChild(document.createElement("em")).textContent = fact.note;
  const side = LARGE.includes(fact.kind) ? 38 : 30;
  return L.divIcon({ html: box, className: "pin-at", iconSize: [side, side] });
};

/**
 * @param {Fact} fact
 * @returns {L.Marker}
 */
export const pin = (fact) => {
  const marker = L.marker([fact.lat, fact.lon], {
    icon: pinIcon(fact),
    title: fact.tooltip ? "" : fact.label,
    alt: `${fact.label} ${fact.tooltip || ""}`.trim(),
    keyboard: true,
    zIndexOffset: Z[fact.kind] || 0,
  });
  known(/** @type {Known} */ (/** @type {unknown} */ (marker)), fact);
  return marker;
};

/** @param {Fact[]} facts */
export const pins = (facts) => L.featureGroup(facts.map(pin));

/** @param {any} cluster */
const clusterIcon = (cluster) => {
  const markers = cluster.getAllChildMarkers();
  const count = cluster.getChildCount();
  const box = document.createElement("div");
  const worst = WORST_FIRST.find((state) => markers.some((/** @type {Known} */ m) => m.fact.state === state));
  box.className = `cluster ${worst || "info"}`;
  box.textContent = String(count);
  const side = count < 10 ? 32 : count < 100 ? 40 : 50;
  return L.divIcon({ html: box, className: "pin-at", iconSize: [side, side] });
};

/** @param {Fact[]} facts */
export const clusters = (facts) => {
  const group = L.markerClusterGroup({
    maxClusterRadius: 46,
    showCoverageOnHover: false,
    chunkedLoading: true,
    spiderfyOnMaxZoom: true,
    iconCreateFunction: clusterIcon,
  });
  group.addLayers(facts.map(pin));
  return group;
};

/** @param {any} features GeoJSON whose properties hold kind, id, name, style, tooltip, show_name. */
export const shapes = (features) =>
  L.geoJSON(features, {
    style: (f) => f?.properties.style,
    .../** @type {object} */ ({ smoothFactor: 0.6 }),
    onEachFeature: (f, layer) => {
      const { name, show_name } = f.properties;
      if (show_name)
        layer.bindTooltip(textBox(name), { permanent: true, direction: "center", className: "cell-name" });
      known(layer, show_name ? { ...f.properties, tooltip: "" } : f.properties);
    },
  });

/** @param {WayFact} fact */
export const line = (fact) => {
  const points = fact.points.map(([lon, lat]) => L.latLng(lat, lon));
  const under = L.polyline(points, { className: "route-under", weight: 10, interactive: false });
  const over = L.polyline(points, { className: `route ${fact.state || ""}`, weight: 6 });
  known(/** @type {Known} */ (/** @type {unknown} */ (over)), fact);
  return L.featureGroup([under, over]);
};

/** @param {{address: string, bounds: any, options: object}} fact */
export const picture = ({ address, bounds, options }) => L.imageOverlay(address, bounds, options);

/** @param {{points: number[][], options: object}} fact */
export const heat = ({ points, options }) => L.heatLayer(points, options);
