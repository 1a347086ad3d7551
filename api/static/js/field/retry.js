/** When what could not be sent is tried again. */

const FIRST_PAUSE_MS = 5e3;
const LONGEST_PAUSE_MS = 600e3;

/**
 * Whether what went wrong may pass by itself: no line, a busy server, an ended session.
 * @param {number | undefined} status
 */
export const mayPass = (status) =>
  status === undefined || [0, 401, 408, 425, 429].includes(status) || status >= 500;

/**
 * How long to wait after so many attempts.
 * @param {number} tries From 1 on.
 * @returns {number} Milliseconds.
 */
export const pauseOf = (tries) => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries);
