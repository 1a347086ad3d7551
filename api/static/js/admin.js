/** A record of a register: only what was changed is sent, and a refusal is told at its field in the reader's language. */
import { ask, Problem } from "./ask.js";
import { all, control, given, maybe } from "./dom.js";
import { pressOf } from "./press.js";
import { clearErrors, complain, say } from "./say.js";

const words = given("admin-words");
const RELOADS_MS = 400;
/** @type {Record<number, string>} */
const BY_STATUS = { 403: words.shut, 404: words.gone, 409: words.state };

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control */

/** @param {string} text */
const parts = (text) =>
  text
    .split(/[;；\n]/)
    .map((one) => one.trim())
    .filter(Boolean);

/** @type {Record<string, (text: string) => unknown>} */
const READ = {
  number: (text) => (text === "" ? null : Number(text)),
  boolean: (text) => text === "true",
  list: parts,
  pairs: (text) =>
    Object.fromEntries(
      parts(text).map((one) => {
        const [key, value = ""] = one.split(/[=＝]/);
        return [key.trim(), Number(value)];
      }),
    ),
  json: (text) => JSON.parse(text),
};

/** Whether a field is sent though it was not changed. @param {Control} input @param {HTMLFormElement} form */
const isAlwaysSent = (input, form) =>
  "whole" in form.dataset || (input.required && input.value.trim() !== "");

/** The fields of a form that were changed. @param {HTMLFormElement} form */
const changed = (form) => {
  /** @type {Record<string, unknown>} */
  const body = {};
  for (const input of /** @type {Control[]} */ (all("[data-way]", form))) {
    const { way = "", was = "" } = input.dataset;
    const text = input.value.trim();
    if (text === was && !isAlwaysSent(input, form)) continue;
    if (way !== "words") body[input.name] = READ[way] ? READ[way](text) : text;
    else if (text) body[neededBy(form)] = text;
  }
  for (const name of "lon" in body || "lat" in body ? ["lon", "lat"] : [])
    body[name] = READ.number(control(form, name).value.trim()); // a place is told whole
  return body;
};

/** What the chosen action needs: a reason, or a note. @param {HTMLFormElement} form */
const neededBy = (form) =>
  /** @type {HTMLSelectElement} */ (form.elements.namedItem("action")).selectedOptions[0].dataset.needs ||
  "note";

/** Say a refusal at its field, else in a line. @param {unknown} problem @param {HTMLFormElement} form */
const tell = (problem, form) => {
  if (!(problem instanceof Problem)) throw problem;
  const field = problem.field.split(".")[0];
  const place = field ? maybe(`[data-error-for="${CSS.escape(field)}"]`, form) : null;
  if (!place) {
    say(BY_STATUS[problem.status] || (problem.status ? words.failed : problem.title), "late");
    return;
  }
  place.textContent = `${words.wrong} ${place.dataset.rule || ""}`.trim();
  place.hidden = false;
  const input = maybe(`[name="${CSS.escape(field)}"]`, form);
  input?.setAttribute("aria-invalid", "true");
  input?.focus();
};

/** @param {HTMLFormElement} form */
const send = async (form) => {
  const { api = "", method = "", back = "" } = form.dataset;
  const body = changed(form);
  if (!Object.keys(body).some((name) => name !== "source")) {
    say(words.same, "info");
    return;
  }
  await ask(method, api, body, { quiet: true, press: pressOf(form) });
  say(words.done, "ok");
  setTimeout(() => (method === "PATCH" ? location.reload() : location.assign(back)), RELOADS_MS);
};

document.addEventListener("submit", async (e) => {
  const form = /** @type {HTMLFormElement} */ (e.target);
  if (!form.matches("[data-admin]")) return;
  e.preventDefault();
  clearErrors(form);
  const inputs = /** @type {HTMLInputElement[]} */ ([...form.elements]);
  const wrong = inputs.find((input) => input.willValidate && !input.validity.valid);
  if (wrong) {
    complain(form, wrong, words.missing);
    return;
  }
  const button = /** @type {HTMLButtonElement | null} */ (maybe("button", form));
  if (button) button.disabled = true;
  try {
    await send(form);
  } catch (problem) {
    if (problem instanceof SyntaxError)
      tell(new Problem({ title: words.wrong, status: 422, field: "shape" }), form);
    else tell(problem, form);
  } finally {
    if (button) button.disabled = false;
  }
});
