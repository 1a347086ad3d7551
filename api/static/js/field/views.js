/** The parts of the field page, one shown at a time by the hash of the address: #tasks, #task=T1, #report ... */
import { all, maybe, one } from "../dom.js";

/** @type {Record<string, string>} A part without a tab of its own, and whose tab is marked. */
const TAB = { task: "tasks", visit: "visits" };
/** @type {Map<string, (id: string) => void>} */
const opened = new Map();

/** Run something whenever a part is shown. @param {string} name @param {(id: string) => void} run */
export const onView = (name, run) => opened.set(name, run);

/** Whether a part is shown. @param {string} name */
export const isShown = (name) => !one(`[data-view="${name}"]`).hidden;

/** Show the part that the address names. */
export const show = () => {
  const [name, id = ""] = decodeURIComponent(location.hash.slice(1) || "tasks").split("=");
  const known = maybe(`[data-view="${CSS.escape(name)}"]`) ? name : "tasks";
  for (const view of all("[data-view]")) view.hidden = view.dataset.view !== known;
  for (const a of all(".tabbar a")) {
    if (a.getAttribute("href") === `#${TAB[known] || known}`) a.setAttribute("aria-current", "page");
    else a.removeAttribute("aria-current");
  }
  one("#main").scrollTop = 0;
  opened.get(known)?.(id);
};
window.addEventListener("hashchange", show);
