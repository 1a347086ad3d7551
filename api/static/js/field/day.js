/** The worker's day as the server gave it, asked for anew when the page comes back. */
import { given } from "../dom.js";
import { paced } from "../paced.js";

/** @type {any} */
let held = given("day");
/** @type {Set<() => void>} */
const heard = new Set();
/** Tickets acted upon from here, whose answer is not in the day yet. @type {Set<string>} */
export const handled = new Set();

/** The day in hand. */
export const day = () => held;

/** Hear of every new day. @param {() => void} run */
export const onDay = (run) => heard.add(run);

const fetchDay = async () => {
  const answer = await fetch("/field/day", { headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected) return;
  held = await answer.json();
  for (const run of heard) run();
};

/** Ask for the day anew; without signal the day in hand stays. */
export const refreshDay = paced(async () => {
  if (!navigator.onLine) return;
  await fetchDay().catch((problem) => {
    if (!(problem instanceof TypeError)) throw problem; // no signal after all
  });
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) refreshDay();
});
window.addEventListener("online", refreshDay);
