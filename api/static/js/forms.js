/** Plain forms: a button opens its dialog or sends at once, a form posts its fields as JSON, photos go up first. */
import { ask, shown } from "./ask.js";
import { around, control, given, maybe, one } from "./dom.js";
import { putPhotos } from "./photos.js";
import { pressOf } from "./press.js";
import { clearErrors, complain, say } from "./say.js";

const words = given("ticket-words");
const RELOADS_MS = 400;

/** A number as one, a time of the clock on the wall with its offset. @param {string} type @param {FormDataEntryValue} value */
const typed = (type, value) => {
  if (type === "number") return Number(value);
  return type === "datetime-local" ? new Date(String(value)).toISOString() : value;
};

/** @param {HTMLFormElement} form */
const fieldsOf = (form) =>
  Object.fromEntries(
    [...new FormData(form)]
      .filter(([, value]) => typeof value === "string" && value !== "")
      .map(([name, value]) => [name, typed(control(form, name).type, value)]),
  );

/**
 * Post what an element stands for; the page shows itself anew afterwards.
 * @param {HTMLElement} source
 * @param {Record<string, unknown>} body
 * @param {import("./ask.js").AskOptions} options
 */
const send = async (source, body, options) => {
  const button = /** @type {HTMLButtonElement | null} */ (
    source.matches("button") ? source : maybe('[type="submit"]', source)
  );
  if (button?.disabled) return;
  if (button) button.disabled = true;
  button?.setAttribute("aria-busy", "true");
  try {
    const files = /** @type {HTMLInputElement | null} */ (maybe('[name="evidence"]', source))?.files || [];
    if (files.length) body.evidence = await putPhotos(files, options);
    const whole = { ...JSON.parse(source.dataset.with || "{}"), ...body };
    await ask("POST", source.dataset.post || "", whole, { press: pressOf(source), ...options });
    source.closest("dialog")?.close();
    say(words.done, "ok");
    setTimeout(() => location.reload(), RELOADS_MS);
  } catch (problem) {
    shown(problem);
  } finally {
    if (button) button.disabled = false;
    button?.removeAttribute("aria-busy");
  }
};

/** @param {HTMLElement} button */
const openDialog = ({ dataset }) => {
  const dialog = /** @type {HTMLDialogElement} */ (one(`#${CSS.escape(dataset.open || "")}`));
  const form = /** @type {HTMLFormElement} */ (one("form", dialog));
  if (dataset.post) form.dataset.post = dataset.post;
  const title = maybe("[data-title]", dialog);
  if (title && dataset.title) title.textContent = dataset.title;
  for (const [name, value] of Object.entries(JSON.parse(dataset.fill || "{}")))
    control(form, name).value = value;
  clearErrors(form);
  dialog.showModal();
};

document.addEventListener("click", (e) => {
  if (around(e, "[data-close]")) around(e, "dialog")?.closest("dialog")?.close();
  const now = around(e, "[data-send]");
  if (now) send(now, {}, {});
  const opens = around(e, "[data-open]");
  if (opens) openDialog(opens);
});
document.addEventListener("submit", (e) => {
  const form = /** @type {HTMLFormElement} */ (e.target);
  if (!form.matches("[data-form]")) return;
  e.preventDefault();
  clearErrors(form);
  const inputs = /** @type {HTMLInputElement[]} */ ([...form.elements]);
  const wrong = inputs.find((input) => input.willValidate && !input.validity.valid);
  if (wrong) complain(form, wrong, words.missing);
  else send(form, fieldsOf(form), { form });
});
