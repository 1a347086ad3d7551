/** Taking an action on an order or ticket: a small form is built from what the action needs, photos go up first. */
import { ask, shown } from "./ask.js";
import { control, given, make, maybe, one } from "./dom.js";
import { putPhotos } from "./photos.js";
import { Press, pressOf } from "./press.js";
import { clearErrors } from "./say.js";

/**
 * @typedef {object} Spec
 * @property {string} kind order, ticket, alarm or question
 * @property {string} no
 * @property {string} action
 * @property {string} label
 * @property {string[]} needs
 * @property {string[]} [like] Numbers of like cases.
 * @property {[string, string][]} [near] Code and name of cells near by.
 * @property {object} [beside] What goes with what is asked for.
 */

/** @type {Record<string, string>} */
const ADDRESS = {
  order: "/api/v1/orders/",
  ticket: "/api/v1/tickets/",
  alarm: "/api/v1/alarms/",
  question: "/api/v1/questions/",
};
/** @type {Record<string, string[]>} */
const presets = given("act-presets");
const dialog = /** @type {HTMLDialogElement | null} */ (maybe("#act"));
/** @type {{spec: Spec, needs: string[], press: Press, resolve: (answer: any) => void} | null} */
let pending = null;

/**
 * Post one action.
 * @param {string} kind
 * @param {string} no
 * @param {string} action
 * @param {object} [body] What the action needs.
 * @param {import("./ask.js").AskOptions} [options]
 * @returns {Promise<any>} The case as it stands.
 */
export const act = (kind, no, action, body = {}, options = {}) =>
  ask(
    "POST",
    `${ADDRESS[kind]}${encodeURIComponent(no)}/actions`,
    { action, ...body },
    {
      press: pressOf(`${no} ${action}`),
      ...options,
    },
  );

/** Common answers as buttons above the text, so that nobody has to type while on the phone. @param {string} action @param {HTMLElement} fields */
const offer = (action, fields) => {
  const text = /** @type {HTMLTextAreaElement | null} */ (maybe("textarea", fields));
  if (!text || !presets[action]) return;
  /** @param {string} words */
  const take = (words) => () => {
    text.value = words;
    text.focus();
  };
  const buttons = presets[action].map((words) =>
    make("button", { type: "button", className: "btn small", textContent: words, onclick: take(words) }),
  );
  text.before(make("div", { className: "flow presets" }, ...buttons));
};

/** @param {HTMLElement} fields @param {string[]} needs @param {Spec} spec */
const build = (fields, needs, { like = [], near = [] }) => {
  fields.replaceChildren();
  for (const need of needs) {
    const template = /** @type {HTMLTemplateElement | null} */ (
      maybe(`template[data-need="${CSS.escape(need)}"]`)
    );
    if (template) fields.append(template.content.cloneNode(true));
  }
  const parents = maybe("#parents", fields);
  for (const [code, name] of near) maybe("#cells", fields)?.append(new Option(name, code));
  for (const no of like.filter(Boolean)) parents?.append(new Option(no, no));
  if (parents && like[0]) /** @type {HTMLInputElement} */ (one('[name="parent"]', fields)).value = like[0];
};

/**
 * Read what one need was answered with.
 * @param {HTMLFormElement} form
 * @param {string} need
 * @returns {unknown} undefined when it was left out.
 */
const answerOf = (form, need) => {
  if (!form.elements.namedItem(need)) return undefined;
  const { value, files } = control(form, need);
  if (need === "evidence") return putPhotos(files || [], { form });
  if (need === "rating") return Number(value);
  if (need === "solved") return value ? value === "true" : undefined;
  if (need === "price_fen") return Math.round(Number(value) * 100);
  return value.trim();
};

/** @param {HTMLFormElement} form @param {string[]} needs */
const gather = async (form, needs) => {
  /** @type {Record<string, unknown>} */
  const body = {};
  for (const need of needs) {
    const value = await answerOf(form, need);
    if (value !== undefined) body[need] = value;
  }
  return body;
};

/**
 * Take an action, asking for what it needs.
 * @param {Spec} spec
 * @returns {Promise<any>} The answer, or null when the reader thought better of it.
 */
export const takeAction = async (spec) => {
  const needs = spec.needs.filter(Boolean);
  /* Whoever rates a ticket may say, too, whether the matter is solved. */
  if (spec.kind === "ticket" && needs.includes("rating")) needs.push("solved");
  if (!needs.length) return act(spec.kind, spec.no, spec.action, spec.beside).catch(() => null); // shown already
  if (!dialog) throw new Error("the page has no dialog for actions");
  const fields = one("[data-fields]", dialog);
  build(fields, needs, spec);
  offer(spec.action, fields);
  one("#act-title", dialog).textContent = spec.label;
  dialog.showModal();
  maybe("input, textarea, select", fields)?.focus();
  return new Promise((resolve) => {
    pending = { spec, needs, press: new Press(), resolve };
  });
};

/** @param {HTMLFormElement} form @param {HTMLDialogElement} box */
const submit = async (form, box) => {
  if (!pending || !form.reportValidity()) return;
  const { spec, needs, press, resolve } = pending;
  const send = /** @type {HTMLButtonElement} */ (one('[type="submit"]', form));
  clearErrors(form);
  send.setAttribute("aria-busy", "true");
  send.disabled = true;
  try {
    const body = { ...spec.beside, ...(await gather(form, needs)) };
    const answer = await act(spec.kind, spec.no, spec.action, body, { press, form });
    pending = null;
    box.close();
    resolve(answer);
  } catch (problem) {
    shown(problem);
  } finally {
    send.removeAttribute("aria-busy");
    send.disabled = false;
  }
};

if (dialog) {
  const form = /** @type {HTMLFormElement} */ (one("form", dialog));
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    submit(form, dialog);
  });
  form.addEventListener("keydown", (e) => {
    if (e.key === "Enter" && e.ctrlKey) form.requestSubmit();
  });
  dialog.addEventListener("click", (e) => {
    if (e.target instanceof Element && e.target.closest("[data-close]")) dialog.close();
  });
  dialog.addEventListener("close", () => {
    pending?.resolve(null);
    pending = null;
  });
}
