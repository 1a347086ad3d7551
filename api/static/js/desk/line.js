/** A lost line is loud: a bar over the page counts the seconds, a low tone sounds, and the queue is asked for meanwhile. */
import { one } from "../dom.js";
import { refresh } from "./queue.js";
import { beep } from "./sound.js";
import { words } from "./state.js";

const GRACE_S = 1;
const TONE_EVERY_S = 5;
const ASK_EVERY_S = 3;
const SAFETY_EVERY_S = 30;
const LOW_HZ = 330;

const bar = one("#lost");
let lost_at = Date.now();
let open = false;
let seconds = 0;

/** Hear how the line is. @param {import("../live.js").Line} line */
export const lineIs = (line) => {
  if (open && line !== "open") lost_at = Date.now();
  open = line === "open";
  if (open) bar.hidden = true;
};

setInterval(() => {
  seconds += 1;
  if (open) {
    if (seconds % SAFETY_EVERY_S === 0) refresh();
    return;
  }
  const away_s = Math.round((Date.now() - lost_at) / 1000);
  if (away_s < GRACE_S) return;
  one("b", bar).textContent = words.lost.replace("{}", String(away_s));
  if (bar.hidden || away_s % TONE_EVERY_S === 0) beep(LOW_HZ);
  bar.hidden = false;
  if (away_s % ASK_EVERY_S === 0) refresh();
}, 1000);
