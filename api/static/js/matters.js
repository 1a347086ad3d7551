/** Matters: a form that was drawn from a table is sent as the interface takes it; conditions show and hide its fields. */
import { ask, shown } from "./ask.js";
import { all, given, maybe, one } from "./dom.js";
import { pressOf } from "./press.js";
import { clearErrors, say } from "./say.js";

const words = given("matter-words");

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control */

/** @param {Control} input @returns {unknown} What a field of the form holds. */
const readOf = (input) => {
  const text = input.value.trim();
  if (input.dataset.type === "number") return Number(text);
  if (input.dataset.type === "yes_no") return text === "true";
  return text;
};

/** The controls of a form that are asked. @param {HTMLFormElement} form @returns {Control[]} */
const asked = (form) =>
  /** @type {Control[]} */ ([...form.elements]).filter(
    (input) => input.name && !input.disabled && !input.closest("[hidden]"),
  );

/** Show what is asked under a condition, and hide the rest. @param {HTMLFormElement} form */
const showAsked = (form) => {
  for (const box of all("[data-when]", form)) {
    const on = /** @type {Control | null} */ (form.elements.namedItem(`answers.${box.dataset.when}`));
    const values = /** @type {unknown[]} */ (JSON.parse(box.dataset.values || "[]"));
    box.hidden = !on || on.closest("[hidden]") !== null || !on.value || !values.includes(readOf(on));
  }
};

/** @param {HTMLFormElement} form @returns {Record<string, any>} */
const bodyOf = (form) => {
  const { action, kind, applicant } = form.dataset;
  /** @type {Record<string, any>} */
  const body = action ? { action } : { kind, applicant };
  for (const input of asked(form)) {
    const [name, field] = input.name.split(".");
    if (name === "papers") {
      if (/** @type {HTMLInputElement} */ (input).checked)
        body.papers = [...(body.papers || []), input.value];
    } else if (input.value.trim()) {
      if (field) body[name] = { ...body[name], [field]: readOf(input) };
      else body[name] = readOf(input);
    }
  }
  return body;
};

/** Say under which number it was taken, with the key that is shown once. @param {HTMLFormElement} form @param {any} made */
const begun = (form, made) => {
  const answer = /** @type {HTMLTemplateElement} */ (one("#begun")).content.cloneNode(true);
  form.replaceWith(answer);
  one("[data-no]").textContent = made.no;
  one("[data-key]").textContent = made.follow_key;
  /** @type {HTMLAnchorElement} */ (one("[data-open]")).href = `/work/matters/${made.no}`;
  /** @type {HTMLAnchorElement} */ (one("[data-follow]")).href =
    `/follow/${made.no}?key=${encodeURIComponent(made.follow_key)}`;
  /** @type {HTMLElement} */ (one("[data-no]").closest("section")).focus();
};

/** @param {HTMLFormElement} form */
const send = async (form) => {
  const { api = "", action } = form.dataset;
  const made = await ask("POST", api, bodyOf(form), { press: pressOf(form), form });
  say(action ? words.done : words.begun, "ok");
  if (action) location.reload();
  else begun(form, made);
};

document.addEventListener("submit", async (e) => {
  const form = /** @type {HTMLFormElement} */ (e.target);
  if (!form.matches("[data-matter]")) return;
  e.preventDefault();
  clearErrors(form);
  const button = /** @type {HTMLButtonElement | null} */ (maybe("button[type=submit]", form));
  if (button) button.disabled = true;
  try {
    await send(form);
  } catch (problem) {
    shown(problem);
  } finally {
    if (button) button.disabled = false;
  }
});
document.addEventListener("change", (e) => {
  const form = /** @type {Element} */ (e.target).closest("form");
  if (form?.matches("[data-matter]")) showAsked(/** @type {HTMLFormElement} */ (form));
});
for (const form of all("form[data-matter]")) showAsked(/** @type {HTMLFormElement} */ (form));
