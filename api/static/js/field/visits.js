/** Visits: whom nobody has seen this month, nearest next; what was found goes through the outbox. */
import { ask, Problem } from "../ask.js";
import { timeWord } from "../clock.js";
import { control, given, make, maybe, one } from "../dom.js";
import { say } from "../say.js";
import { day, onDay } from "./day.js";
import * as outbox from "./outbox.js";
import { here, onPosition, watch } from "./position.js";
import { isShown, onView } from "./views.js";
import { far_m, lengthWord, walked } from "./walk.js";

const MOST_SHOWN = 60;
const MOST_FOUND = 8;
const words = given("visit-words");
/** People whose visit waits in the outbox. @type {Set<string>} */
const told = new Set();
/** @type {any[]} */
let found = [];

/* --- the plan --- */

/** @param {any} person */
const reasons = (person) => {
  /** @type {string[]} */
  const all = [
    ...person.tags.map((/** @type {string} */ tag) => words.tags[tag]),
    person.disabled ? words.disabled : "",
    ...(person.why || []),
  ];
  return all.filter(Boolean).map((word) => make("span", { className: "lamp warn" }, word));
};
/** @param {string} text */
const line = (text) => make("li", { className: "card empty" }, text);
/** @param {any} person */
const card = (person) => {
  const at = here();
  const last = person.last_at ? `${words.last} ${timeWord(person.last_at)}` : words.never;
  const far = make("b", { className: "num" }, at ? lengthWord(far_m(at, person)) : "");
  return make(
    "li",
    {},
    make(
      "a",
      { className: "card task", href: `#visit=${person.no}` },
      make("span", { className: "row" }, make("b", {}, person.name), far),
      make("span", { className: "flow" }, ...reasons(person)),
      make("span", { className: "muted" }, person.address),
      person.last_at === undefined ? null : make("span", { className: "muted small" }, last),
    ),
  );
};
/** Whose record has to be looked at again; a page kept from before knows none. @returns {any[]} */
const dueNow = () => day().due || [];
const drawPlan = () => {
  const { plan } = day();
  const people = plan.people.filter((/** @type {any} */ person) => !told.has(person.no));
  one("[data-visits-title]").textContent = `${words.month} ${plan.seen}/${plan.special}`;
  const bar = /** @type {HTMLProgressElement} */ (one("[data-visits-bar]"));
  bar.max = plan.special || 1;
  bar.value = plan.seen;
  const order = here() ? words.by_way : words.by_time;
  one("[data-visits-order]").textContent = people.length
    ? `${words.unseen} ${plan.special - plan.seen} · ${order}`
    : "";
  const cards = walked(people, here())
    .slice(0, MOST_SHOWN)
    .map(({ task }) => card(task));
  const none = make(
    "li",
    { className: "card empty" },
    make("b", {}, plan.special ? words.all_seen : words.nobody),
  );
  one("[data-plan]").replaceChildren(...(cards.length ? cards : [none]));
  const due = dueNow().filter((/** @type {any} */ person) => !told.has(person.no));
  one("[data-truth-part]").hidden = !due.length;
  one("[data-truth-count]").textContent = String(due.length);
  one("[data-truth]").replaceChildren(...due.map(card));
};
const drawIfShown = () => {
  if (isShown("visits")) drawPlan();
};
onView("visits", () => {
  watch();
  drawPlan();
});
onPosition(drawIfShown);
onDay(drawIfShown);

/* --- anybody else of the area, asked of the register --- */

/** @type {AbortController | null} */
let asking = null;
/** @param {string} text */
const search = async (text) => {
  asking?.abort();
  const list = one("[data-visit-found]");
  if (!text) {
    found = [];
    list.replaceChildren();
    return;
  }
  if (!navigator.onLine) {
    list.replaceChildren(line(words.offline));
    return;
  }
  asking = new AbortController();
  const query = new URLSearchParams({ text, limit: String(MOST_FOUND) });
  try {
    const options = { quiet: true, signal: asking.signal };
    found = (await ask("GET", `/api/v1/residents?${query}`, undefined, options)).items;
    list.replaceChildren(...(found.length ? found.map(card) : [line(words.no_match)]));
  } catch (problem) {
    if (problem instanceof Problem) list.replaceChildren(line(problem.message));
  }
};
one("[data-visit-search]").addEventListener("input", (e) =>
  search(/** @type {HTMLInputElement} */ (e.target).value.trim()),
);

/* --- at the door --- */

/** @typedef {{code: string, label: string, category: string, counts: boolean}} Finding */

/** @param {any} person @param {HTMLElement} box */
const reveal = async (person, box) => {
  if (!navigator.onLine) {
    say(words.offline, "warn");
    return;
  }
  try {
    const url = `/api/v1/residents/${encodeURIComponent(person.no)}/reveal`;
    const { name, address, phone } = await ask("POST", url, { reason: words.reason });
    const call = make("a", { className: "num", href: `tel:${phone}` }, phone);
    box.replaceChildren(make("b", {}, name), make("span", {}, address), call);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem; // shown already
  }
};
/** @param {any} person */
const doorCard = (person) => {
  const address = make("span", { className: "muted" }, person.address);
  const box = make("div", { className: "stack" }, make("b", {}, person.name), address);
  const head = [
    make("span", { className: "flow" }, ...reasons(person)),
    make("span", { className: "muted small num" }, person.no),
  ];
  const button = make(
    "button",
    { className: "btn", type: "button", onclick: () => reveal(person, box) },
    words.reveal,
  );
  return make("div", { className: "card task" }, make("span", { className: "row" }, ...head), box, button);
};
/** @param {Finding} finding */
const choice = ({ code, label }) =>
  make(
    "label",
    { className: "choice" },
    make("input", { type: "radio", name: "finding", value: code, required: true }),
    label,
  );

/** @param {string} id @param {string} label @param {HTMLElement} input */
const field = (id, label, input) =>
  make("div", { className: "field" }, make("label", { htmlFor: id, textContent: label }), input);
/** @param {string} id @param {string} name */
const area = (id, name) => make("textarea", { id, name, maxLength: 2000, rows: 2 });

const doorParts = () => {
  const { categories, findings } = day();
  const options = categories.map((/** @type {any} */ c) => make("option", { value: c.code }, c.name));
  const category = make(
    "select",
    { id: "visit-category", name: "category" },
    make("option", { value: "" }, words.no_ticket),
    ...options,
  );
  const describe = field("visit-description", words.description, area("visit-description", "description"));
  describe.hidden = true;
  const confirmed = make("input", { type: "checkbox", name: "confirmed" });
  const confirm = make("label", { className: "choice", hidden: true }, confirmed, words.confirmed);
  const error = make("span", { className: "error", hidden: true }, words.needed);
  const legend = make("legend", {}, words.finding);
  const choices = make(
    "fieldset",
    { className: "bare" },
    legend,
    make("div", { className: "flow" }, ...findings.map(choice)),
    error,
  );
  return { category, describe, confirm, confirmed, error, choices };
};

/** @param {any} person @param {HTMLFormElement} form @param {Finding} finding */
const keepVisit = async (person, form, finding) => {
  const at = here();
  const [note, category, description] = ["note", "category", "description"].map((name) =>
    control(form, name).value.trim(),
  );
  const body = {
    resident: person.no,
    visited_at: new Date().toISOString(),
    finding: finding.code,
    note,
    confirmed: control(form, "confirmed").checked,
    ...(at ? { lon: at.lon, lat: at.lat } : {}),
    ...(category ? { category, description } : {}),
  };
  const title = `${words.visit} · ${person.name}`;
  await outbox.add({ kind: "visit", no: person.no, body, title, description: finding.label });
  if (finding.counts) told.add(person.no);
  say(navigator.onLine ? words.saved : words.kept, "ok");
  location.hash = "visits";
};

/** @param {any} person */
const doorForm = (person) => {
  const { category, describe, confirm, confirmed, error, choices } = doorParts();
  const note = field("visit-note", words.note, area("visit-note", "note"));
  const button = make("button", { className: "btn go big", type: "submit" }, words.save);
  const raise = field("visit-category", words.raise, category);
  const parts = [choices, confirm, note, raise, describe, button];
  const form = make(
    "form",
    { className: "card pad stack", noValidate: true, data: { visitForm: "" } },
    ...parts,
  );
  /** @returns {Finding | undefined} */
  const finding = () => {
    const code = maybe('[name="finding"]:checked', form)?.getAttribute("value");
    return day().findings.find((/** @type {Finding} */ f) => f.code === code);
  };
  form.addEventListener("change", (e) => {
    const made = finding();
    if (/** @type {HTMLInputElement} */ (e.target).name === "finding" && made) {
      category.value = made.category;
      error.hidden = true;
      confirm.hidden = !made.counts;
      if (!made.counts) confirmed.checked = false;
    }
    describe.hidden = !category.value;
  });
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    const made = finding();
    if (!made) {
      error.hidden = false;
      error.scrollIntoView({ block: "center" });
      return;
    }
    button.disabled = true;
    await keepVisit(person, form, made);
  });
  return form;
};
/** Those whom the rounds of the day lead to. */
const ofRounds = () =>
  day().rounds.flatMap((/** @type {any} */ round) =>
    round.stops.map((/** @type {any} */ s) => ({ ...s, no: s.resident, tags: [], disabled: false })),
  );
onView("visit", (no) => {
  const person = [...day().plan.people, ...dueNow(), ...found, ...ofRounds()].find((one) => one.no === no);
  if (!person) {
    location.hash = "visits";
    return;
  }
  watch();
  one("[data-visit]").replaceChildren(doorCard(person), doorForm(person));
});
outbox.onChange((all) => {
  for (const draft of all) if (draft.kind === "visit" && draft.state === "refused") told.delete(draft.no);
});
