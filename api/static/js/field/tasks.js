/** The tasks in the order of the way, what others work on near by, and the map of the day. */
import { tick, timeWord } from "../clock.js";
import { given, make, one } from "../dom.js";
import { onMap, showMap, toMap } from "../map.js";
import { day, handled, onDay, refreshDay } from "./day.js";
import { here, onPosition } from "./position.js";
import { isShown, onView } from "./views.js";
import { far_m, lengthWord, walked } from "./walk.js";

const MOST_NEARBY = 20;
const RESTING = ["done", "checked", "closed", "void", "merged", "shelved"];
/** @type {Record<string, string>} */
const LAMPS = { green: "ok", yellow: "warn", orange: "warn", red: "late" };
const words = given("field-words");
const box = one("[data-map-box]");
const toggle = one("[data-map-toggle]");
const frame = /** @type {HTMLIFrameElement} */ (one("#task-map"));

/** How long a ticket has left, or that it rests. @param {any} ticket */
export const leftLamp = (ticket) => {
  if (!RESTING.includes(ticket.state))
    return make("span", { className: `lamp ${LAMPS[ticket.lamp]}`, data: { left: ticket.due_at } });
  const state = ticket.state === "done" ? "info" : LAMPS[ticket.lamp];
  return make("span", { className: `lamp ${state}`, textContent: ticket.state_name });
};

/** @param {any} task */
const asks = (task) => (task.doubtful ? words.doubtful : task.state === "done" ? words.check : words.verify);

/** @param {{task: any, leg_m: number | null}} leg */
const taskCard = ({ task }) => {
  const at = here();
  const late = task.lamp === "red" && task.state === "reported" ? "late" : "";
  const head = make(
    "span",
    { className: "row" },
    make(
      "span",
      { className: `lamp ${task.state === "done" ? "info" : "warn"}` },
      `${asks(task)}${task.urgent ? " !" : ""}`,
    ),
    task.visit_due_at
      ? make("span", { className: "lamp warn" }, `${words.asked} ${timeWord(task.visit_due_at)}`)
      : null,
    make("b", { className: "num" }, at ? lengthWord(far_m(at, task)) : ""),
  );
  return make(
    "li",
    {},
    make(
      "a",
      { className: `card task ${late}`, href: `#task=${task.no}` },
      head,
      make("b", {}, task.category_name),
      make("span", { className: "muted" }, task.description || task.address),
      make("span", { className: "muted small num" }, `${task.community_name} · ${task.no}`),
    ),
  );
};

/** @param {any} ticket */
const nearbyCard = (ticket) => {
  const at = here();
  const far = make("span", { className: "muted num" }, at ? lengthWord(far_m(at, ticket)) : "");
  return make(
    "li",
    {},
    make(
      "a",
      { className: "card task", href: `#task=${ticket.no}` },
      make("span", { className: "row" }, leftLamp(ticket), far),
      make("b", {}, ticket.category_name),
      make("span", { className: "muted small" }, `${ticket.state_name} · ${ticket.department_name}`),
    ),
  );
};

/** What others are working on around here: known already, so not to be reported again. */
const drawNearby = () => {
  const at = here();
  const { nearby } = day();
  const near = at ? [...nearby].sort((a, b) => far_m(at, a) - far_m(at, b)) : nearby;
  one("[data-nearby]").replaceChildren(...near.slice(0, MOST_NEARBY).map(nearbyCard));
  const title = one("[data-nearby-title]");
  title.textContent = `${words.nearby} ${nearby.length}`;
  title.hidden = !near.length;
};

export const drawTasks = () => {
  const open = day().tasks.filter((/** @type {any} */ t) => !handled.has(t.no));
  const way = walked(open, here());
  const total_m = way.reduce((sum, leg) => sum + (leg.leg_m || 0), 0);
  const known = here() !== null;
  one("[data-tasks-title]").textContent =
    `${words.tasks} ${open.length} · ${known ? words.by_way : words.by_due}`;
  one("[data-task-count]").textContent = `${open.length} ${words.tasks_n}`;
  const length = known && way.length ? `${words.whole} ${lengthWord(total_m)}（${words.straight}）` : "";
  one("[data-way]").textContent = length;
  const none = [make("b", {}, words.no_tasks), make("span", {}, words.no_tasks_hint)];
  const cards = way.length ? way.map(taskCard) : [make("li", { className: "card empty" }, ...none)];
  one("[data-tasks]").replaceChildren(...cards);
  drawNearby();
  /** @type {HTMLTimeElement} */ (one("[data-as-of]")).dateTime = day().as_of;
  tick();
};

const pinMe = () => {
  const at = here();
  if (!at) return;
  const me = { lon: at.lon, lat: at.lat, label: words.here, kind: "worker", id: "me" };
  toMap(frame, { type: "pins", replace: true, pins: [me] });
};

/** Show the map, and a task on it. @param {string} [no] */
export const openMap = (no) => {
  box.hidden = false;
  toggle.setAttribute("aria-expanded", "true");
  showMap(frame, "/field/map");
  if (no) toMap(frame, { type: "focus", kind: "task", id: no });
};

toggle.addEventListener("click", () => {
  if (box.hidden) {
    openMap();
    return;
  }
  box.hidden = true;
  toggle.setAttribute("aria-expanded", "false");
});
onMap("ready", (_message, from) => {
  if (from === frame) pinMe();
});
onMap("pick", ({ kind, id }) => {
  if (kind === "task") location.hash = `task=${id}`;
});
onView("tasks", () => {
  drawTasks();
  refreshDay();
});
onDay(drawTasks);
onPosition(() => {
  if (isShown("tasks")) drawTasks();
});
