/**
 * Ringing: every alarm that nobody has taken rings until somebody does, at any number, the newest first; an urgent ticket
 * rings until somebody turns to it.  The bar stands above dialogs, the frame is red, the title counts.
 */
import { all, maybe, one } from "../dom.js";
import { onQueue } from "./queue.js";
import { beep, unmute, waits } from "./sound.js";
import { dialog, queueSide, words } from "./state.js";

const ALARM_EVERY_MS = 4000;
const TICKET_EVERY = 3; // as often as an alarm

const DRILL_HZ = 440; // an octave below what is real

/** @typedef {{no: string, text: string, drill?: boolean}} Call */

const bar = one("#ring");
const next = bar.nextElementSibling; // where it stands without a dialog
const title = document.title;
/** @type {Set<string>} */
let heard = new Set();
/** @type {Call[]} */
let tickets = [];
let beats = 0;

/** Alarms that nobody has taken, the newest first. @returns {Call[]} */
const alarms = () =>
  all("#alarms [data-untaken]", queueSide).map((a) => ({
    no: a.dataset.no || "",
    text: a.dataset.untaken || "",
    drill: "drill" in a.dataset,
  }));
/** Drills stand behind whatever is real, so the first tells. @param {Call[]} calls */
const onlyDrills = (calls) => calls.length > 0 && calls.every(({ drill }) => drill);
const sound = () => beep(onlyDrills(alarms()) && !tickets.length ? DRILL_HZ : undefined);

/** A bar under an open dialog could be neither seen nor pressed. */
const lift = () => {
  const box = dialog();
  if (box && bar.parentElement !== box) box.prepend(bar);
  if (!box && bar.nextElementSibling !== next) next?.before(bar);
};

const show = () => {
  const untaken = alarms();
  const real = untaken.filter(({ drill }) => !drill);
  const [first] = [...real, ...tickets, ...untaken];
  const drilling = onlyDrills(untaken) && !tickets.length;
  const head = real.length ? words.alarm : words.drill;
  const count = real.length || untaken.length;
  document.body.classList.toggle("ringing", real.length > 0);
  bar.classList.toggle("drill", drilling);
  document.title = untaken.length ? `(${count}) ${head} · ${title}` : title;
  bar.hidden = !first;
  if (!first) return;
  bar.dataset.no = first.no;
  const lead = real.length || drilling ? `${head}${count > 1 ? ` ${count}` : ""}：` : "";
  one("b", bar).textContent = `${lead}${first.text}`;
  one("[data-silent]", bar).hidden = !waits();
  lift();
};

/** Ring for what is new, and show what rings. */
export const ring = () => {
  const calls = alarms();
  const fresh = calls.some(({ no }) => !heard.has(no));
  heard = new Set(calls.map(({ no }) => no));
  show();
  if (!fresh) return;
  unmute();
  sound();
};

/** Ring for an urgent ticket. @param {Call} ticket */
export const ringTicket = (ticket) => {
  tickets = [ticket, ...tickets.filter(({ no }) => no !== ticket.no)];
  show();
  sound();
};

/** Somebody turned to a case. @param {string} no */
export const turned = (no) => {
  tickets = tickets.filter((ticket) => ticket.no !== no);
  show();
};

/** This desk took an alarm: bar and key lead to the next one before the queue is read anew. @param {string} no */
export const taken = (no) => {
  maybe(`#alarms [data-untaken][data-no="${CSS.escape(no)}"]`, queueSide)?.removeAttribute("data-untaken");
  for (const button of all(`[data-alarm="take"][data-of="${CSS.escape(no)}"]`)) button.remove();
  show();
};

/** Number of the case that the bar leads to, and whether it is an alarm. */
export const called = () => ({
  no: bar.dataset.no || "",
  alarm: alarms().some(({ no }) => no === bar.dataset.no),
});

setInterval(() => {
  beats += 1;
  one("[data-silent]", bar).hidden = !waits();
  if (alarms().length || (tickets.length && beats % TICKET_EVERY === 0)) sound();
}, ALARM_EVERY_MS);
/* Dialogs open and close without telling: their attribute does. */
new MutationObserver(() => {
  if (!bar.hidden) lift();
}).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["open"] });
onQueue(ring);
