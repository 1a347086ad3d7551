/** A list of what was found, opening under the field it belongs to (the combobox pattern of WAI-ARIA). */
import { all, make } from "./dom.js";

const PAUSE_MS = 120;

/** @typedef {{title: string, right?: string, text?: string}} Row */

/**
 * Search while somebody types, and take what is chosen by arrow keys and Enter or by a click.
 * @template {Row} T
 * @param {HTMLInputElement} input
 * @param {HTMLElement} list
 * @param {(text: string) => Promise<T[] | null> | T[] | null} find Gives null where no list is to open.
 * @param {(row: T) => void} take
 * @param {{always?: boolean}} [options] always: open on focus of an empty field, too.
 */
export const listUnder = (input, list, find, take, { always = false } = {}) => {
  /** @type {WeakMap<Element, T>} */
  const found = new WeakMap();
  let timer = 0;
  let turn = 0;
  let shown = ""; // what the open list answers
  const options = () => all('[role="option"]', list);
  const chosen = () => options().find((option) => option.getAttribute("aria-selected") === "true");
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  };
  /** @param {HTMLElement | undefined} option */
  const point = (option) => {
    for (const o of options()) o.setAttribute("aria-selected", String(o === option));
    if (!option) return;
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  /** @param {T[]} rows */
  const fill = (rows) => {
    const made = rows.map((row, i) => {
      const parts = [
        make("b", {}, row.title),
        make("span", {}, row.right),
        make("span", { className: "muted" }, row.text),
      ];
      const option = make("li", { id: `${list.id}-${i}` }, ...parts);
      option.setAttribute("role", "option");
      found.set(option, row);
      return option;
    });
    list.replaceChildren(...made);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    point(input.value.trim() ? made[0] : undefined); // Enter in an empty field takes nothing
  };
  const search = async () => {
    turn += 1;
    const mine = turn;
    const text = input.value.trim();
    const rows = await find(text);
    if (mine !== turn || document.activeElement !== input) return;
    shown = text;
    if (rows) fill(rows);
    else close();
  };
  /** @param {Element | null | undefined} option */
  const pick = (option) => {
    const row = option && found.get(option);
    if (!row) return;
    close();
    take(row);
  };
  /** @param {number} step */
  const move = (step) => {
    if (list.hidden) return search();
    const now = options();
    const at = now.indexOf(/** @type {HTMLElement} */ (chosen()));
    return point(now[Math.max(0, Math.min(now.length - 1, at + step))]);
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(search, PAUSE_MS);
  });
  input.addEventListener("focus", () => {
    if (input.value || always) search();
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", (e) => {
    e.preventDefault();
    pick(/** @type {Element} */ (e.target).closest('[role="option"]'));
  });
  input.addEventListener("keydown", async (e) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (!step && (e.key !== "Enter" || e.isComposing)) return;
    e.preventDefault();
    if (step) {
      move(step);
      return;
    }
    clearTimeout(timer);
    if (list.hidden || shown !== input.value.trim()) await search(); // typed faster than the pause
    pick(chosen());
  });
};
