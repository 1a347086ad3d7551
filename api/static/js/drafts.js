/**
 * Drafts: what is typed into a form of [data-draft] stays on this device until it was sent, over reloads, sign-outs and
 * days. On pages without a sign-in, which many people may use, only what could not be sent is kept, but for long forms
 * that say so.
 */
import { given, make, maybe } from "./dom.js";
import { isOpenEnded, Press } from "./press.js";

const KEPT_FOR_MS = 30 * 24 * 3600 * 1000;
const words = given("jinlin-words");
const account = () => maybe('meta[name="account"]')?.getAttribute("content") || "";

/** The device's store; null where the browser forbids it. @returns {Storage | null} */
const storeOf = () => {
  try {
    return window.localStorage ?? null;
  } catch {
    return null;
  }
};

/** @param {HTMLFormElement} form */
const fields = (form) =>
  /** @type {HTMLInputElement[]} */ ([...form.elements]).filter(
    (field) => field.name && !["file", "password", "hidden", "submit", "button"].includes(field.type),
  );

/** @param {HTMLInputElement} field */
const isTicked = (field) => ["radio", "checkbox"].includes(field.type);

/** @param {HTMLFormElement} form @param {[string, string, boolean | null]} told Name, value, and whether it is ticked. */
const refillField = (form, [name, value, ticked]) => {
  for (const field of fields(form).filter((f) => f.name === name)) {
    if (ticked === null) field.value = value;
    else if (field.value === value) field.checked = ticked;
  }
};

export class Draft {
  /**
   * @param {HTMLFormElement} form
   * @param {string} name What the form is for; one draft for each account.
   * @param {{more?: () => unknown, refill?: (more: any) => void, store?: Storage | null, always?: boolean}} [beside] What is kept beside the fields; always: without a sign-in too.
   */
  constructor(form, name, { more = () => null, refill = () => {}, store = storeOf(), always = false } = {}) {
    this.form = form;
    this.store = store;
    this.more = more;
    const whole = `${account()}:${name}`;
    this.name = `jinlin-draft:${whole}`;
    this.press = new Press(store, whole);
    this.restore(refill);
    if (account() || always) form.addEventListener("input", () => this.keep());
  }

  keep() {
    const told = fields(this.form).map((f) => [f.name, f.value, isTicked(f) ? f.checked : null]);
    this.store?.setItem(this.name, JSON.stringify({ at: Date.now(), told, more: this.more() }));
  }

  /** Whose draft waits, by the name after a prefix, the latest first. @param {string} prefix @param {Storage | null} [store] @returns {{name: string, at: number, told: [string, string, boolean | null][], more: any}[]} */
  static waiting(prefix, store = storeOf()) {
    const begins = `jinlin-draft:${account()}:${prefix}`;
    const names = Object.keys(store ?? {}).filter((name) => name.startsWith(begins));
    return names
      .map((name) => ({ ...JSON.parse(store?.getItem(name) || "{}"), name: name.slice(begins.length) }))
      .filter(({ at }) => Date.now() - at <= KEPT_FOR_MS)
      .sort((a, b) => b.at - a.at);
  }

  drop() {
    this.store?.removeItem(this.name);
    this.press.answered();
    maybe("[data-draft-note]", this.form)?.remove();
  }

  /** Keep what could not be sent; what was refused is on the page still. @param {unknown} problem */
  failed(problem) {
    if (isOpenEnded(/** @type {{status?: number}} */ (problem).status ?? -1)) this.keep();
  }

  /** @param {(more: any) => void} refill */
  restore(refill) {
    const kept = JSON.parse(this.store?.getItem(this.name) || "null");
    if (!kept) return;
    if (Date.now() - kept.at > KEPT_FOR_MS) {
      this.drop();
      return;
    }
    for (const told of kept.told) refillField(this.form, told);
    if (kept.more) refill(kept.more);
    const forget = make("button", { type: "button", className: "btn small", textContent: words.draft_drop });
    forget.addEventListener("click", () => {
      this.drop();
      this.form.reset();
    });
    const note = make("p", { className: "note", data: { draftNote: "" } }, `${words.draft} `, forget);
    this.form.prepend(note);
  }
}
