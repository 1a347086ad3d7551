/** The own position, watched once somebody needs it. */
import { given, one } from "../dom.js";

const ROUGH_M = 50;
const MOST_M = 5000;
const STILL = { enableHighAccuracy: false, maximumAge: 0, timeout: 12000 };
const words = given("field-words");

/** @typedef {{lon: number, lat: number, accuracy_m: number}} Position */

/** @type {Position | null} */
let position = null;
let watching = false;
let at_ms = 0;
/** @type {Set<(trouble?: string) => void>} */
const heard = new Set();

/** Where the worker stands; null while that is unknown. */
export const here = () => position;

/** When the worker stood there, by the clock of the phone. */
export const hereSince_ms = () => at_ms;

/** Whether a position is too rough to tell cells apart. @param {Position} at */
export const isRough = (at) => at.accuracy_m > ROUGH_M;

/** Hear of every position, or of why there is none. @param {(trouble?: string) => void} run */
export const onPosition = (run) => heard.add(run);

/** @param {GeolocationPosition} at */
const located = ({ coords }) => {
  at_ms = Date.now(); // the clocks that devices stamp positions with differ from their own
  const accuracy_m = Math.min(MOST_M, Math.round(coords.accuracy * 10) / 10);
  position = { lon: coords.longitude, lat: coords.latitude, accuracy_m };
  const lamp = one("[data-gps]");
  lamp.className = `lamp ${isRough(position) ? "warn" : "ok"}`;
  lamp.textContent = `±${Math.round(accuracy_m)} m`;
  for (const run of heard) run();
};
const lost = () => {
  for (const run of heard) run(words.no_gps);
};

/** Ask once more for a position: a phone that lies still tells none by itself. */
export const lookAgain = () => navigator.geolocation?.getCurrentPosition(located, lost, STILL);

/** Begin to watch; the reader is asked for leave once. */
export const watch = () => {
  if (watching) return;
  if (!navigator.geolocation) {
    lost();
    return;
  }
  watching = true;
  navigator.geolocation.watchPosition(located, lost, {
    enableHighAccuracy: true,
    maximumAge: 15000,
    timeout: 12000,
  });
};
