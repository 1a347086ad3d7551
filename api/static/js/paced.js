/** Reading anew what changed, at a pace that a flood of changes can neither stop nor drive. */

const LONGEST_MS = 10_000;

/** @param {number} ms @returns {Promise<void>} */
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * Give the function by which a reading is asked for.  It starts soon after the first word, one runs at a time, and
 * whatever is asked for meanwhile makes one more; waiting for silence instead would show nothing while changes go on.
 * @param {() => Promise<unknown>} read
 * @param {{soon_ms?: number, again_ms?: number, longest_ms?: number}} [options] soon_ms: pause before each reading;
 *   again_ms: after which a reading that failed is tried again, 0 for never; longest_ms: after which an answer is no
 *   longer waited for.
 * @returns {() => void}
 */
export const paced = (read, { soon_ms = 0, again_ms = 0, longest_ms = LONGEST_MS } = {}) => {
  let asked = false;
  let running = false;
  const once = async () => {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const hangs = new Promise((_, refuse) => {
      timer = setTimeout(() => refuse(new Error("no answer")), longest_ms);
    });
    await Promise.race([read(), hangs]).finally(() => clearTimeout(timer));
  };
  const run = async () => {
    try {
      while (asked) {
        await pause(soon_ms);
        asked = false;
        try {
          await once();
        } catch (problem) {
          if (!again_ms) throw problem;
          asked = true;
          await pause(again_ms);
        }
      }
    } finally {
      running = false;
    }
  };
  return () => {
    asked = true;
    if (running) return;
    running = true;
    run();
  };
};
