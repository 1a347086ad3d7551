/** The grid worker's phone: tasks in the order of the way, a report in seconds, everything through the outbox. */
import { ask } from "../ask.js";
import { given, one } from "../dom.js";
import "../ticket.js";
import "./alarms.js";
import { forget, keep } from "./keep.js";
import "./lamp.js";
import "./mine.js";
import * as outbox from "./outbox.js";
import { watch } from "./position.js";
import { takeUp } from "./report.js";
import "./rounds.js";
import "./share.js";
import "./task.js";
import { drawTasks } from "./tasks.js";
import { show } from "./views.js";
import "./visits.js";

const KEPT = ["/field", "/field/day", "/field/map", "/field/pick", "/tiles/district.pmtiles"];
const words = given("field-words");

one("[data-sign-out]").addEventListener("click", async () => {
  const { waiting } = await outbox.counts();
  if (waiting && !window.confirm(words.waiting_out)) return;
  await forget();
  await ask("DELETE", "/api/v1/session");
  location.assign("/login");
});

const keepAll = async () => {
  if (!(await keep(KEPT))) return;
  const lamp = one("[data-kept]");
  lamp.className = "lamp ok";
  lamp.textContent = words.ready;
  document.documentElement.dataset.kept = "yes";
};

/* A position is watched at once only where leave was given before. */
const watchIfGranted = async () => {
  try {
    if ((await navigator.permissions.query({ name: "geolocation" })).state === "granted") watch();
  } catch {
    /* a browser without this question asks when a position is needed */
  }
};

if (new URLSearchParams(location.search).has("report") && !location.hash) location.hash = "report";
if (!location.hash) history.replaceState(null, "", "#tasks");
takeUp();
drawTasks();
show();
watchIfGranted();
keepAll();
