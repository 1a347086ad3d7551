/** One press of a button: sent again after a lost answer it carries the same key, so that the server does it once. */
import { uuid } from "./uuid.js";

/** Statuses after which nobody can say that the server refused: no answer, no sign-in, too many, failed. */
const OPEN_ENDED = new Set([0, 401, 408, 425, 429]);

/** Whether what was sent may still be sent again as it is. @param {number} status */
export const isOpenEnded = (status) => OPEN_ENDED.has(status) || status >= 500;

/** A number that tells texts apart (FNV-1a, 32 bits). @param {string} text */
const digest = (text) => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16);
};

export class Press {
  /** @param {Storage | null} [store] Where the key outlives the page. @param {string} [name] Under which it is kept there. */
  constructor(store = null, name = "") {
    this.store = store;
    this.name = `jinlin-press:${name}`;
    /** @type {{key: string, of: string}} */
    this.kept = JSON.parse(store?.getItem(this.name) || "null") || { key: "", of: "" };
  }

  /**
   * The key of a request: the last one's when that asked for the same and its answer was lost, else a new one.
   * @param {string} url
   * @param {unknown} body
   */
  keyOf(url, body) {
    const of = digest(`${url}\n${JSON.stringify(body ?? null)}`);
    if (this.kept.of !== of) {
      this.kept = { key: uuid(), of };
      this.store?.setItem(this.name, JSON.stringify(this.kept));
    }
    return this.kept.key;
  }

  /** Take note of a definite answer; the next press is another one. */
  answered() {
    this.kept = { key: "", of: "" };
    this.store?.removeItem(this.name);
  }
}

/** @type {Map<unknown, Press>} */
const presses = new Map();

/** The press of an element or of what a text names; always the same one. @param {Element | string} of */
export const pressOf = (of) => {
  const press = presses.get(of) || new Press();
  presses.set(of, press);
  return press;
};
