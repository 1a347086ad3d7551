/**
 * What a map document does beyond Folium: it talks with the page around its frame and lives as long as that page.
 *
 * From the page: show {address} (another case, another filter: layers, legend and view are exchanged, the map stays);
 * focus, select {kind, id}; set-place, look-at {lon, lat}; pins {pins, replace}; people {people, gone, replace}, who stay
 * whatever is shown; route {points, label}; layer {name, on}; theme {theme}; hello.
 * To the page: ready, shown, failed {address}; place, drag {lon, lat}; pick {kind, id}; view {box, zoom}; key.
 */
import { baseLayer, drawBase } from "./base.js";
import * as layers from "./layers.js";
import { movePeople } from "./people.js";

const root = document.documentElement;
const FITTED = { padding: /** @type {[number, number]} */ ([24, 24]), animate: false };
/**
 * @type {{
 *   map: L.Map, options: Partial<Scene> & {theme?: string}, groups: Map<string, L.FeatureGroup>,
 *   control: L.Control.Layers | null, place: L.Marker | null, route: L.FeatureGroup | null,
 *   live: L.FeatureGroup | null, chosen: layers.Known | undefined, address: string, turn: number,
 * }}
 */
const state = {
  map: /** @type {any} */ (null),
  options: {},
  groups: new Map(),
  control: null,
  place: null,
  route: null,
  live: null,
  chosen: undefined,
  address: location.pathname + location.search,
  turn: 0,
};

/** @param {{type: string} & Record<string, unknown>} message */
const tell = (message) => {
  if (window.parent !== window) window.parent.postMessage(message, location.origin);
};

/** @param {layers.Known | undefined} layer @param {boolean} on */
const mark = (layer, on) => {
  layer?.getElement?.()?.classList.toggle("on", on);
  if (!layer?.setStyle || !layer.fact?.style) return;
  const color = getComputedStyle(root).getPropertyValue("--brand-ink");
  layer.setStyle(on ? { weight: 4, color, dashArray: null } : layer.fact.style);
};

/** @param {string} kind @param {string} id */
const select = (kind, id) => {
  mark(state.chosen, false);
  state.chosen = layers.find({ kind, id });
  mark(state.chosen, true);
  /** @type {any} */ (state.chosen)?.bringToFront?.();
};

/** @param {number} lon @param {number} lat */
const setPlace = (lon, lat) => {
  state.place?.remove();
  const fact = { lon, lat, label: state.options.place_label || "●", kind: "home", tooltip: "" };
  const marker = layers.pin(fact).addTo(state.map);
  state.place = marker;
  if (!state.options.pick) return;
  marker.dragging?.enable();
  marker.on("drag", () => {
    const at = marker.getLatLng();
    tell({ type: "drag", lon: at.lng, lat: at.lat });
  });
  marker.on("dragend", () => {
    const at = marker.getLatLng();
    tell({ type: "place", lon: at.lng, lat: at.lat });
  });
};

/* --- a scene: groups, boxes, view --- */

const dropScene = () => {
  state.control?.remove();
  state.control = null;
  for (const group of state.groups.values()) group.remove();
  state.groups.clear();
  for (const layer of [state.place, state.route, state.live]) layer?.remove();
  Object.assign(state, { place: null, route: null, live: null, chosen: undefined });
  layers.forget();
  for (const box of document.querySelectorAll(".leg, .top")) box.remove();
};

/** @param {Part} part @returns {L.Layer} */
const drawPart = ({ method, facts }) => /** @type {any} */ (layers)[method](facts);

/** Put boxes, control, place and view of what is shown in their places. */
const settle = () => {
  const { map, options, groups } = state;
  layers.clicks.area = !options.pick;
  if (groups.size > 1) {
    state.control = L.control
      .layers(undefined, Object.fromEntries(groups), { position: "topright", collapsed: true })
      .addTo(map);
  }
  for (const box of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".leg, .top"))) {
    map.getContainer().append(box);
    L.DomEvent.disableClickPropagation(box);
  }
  if (options.bounds && !options.keep) map.fitBounds(options.bounds, FITTED);
  if (options.place) setPlace(options.place[0], options.place[1]);
};

/** @param {Scene} scene */
const drawScene = (scene) => {
  dropScene();
  state.options = { theme: state.options.theme, ...scene };
  document.title = scene.title;
  for (const { name, show, parts } of scene.groups) {
    const group = L.featureGroup(parts.map(drawPart));
    if (show) group.addTo(state.map);
    state.groups.set(name, group);
  }
  for (const box of scene.boxes) document.body.insertAdjacentHTML("beforeend", box);
  settle();
};

/** Exchange what is shown; the last one asked for wins. @param {string} address */
const show = async (address) => {
  state.turn += 1;
  const { turn } = state;
  try {
    const answer = await fetch(address, {
      headers: { Accept: "application/json" },
      credentials: "same-origin",
    });
    const scene = answer.ok ? await answer.json() : null;
    if (turn !== state.turn) return;
    if (!scene) throw new Error(`${answer.status}`);
    drawScene(scene);
    state.address = address;
    tell({ type: "shown", address });
  } catch {
    if (turn === state.turn) tell({ type: "failed", address });
  }
};

/* --- talking --- */

/** @param {{kind?: string, id: string}} fact */
const focus = (fact) => {
  const layer = /** @type {any} */ (layers.find(fact));
  if (!layer) return;
  select(layer.fact.kind, layer.fact.id);
  if (layer.getBounds) state.map.fitBounds(layer.getBounds(), { maxZoom: 17, padding: [40, 40] });
  else state.map.setView(layer.getLatLng(), Math.max(16, state.map.getZoom()));
  layer.openTooltip?.();
};

/** @param {{pins: Fact[], replace?: boolean}} message */
const movePins = ({ pins, replace }) => {
  state.live ??= L.featureGroup().addTo(state.map);
  if (replace) state.live.clearLayers();
  for (const fact of pins) {
    const old = fact.id === undefined ? undefined : layers.find({ kind: fact.kind, id: fact.id });
    if (old?.setLatLng && state.map.hasLayer(old)) {
      old.setLatLng([fact.lat, fact.lon]);
      old.setIcon?.(layers.pinIcon(fact));
      old.fact = fact;
    } else state.live.addLayer(layers.pin(fact));
  }
};

const ready = () => tell({ type: "ready", address: state.address });

/** @type {Record<string, (message: any) => void>} */
const hear = {
  hello: ready,
  show: ({ address }) => show(address),
  focus,
  select: (fact) => {
    const layer = layers.find(fact);
    if (layer) select(layer.fact.kind, layer.fact.id);
  },
  "set-place": ({ lon, lat }) => {
    setPlace(lon, lat);
    state.map.setView([lat, lon], Math.max(15, state.map.getZoom()));
  },
  "look-at": ({ lon, lat }) => state.map.setView([lat, lon], Math.max(16, state.map.getZoom())),
  pins: movePins,
  people: (message) => movePeople(state.map, message),
  route: (way) => {
    state.route?.remove();
    const fact = { kind: "route", id: "", ...way, tooltip: way.label || "" };
    state.route = way.points?.length ? layers.line(fact).addTo(state.map) : null;
  },
  layer: ({ name, on }) => {
    const group = state.groups.get(name);
    if (group && on) group.addTo(state.map);
    else group?.remove();
  },
  theme: ({ theme }) => {
    root.dataset.theme = theme === "dark" ? "dark" : "light";
    drawBase(state.map);
  },
};

/* Keys of the page are pressed in the map, too; those that move or zoom it, and Enter on a pin, stay here. */
const OWN = new Set([
  "ArrowUp",
  "ArrowDown",
  "ArrowLeft",
  "ArrowRight",
  "+",
  "-",
  "=",
  "_",
  "Tab",
  "Shift",
  "Alt",
  "Control",
  "Meta",
]);
/** @param {KeyboardEvent} e */
const passKey = (e) => {
  if (e.isComposing || e.metaKey || OWN.has(e.key)) return;
  const target = e.target instanceof Element ? e.target : null;
  if (target?.closest("input, select, textarea")) return;
  if (
    (e.key === "Enter" || e.key === " ") &&
    target?.closest("a, button, .leaflet-interactive, .leaflet-marker-icon")
  )
    return;
  const { key, code, ctrlKey, altKey } = e;
  if (ctrlKey && ["c", "p", "r"].includes(key)) return;
  tell({ type: "key", key, code, ctrlKey, altKey });
};

/**
 * Called once at the end of every map document.
 * @param {L.Map} map
 * @param {Partial<Scene> & {theme: string}} options
 * @param {[string, L.FeatureGroup][]} groups What Folium has drawn, by name.
 */
const bridge = (map, options, groups) => {
  Object.assign(state, { map, options, groups: new Map(groups) });
  if (options.theme !== "auto") {
    root.dataset.theme = options.theme;
    drawBase(map);
  }
  map.attributionControl.setPrefix("");
  settle();
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  map.on("click", (e) => {
    const at = e.latlng.wrap();
    if (state.options.pick) setPlace(at.lng, at.lat);
    tell({ type: "place", lon: at.lng, lat: at.lat });
  });
  map.on("moveend", () => {
    const b = map.getBounds();
    tell({ type: "view", zoom: map.getZoom(), box: [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()] });
  });
  window.addEventListener("message", (e) => {
    if (e.origin === location.origin) hear[e.data?.type]?.(e.data);
  });
  window.addEventListener("keydown", passKey);
  window.addEventListener("beforeprint", () => map.invalidateSize());
  Object.assign(window.jinlinMap, { map, state });
  ready();
};

layers.clicks.picked = ({ kind, id = "" }) => {
  select(kind, id);
  tell({ type: "pick", kind, id });
};
L.Map.mergeOptions({ minZoom: 8, maxZoom: 19, zoomSnap: 0.5 });
window.jinlinMap = { ...layers, base: baseLayer, select, bridge };
