/* Taking an action on an order or ticket: a small form is built from what the action needs, photos go up first. */
(() => {
  "use strict";
  const jinlin = window.jinlin;
  const dialog = document.getElementById("act");
  if (!dialog) return;
  const form = dialog.querySelector("form"), fields = dialog.querySelector("[data-fields]");
  const address = { order: "/api/v1/orders/", ticket: "/api/v1/tickets/" };
  const presets = JSON.parse(document.getElementById("act-presets")?.textContent || "{}");
  let pending = null;

  /* Common answers as buttons above the text, so that nobody has to type while on the phone. */
  const offer = (action) => {
    const text = fields.querySelector("textarea");
    if (!text || !presets[action]) return;
    const row = document.createElement("div");
    row.className = "flow presets";
    presets[action].forEach((words) => {
      const button = row.appendChild(document.createElement("button"));
      Object.assign(button, { type: "button", className: "btn small", textContent: words });
      button.addEventListener("click", () => { text.value = words; text.focus(); });
    });
    text.before(row);
  };

  const build = (needs, like, near) => {
    fields.replaceChildren();
    needs.forEach((need) => {
      const template = document.querySelector(`template[data-need="${CSS.escape(need)}"]`);
      if (template) fields.append(template.content.cloneNode(true));
    });
    const parents = fields.querySelector("#parents"), cells = fields.querySelector("#cells");
    near.forEach(([code, name]) => { cells?.append(new Option(name, code)); });
    like.filter(Boolean).forEach((no) => { parents?.append(new Option(no, no)); });
    if (parents && like[0]) fields.querySelector('[name="parent"]').value = like[0];
  };

  /** Send one photo; gives its name. */
  jinlin.sendPhoto = async (file) => {
    const body = new FormData();
    body.append("file", file);
    return (await jinlin.api("POST", "/api/v1/photos", body, { form })).sha256;
  };

  const value = async (need) => {
    const input = form.elements.namedItem(need);
    if (!input) return undefined;
    if (need === "evidence") return Promise.all([...input.files].map(jinlin.sendPhoto));
    if (need === "rating") return Number(input.value);
    if (need === "solved") return input.value ? input.value === "true" : undefined;
    if (need === "price_fen") return Math.round(Number(input.value) * 100);
    return input.value.trim();
  };

  const gather = async (needs) => {
    const given = {};
    for (const need of needs) {
      const one = await value(need);
      if (one !== undefined) given[need] = one;
    }
    return given;
  };

  /** Post one action; gives the answer. */
  jinlin.act = (kind, no, action, given = {}, options = {}) =>
    jinlin.api("POST", `${address[kind]}${encodeURIComponent(no)}/actions`, { action, ...given }, options);

  /**
   * Take an action, asking for what it needs. spec: {kind, no, action, label, needs, like, near: [[cell, name]]}.
   * Gives the answer, or null when the reader thought better of it.
   */
  jinlin.takeAction = (spec) => {
    const needs = spec.needs.filter(Boolean);
    /* Whoever rates a ticket may say, too, whether the matter is solved. */
    if (spec.kind === "ticket" && needs.includes("rating")) needs.push("solved");
    if (!needs.length) return jinlin.act(spec.kind, spec.no, spec.action).catch(() => null);
    build(needs, spec.like || [], spec.near || []);
    offer(spec.action);
    dialog.querySelector("#act-title").textContent = spec.label;
    dialog.showModal();
    fields.querySelector("input, textarea, select")?.focus();
    return new Promise((resolve) => { pending = { spec, needs, resolve, key: jinlin.uuid() }; });
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!pending || !form.reportValidity()) return;
    const { spec, needs, key, resolve } = pending;
    const send = form.querySelector('[type="submit"]');
    jinlin.clearErrors(form);
    send.setAttribute("aria-busy", "true"); send.disabled = true;
    try {
      const given = await gather(needs);
      const answer = await jinlin.act(spec.kind, spec.no, spec.action, given, { key, form });
      pending = null;
      dialog.close();
      resolve(answer);
    } catch (problem) {
      if (!(problem instanceof jinlin.Problem)) throw problem;
      pending.key = jinlin.uuid();
    } finally { send.removeAttribute("aria-busy"); send.disabled = false; }
  });
  form.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.ctrlKey) form.requestSubmit(); });
  dialog.addEventListener("click", (event) => { if (event.target.closest("[data-close]")) dialog.close(); });
  dialog.addEventListener("close", () => { pending?.resolve(null); pending = null; });
})();
