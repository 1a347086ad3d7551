/* The leader's board: pickers apply at once, the map follows its tabs, coverage arrives after the page. */
(() => {
  "use strict";
  document.querySelector("[data-pickers]")?.addEventListener("change", (e) => e.currentTarget.requestSubmit());
  const stage = document.querySelector("[data-stage]");
  if (!stage) return;
  const frame = document.getElementById("map"), panel = document.getElementById("coverage");
  let view = "coverage";
  const control = (name) => stage.elements.namedItem(name);
  const remembered = () => { try { return JSON.parse(sessionStorage.getItem("jinlin-board") || "{}"); } catch { return {}; } };
  const remember = () => { try { sessionStorage.setItem("jinlin-board", JSON.stringify({ view, item: control("item").value, hour: control("hour").value, by: control("by").value })); } catch { /* private mode keeps nothing */ } };
  const address = (path, names) => {
    const query = new URLSearchParams(stage.dataset.query);
    names.forEach((name) => { if (control(name).value !== "") query.set(name, control(name).value); });
    return `${path}?${query}`;
  };
  const MAPS = { coverage: ["/board/map/coverage", ["item", "hour"]], tickets: ["/board/map/tickets", []], cells: ["/board/map/cells", ["by"]] };

  const showShare = () => {
    const told = panel.querySelector("[data-share]");
    const value = document.querySelector("[data-coverage-share]"), word = document.querySelector("[data-coverage-word]");
    if (!told || !value) return;
    value.textContent = told.dataset.share === "" ? "—" : `${told.dataset.share}`;
    if (told.dataset.share !== "") value.insertAdjacentHTML("beforeend", '<span class="unit">%</span>');
    word.textContent = told.dataset.word;
    word.className = `lamp ${Number(told.dataset.share) >= 95 ? "ok" : Number(told.dataset.share) >= 85 ? "warn" : "late"}`;
  };
  const loadCoverage = async () => { await htmx.ajax("GET", address("/board/coverage", ["item", "hour"]), { target: panel, swap: "innerHTML" }); showShare(); };
  const loadMap = () => { const [path, names] = MAPS[view]; frame.contentWindow.location.replace(address(path, names)); };
  const show = (next) => {
    view = next;
    stage.querySelectorAll("[data-view]").forEach((b) => b.setAttribute("aria-selected", String(b.dataset.view === view)));
    stage.querySelectorAll("[data-for]").forEach((e) => { e.hidden = e.dataset.for !== view; });
    remember();
    loadMap();
  };
  stage.addEventListener("click", (e) => { const tab = e.target.closest("[data-view]"); if (tab) show(tab.dataset.view); });
  /* The tickets' map has both layers; what is drawn first is chosen here. */
  const draw = () => {
    if (view !== "tickets") return;
    const heat = control("drawn").value === "heat";
    frame.contentDocument?.querySelectorAll(".leaflet-control-layers-overlays label").forEach((label) => {
      const input = label.querySelector("input"), is_heat = label.textContent.trim() === stage.dataset.heatWord;
      if (input.checked !== (is_heat === heat)) input.click();
    });
  };
  jinlin.onMap("ready", draw);
  stage.addEventListener("change", (e) => {
    if (e.target.name === "drawn") { draw(); return; } remember(); loadMap(); if (["item", "hour"].includes(e.target.name)) loadCoverage(); });
  stage.addEventListener("submit", (e) => e.preventDefault());
  panel.addEventListener("click", (e) => {
    const spot = e.target.closest("[data-focus]");
    if (!spot) return;
    const focus = () => jinlin.toMap(frame, { type: "focus", kind: spot.dataset.focus, id: spot.dataset.id });
    if (view === "coverage") focus(); else { show("coverage"); jinlin.onMap("ready", focus); }
  });
  /* A pick on the map opens what lies behind it. */
  jinlin.onMap("pick", ({ kind, id }) => {
    if (kind === "ticket") location.assign(`/ticket/${id}`);
    if (kind === "cell" && view === "cells") {
      const query = new URLSearchParams(stage.dataset.query);
      query.set("area", id);
      query.set("set", { open: "open", overdue: "overdue", total: "reported" }[control("by").value]);
      location.assign(`/board/tickets?${query}`);
    }
  });
  document.addEventListener("htmx:afterSwap", (e) => { if (e.target.id === "kpis") showShare(); });
  const last = remembered();
  ["item", "hour", "by"].forEach((name) => { if (name in last && [...control(name).options].some((o) => o.value === last[name])) control(name).value = last[name]; });
  show(MAPS[last.view] ? last.view : "coverage");
  loadCoverage();
})();
