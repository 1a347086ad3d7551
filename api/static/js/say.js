/** Saying something to the reader: lines at the top right, errors at their field. */
import { all, given, make, maybe } from "./dom.js";

const words = given("jinlin-words");
const STAYS_MS = 6000;

/** @typedef {"ok" | "warn" | "late" | "info"} State */

/**
 * Show a line; good news goes by itself, bad news stays until it is closed.
 * @param {string} text
 * @param {State} [state]
 * @param {string[]} [ways] What is possible now.
 * @returns {HTMLElement}
 */
export const say = (text, state = "info", ways = []) => {
  const list = ways.length ? make("ul", {}, ...ways.map((way) => make("li", { textContent: way }))) : null;
  const close = make("button", {
    className: "close",
    type: "button",
    textContent: "✕",
    data: { jinlin: "close" },
  });
  close.setAttribute("aria-label", words.close || "close");
  const box = make("div", { className: `flash ${state}` }, make("div", {}, text, list), close);
  if (state === "late") box.setAttribute("role", "alert");
  document.getElementById("messages")?.append(box);
  if (state === "ok" || state === "info") setTimeout(() => box.remove(), STAYS_MS);
  return box;
};

/**
 * Show a problem: at its field when the form has it, else as a line with what is allowed.
 * @param {{title?: string, detail?: string, field?: string, allowed?: string[]}} problem
 * @param {HTMLFormElement | null} [form]
 * @returns {HTMLElement}
 */
export const showProblem = (problem, form) => {
  const { title = "", detail = "", field = "" } = problem;
  const place = field ? maybe(`[data-error-for="${CSS.escape(field)}"]`, form || document) : null;
  if (!place)
    return say(detail && detail !== title ? `${title}：${detail}` : title, "late", problem.allowed || []);
  place.textContent = detail || title;
  place.hidden = false;
  const input = maybe(`[name="${CSS.escape(field)}"]`, form || document);
  input?.setAttribute("aria-invalid", "true");
  input?.focus();
  return place;
};

/**
 * Say at a control of a form what it lacks, and go there.
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement} input
 * @param {string} [fallback] For a browser that says nothing itself.
 */
export const complain = (form, input, fallback = "") => {
  const place = maybe(`[data-error-for="${CSS.escape(input.name)}"]`, form);
  if (place) {
    place.textContent = input.validationMessage || fallback;
    place.hidden = false;
  }
  input.setAttribute("aria-invalid", "true");
  input.focus();
};

/**
 * Take the error marks off a form.
 * @param {HTMLFormElement} form
 */
export const clearErrors = (form) => {
  for (const place of all("[data-error-for]", form)) {
    place.hidden = true;
    place.textContent = "";
  }
  for (const input of all("[aria-invalid]", form)) input.removeAttribute("aria-invalid");
};
