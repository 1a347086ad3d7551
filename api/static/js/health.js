/** One person at the health station: results told, the record opened with a reason, cases acted on. */
import { ask, Problem, shown } from "./ask.js";
import { control, given, make, one, textOf } from "./dom.js";
import { clearErrors, complain, say, showProblem } from "./say.js";

const words = given("health-words");
const conditions = given("health-conditions");
/** @type {{code: string, name: string, units: string[]}[]} */
const codes = given("health-codes");
const names = Object.fromEntries(codes.map((code) => [code.code, code.name]));
const person = one("[data-person]").dataset.person || "";
const base = `/api/v1/residents/${encodeURIComponent(person)}/health`;
const LEAST_REASON = 4;
const ROW = /^results\.(\d+)\./;

/** @typedef {{no: string, code: string, value: number, unit: string, taken_at: string, source: string, struck_why: string, stands_out: string}} Result */
/** @typedef {{no: string, condition: string, state: string, next_on: string, last_on: string | null, because: string[], why: string, due: boolean, missed: boolean}} Case */

/** @typedef {{name: string, phone: string, address: string, results: Result[], cases: Case[]}} HealthRecord */

/** Why the record was opened; results that are told afterwards read it again for the same reason. */
let reason = "";
/** @type {HealthRecord | null} */
let record = null;

/** @param {HTMLFormElement} form @returns {string} The reason of a form; empty, and said so, when there is none. */
const reasonOf = (form) => {
  const input = control(form, "reason");
  const told = input.value.trim();
  if (told.length >= LEAST_REASON) return told;
  complain(form, input, words.missing);
  return "";
};

/** @param {string} label @param {HTMLInputElement} input */
const field = (label, input) =>
  make("div", { className: "field" }, make("label", { htmlFor: input.id, textContent: label }), input);

/** @param {Result} result */
const resultRow = (result) => {
  const outstanding = /** @type {Record<string, string>} */ ({ high: words.high, low: words.low })[
    result.stands_out
  ];
  const lamp =
    outstanding && !result.struck_why
      ? make("span", { className: "lamp warn", textContent: outstanding })
      : null;
  const button = make("button", {
    className: "btn small",
    type: "button",
    textContent: words.strike,
    data: { strike: result.no },
  });
  button.setAttribute("aria-label", `${words.strike} ${names[result.code] || result.code} ${result.value}`);
  return make(
    "tr",
    { className: result.struck_why ? "struck" : "" },
    make("td", { className: "nowrap", textContent: result.taken_at.slice(0, 16).replace("T", " ") }),
    make("td", {}, names[result.code] || result.code, " ", lamp),
    make("td", { className: "num", textContent: `${result.value} ${result.unit}` }),
    make("td", { className: "words", textContent: result.source }),
    make("td", {}, result.struck_why ? `${words.struck}：${result.struck_why}` : button),
  );
};

/** @param {Case} found */
const actsOf = (found) => {
  if (found.state === "closed") return [];
  const open = found.state === "open";
  const day = make("input", {
    id: `on-${found.no}`,
    name: "on",
    type: "date",
    value: words.today,
    max: words.today,
  });
  const why = make("input", { id: `why-${found.no}`, name: "reason", maxLength: 200 });
  /** @param {string} action */
  const button = (action) =>
    make("button", {
      className: action === "follow_up" ? "btn go" : "btn",
      type: "button",
      textContent: words[action],
      data: { act: action },
    });
  const followed = open
    ? make("div", { className: "flow" }, field(words.on, day), button("follow_up"))
    : null;
  const error = make("span", { className: "error", hidden: true, data: { errorFor: "reason" } });
  const rest = make(
    "div",
    { className: "flow" },
    field(words.reason, why),
    button(open ? "refuse" : "resume"),
    button("close"),
  );
  const form = make("form", { className: "stack", data: { case: found.no } }, followed, rest, error);
  form.noValidate = true;
  return [form];
};

/** @param {Case} found */
const caseCard = (found) => {
  const state = found.missed ? "late" : found.due ? "warn" : found.state === "open" ? "ok" : "idle";
  const word = found.missed ? words.missed : found.due ? words.due : words[found.state];
  const why = found.because.length
    ? words.by_rule.replace("{n}", String(found.because.length))
    : words.by_hand;
  const days = found.state === "open" ? `${words.next} ${found.next_on}` : "";
  const last = found.last_on ? `${words.last} ${found.last_on}` : "";
  return make(
    "div",
    { className: "case stack" },
    make(
      "div",
      { className: "row" },
      make("h3", { textContent: conditions[found.condition] || found.condition }),
      make("span", { className: `lamp ${state}`, textContent: word }),
    ),
    make("p", {
      className: "muted",
      textContent: [days, last, why, found.why].filter(Boolean).join(" · "),
    }),
    ...actsOf(found),
  );
};

const show = () => {
  if (!record) return;
  one("[data-name]").textContent = record.name;
  one("[data-address]").textContent = record.address;
  one("[data-phone]").replaceChildren(
    make("a", { href: `tel:${record.phone}`, className: "btn small", textContent: record.phone }),
  );
  const none = make("p", { className: "muted", textContent: words.no_cases });
  one("[data-cases]").replaceChildren(...(record.cases.length ? record.cases.map(caseCard) : [none]));
  const empty = make("tr", {}, make("td", { colSpan: 5, className: "muted", textContent: words.none }));
  one("[data-results]").replaceChildren(...(record.results.length ? record.results.map(resultRow) : [empty]));
  one("[data-record]").hidden = false;
};

const open = async () => {
  record = await ask("POST", `${base}/open`, { reason });
  show();
};

/**
 * Put what an action made of a case or result in its place; no further look at the record is needed for that.
 * @template {{no: string}} T
 * @param {T[] | undefined} list @param {T} after
 */
const put = (list, after) => {
  const at = list?.findIndex((each) => each.no === after.no) ?? -1;
  if (at < 0) list?.unshift(after);
  else list?.splice(at, 1, after);
  show();
};

const openForm = /** @type {HTMLFormElement} */ (one("[data-open]"));
openForm.addEventListener("submit", async (e) => {
  e.preventDefault();
  clearErrors(openForm);
  reason = reasonOf(openForm);
  if (!reason) return;
  try {
    await open();
    openForm.remove();
    one("[data-record]").focus();
  } catch (problem) {
    reason = "";
    shown(problem);
  }
});

/** @param {HTMLFormElement} form @returns {{code: string, value: number, unit: string, taken_at: string}[] | null} */
const measured = (form) => {
  const told = textOf(form);
  const taken = `${told.taken_at.length === 16 ? `${told.taken_at}:00` : told.taken_at}${words.offset}`;
  const rows = [];
  for (const { code, units } of codes) {
    if (!told[code]) continue;
    const value = Number(told[code].replace("，", ".").replace("。", "."));
    if (!Number.isFinite(value)) {
      showProblem({ field: code, detail: words.number }, form);
      return null;
    }
    rows.push({ code, value, unit: told[`unit-${code}`] || units[0], taken_at: taken });
  }
  if (rows.length) return rows;
  showProblem({ field: "results", detail: words.nothing }, form);
  return null;
};

const tellForm = /** @type {HTMLFormElement} */ (one("[data-tell]"));
tellForm.addEventListener("submit", async (e) => {
  e.preventDefault();
  clearErrors(tellForm);
  const results = measured(tellForm);
  if (!results) return;
  const { source } = textOf(tellForm);
  try {
    const told = await ask("POST", `${base}/results`, { source, results }, { quiet: true });
    const parts = [
      words.told.replace("{n}", String(told.told)),
      told.known ? words.known.replace("{n}", String(told.known)) : "",
      told.opened.length ? words.opened : "",
    ];
    say(parts.filter(Boolean).join("；"), told.opened.length ? "warn" : "ok");
    for (const { code } of codes) control(tellForm, code).value = "";
    if (reason) await open();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    const { title, detail, allowed } = problem;
    const row = ROW.exec(problem.field);
    const measure = row ? results[Number(row[1])].code : problem.field;
    const field = problem.field.endsWith("taken_at") ? "taken_at" : measure;
    showProblem({ title, detail, allowed, field }, tellForm);
  }
});

const newCase = /** @type {HTMLFormElement} */ (one("[data-new-case]"));
newCase.addEventListener("submit", async (e) => {
  e.preventDefault();
  clearErrors(newCase);
  const why = reasonOf(newCase);
  if (!why) return;
  const condition = control(newCase, "condition").value;
  await ask("POST", `${base}/cases`, { condition, reason: why }, { form: newCase })
    .then((made) => put(record?.cases, made))
    .catch(shown);
});

/** @param {HTMLElement} button @param {HTMLFormElement} form */
const act = async (button, form) => {
  clearErrors(form);
  const action = button.dataset.act || "";
  const fields = action === "follow_up" ? { on: control(form, "on").value } : { reason: reasonOf(form) };
  if (!Object.values(fields)[0]) return;
  await ask("POST", `${base}/cases/${form.dataset.case}/actions`, { action, ...fields }, { form })
    .then((after) => put(record?.cases, after))
    .catch(shown);
};

/** @param {HTMLElement} button Ask in its place why the result is wrong, then strike it. */
const strike = (button) => {
  const no = button.dataset.strike || "";
  const input = make("input", { id: `strike-${no}`, name: "reason", maxLength: 200 });
  const error = make("span", { className: "error", hidden: true, data: { errorFor: "reason" } });
  const form = make(
    "form",
    { className: "stack", data: { striking: no } },
    field(words.why_strike, input),
    error,
    make("button", { className: "btn small", textContent: words.strike }),
  );
  form.noValidate = true;
  button.replaceWith(form);
  input.focus();
};

document.addEventListener("click", (e) => {
  const button = e.target instanceof Element ? e.target.closest("button") : null;
  const form = button?.closest("form");
  if (button?.dataset.strike) strike(button);
  else if (button?.dataset.act && form) act(button, form);
});

document.addEventListener("submit", async (e) => {
  const form = e.target;
  if (!(form instanceof HTMLFormElement)) return;
  if (form.dataset.case) {
    e.preventDefault(); // Enter in a field chooses none of its buttons
    return;
  }
  if (!form.dataset.striking) return;
  e.preventDefault();
  clearErrors(form);
  const why = reasonOf(form);
  if (!why) return;
  await ask(
    "POST",
    `${base}/results/${form.dataset.striking}/actions`,
    { action: "strike", reason: why },
    { form },
  )
    .then((after) => put(record?.results, after))
    .catch(shown);
});
