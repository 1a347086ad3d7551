/* Visits on the worker's phone: whom nobody has seen this month, nearest next; what was found goes through the outbox. */
(() => {
  "use strict";
  const { make, hide, length, walked, opened, heard, watch, here, day, far_m, again } = jinlin.field;
  const $ = (selector, node = document) => node.querySelector(selector);
  const words = JSON.parse($("#visit-words").textContent);
  const MOST_SHOWN = 60;
  const told = new Set();
  let found = [];

  /* --- the plan --- */
  const reasons = (person) => [...person.tags.map((tag) => words.tags[tag]), person.disabled ? words.disabled : ""].filter(Boolean);
  const card = (person, far) => make("li", {}, make("a", { className: "card task", href: `#visit=${person.no}` },
    make("span", { className: "row" }, make("b", { textContent: person.name }), make("b", { className: "num", textContent: far === null ? "" : length(far) })),
    make("span", { className: "flow" }, ...reasons(person).map((word) => make("span", { className: "lamp warn", textContent: word }))),
    make("span", { className: "muted", textContent: person.address }),
    person.last_at === undefined ? null : make("span", { className: "muted small", textContent: person.last_at ? `${words.last} ${jinlin.time(person.last_at)}` : words.never })));
  const left = () => day().plan.people.filter((person) => !told.has(person.no));
  const drawPlan = () => {
    const plan = day().plan, people = left();
    $("[data-visits-title]").textContent = `${words.month} ${plan.seen}/${plan.special}`;
    const bar = $("[data-visits-bar]");
    bar.max = plan.special || 1;
    bar.value = plan.seen;
    $("[data-visits-order]").textContent = people.length ? `${words.unseen} ${plan.special - plan.seen} · ${here() ? words.by_way : words.by_time}` : "";
    const list = $("[data-plan]");
    list.replaceChildren(...walked(people).slice(0, MOST_SHOWN).map(({ task }) => card(task, here() ? far_m(here(), task) : null)));
    if (!people.length) list.append(make("li", { className: "card empty" }, make("b", { textContent: plan.special ? words.all_seen : words.nobody })));
  };
  opened.visits = () => { watch(); drawPlan(); };
  heard.add(() => { if (!$('[data-view="visits"]').hidden) drawPlan(); });
  jinlin.field.drawn.add(() => { if (!$('[data-view="visits"]').hidden) drawPlan(); });

  /* --- anybody else of the area, asked of the register --- */
  let asking = null;
  const ask = async (text) => {
    asking?.abort();
    const list = $("[data-visit-found]");
    if (!text) { found = []; list.replaceChildren(); return; }
    if (!navigator.onLine) { list.replaceChildren(make("li", { className: "card empty", textContent: words.offline })); return; }
    asking = new AbortController();
    try {
      found = (await jinlin.api("GET", `/api/v1/residents?${new URLSearchParams({ text, limit: 8 })}`, undefined, { quiet: true, signal: asking.signal })).items;
      list.replaceChildren(...found.map((person) => card(person, here() ? far_m(here(), person) : null)));
      if (!found.length) list.append(make("li", { className: "card empty", textContent: words.no_match }));
    } catch (problem) {
      if (problem.name !== "AbortError") list.replaceChildren(make("li", { className: "card empty", textContent: problem.detail || problem.message }));
    }
  };
  $("[data-visit-search]").addEventListener("input", (e) => ask(e.target.value.trim()));

  /* --- at the door --- */
  const choice = (finding) => make("label", { className: "choice" }, make("input", { type: "radio", name: "finding", value: finding.code, required: true }), finding.label);
  const reveal = async (person, box) => {
    try {
      const shown = await jinlin.api("POST", `/api/v1/residents/${encodeURIComponent(person.no)}/reveal`, { reason: words.reason });
      box.replaceChildren(make("b", { textContent: shown.name }), make("span", { textContent: shown.address }), make("a", { className: "num", href: `tel:${shown.phone}`, textContent: shown.phone }));
    } catch (problem) { jinlin.say(problem.detail || problem.message, "warn"); }
  };
  const doorCard = (person) => {
    const box = make("div", { className: "stack" }, make("b", { textContent: person.name }), make("span", { className: "muted", textContent: person.address }));
    return make("div", { className: "card task" },
      make("span", { className: "row" }, make("span", { className: "flow" }, ...reasons(person).map((word) => make("span", { className: "lamp warn", textContent: word }))), make("span", { className: "muted small num", textContent: person.no })),
      box, make("button", { className: "btn", type: "button", textContent: words.reveal, onclick: () => (navigator.onLine ? reveal(person, box) : jinlin.say(words.offline, "warn")) }));
  };
  const doorForm = (person) => {
    const category = make("select", { id: "visit-category", name: "category" }, make("option", { value: "" }, words.no_ticket), ...day().categories.map((c) => make("option", { value: c.code }, c.name)));
    const describe = make("div", { className: "field", hidden: true }, make("label", { htmlFor: "visit-description", textContent: words.description }), make("textarea", { id: "visit-description", name: "description", maxLength: 2000, rows: 2 }));
    const confirm = make("label", { className: "choice", hidden: true }, make("input", { type: "checkbox", name: "confirmed" }), words.confirmed);
    const error = make("span", { className: "error", hidden: true, textContent: words.needed });
    const form = make("form", { className: "card pad stack", noValidate: true },
      make("fieldset", { style: "border:0;padding:0;margin:0" }, make("legend", { style: "padding:0;font-weight:700", textContent: words.finding }), make("div", { className: "flow" }, ...day().findings.map(choice)), error),
      confirm,
      make("div", { className: "field" }, make("label", { htmlFor: "visit-note", textContent: words.note }), make("textarea", { id: "visit-note", name: "note", maxLength: 2000, rows: 2 })),
      make("div", { className: "field" }, make("label", { htmlFor: "visit-category", textContent: words.raise }), category), describe,
      make("button", { className: "btn go big", type: "submit", textContent: words.save }));
    form.dataset.visitForm = "";
    form.addEventListener("change", (e) => {
      const finding = day().findings.find((f) => f.code === form.elements.finding.value);
      if (e.target.name === "finding") { category.value = finding.category; hide(error, true); hide(confirm, !finding.counts); if (!finding.counts) form.elements.confirmed.checked = false; }
      hide(describe, !category.value);
    });
    form.addEventListener("submit", async (e) => {
      e.preventDefault();
      const finding = day().findings.find((f) => f.code === form.elements.finding.value);
      if (!finding) { hide(error, false); error.scrollIntoView({ block: "center" }); return; }
      form.querySelector("[type=submit]").disabled = true;
      const at = here(), fields = form.elements;
      const body = {
        resident: person.no, visited_at: new Date().toISOString(), finding: finding.code, note: fields.note.value.trim(), confirmed: fields.confirmed.checked,
        ...(at ? { lon: at.lon, lat: at.lat } : {}), ...(category.value ? { category: category.value, description: fields.description.value.trim() } : {}),
      };
      await jinlin.outbox.add({ kind: "visit", no: person.no, body, title: `${words.visit} · ${person.name}`, description: finding.label });
      if (finding.counts) told.add(person.no);
      jinlin.say(navigator.onLine ? words.saved : words.kept, "ok");
      location.hash = "visits";
    });
    return form;
  };
  opened.visit = (no) => {
    const person = [...day().plan.people, ...found].find((one) => one.no === no);
    if (!person) { location.hash = "visits"; return; }
    watch();
    $("[data-visit]").replaceChildren(doorCard(person), doorForm(person));
  };
  jinlin.outbox.onChange((all) => all.filter((d) => d.kind === "visit" && d.state === "refused").forEach((d) => told.delete(d.no)));
  if (location.hash.startsWith("#visit")) again();
})();
