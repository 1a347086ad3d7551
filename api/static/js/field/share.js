/**
 * The worker's position told to the desk: only with consent, on shift and while this page is open; a switch ends it at once.
 * A position is told at most every so many seconds; without signal the last ones wait here, and the newest wins.
 */
import { ask, Problem, shown } from "../ask.js";
import { given, maybe, one } from "../dom.js";
import { post } from "./outbox.js";
import { here, hereSince_ms, lookAgain, onPosition, watch } from "./position.js";

const MOST = 60;
const STILL_MS = 90_000;
const LOOK_MS = 15_000;
const URL = "/api/v1/positions";
const words = given("share-words");
const toggle = /** @type {HTMLInputElement | null} */ (maybe("[data-share]")); // who only looks at the page has none
const lamp = maybe("[data-share-state]");
const sign = one("[data-sharing]");

/** @typedef {{lon: number, lat: number, at: string, accuracy_m: number}} Told */

/** @type {{given: boolean, on_shift: boolean, every_s: number, waiting: Told[], told_ms: number, sending: boolean}} */
const state = { given: false, on_shift: true, every_s: 10, waiting: [], told_ms: 0, sending: false };

/** @param {string} name of the words @param {string} [light] */
const say = (name, light = "idle") => {
  if (!lamp) return;
  lamp.className = `lamp ${light}`;
  lamp.textContent = words[name];
  sign.hidden = name !== "sharing";
};

/** @param {{given: boolean, on_shift: boolean, every_s: number}} consent */
const take = ({ given: yes, on_shift, every_s }) => {
  Object.assign(state, { given: yes, on_shift, every_s });
  if (toggle) Object.assign(toggle, { checked: yes, disabled: false });
  if (!yes) state.waiting = [];
  if (!yes) say("off");
  else if (!on_shift) say("off_shift");
  else {
    say("looking");
    watch();
    tell();
  }
};

/** Ask what was agreed to, and whether this is a shift. */
const learn = async () => {
  try {
    take(await ask("GET", `${URL}/consent`, undefined, { quiet: true }));
  } catch (problem) {
    shown(problem);
  }
};

/** Refused: whoever does not agree or is off shift is not asked again until that changes. @param {unknown} problem */
const refused = (problem) => {
  if (!(problem instanceof Problem)) throw problem;
  if (problem.status === 0 || problem.status >= 500 || problem.status === 429) {
    say("offline", "warn");
    return;
  }
  state.waiting = [];
  if (problem.status === 409) learn();
  else if (problem.status !== 422) {
    state.on_shift = false;
    say("off_shift");
  }
};

const send = async () => {
  if (state.sending || !state.waiting.length || !navigator.onLine) {
    if (state.waiting.length && !navigator.onLine) say("offline", "warn");
    return;
  }
  state.sending = true;
  const batch = [...state.waiting];
  try {
    await post(URL, { positions: batch }, { key: `position-${batch[0].at}` });
    state.waiting = state.waiting.filter((told) => !batch.includes(told));
    if (state.given) say("sharing", "ok");
  } catch (problem) {
    refused(problem);
  } finally {
    state.sending = false;
  }
};

/** Tell where one is now, unless that was told just before. */
const tell = () => {
  const at = here();
  const at_ms = hereSince_ms();
  if (!state.given || !state.on_shift || !at || at_ms - state.told_ms < state.every_s * 1000) return;
  state.told_ms = at_ms;
  state.waiting = [...state.waiting, { ...at, at: new Date(at_ms).toISOString() }].slice(-MOST);
  send();
};

const look = () => {
  if (!state.given) return;
  if (!state.on_shift) learn();
  else if (Date.now() - state.told_ms > STILL_MS) lookAgain();
  send();
};

/** @param {HTMLInputElement} pressed */
const agree = async (pressed) => {
  pressed.disabled = true;
  try {
    take(await ask("POST", `${URL}/consent`, { given: pressed.checked }));
  } catch (problem) {
    Object.assign(pressed, { checked: state.given, disabled: false });
    say(state.given ? "sharing" : "failed", "warn");
    shown(problem);
  }
};
onPosition((trouble) => {
  if (trouble && state.given && !here()) say("no_gps", "warn");
  else tell();
});
if (toggle) {
  toggle.addEventListener("change", () => agree(toggle));
  window.addEventListener("online", send);
  setInterval(look, LOOK_MS);
  learn();
}
