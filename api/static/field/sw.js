/* The field page without signal.  Served at /field/sw.js?v=<release> with "Service-Worker-Allowed: /field".
   shell: pages and static files of this release.  own: the worker's cells, tasks and base map, dropped at sign-out. */
const RELEASE = new URL(self.location.href).searchParams.get("v") || "0";
const SHELL = `jinlin-shell-${RELEASE}`;
const OWN = "jinlin-own";
const PAGES = ["/field"];
const FILES = [
  "/static/css/tokens.css",
  "/static/css/app.css",
  "/static/css/field.css",
  "/static/css/ticket.css",
  "/static/css/map.css",
  "/static/icons/jinlin.svg",
  "/static/icons/sprite.svg",
  "/static/field/manifest.webmanifest",
  "/static/js/theme.js",
  "/static/js/ask.js",
  "/static/js/buzz.js",
  "/static/js/clock.js",
  "/static/js/dom.js",
  "/static/js/drafts.js",
  "/static/js/keys.js",
  "/static/js/live.js",
  "/static/js/paced.js",
  "/static/js/map.js",
  "/static/js/photos.js",
  "/static/js/press.js",
  "/static/js/say.js",
  "/static/js/shell.js",
  "/static/js/ticket.js",
  "/static/js/uuid.js",
  "/static/js/whereabouts.js",
  "/static/js/field/alarms.js",
  "/static/js/field/day.js",
  "/static/js/field/field.js",
  "/static/js/field/keep.js",
  "/static/js/field/lamp.js",
  "/static/js/field/mine.js",
  "/static/js/field/outbox.js",
  "/static/js/field/position.js",
  "/static/js/field/report.js",
  "/static/js/field/retry.js",
  "/static/js/field/rounds.js",
  "/static/js/field/share.js",
  "/static/js/field/task.js",
  "/static/js/field/tasks.js",
  "/static/js/field/views.js",
  "/static/js/field/visits.js",
  "/static/js/field/walk.js",
  "/static/js/map/base.js",
  "/static/js/map/bridge.js",
  "/static/js/map/layers.js",
  "/static/js/map/paint.js",
  "/static/js/map/people.js",
  "/static/vendor/idb/build/umd.js",
  "/static/vendor/leaflet/dist/leaflet.js",
  "/static/vendor/leaflet/dist/leaflet.css",
  "/static/vendor/leaflet/dist/images/layers.png",
  "/static/vendor/leaflet/dist/images/layers-2x.png",
  "/static/vendor/leaflet.markercluster/dist/leaflet.markercluster.js",
  "/static/vendor/leaflet.markercluster/dist/MarkerCluster.css",
  "/static/vendor/leaflet.fullscreen/dist/Control.FullScreen.umd.js",
  "/static/vendor/leaflet.fullscreen/dist/Control.FullScreen.css",
  "/static/vendor/protomaps-leaflet/dist/protomaps-leaflet.js",
];

/* One missing file must not leave the phone without all the others. */
const keepAll = async (name, addresses) => {
  const cache = await caches.open(name);
  return Promise.allSettled(
    addresses.map(async (address) => {
      const answer = await fetch(address, { cache: "reload", credentials: "same-origin" });
      if (answer.status === 200 && !answer.redirected) await cache.put(address, answer);
    }),
  );
};
self.addEventListener("install", (e) =>
  e.waitUntil(Promise.all([keepAll(SHELL, FILES), keepAll(OWN, PAGES)]).then(() => self.skipWaiting())),
);
self.addEventListener("activate", (e) =>
  e.waitUntil(
    (async () => {
      const names = await caches.keys();
      await Promise.all(
        names.filter((n) => n.startsWith("jinlin-") && n !== SHELL && n !== OWN).map((n) => caches.delete(n)),
      );
      await self.clients.claim();
    })(),
  ),
);

/* From the page: {type: "keep", addresses} before going out, {type: "forget"} at sign-out. */
self.addEventListener("message", (e) => {
  const ports = e.ports;
  const done = (value) => ports[0]?.postMessage(value);
  if (e.data?.type === "keep")
    e.waitUntil(
      keepAll(OWN, e.data.addresses).then((all) => done(all.filter((r) => r.status === "fulfilled").length)),
    );
  if (e.data?.type === "forget") e.waitUntil(caches.delete(OWN).then(done));
});
self.addEventListener("sync", (e) => {
  if (e.tag === "jinlin-outbox")
    e.waitUntil(
      self.clients.matchAll({ type: "window" }).then((all) =>
        all.forEach((c) => {
          c.postMessage({ type: "sync" });
        }),
      ),
    );
});

/* A kept PMTiles file is whole; the map asks for pieces of it. */
const piece = async (request, whole) => {
  const asked = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("range") || "");
  if (!asked) return whole;
  const body = await whole.blob(),
    from = Number(asked[1]),
    to = Math.min(asked[2] ? Number(asked[2]) : body.size - 1, body.size - 1);
  if (from >= body.size)
    return new Response(null, { status: 416, headers: { "Content-Range": `bytes */${body.size}` } });
  const headers = {
    "Content-Type": "application/octet-stream",
    "Content-Range": `bytes ${from}-${to}/${body.size}`,
    "Content-Length": String(to - from + 1),
  };
  const tag = whole.headers.get("etag");
  return new Response(body.slice(from, to + 1), {
    status: 206,
    headers: tag ? { ...headers, ETag: tag } : headers,
  });
};
const tiles = async (request) => {
  const kept = await caches.match(new URL(request.url).pathname);
  return kept ? piece(request, kept) : fetch(request);
};
const fileFirst = async (request) => (await caches.match(new URL(request.url).pathname)) || fetch(request);
const netFirst = async (request) => {
  const name = request.mode === "navigate" ? new URL(request.url).pathname : request.url;
  try {
    const answer = await fetch(request);
    if (answer.status === 200 && !answer.redirected) (await caches.open(OWN)).put(name, answer.clone());
    return answer;
  } catch (cause) {
    const kept =
      (await caches.match(name)) || (request.mode === "navigate" ? await caches.match("/field") : undefined);
    if (kept) return kept;
    throw cause;
  }
};
self.addEventListener("fetch", (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/tiles/")) e.respondWith(tiles(e.request));
  else if (url.pathname.startsWith("/static/")) e.respondWith(fileFirst(e.request));
  else if (
    url.pathname === "/field" ||
    url.pathname.startsWith("/field/") ||
    url.pathname.startsWith("/api/v1/field/")
  )
    e.respondWith(netFirst(e.request));
});
