/** Distances on foot and the order of a walk. */

const EARTH_M = 6371008.8;

/** @typedef {{lon: number, lat: number}} Spot */

/**
 * Straight distance of two near places in metres.
 * @param {Spot} a
 * @param {Spot} b
 */
export const far_m = (a, b) => {
  const rad = Math.PI / 180;
  const x = (b.lon - a.lon) * rad * Math.cos(((a.lat + b.lat) / 2) * rad);
  const y = (b.lat - a.lat) * rad;
  return EARTH_M * Math.hypot(x, y);
};

/** "120 m", "1.4 km". @param {number} m */
export const lengthWord = (m) => (m < 1000 ? `${Math.round(m / 10) * 10} m` : `${(m / 1000).toFixed(1)} km`);

/**
 * Nearest next, from where somebody stands; without a position in the order given.
 * @template {Spot} T
 * @param {T[]} tasks
 * @param {Spot | null} here
 * @returns {{task: T, leg_m: number | null}[]} Each with the distance from the one before.
 */
export const walked = (tasks, here) => {
  if (!here) return tasks.map((task) => ({ task, leg_m: null }));
  const left = [...tasks];
  const way = [];
  /** @type {Spot} */
  let from = here;
  while (left.length) {
    const next = left.reduce((best, t) => (far_m(from, t) < far_m(from, best) ? t : best));
    way.push({ task: next, leg_m: far_m(from, next) });
    left.splice(left.indexOf(next), 1);
    from = next;
  }
  return way;
};
