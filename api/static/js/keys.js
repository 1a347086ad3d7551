/** Keys of a page.  A single letter acts unless somebody types; with Alt it acts everywhere, also in fields and dialogs. */
import { all, maybe } from "./dom.js";
import { onMap } from "./map.js";

/** @typedef {{key: string, ctrlKey: boolean, altKey: boolean, code?: string}} Press */

/** @type {Map<string, (press: Press) => void>} */
const bound = new Map();
const TYPING = "input, textarea, select, [contenteditable]";

/** @param {EventTarget | null} target */
const typing = (target) => target instanceof Element && target.closest(TYPING) !== null;

/**
 * Name a key press as `onKey` binds it: "t", "enter", "ctrl+k", "alt+t".
 * @param {Press} press
 * @returns {string}
 */
export const nameOf = ({ key, ctrlKey, altKey, code = "" }) => {
  const letter = altKey && code.startsWith("Key") ? code.slice(3) : key; // Alt makes other signs of letters on a Mac
  return `${ctrlKey ? "ctrl+" : ""}${altKey ? "alt+" : ""}${letter.toLowerCase()}`;
};

/**
 * Bind a key ("/", "r", "Enter", "ctrl+k", "alt+t").
 * @param {string} name
 * @param {(press: Press) => void} run
 * @returns {() => void} Unbinds it.
 */
export const onKey = (name, run) => {
  bound.set(name.toLowerCase(), run);
  return () => bound.delete(name.toLowerCase());
};

document.addEventListener("keydown", (e) => {
  if (e.isComposing || e.metaKey) return;
  if (e.key === "Escape" && typing(e.target)) {
    /** @type {HTMLElement} */ (e.target).blur();
    return;
  }
  const run = bound.get(nameOf(e));
  if (!run || (typing(e.target) && !e.ctrlKey && !e.altKey)) return;
  if (nameOf(e) === "enter" && e.target instanceof Element && e.target.closest("a, button, summary")) return;
  e.preventDefault();
  run(e);
});
/* A press inside the frame of a map acts as if it had been made on the page. */
onMap("key", (press) => bound.get(nameOf(press))?.(press));
onKey("/", () => maybe(".search input, input[type=search]")?.focus());

/**
 * Arrow keys (and j, k) walk over the parts of a list that match a selector.
 * @param {HTMLElement | null} list
 * @param {string} selector
 */
export const walk = (list, selector) => {
  list?.addEventListener("keydown", (e) => {
    const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[e.key];
    if (!step || typing(e.target) || !(e.target instanceof Element)) return;
    const parts = all(selector, list);
    const at = parts.indexOf(/** @type {HTMLElement} */ (e.target.closest(selector)));
    parts[Math.max(0, Math.min(parts.length - 1, at + step))]?.focus();
    e.preventDefault();
  });
};
