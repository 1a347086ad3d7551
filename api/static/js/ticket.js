/** Actions on a ticket, on every page that shows tickets: forms of [data-act], in dialogs or at once. */
import { ask, shown } from "./ask.js";
import { tick } from "./clock.js";
import { all, around, control, given, make, maybe, one } from "./dom.js";
import { Draft } from "./drafts.js";
import { putPhotos } from "./photos.js";
import { pressOf } from "./press.js";
import { clearErrors, complain, say } from "./say.js";
import { whereabouts } from "./whereabouts.js";

const words = given("ticket-words");
const RELOADS_MS = 400;

/** @param {HTMLFormElement} form */
const fieldsOf = (form) => {
  /** @type {Record<string, string | number>} */
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (value instanceof File || value === "") continue;
    const unit = control(form, name).dataset?.unit;
    fields[name] = unit ? `${value} ${unit}` : name === "rating" ? Number(value) : value;
  }
  return fields;
};

/** Carry out the action of a form. @param {HTMLFormElement} form @returns {Promise<any>} The ticket as it stands. */
const act = async (form) => {
  const files = /** @type {HTMLInputElement | null} */ (maybe('[name="evidence"]', form))?.files || [];
  /** @type {Record<string, unknown>} */
  const body = { action: form.dataset.act, ...fieldsOf(form) };
  if (form.dataset.act === "arrive") Object.assign(body, await whereabouts());
  if (files.length) body.evidence = await putPhotos(files, { form });
  return ask("POST", `/api/v1/tickets/${form.dataset.no}/actions`, body, {
    press: drafts.get(form)?.press ?? pressOf(form),
    form,
  });
};

/** @type {Map<HTMLFormElement, Draft>} */
const drafts = new Map();
for (const form of /** @type {HTMLFormElement[]} */ (all("form[data-act]")))
  drafts.set(form, new Draft(form, `${form.dataset.no} ${form.dataset.act}`));

/** @param {HTMLFormElement} form */
const submit = async (form) => {
  const button = /** @type {HTMLButtonElement} */ (one('[type="submit"]', form));
  if (button.disabled) return;
  clearErrors(form);
  const inputs = /** @type {HTMLInputElement[]} */ ([...form.elements]);
  const wrong = inputs.find((input) => input.required && !input.validity.valid);
  if (wrong) {
    complain(form, wrong, words.missing);
    return;
  }
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    const ticket = await act(form);
    drafts.get(form)?.drop();
    form.closest("dialog")?.close();
    say(`${words.done} · ${ticket.state_name}`, "ok");
    document.dispatchEvent(new CustomEvent("jinlin:acted", { detail: ticket }));
  } catch (problem) {
    shown(problem);
    drafts.get(form)?.failed(problem);
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
};

document.addEventListener("click", (e) => {
  const opens = around(e, "[data-act-open]");
  if (opens) {
    const dialog = /** @type {HTMLDialogElement} */ (one(`#${CSS.escape(opens.dataset.actOpen || "")}`));
    if (opens.hasAttribute("data-act-now")) submit(/** @type {HTMLFormElement} */ (one("form", dialog)));
    else dialog.showModal();
  }
  if (around(e, "[data-act-close]")) around(e, "dialog")?.closest("dialog")?.close();
  if (around(e, "[data-back]") && history.length > 1 && document.referrer.startsWith(location.origin)) {
    e.preventDefault();
    history.back();
  }
});
document.addEventListener("submit", (e) => {
  const form = /** @type {HTMLFormElement} */ (e.target);
  if (!form.matches("form[data-act]:not([data-later])")) return;
  e.preventDefault();
  submit(form);
});
document.addEventListener("change", (e) => {
  const input = /** @type {HTMLInputElement | null} */ (around(e, '[type="file"]'));
  const shots = input?.closest(".field")?.querySelector("[data-shots]");
  if (!input?.files || !shots) return;
  shots.replaceChildren(
    ...[...input.files].map((file) => make("img", { alt: file.name, src: URL.createObjectURL(file) })),
  );
});
/* A page that does nothing else about it shows itself anew. */
document.addEventListener("jinlin:acted", () => {
  if (!maybe("[data-keeps-page]")) setTimeout(() => location.reload(), RELOADS_MS);
});
tick();
