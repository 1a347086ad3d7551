/* What a map page does beyond Folium: draws lists of facts, and talks with the page around its frame.
   From the page: focus, select {kind, id}; set-place {lon, lat}; pins {pins, replace}; route {points, label}; theme {theme}.
   To the page: ready; place {lon, lat}; pick {kind, id}; view {box, zoom}. */
(() => {
  "use strict";
  const jinlinMap = (window.jinlinMap = window.jinlinMap || {});
  const root = document.documentElement;
  L.Map.mergeOptions({ minZoom: 8, maxZoom: 19, zoomSnap: 0.5 });
  const state = { map: null, base: null, options: {}, place: null, route: null, live: null, chosen: null, index: new Map() };
  const key = (kind, id) => `${kind}:${id}`;
  const tell = (message) => { if (window.parent !== window) window.parent.postMessage(message, location.origin); };
  const themeNow = () => root.dataset.theme || "light";

  const textBox = (text) => {
    const box = document.createElement("div");
    String(text).split("\n").forEach((line, i) => { const row = box.appendChild(document.createElement(i ? "div" : "b")); row.textContent = line; });
    return box;
  };
  const known = (layer, fact) => {
    layer.fact = fact;
    if (fact.tooltip) layer.bindTooltip(textBox(fact.tooltip), { direction: "top", offset: [0, -10], sticky: Boolean(layer.setStyle) });
    if (fact.id === undefined || fact.id === "") return layer;
    state.index.set(key(fact.kind, fact.id), layer);
    /* A pin takes the click; an area tells its own pick and lets the place below be told too. */
    const picked = (e) => {
      if (layer.setStyle && state.options.pick) return;
      if (!layer.setStyle) L.DomEvent.stopPropagation(e);
      jinlinMap.select(fact.kind, fact.id);
      tell({ type: "pick", kind: fact.kind, id: fact.id });
    };
    layer.on("click", picked);
    layer.on("keypress", (e) => { if (e.originalEvent.key === "Enter") picked(e); });
    return layer;
  };

  /* --- lists of facts to Leaflet layers --- */
  const pinIcon = (fact) => {
    const box = document.createElement("div");
    box.className = `pin ${fact.kind} ${fact.state || ""}`;
    box.appendChild(document.createElement("span")).textContent = fact.label;
    if (fact.note) { const note = box.appendChild(document.createElement("em")); note.textContent = fact.note; }
    const side = fact.kind === "home" || fact.kind === "alarm" ? 38 : 30;
    return L.divIcon({ html: box, className: "pin-at", iconSize: [side, side] });
  };
  const pin = (fact) => known(L.marker([fact.lat, fact.lon], {
    icon: pinIcon(fact), title: fact.tooltip ? "" : fact.label, alt: `${fact.label} ${fact.tooltip || ""}`.trim(), keyboard: true,
    zIndexOffset: { home: 900, alarm: 1000, candidate: 500 }[fact.kind] || 0,
  }), fact);
  jinlinMap.pins = (facts) => L.featureGroup(facts.map(pin));

  jinlinMap.clusters = (facts) => {
    const worst = (markers) => ["late", "warn", "ok", "info"].find((s) => markers.some((m) => m.fact.state === s)) || "info";
    const group = L.markerClusterGroup({
      maxClusterRadius: 46, showCoverageOnHover: false, chunkedLoading: true, spiderfyOnMaxZoom: true,
      iconCreateFunction: (cluster) => {
        const n = cluster.getChildCount(), box = document.createElement("div");
        box.className = `cluster ${worst(cluster.getAllChildMarkers())}`; box.textContent = n;
        const side = n < 10 ? 32 : n < 100 ? 40 : 50;
        return L.divIcon({ html: box, className: "pin-at", iconSize: [side, side] });
      },
    });
    group.addLayers(facts.map(pin));
    return group;
  };

  jinlinMap.shapes = (features) => L.geoJSON(features, {
    style: (f) => f.properties.style, smoothFactor: 0.6,
    onEachFeature: (f, layer) => {
      if (f.properties.show_name) layer.bindTooltip(textBox(f.properties.name), { permanent: true, direction: "center", className: "cell-name" });
      known(layer, f.properties.show_name ? { ...f.properties, tooltip: "" } : f.properties);
    },
  });

  jinlinMap.line = (fact) => {
    const points = fact.points.map(([lon, lat]) => [lat, lon]);
    const under = L.polyline(points, { className: "route-under", weight: 10, interactive: false });
    const over = known(L.polyline(points, { className: `route ${fact.state || ""}`, weight: 6 }), fact);
    return L.featureGroup([under, over]);
  };

  /* --- base maps --- */
  const gcjShift = (lon, lat) => {
    const a = 6378245, ee = 0.00669342162296594323, x = lon - 105, y = lat - 35, sin = Math.sin, pi = Math.PI;
    const wave = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3;
    const dy = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + wave + (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3 + (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3;
    const dx = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + wave + (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3 + (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3;
    const rad = lat / 180 * pi, magic = 1 - ee * sin(rad) ** 2;
    return [(dx * 180) / (a / Math.sqrt(magic) * Math.cos(rad) * pi), (dy * 180) / ((a * (1 - ee)) / (magic * Math.sqrt(magic)) * pi)];
  };
  const shifted = (at) => { const [dlon, dlat] = gcjShift(at.lng, at.lat); return L.latLng(at.lat + dlat, at.lng + dlon); };
  /* Tiles of a GCJ-02 provider are laid under WGS-84 facts: the grid is asked for the shifted centre, nothing else moves. */
  const GcjTiles = L.TileLayer.extend({
    _update(centre) { L.TileLayer.prototype._update.call(this, shifted(centre || this._map.getCenter())); },
    _setZoomTransform(level, centre, zoom) { L.TileLayer.prototype._setZoomTransform.call(this, level, shifted(centre), zoom); },
  });
  jinlinMap.tileBase = (options) => {
    const Kind = options.datum === "gcj02" ? GcjTiles : L.TileLayer;
    const layers = options.addresses.map((address) => new Kind(address, { attribution: options.attribution, maxNativeZoom: options.max_zoom, maxZoom: 20, subdomains: options.subdomains }));
    return L.layerGroup(layers);
  };
  jinlinMap.base = (options) => ({ addTo: (map) => { state.base = { options, layer: null }; drawBase(map); return state.base; } });
  /* A missing file leaves the grey ground instead of an error for every tile. */
  const there = async (address) => {
    try { return (await fetch(address, { headers: { Range: "bytes=0-15" } })).ok; } catch { return false; }
  };
  const drawBase = async (map) => {
    const { base } = state;
    if (!base) return;
    const { options } = base, theme = themeNow();
    if (options.near && base.there === undefined) base.there = there(options.near);
    if (options.near && !(await base.there)) { root.dataset.base = "missing"; return; }
    base.layer?.remove();
    base.layer = options.near ? jinlinMap.vectorBase(options, theme) : jinlinMap.tileBase(options);
    base.layer.addTo(map);
    base.layer.bringToBack?.();
    root.dataset.base = "shown";
  };

  /* --- talking --- */
  const place = (lon, lat) => {
    state.place?.remove();
    state.place = pin({ lon, lat, label: state.options.place_label || "●", kind: "home", tooltip: "" }).addTo(state.map);
    if (state.options.pick) { state.place.dragging.enable(); state.place.on("dragend", () => { const at = state.place.getLatLng(); tell({ type: "place", lon: at.lng, lat: at.lat }); }); }
  };
  jinlinMap.select = (kind, id) => {
    const mark = (layer, on) => {
      layer?.getElement?.()?.classList.toggle("on", on);
      if (layer?.setStyle && layer.fact?.style) layer.setStyle(on ? { weight: 4, color: getComputedStyle(root).getPropertyValue("--brand-ink") || "#0b5d66", dashArray: null } : layer.fact.style);
    };
    mark(state.chosen, false);
    state.chosen = state.index.get(key(kind, id)) || null;
    mark(state.chosen, true);
    if (state.chosen?.bringToFront) state.chosen.bringToFront();
    return state.chosen;
  };
  const find = (m) => (m.kind ? state.index.get(key(m.kind, m.id)) : [...state.index].find(([k]) => k.endsWith(`:${m.id}`))?.[1]);
  const hear = {
    focus: (m) => {
      const layer = find(m);
      if (!layer) return;
      jinlinMap.select(layer.fact.kind, layer.fact.id);
      if (layer.getBounds) state.map.fitBounds(layer.getBounds(), { maxZoom: 17, padding: [40, 40] });
      else state.map.setView(layer.getLatLng(), Math.max(16, state.map.getZoom()));
      layer.openTooltip?.();
    },
    select: (m) => { const layer = find(m); if (layer) jinlinMap.select(layer.fact.kind, layer.fact.id); },
    "set-place": (m) => { place(m.lon, m.lat); state.map.setView([m.lat, m.lon], Math.max(15, state.map.getZoom())); },
    pins: (m) => {
      state.live = state.live || L.featureGroup().addTo(state.map);
      if (m.replace) state.live.clearLayers();
      m.pins.forEach((fact) => {
        const old = fact.id === undefined ? null : state.index.get(key(fact.kind, fact.id));
        if (old?.setLatLng) { old.setLatLng([fact.lat, fact.lon]); old.setIcon(pinIcon(fact)); old.fact = fact; } else state.live.addLayer(pin(fact));
      });
    },
    route: (m) => { state.route?.remove(); state.route = m.points?.length ? jinlinMap.line({ kind: "route", id: "", ...m, tooltip: m.label || "" }).addTo(state.map) : null; },
    theme: (m) => { root.dataset.theme = m.theme === "dark" ? "dark" : "light"; drawBase(state.map); },
  };

  /** Called once at the end of every map page. */
  jinlinMap.bridge = (map, options) => {
    Object.assign(state, { map, options });
    if (options.theme !== "auto") { root.dataset.theme = options.theme; drawBase(map); }
    if (options.bounds) map.fitBounds(options.bounds, { padding: [24, 24], animate: false });
    if (options.place) place(options.place[0], options.place[1]);
    map.attributionControl.setPrefix("");
    document.querySelectorAll(".leg, .top").forEach((box) => { map.getContainer().append(box); L.DomEvent.disableClickPropagation(box); });
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    map.on("click", (e) => {
      const at = e.latlng.wrap();
      if (options.pick) place(at.lng, at.lat);
      tell({ type: "place", lon: at.lng, lat: at.lat });
    });
    map.on("moveend", () => { const b = map.getBounds(); tell({ type: "view", zoom: map.getZoom(), box: [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()] }); });
    window.addEventListener("message", (e) => { if (e.origin === location.origin && hear[e.data?.type]) hear[e.data.type](e.data); });
    window.addEventListener("beforeprint", () => map.invalidateSize());
    jinlinMap.map = map; jinlinMap.state = state;
    tell({ type: "ready" });
  };
})();
