/** A report in seconds: category, photos, place; kept as a draft while it is written, sent through the outbox. */
import { ask, Problem } from "../ask.js";
import { around, given, make, maybe, one } from "../dom.js";
import { onMap, showMap, toMap } from "../map.js";
import { shrink } from "../photos.js";
import { say } from "../say.js";
import { day } from "./day.js";
import * as outbox from "./outbox.js";
import { here, isRough, onPosition, watch } from "./position.js";
import { isShown, onView } from "./views.js";
import { lengthWord } from "./walk.js";

const MOST_PHOTOS = 9;
const MOST_FOUND = 16;
const MOST_LIKE = 3;
const words = given("field-words");
const form = /** @type {HTMLFormElement} */ (one("[data-report]"));
const nature = /** @type {HTMLSelectElement} */ (one("#nature"));
const description = /** @type {HTMLTextAreaElement} */ (one("#description"));
const search = /** @type {HTMLInputElement} */ (one("[data-search]", form));
const shoot = one("[data-photos] .shoot", form);

/** @typedef {{code: string, name: string, group: string, search: string}} Category */
/** @type {{category: string, photos: File[], place: import("./position.js").Position | null, cell: string}} */
const report = { category: "", photos: [], place: null, cell: "" };
const spot = () => report.place || here();

/* --- the draft --- */

const kept = idb.openDB("jinlin-draft", 1, {
  upgrade: (db) => {
    db.createObjectStore("now");
  },
});
const keepDraft = async () => {
  const { category, photos, place } = report;
  const draft = { category, photos, place, nature: nature.value, description: description.value };
  await (await kept).put("now", draft, "report");
};
const dropDraft = async () => (await kept).delete("now", "report");

/** Go on with what was written before the page was left. */
export const takeUp = async () => {
  const draft = await (await kept).get("now", "report");
  if (!draft) return;
  Object.assign(report, { category: draft.category || "", photos: draft.photos || [], place: draft.place });
  description.value = draft.description || "";
  if (draft.nature) nature.value = draft.nature;
  drawCategories();
  drawPhotos();
};

/* --- category and photos --- */

/** @param {Category} category */
const tile = ({ code, name, group }) => {
  const button = make("button", { type: "button", title: group, data: { code } }, name);
  button.setAttribute("aria-pressed", String(code === report.category));
  return button;
};
const drawCategories = () => {
  const asked = search.value.trim().toLowerCase();
  /** @type {Category[]} */
  const all = day().categories;
  const byCode = new Map(all.map((c) => [c.code, c]));
  const usual = day()
    .frequent.map((/** @type {string} */ code) => byCode.get(code))
    .filter(Boolean);
  const found = asked ? all.filter((c) => c.search.includes(asked)).slice(0, MOST_FOUND) : usual;
  const chosen = byCode.get(report.category);
  const shown = chosen && !found.includes(chosen) ? [chosen, ...found] : found;
  const none = make("span", { className: "muted" }, words.no_match);
  one("[data-cats]", form).replaceChildren(...(shown.length ? shown.map(tile) : [none]));
};
const drawPhotos = () => {
  const figures = report.photos.map((file, i) => {
    const image = make("img", { alt: `${words.photos} ${i + 1}`, src: URL.createObjectURL(file) });
    image.addEventListener("load", () => URL.revokeObjectURL(image.src));
    const onclick = () => {
      report.photos.splice(i, 1);
      drawPhotos();
      keepDraft();
    };
    return make(
      "figure",
      {},
      image,
      make("button", { type: "button", textContent: "✕", ariaLabel: words.remove, onclick }),
    );
  });
  one("[data-photos]", form).replaceChildren(
    ...figures,
    ...(report.photos.length < MOST_PHOTOS ? [shoot] : []),
  );
};

/* --- the place --- */

const openPick = () => {
  one("[data-pick-box]", form).hidden = false;
  showMap(/** @type {HTMLIFrameElement} */ (one("#pick-map")), "/field/pick");
};
const drawPlace = (trouble = "") => {
  const line = one("[data-where]", form);
  const at = spot();
  if (!at) {
    if (!trouble) return;
    line.textContent = trouble;
    openPick();
    return;
  }
  const rough = !report.place && isRough(at) ? ` · ${words.rough}` : "";
  line.textContent = report.place ? words.by_map : `${words.located} ±${Math.round(at.accuracy_m)} m${rough}`;
  one("[data-error-for=lon]", form).hidden = true;
};

/* What the server can say before the report is filed; without signal nothing is asked. */
/** @type {AbortController | null} */
let asking = null;
let asked = "";
const askServer = async () => {
  const at = spot();
  if (!at || !navigator.onLine) return;
  const { category } = report;
  const key = `${category} ${at.lon.toFixed(4)} ${at.lat.toFixed(4)}`;
  if (key === asked) return;
  asked = key;
  asking?.abort();
  asking = new AbortController();
  const options = { quiet: true, signal: asking.signal };
  const place = { lon: String(at.lon), lat: String(at.lat) };
  const query = new URLSearchParams(category ? { ...place, category } : place);
  try {
    drawWho(
      await ask("GET", `/api/v1/cells/locate?${query}&accuracy_m=${at.accuracy_m}`, undefined, options),
    );
    if (category) drawLike((await ask("GET", `/api/v1/tickets/like?${query}`, undefined, options)).items);
  } catch (problem) {
    if (!(problem instanceof Problem)) return; // another question followed
    asked = "";
    one("[data-who]", form).textContent = problem.status === 422 ? problem.detail : "";
  }
};
/** @param {any} found */
const drawWho = (found) => {
  const names = day().cells;
  const goes = report.category ? ` · ${words.goes_to} ${found.department_name}` : "";
  one("[data-who]", form).textContent = `${found.community_name} · ${names[found.cell] || found.cell}${goes}`;
  /** @type {string[]} */
  const cells = [found.cell, ...found.border_cells];
  one("[data-border]", form).hidden = cells.length < 2;
  if (!cells.includes(report.cell)) report.cell = "";
  const choices = cells.map((value) => {
    const onchange = () => {
      report.cell = value;
    };
    const checked = value === (report.cell || found.cell);
    const input = make("input", { type: "radio", name: "cell", value, checked, onchange });
    return make("label", { className: "choice" }, input, names[value] || value);
  });
  one("[data-border-cells]", form).replaceChildren(...choices);
};
/** @param {{no: string, distance_m?: number}[]} items */
const drawLike = (items) => {
  const box = one("[data-like]", form);
  box.hidden = !items.length;
  const lines = items.slice(0, MOST_LIKE).map(({ no, distance_m }) => {
    const link = make("a", { href: `/ticket/${no}`, target: "_blank" }, no);
    return make("div", {}, link, distance_m === undefined ? "" : ` ${lengthWord(distance_m)}`);
  });
  const head = make("b", {}, `${words.like} ${items.length}`);
  box.replaceChildren(head, ...lines, make("div", { className: "muted small" }, words.like_hint));
};

/* --- sending --- */

/** @param {string} name @param {string} text */
const complain = (name, text) => {
  const error = one(`[data-error-for="${name}"]`, form);
  error.textContent = text;
  error.hidden = false;
  error.scrollIntoView({ block: "center" });
};
const send = async () => {
  const at = spot();
  if (!report.category) {
    complain("category", words.no_category);
    return;
  }
  if (!at) {
    complain("lon", words.no_place);
    openPick();
    return;
  }
  const button = /** @type {HTMLButtonElement} */ (one("[type=submit]", form));
  button.disabled = true;
  const { category, cell, photos } = report;
  const title = day().categories.find((/** @type {Category} */ c) => c.code === category).name;
  const text = { nature: nature.value, description: description.value.trim() };
  const { lon, lat, accuracy_m } = at;
  try {
    await outbox.add({ category, title, lon, lat, accuracy_m, datum: "wgs84", cell, ...text, photos });
    Object.assign(report, { category: "", photos: [], place: null, cell: "" });
    form.reset();
    one("[data-like]", form).hidden = true;
    asked = "";
    await dropDraft();
    if (!navigator.onLine) say(words.kept, "warn");
    location.hash = "mine";
  } finally {
    button.disabled = false;
  }
};

onView("report", () => {
  watch();
  drawCategories();
  drawPhotos();
  drawPlace();
  askServer();
});
onPosition((trouble) => {
  if (!isShown("report")) return;
  drawPlace(trouble);
  askServer();
});
onMap("ready", (_message, frame) => {
  const at = spot();
  if (frame?.id === "pick-map" && at) toMap(frame, { type: "set-place", lon: at.lon, lat: at.lat });
});
onMap("place", ({ lon, lat }, frame) => {
  if (frame?.id !== "pick-map") return;
  report.place = { lon: Math.round(lon * 1e6) / 1e6, lat: Math.round(lat * 1e6) / 1e6, accuracy_m: 0 };
  report.cell = "";
  drawPlace();
  keepDraft();
  askServer();
});
one("[data-cats]", form).addEventListener("click", (e) => {
  const button = around(e, "[data-code]");
  if (!button) return;
  report.category = button.dataset.code || "";
  search.value = "";
  one("[data-error-for=category]", form).hidden = true;
  drawCategories();
  keepDraft();
  askServer();
});
search.addEventListener("input", drawCategories);
one("[data-pick]", form).addEventListener("click", openPick);
description.addEventListener("input", keepDraft);
nature.addEventListener("change", keepDraft);
maybe("input", shoot)?.addEventListener("change", async (e) => {
  const input = /** @type {HTMLInputElement} */ (e.target);
  const files = [...(input.files || [])];
  input.value = "";
  const small = await Promise.all(files.map((file) => shrink(file)));
  report.photos.push(...small.slice(0, MOST_PHOTOS - report.photos.length));
  drawPhotos();
  keepDraft();
});
form.addEventListener("submit", (e) => {
  e.preventDefault();
  send();
});
