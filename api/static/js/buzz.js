/** Buzzing of the phone: a browser allows it after the first touch of a page, so one that comes earlier waits for it. */

/** @type {number[] | null} */
let waiting = null;

/**
 * Buzz now, or at the first touch of the page.
 * @param {number[]} pattern_ms Buzz and pause in turn, milliseconds.
 */
export const buzz = (pattern_ms) => {
  if (!("vibrate" in navigator)) return;
  if (navigator.userActivation && !navigator.userActivation.hasBeenActive) waiting = pattern_ms;
  else navigator.vibrate(pattern_ms);
};

for (const touch of ["pointerup", "keydown"]) {
  addEventListener(touch, () => {
    if (!waiting) return;
    const pattern_ms = waiting;
    waiting = null;
    buzz(pattern_ms);
  });
}
