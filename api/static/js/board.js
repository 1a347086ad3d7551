/** The leader's board: one map that follows its tabs and pickers, coverage that arrives after the page. */
import { all, around, control as controlOf, maybe, one } from "./dom.js";
import { onMap, showMap, toMap } from "./map.js";

const KEPT = "jinlin-board";
/** @type {Record<string, [string, string[]]>} */
const MAPS = {
  coverage: ["/board/map/coverage", ["item", "hour"]],
  tickets: ["/board/map/tickets", ["drawn"]],
  cells: ["/board/map/cells", ["by"]],
};
const CHOSEN = ["item", "hour", "by", "drawn"];
/** @type {Record<string, string>} */
const SETS = { open: "open", overdue: "overdue", total: "reported", rate: "reported" };

/** @param {HTMLFormElement} stage */
const start = (stage) => {
  const frame = /** @type {HTMLIFrameElement} */ (one("#map"));
  const panel = one("#coverage");
  const trialBox = one("#trial");
  /* A place that is tried: where one is put (lon,lat), and which provider is left out. */
  const trial = { on: false, put: "", without: "" };
  let view = "coverage";
  /** @type {(() => void) | null} What to do once the map has drawn. */
  let then = null;
  /** @param {string} name */
  const control = (name) =>
    /** @type {HTMLSelectElement} */ (/** @type {unknown} */ (controlOf(stage, name)));
  /* What is shown stands behind the # of the address, so that a view can be sent; else as it was left. */
  const remembered = () => {
    if (location.hash.includes("=")) return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
    try {
      return JSON.parse(sessionStorage.getItem(KEPT) || "{}");
    } catch {
      return {};
    }
  };
  const remember = () => {
    const kept = { view, ...Object.fromEntries(CHOSEN.map((name) => [name, control(name).value])) };
    history.replaceState(null, "", `#${new URLSearchParams(kept)}`);
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(kept));
    } catch {
      /* private mode keeps nothing */
    }
  };
  /** @param {string} path @param {string[]} names */
  const address = (path, names) => {
    const query = new URLSearchParams(stage.dataset.query);
    for (const name of names) if (control(name).value !== "") query.set(name, control(name).value);
    return `${path}?${query}`;
  };
  const showShare = () => {
    const told = maybe("[data-share]", panel);
    const value = maybe("[data-coverage-share]");
    if (!told || !value) return;
    const { share = "", word = "" } = told.dataset;
    value.textContent = share === "" ? "—" : share;
    if (share !== "") value.insertAdjacentHTML("beforeend", '<span class="unit">%</span>');
    const lamp = one("[data-coverage-word]");
    lamp.textContent = word;
    lamp.className = `lamp ${Number(share) >= 95 ? "ok" : Number(share) >= 85 ? "warn" : "late"}`;
  };
  const loadCoverage = async () => {
    await htmx.ajax("GET", address("/board/coverage", ["item", "hour"]), {
      target: panel,
      swap: "innerHTML",
    });
    showShare();
  };
  /** @param {string} path @param {string} put */
  const tried = (path, put) => {
    const given = Object.entries({ trial: "1", put, without: trial.without }).filter(([, text]) => text);
    return `${address(path, ["item", "hour"])}&${new URLSearchParams(given)}`;
  };
  /** Show the layers of a view on the map. */
  const draw = () =>
    showMap(
      frame,
      trial.on && view === "coverage" ? tried(MAPS.coverage[0], trial.put) : address(...MAPS[view]),
    );
  /* While a place is dragged one question is under way, and the last one asked meanwhile follows it. */
  let asking = false;
  let next = "";
  /** @param {string} put */
  const tellTrial = async (put) => {
    next = tried("/board/trial", put);
    if (asking) return;
    asking = true;
    while (next) {
      const wanted = next;
      next = "";
      const answer = await fetch(wanted, { credentials: "same-origin" }).catch(() => null);
      if (answer && !next && trial.on) trialBox.innerHTML = answer.ok ? await answer.text() : "";
    }
    asking = false;
  };
  /** @param {boolean} on */
  const setTrial = (on) => {
    Object.assign(trial, { on, put: "", without: "" });
    one("[data-trial]", stage).setAttribute("aria-pressed", String(on));
    trialBox.hidden = !on;
    trialBox.replaceChildren();
    if (on) tellTrial("");
  };
  const retry = () => {
    tellTrial(trial.put);
    draw();
  };
  /** @param {{lon: number, lat: number}} at */
  const written = ({ lon, lat }) => `${lon.toFixed(6)},${lat.toFixed(6)}`;
  /** @param {string} next */
  const show = (next) => {
    view = next;
    for (const b of all("[data-view]", stage))
      b.setAttribute("aria-selected", String(b.dataset.view === view));
    for (const e of all("[data-for]", stage)) e.hidden = e.dataset.for !== view;
    remember();
    draw();
  };
  const drawn = () => {
    then?.();
    then = null;
  };
  onMap("ready", drawn);
  onMap("shown", drawn);
  stage.addEventListener("click", (e) => {
    const tab = around(e, "[data-view]");
    if (tab) show(tab.dataset.view || "coverage");
    if (!around(e, "[data-trial]")) return;
    setTrial(!trial.on);
    draw();
  });
  trialBox.addEventListener("click", (e) => {
    const undo = around(e, "[data-undo]");
    if (!undo) return;
    trial[undo.dataset.undo === "put" ? "put" : "without"] = "";
    retry();
  });
  stage.addEventListener("change", (e) => {
    const { name } = /** @type {HTMLSelectElement} */ (e.target);
    if (name === "item") trial.without = "";
    remember();
    draw();
    if (!["item", "hour"].includes(name)) return;
    loadCoverage();
    if (trial.on) tellTrial(trial.put);
  });
  stage.addEventListener("submit", (e) => e.preventDefault());
  panel.addEventListener("click", (e) => {
    const spot = around(e, "[data-focus]");
    if (!spot) return;
    const focus = () => toMap(frame, { type: "focus", kind: spot.dataset.focus, id: spot.dataset.id });
    if (view === "coverage") {
      focus();
      return;
    }
    then = focus;
    show("coverage");
  });
  /* A pick on the map opens what lies behind it. */
  onMap("drag", (at) => {
    if (trial.on && view === "coverage") tellTrial(written(at));
  });
  onMap("place", (at) => {
    if (!trial.on || view !== "coverage") return;
    trial.put = written(at);
    retry();
  });
  onMap("pick", ({ kind, id }) => {
    if (kind === "provider" && trial.on && view === "coverage") {
      trial.without = trial.without === id ? "" : id;
      retry();
    }
    if (kind === "ticket") location.assign(`/ticket/${id}`);
    if (kind !== "cell" || view !== "cells") return;
    const query = new URLSearchParams(stage.dataset.query);
    query.set("area", id);
    query.set("set", SETS[control("by").value]);
    location.assign(`/board/tickets?${query}`);
  });
  document.addEventListener("htmx:afterSwap", (e) => {
    if (/** @type {Element} */ (e.target).id === "kpis") showShare();
  });
  const last = remembered();
  for (const name of CHOSEN) {
    if ([...control(name).options].some((o) => o.value === last[name])) control(name).value = last[name];
  }
  show(MAPS[last.view] ? last.view : "coverage");
  loadCoverage();
};

/** Tell how large the map is on the screen: on paper it is shrunk as a whole, as its tiles would be drawn too late there. */
const measureMap = () => {
  const frame = one("#map");
  new ResizeObserver(() => {
    if (matchMedia("print").matches) return;
    frame.style.setProperty("--map-wide", `${frame.clientWidth}px`);
    frame.style.setProperty("--map-high", `${frame.clientHeight}px`);
  }).observe(frame);
};

const stage = /** @type {HTMLFormElement | null} */ (maybe("[data-stage]"));
if (stage) {
  start(stage);
  measureMap();
}
