/** Pads of large keys: what is typed stands above them, and says when it is whole. */
import { all, around, one } from "../dom.js";

/** @typedef {{most: number, whole: (text: string) => boolean, shown?: (text: string) => string, fits?: (text: string) => boolean}} Rule */

/** @type {Record<string, string>} */
export const typed = {};

/**
 * @param {Record<string, Rule>} rules By pad.
 */
export const startPads = (rules) => {
  /** @param {string} name */
  const show = (name) => {
    const { shown, whole } = rules[name];
    one(`[data-typed="${name}"]`).textContent = (shown || String)(typed[name]);
    /** @type {HTMLButtonElement} */ (one(`[data-next="${name}"]`)).disabled = !whole(typed[name]);
  };
  for (const pad of all("[data-pad]")) {
    const name = pad.dataset.pad || "";
    typed[name] = "";
    show(name);
    pad.addEventListener("click", (e) => {
      const key = around(e, "[data-key]")?.dataset.key;
      if (!key) return;
      const next = key === "back" ? [...typed[name]].slice(0, -1).join("") : typed[name] + key;
      if (next.length > rules[name].most || !(rules[name].fits?.(next) ?? true)) return;
      typed[name] = next;
      show(name);
    });
  }
};
