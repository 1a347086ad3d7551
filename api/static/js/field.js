/* The grid worker's phone: tasks in the order of the way, a report in seconds, everything through the outbox. */
(() => {
  "use strict";
  const $ = (selector, node = document) => node.querySelector(selector);
  const words = JSON.parse($("#field-words").textContent);
  let day = JSON.parse($("#day").textContent);
  const make = (tag, props = {}, ...inside) => {
    const node = Object.assign(document.createElement(tag), props);
    node.append(...inside.filter((part) => part !== null && part !== undefined && part !== ""));
    return node;
  };
  const hide = (node, yes) => { node.hidden = yes; };

  /* --- views --- */
  const opened = {};
  const show = () => {
    const [name, id] = decodeURIComponent(location.hash.slice(1) || "tasks").split("=");
    const known = $(`[data-view="${CSS.escape(name)}"]`) ? name : "tasks";
    document.querySelectorAll("[data-view]").forEach((view) => hide(view, view.dataset.view !== known));
    document.querySelectorAll(".tabbar a").forEach((a) => {
      if (a.getAttribute("href") === `#${{ task: "tasks", visit: "visits" }[known] || known}`) a.setAttribute("aria-current", "page"); else a.removeAttribute("aria-current");
    });
    $("#main").scrollTop = 0;
    opened[known]?.(id);
  };
  window.addEventListener("hashchange", show);

  /* --- own position --- */
  let here = null;
  const heard = new Set();
  const far_m = (a, b) => {
    const rad = Math.PI / 180, x = (b.lon - a.lon) * rad * Math.cos(((a.lat + b.lat) / 2) * rad), y = (b.lat - a.lat) * rad;
    return 6371008.8 * Math.hypot(x, y);
  };
  const length = (m) => (m < 1000 ? `${Math.round(m / 10) * 10} m` : `${(m / 1000).toFixed(1)} km`);
  const located = ({ coords }) => {
    here = { lon: coords.longitude, lat: coords.latitude, accuracy_m: Math.min(5000, Math.round(coords.accuracy * 10) / 10) };
    const lamp = $("[data-gps]");
    lamp.className = `lamp ${here.accuracy_m > 50 ? "warn" : "ok"}`;
    lamp.textContent = `±${Math.round(here.accuracy_m)} m`;
    heard.forEach((run) => run());
  };
  const lost = () => { heard.forEach((run) => run(words.no_gps)); };
  let watching = false;
  const watch = () => {
    if (watching || !navigator.geolocation) { if (!navigator.geolocation) lost(); return; }
    watching = true;
    navigator.geolocation.watchPosition(located, lost, { enableHighAccuracy: true, maximumAge: 15000, timeout: 12000 });
  };

  /* --- tasks --- */
  const leftLamp = (t) => {
    const resting = ["done", "checked", "closed", "void", "merged", "shelved"].includes(t.state);
    const lamp = make("span", { className: `lamp ${{ green: "ok", yellow: "warn", orange: "warn", red: "late" }[t.lamp]}` });
    if (resting) { lamp.textContent = t.state_name; if (t.state === "done") lamp.className = "lamp info"; } else lamp.dataset.left = t.due_at;
    return lamp;
  };
  /* Nearest next, from where the worker stands; without a position by deadline. */
  const walked = (tasks) => {
    if (!here) return tasks.map((task) => ({ task, leg_m: null }));
    const left = [...tasks], way = [];
    let from = here;
    while (left.length) {
      const next = left.reduce((best, t) => (far_m(from, t) < far_m(from, best) ? t : best));
      way.push({ task: next, leg_m: far_m(from, next) });
      left.splice(left.indexOf(next), 1);
      from = next;
    }
    return way;
  };
  const taskCard = ({ task, leg_m }) => make("li", {}, make("a", { className: `card task ${task.lamp === "red" && task.state === "reported" ? "late" : ""}`, href: `#task=${task.no}` },
    make("span", { className: "row" }, make("span", { className: `lamp ${task.state === "done" ? "info" : "warn"}`, textContent: `${task.doubtful ? words.doubtful : task.state === "done" ? words.check : words.verify}${task.urgent ? " !" : ""}` }), task.visit_due_at ? make("span", { className: "lamp warn", textContent: `${words.asked} ${jinlin.time(task.visit_due_at)}` }) : null, make("b", { className: "num", textContent: leg_m === null ? "" : length(far_m(here, task)) })),
    make("b", { textContent: `${task.category_name}` }),
    make("span", { className: "muted", textContent: task.description || task.address }),
    make("span", { className: "muted small num", textContent: `${task.community_name} · ${task.no}` })));
  /* What others are working on around here: known already, so not to be reported again. */
  const nearbyCard = (t) => make("li", {}, make("a", { className: "card task", href: `#task=${t.no}` }, make("span", { className: "row" }, leftLamp(t), make("span", { className: "muted num", textContent: here ? length(far_m(here, t)) : "" })), make("b", { textContent: t.category_name }), make("span", { className: "muted small", textContent: `${t.state_name} · ${t.department_name}` })));
  const drawNearby = () => {
    const near = here ? [...day.nearby].sort((a, b) => far_m(here, a) - far_m(here, b)) : day.nearby;
    $("[data-nearby]").replaceChildren(...near.slice(0, 20).map(nearbyCard));
    $("[data-nearby-title]").textContent = `${words.nearby} ${day.nearby.length}`;
    hide($("[data-nearby-title]"), !near.length);
    jinlin.ticketTick($("[data-nearby]"));
  };
  const done = new Set();
  const drawTasks = () => {
    const open = day.tasks.filter((t) => !done.has(t.no)), way = walked(open);
    const total = way.reduce((sum, leg) => sum + (leg.leg_m || 0), 0);
    $("[data-tasks-title]").textContent = `${words.tasks} ${open.length} · ${here ? words.by_way : words.by_due}`;
    $("[data-task-count]").textContent = `${open.length} ${words.tasks_n}`;
    $("[data-way]").textContent = here && way.length ? `${words.whole} ${length(total)}（${words.straight}）` : "";
    const list = $("[data-tasks]");
    list.replaceChildren(...way.map(taskCard));
    if (!way.length) list.append(make("li", { className: "card empty" }, make("b", { textContent: words.no_tasks }), make("span", { textContent: words.no_tasks_hint })));
    drawNearby();
    const at = $("[data-as-of]");
    at.dateTime = day.as_of;
    jinlin.tick();
    jinlin.ticketTick(list);
  };
  opened.tasks = () => { drawTasks(); refresh(); };
  heard.add(() => { if (!$('[data-view="tasks"]').hidden) drawTasks(); });
  const pinMe = (frame) => here && jinlin.toMap(frame, { type: "pins", replace: true, pins: [{ lon: here.lon, lat: here.lat, label: words.here, kind: "worker", id: "me" }] });
  $("[data-map-toggle]").addEventListener("click", (e) => {
    const box = $("[data-map-box]");
    hide(box, !box.hidden);
    e.currentTarget.setAttribute("aria-expanded", String(!box.hidden));
    if (!box.hidden && !box.dataset.loaded) { box.dataset.loaded = "1"; $("#task-map").contentWindow.location.replace("/field/map"); }
  });
  jinlin.onMap("ready", (_message, frame) => { if (frame?.id === "task-map") pinMe(frame); if (frame?.id === "pick-map" && spot()) jinlin.toMap(frame, { type: "set-place", ...spot() }); });
  jinlin.onMap("pick", ({ kind, id }) => { if (kind === "task") location.hash = `task=${id}`; });

  /* --- one task --- */
  const shots = (names, label) => (names.length ? make("div", {}, make("span", { className: "muted small", textContent: label }), make("div", { className: "shots" }, ...names.map((name, i) => make("a", { href: `/api/v1/photos/${name}`, target: "_blank" }, make("img", { src: `/api/v1/photos/${name}`, alt: `${label} ${i + 1}`, loading: "lazy" }))))) : null);
  const need = (name, id) => {
    const field = make("div", { className: "field" }, make("label", { htmlFor: id, textContent: `${words[name] || name} *` }));
    if (name === "evidence") field.append(make("label", { className: "btn shoot" }, words.take, make("input", { id, name, type: "file", accept: "image/*", multiple: true, required: true })), make("div", { className: "shots" }));
    else if (name === "rating") field.append(make("div", { className: "flow" }, ...[5, 4, 3, 2, 1].map((n) => make("label", { className: "choice" }, make("input", { type: "radio", name, value: n, required: true }), `${n} ★`))), make("div", { className: "flow" }, ...["true", "false"].map((solved) => make("label", { className: "choice" }, make("input", { type: "radio", name: "solved", value: solved }), words[`solved_${solved}`]))));
    else if (name === "found") field.append(make("div", { className: "flow" }, ...["exists", "absent", "unclear"].map((found) => make("label", { className: "choice" }, make("input", { type: "radio", name, value: found, required: true }), words[found]))));
    else if (name === "department") field.append(make("select", { id, name, required: true }, make("option", { value: "" }), ...day.departments.map(([code, label]) => make("option", { value: code }, label))));
    else field.append(make("textarea", { id, name, required: true, maxLength: 2000 }));
    field.append(make("span", { className: "error", hidden: true }));
    if (name === "evidence") { const input = field.querySelector("input"); input.setAttribute("capture", "environment"); field.querySelector(".shots").dataset.shots = ""; }
    field.lastChild.dataset.errorFor = name;
    return field;
  };
  const actForm = (task, move) => {
    const form = make("form", { className: "stack", noValidate: true }, ...move.needs.map((name) => need(name, `${move.action}-${name}`)),
      make("button", { className: `btn big ${move.action === "fail" || move.action === "contest" ? "stop" : "go"}`, type: "submit", textContent: move.label }));
    form.dataset.act = move.action;
    form.dataset.later = "";
    form.addEventListener("submit", (e) => { e.preventDefault(); keepAct(form, task, move); });
    return move.needs.length ? make("details", { className: "card" }, make("summary", { textContent: move.label }), form) : form;
  };
  const keepAct = async (form, task, move) => {
    const wrong = [...form.elements].find((e) => e.required && !e.validity.valid);
    jinlin.clearErrors(form);
    if (wrong) { const error = form.querySelector(`[data-error-for="${wrong.name}"]`); error.textContent = words.needed; error.hidden = false; wrong.focus(); return; }
    const button = form.querySelector("button");
    button.disabled = true;
    const photos = await Promise.all([...(form.elements.namedItem("evidence")?.files || [])].map((file) => jinlin.shrink(file)));
    const fields = Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string").map(([name, value]) => [name, name === "rating" ? Number(value) : value]));
    await jinlin.outbox.add({ kind: "act", no: task.no, action: move.action, fields, photos, title: `${move.label} · ${task.category_name}`, description: "" });
    done.add(task.no);
    jinlin.say(navigator.onLine ? words.submit : words.queued_act, "ok");
    location.hash = "mine";
  };
  const mapLink = (task) => make("button", { className: "btn", type: "button", textContent: `${task.community_name} ${task.address || ""}`.trim(), onclick: () => {
    location.hash = "tasks";
    if ($("[data-map-box]").hidden) $("[data-map-toggle]").click(); else jinlin.toMap("task-map", { type: "focus", kind: "task", id: task.no });
  } });
  opened.task = (no) => {
    const task = [...day.tasks, ...day.mine, ...day.nearby].find((t) => t.no === no), box = $("[data-task]");
    if (!task) { location.hash = "tasks"; return; }
    box.replaceChildren(
      make("div", { className: "card task" }, make("span", { className: "row" }, leftLamp(task), make("span", { className: "muted num small", textContent: task.no })), make("b", { textContent: task.category_name }), make("span", { textContent: task.description }),
        make("span", { className: "muted small", textContent: `${words.department} ${task.department_name}` }), mapLink(task)),
      ...[shots(task.photos, words.before), shots(task.evidence, words.after)].filter(Boolean),
      ...task.actions.filter((m) => m.needs.every((n) => ["evidence", "reason", "note", "rating", "found", "department"].includes(n))).map((m) => actForm(task, m)),
      make("a", { className: "btn plain", href: `/ticket/${task.no}`, textContent: words.detail }));
    const only = box.querySelectorAll("details");
    if (only.length) only[0].open = true;
    jinlin.ticketTick(box);
  };

  /* --- a report --- */
  const report = { category: "", photos: [], place: null, cell: "" };
  const spot = () => report.place || here;
  const kept = idb.openDB("jinlin-draft", 1, { upgrade: (db) => { db.createObjectStore("now"); } });
  const keepDraft = async () => (await kept).put("now", { category: report.category, photos: report.photos, place: report.place, nature: $("#nature").value, description: $("#description").value }, "report");
  const dropDraft = async () => (await kept).delete("now", "report");
  const tile = (category) => {
    const button = make("button", { type: "button", title: category.group }, category.name);
    button.dataset.code = category.code;
    button.setAttribute("aria-pressed", String(category.code === report.category));
    return button;
  };
  const drawCategories = () => {
    const asked = $("[data-search]").value.trim().toLowerCase();
    const byCode = new Map(day.categories.map((c) => [c.code, c]));
    let found = asked ? day.categories.filter((c) => c.search.includes(asked)).slice(0, 16) : day.frequent.map((code) => byCode.get(code)).filter(Boolean);
    const chosen = byCode.get(report.category);
    if (chosen && !found.includes(chosen)) found = [chosen, ...found];
    $("[data-cats]").replaceChildren(...(found.length ? found.map(tile) : [make("span", { className: "muted", textContent: words.no_match })]));
  };
  const drawPhotos = () => {
    const box = $("[data-photos]"), shoot = $(".shoot", box);
    box.replaceChildren(...report.photos.map((file, i) => {
      const image = make("img", { alt: `${words.photos} ${i + 1}`, src: URL.createObjectURL(file) });
      image.addEventListener("load", () => URL.revokeObjectURL(image.src));
      const remove = make("button", { type: "button", textContent: "✕", ariaLabel: words.remove, onclick: () => { report.photos.splice(i, 1); drawPhotos(); keepDraft(); } });
      return make("figure", {}, image, remove);
    }), ...(report.photos.length < 9 ? [shoot] : []));
  };
  const drawPlace = (trouble = "") => {
    const at = spot(), line = $("[data-where]");
    if (!at) { line.textContent = trouble || line.textContent; if (trouble) openPick(); return; }
    line.textContent = report.place ? words.by_map : `${words.located} ±${Math.round(here.accuracy_m)} m`;
    $("[data-error-for=lon]").hidden = true;
    if (!report.place && here.accuracy_m > 50) line.textContent += ` · ${words.rough}`;
  };
  const openPick = () => {
    const box = $("[data-pick-box]");
    hide(box, false);
    if (!box.dataset.loaded) { box.dataset.loaded = "1"; $("#pick-map").contentWindow.location.replace("/field/pick"); }
  };
  jinlin.onMap("place", ({ lon, lat }, frame) => {
    if (frame?.id !== "pick-map") return;
    report.place = { lon: Math.round(lon * 1e6) / 1e6, lat: Math.round(lat * 1e6) / 1e6, accuracy_m: 0 };
    report.cell = "";
    drawPlace();
    keepDraft();
    ask();
  });

  /* What the server can say before the report is filed; without signal nothing is asked. */
  let asking = null, asked_at = "";
  const ask = async () => {
    const at = spot();
    if (!at || !navigator.onLine) return;
    const query = new URLSearchParams({ lon: at.lon, lat: at.lat, ...(report.category ? { category: report.category } : {}) });
    const key = `${report.category} ${at.lon.toFixed(4)} ${at.lat.toFixed(4)}`;
    if (key === asked_at) return;
    asked_at = key;
    asking?.abort();
    asking = new AbortController();
    const options = { quiet: true, signal: asking.signal };
    try {
      const found = await jinlin.api("GET", `/api/v1/cells/locate?${query}&accuracy_m=${at.accuracy_m}`, undefined, options);
      drawWho(found);
      if (report.category) drawLike((await jinlin.api("GET", `/api/v1/tickets/like?${query}`, undefined, options)).items);
    } catch (problem) {
      if (problem.name !== "AbortError") { asked_at = ""; $("[data-who]").textContent = problem.status === 422 ? problem.detail : ""; }
    }
  };
  const drawWho = (found) => {
    $("[data-who]").textContent = `${found.community_name} · ${day.cells[found.cell] || found.cell}${report.category ? ` · ${words.goes_to} ${found.department_name}` : ""}`;
    const cells = [found.cell, ...found.border_cells], box = $("[data-border]");
    hide(box, cells.length < 2);
    if (!cells.includes(report.cell)) report.cell = "";
    $("[data-border-cells]").replaceChildren(...cells.map((code) => make("label", { className: "choice" }, make("input", { type: "radio", name: "cell", value: code, checked: code === (report.cell || found.cell), onchange: () => { report.cell = code; } }), day.cells[code] || code)));
  };
  const drawLike = (items) => {
    const box = $("[data-like]");
    hide(box, !items.length);
    box.replaceChildren(make("b", { textContent: `${words.like} ${items.length}` }), ...items.slice(0, 3).map((item) => make("div", {}, make("a", { href: `/ticket/${item.no}`, target: "_blank", textContent: item.no }), ` ${item.distance_m === undefined ? "" : length(item.distance_m)}`)), make("div", { className: "muted small", textContent: words.like_hint }));
  };
  opened.report = () => { watch(); drawCategories(); drawPhotos(); drawPlace(); ask(); };
  heard.add((trouble) => { if ($('[data-view="report"]').hidden) return; drawPlace(trouble); ask(); });
  $("[data-cats]").addEventListener("click", (e) => {
    const button = e.target.closest("[data-code]");
    if (!button) return;
    report.category = button.dataset.code;
    $("[data-search]").value = "";
    $("[data-error-for=category]").hidden = true;
    drawCategories();
    keepDraft();
    ask();
  });
  $("[data-search]").addEventListener("input", drawCategories);
  $("[data-pick]").addEventListener("click", openPick);
  $("#description").addEventListener("input", keepDraft);
  $("#nature").addEventListener("change", keepDraft);
  $("[data-photos] input").addEventListener("change", async (e) => {
    const files = [...e.target.files];
    e.target.value = "";
    report.photos.push(...(await Promise.all(files.map((file) => jinlin.shrink(file)))).slice(0, 9 - report.photos.length));
    drawPhotos();
    keepDraft();
  });
  const complain = (name, text) => { const error = $(`[data-report] [data-error-for="${name}"]`); error.textContent = text; error.hidden = false; error.scrollIntoView({ block: "center" }); };
  $("[data-report]").addEventListener("submit", async (e) => {
    e.preventDefault();
    const at = spot();
    if (!report.category) { complain("category", words.no_category); return; }
    if (!at) { complain("lon", words.no_place); openPick(); return; }
    const button = e.target.querySelector("[type=submit]");
    button.disabled = true;
    const category = day.categories.find((c) => c.code === report.category);
    try {
      await jinlin.outbox.add({ category: report.category, title: category.name, lon: at.lon, lat: at.lat, accuracy_m: at.accuracy_m, datum: "wgs84", cell: report.cell, nature: $("#nature").value, description: $("#description").value.trim(), photos: report.photos });
      Object.assign(report, { category: "", photos: [], place: null, cell: "" });
      e.target.reset();
      hide($("[data-like]"), true);
      asked_at = "";
      await dropDraft();
      if (!navigator.onLine) jinlin.say(words.kept, "warn");
      location.hash = "mine";
    } finally { button.disabled = false; }
  });
  const takeUp = async () => {
    const draft = await (await kept).get("now", "report");
    if (!draft) return;
    Object.assign(report, { category: draft.category || "", photos: draft.photos || [], place: draft.place });
    $("#description").value = draft.description || "";
    if (draft.nature) $("#nature").value = draft.nature;
    drawCategories();
    drawPhotos();
  };

  /* --- what was sent, what waits, what came of it --- */
  const answerLines = (answer) => [make("span", { className: "num", textContent: answer.no }), answer.ticket ? make("span", { className: "num", textContent: answer.ticket }) : null, answer.department_name ? make("span", { textContent: `${words.department} ${answer.department_name}` }) : null, answer.due_at ? make("span", { textContent: `${words.due} ${jinlin.time(answer.due_at)} ${words.due_after}` }) : null, answer.why ? make("span", { className: "muted small", textContent: `${words.why}：${day.whys[answer.why] || answer.why}` }) : null];
  const boxCard = (draft) => {
    const state = { waiting: "warn", sent: "ok", refused: "late" }[draft.state], word = { waiting: words.waiting, sent: words.sent_state, refused: words.refused }[draft.state];
    const card = make("li", { className: `card task ${draft.state === "refused" ? "late" : draft.state === "sent" ? "answer" : ""}` },
      make("span", { className: "row" }, make("span", { className: `lamp ${state}`, textContent: word }), make("span", { className: "num muted", textContent: jinlin.time(draft.created_at) })), make("b", { textContent: draft.title || draft.category }), draft.description || null);
    card.dataset.draft = draft.state;
    const ticket = draft.kind === "visit" ? draft.answer?.ticket : draft.number;
    if (draft.state === "sent") card.append(make(ticket ? "a" : "span", { className: "task", style: "padding:0", ...(ticket ? { href: `/ticket/${ticket}` } : {}) }, ...answerLines(draft.answer || { no: draft.number }).filter(Boolean)));
    else {
      card.append(make("span", { className: "muted", textContent: draft.why || (draft.kind === "visit" ? "" : `${draft.photos.length} ${words.photos}`) }));
      const again = make("button", { className: "btn", type: "button", textContent: words.retry, onclick: () => jinlin.outbox.retry(draft.key) });
      const away = make("button", { className: "btn", type: "button", textContent: words.remove, onclick: () => window.confirm(words.sure) && jinlin.outbox.remove(draft.key) });
      card.append(make("span", { className: "actions" }, again, away));
    }
    return card;
  };
  const mineCard = (t) => make("li", {}, make("a", { className: "card task", href: `#task=${t.no}` }, make("span", { className: "row" }, leftLamp(t), make("span", { className: "num muted", textContent: jinlin.time(t.reported_at) })), make("b", { textContent: t.category_name }), make("span", { className: "muted", textContent: `${t.state_name} · ${t.department_name}` }), make("span", { className: "muted small num", textContent: t.no })));
  const drawMine = () => {
    const list = $("[data-mine]");
    list.replaceChildren(...day.mine.map(mineCard));
    if (!day.mine.length) list.append(make("li", { className: "card empty", textContent: words.no_mine }));
    jinlin.ticketTick(list);
  };
  let sent = null;
  jinlin.outbox.onChange((all) => {
    const recent = all.filter((d) => d.state !== "sent" || Date.now() - d.sent_at < 3600e3);
    $("[data-box]").replaceChildren(...recent.map(boxCard));
    hide($("[data-outbox-title]"), !recent.length);
    $("[data-waiting]").textContent = all.filter((d) => d.state === "waiting").length;
    const now = all.filter((d) => d.state === "sent").length;
    if (sent !== null && now > sent) refresh();
    sent = now;
    all.filter((d) => d.kind === "act" && d.state === "refused").forEach((d) => done.delete(d.no));
  });
  opened.mine = () => { drawMine(); jinlin.outbox.sync({ now: true }); refresh(); };

  /* --- me --- */
  $("[data-sign-out]").addEventListener("click", async () => {
    const { waiting } = await jinlin.outbox.counts();
    if (waiting && !window.confirm(words.waiting_out)) return;
    await jinlin.forget();
    await jinlin.api("DELETE", "/api/v1/session");
    location.assign("/login");
  });

  /* --- freshness --- */
  const drawn = new Set();
  let refreshing = null;
  const refresh = () => {
    if (refreshing || !navigator.onLine) return refreshing;
    refreshing = fetch("/field/day", { headers: { Accept: "application/json" } }).then(async (answer) => {
      if (!answer.ok || answer.redirected) return;
      day = await answer.json();
      drawTasks();
      drawn.forEach((run) => run());
      if (!$('[data-view="mine"]').hidden) drawMine();
    }).catch(() => { /* the day in hand stays */ }).finally(() => { refreshing = null; });
    return refreshing;
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  window.addEventListener("online", refresh);
  const keepAll = async () => {
    const n = await jinlin.keep(["/field", "/field/day", "/field/map", "/field/pick", "/tiles/district.pmtiles"]);
    if (!n) return;
    const lamp = $("[data-kept]");
    lamp.className = "lamp ok";
    lamp.textContent = words.ready;
    document.documentElement.dataset.kept = "yes";
  };
  jinlin.field = { make, hide, length, far_m, walked, opened, heard, drawn, watch, here: () => here, day: () => day, again: show };
  if (new URLSearchParams(location.search).has("report") && !location.hash) location.hash = "report";
  if (!location.hash) history.replaceState(null, "", "#tasks");
  takeUp();
  drawTasks();
  show();
  if (navigator.permissions) navigator.permissions.query({ name: "geolocation" }).then((p) => { if (p.state === "granted") watch(); }, () => {});
  keepAll();
})();
