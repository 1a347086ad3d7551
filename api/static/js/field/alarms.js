/** Alarms that this worker is asked to go to: above everything, loud, one next key at a time.  They need the line. */
import { ask, Problem, shown } from "../ask.js";
import { buzz } from "../buzz.js";
import { tick } from "../clock.js";
import { given, make, one } from "../dom.js";
import { live } from "../live.js";
import { paced } from "../paced.js";
import { pressOf } from "../press.js";
import { here } from "./position.js";

const AGAIN_MS = 15_000;
const BUZZ_MS = [400, 200, 400, 200, 400];
const words = given("alarm-words");
const box = one("#alarm-tasks");
/** @type {Set<string>} */
let known = new Set();

/**
 * What a task offers next: what has to be done first stands first.
 * @param {{actions: {action: string}[]}} task
 * @returns {string[]}
 */
export const stepsOf = ({ actions }) =>
  ["accept", "depart", "arrive", "finish", "decline", "give_up"].filter((name) =>
    actions.some(({ action }) => action === name),
  );

/** @param {any} task @param {string} action */
const take = async (task, action) => {
  const needs_reason = ["decline", "give_up"].includes(action);
  const reason = needs_reason ? window.prompt(words.why)?.trim() : "";
  if (needs_reason && !reason) return;
  const at = here();
  const body = { action, ...(reason ? { reason } : {}) };
  if (action === "depart" && at) Object.assign(body, { lon: at.lon, lat: at.lat });
  try {
    const url = `/api/v1/alarms/${task.alarm}/tasks/${task.no}/actions`;
    await ask("POST", url, body, { press: pressOf(`${task.no} ${action}`) });
    if (action === "arrive") {
      await ask("POST", `/api/v1/alarms/${task.alarm}/actions`, { action: "seen" }, { quiet: true });
    }
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (action !== "arrive") shown(problem);
  }
  await refresh();
};

/** @param {any} task */
const card = (task) => {
  const { of: alarm, file } = task;
  const person = file?.person;
  const lines = person
    ? [`${person.name} ${person.phone}`, person.address, file.plan?.access, file.plan?.illnesses]
    : [alarm.cell_name || words.somewhere, words.more];
  const lamp = make(
    "span",
    { className: `lamp ${task.state === "offered" ? "late" : "warn"}` },
    task.state_name,
  );
  if (task.state === "offered") lamp.dataset.due = task.accept_by_at;
  const buttons = stepsOf(task).map((action, i) =>
    make(
      "button",
      { type: "button", className: i ? "btn" : "btn go big", onclick: () => take(task, action) },
      words[action],
    ),
  );
  return make(
    "article",
    { className: "card pad stack late", data: { task: task.no } },
    make(
      "div",
      { className: "row" },
      make("b", {}, `${alarm.cause_name}${alarm.drill ? ` · ${words.drill}` : ""}`),
      lamp,
    ),
    ...lines.filter(Boolean).map((line) => make("span", {}, line)),
    make("div", { className: "flow" }, ...buttons),
  );
};

/** Ask anew what there is to do. */
export const refresh = async () => {
  const { items } = await ask("GET", "/api/v1/alarms/tasks", undefined, { quiet: true });
  box.replaceChildren(...items.map(card));
  box.hidden = !items.length;
  tick(box);
  const fresh = items.filter((/** @type {any} */ t) => !known.has(t.no));
  known = new Set(items.map((/** @type {any} */ t) => t.no));
  if (fresh.length) buzz(BUZZ_MS);
};

/** Without signal the next look comes by itself. */
const look = paced(() => refresh().catch(() => {}));
live({ hello: look, notice: look, alarm_task: look, alarm: look, reload: look }, { beat: true });
setInterval(look, AGAIN_MS);
