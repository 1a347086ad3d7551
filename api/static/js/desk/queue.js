/** The queue at the left: alarms, trays, filter.  What comes while somebody types in the filter changes the alarms alone. */
import { part } from "../ask.js";
import { tick } from "../clock.js";
import { all, maybe, one } from "../dom.js";
import { paced } from "../paced.js";
import { queueSide, state } from "./state.js";

const SOON_MS = 250;
const AGAIN_MS = 2000;

/** @type {Set<() => void>} */
const heard = new Set();
let turn = 0;

/** Hear of every change of the queue. @param {() => void} run */
export const onQueue = (run) => heard.add(run);

/** Query of what the queue shows. */
export const here = () => one("#queue", queueSide).dataset.here || "";
let wanted = here(); // what was asked for last, shown or on its way

/** Mark the case that is open. */
export const markOpen = () => {
  for (const a of all("a.item", queueSide)) a.setAttribute("aria-current", String(a.dataset.no === state.no));
};

/** @param {DocumentFragment} fresh */
const put = (fresh) => {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  const typing = queueSide.contains(focused) && focused?.matches("input, select");
  const held = queueSide.contains(focused) ? focused?.closest("li")?.querySelector("a")?.dataset.no : "";
  const counters = /** @type {HTMLTemplateElement} */ (one("[data-counters]", fresh));
  one("#counters").replaceChildren(counters.content.cloneNode(true));
  const tops = ["#alarms", "#queue-side"].map((id) => /** @type {const} */ ([id, maybe(id)?.scrollTop || 0]));
  if (typing) one("#alarms").replaceWith(one("#alarms", fresh));
  else queueSide.replaceChildren(fresh);
  for (const [id, top] of tops) one(id).scrollTop = top;
  if (held) maybe(`a[data-no="${CSS.escape(held)}"]`, queueSide)?.focus();
};

/**
 * Show a query of the queue; the one asked for last wins.
 * @param {string} query
 */
export const showQueue = async (query) => {
  turn += 1;
  wanted = query;
  const mine = turn;
  const template = document.createElement("template");
  template.innerHTML = await part(`/desk/queue${query}`, { quiet: true });
  if (mine !== turn) return;
  put(template.content);
  tick(queueSide);
  markOpen();
  for (const run of heard) run();
};

/** Show the queue anew shortly; where the server does not answer, again until it does. */
export const refresh = paced(() => showQueue(wanted), { soon_ms: SOON_MS, again_ms: AGAIN_MS });

/** The case so many steps further down. @param {number} step @returns {string} Its number, empty at an empty queue. */
export const neighbour = (step) => {
  const cases = all("a.item", queueSide);
  const at = cases.findIndex((a) => a.dataset.no === state.no);
  const next = cases[Math.max(0, Math.min(cases.length - 1, at + step))];
  next?.scrollIntoView({ block: "nearest" });
  return next?.dataset.no || "";
};
