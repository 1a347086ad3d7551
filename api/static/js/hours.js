/**
 * A week as half hours that are open or not, pointed at by tap, drag or keys, and written as OpenStreetMap opening hours;
 * nobody has to know that grammar. Days that are named with their year (a holiday, a pause) are kept as they stand.
 */
import { all, make, maybe, one } from "./dom.js";

const DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const HALVES = 48;
const SHOWN_FROM = 13; // half past six stands at the top
const DAY_MS = 24 * 3600 * 1000;

/** @typedef {boolean[][]} Week Seven days from Monday on, 48 half hours each. */

/** @param {number} half From 0 to 48. */
const clock = (half) => `${String(half >> 1).padStart(2, "0")}:${half % 2 ? "30" : "00"}`;

/** The stretches of a day that are open. @param {boolean[]} day @returns {string} Empty for none. */
export const spansOf = (day) => {
  const spans = [];
  for (let half = 0; half < HALVES; half += 1) {
    if (!day[half] || day[half - 1]) continue;
    let end = half;
    while (day[end]) end += 1;
    spans.push(`${clock(half)}-${clock(end)}`);
  }
  return spans.join(",");
};

/** Days that are alike and follow each other, with what they have. @param {Week} week @returns {[number, number, string][]} */
export const grouped = (week) => {
  /** @type {[number, number, string][]} */
  const groups = [];
  week.forEach((day, at) => {
    const spans = spansOf(day);
    const last = groups.at(-1);
    if (last && last[2] === spans) last[1] = at;
    else groups.push([at, at, spans]);
  });
  return groups;
};

/**
 * Write a week, and rules of single days after it.
 * @param {Week} week
 * @param {string[]} [dated]
 * @returns {string}
 */
export const written = (week, dated = []) => {
  const always = week.every((day) => day.every(Boolean));
  const rules = grouped(week)
    .filter(([, , spans]) => spans)
    .map(([from, to, spans]) => `${DAYS[from]}${to > from ? `-${DAYS[to]}` : ""} ${spans}`);
  return [...(always ? ["24/7"] : rules.length ? rules : ["off"]), ...dated].join("; ");
};

/** A day as the grammar names it. @param {Date} day At midnight UTC. */
const named = (day) =>
  `${day.getUTCFullYear()} ${MONTHS[day.getUTCMonth()]} ${String(day.getUTCDate()).padStart(2, "0")}`;

/**
 * A rule by which some days are closed.
 * @param {string} from As 2026-11-30.
 * @param {string} [to] Its last day.
 */
export const daysOff = (from, to = from) => {
  const [first, last] = [from, to].map((day) => named(new Date(`${day}T00:00Z`)));
  return first === last ? `${first} off` : `${first}-${last} off`;
};

/**
 * Rules by which a shop is shut between two moments of its own clock; two of them over midnight.
 * @param {string} from As 2026-11-30T14:05.
 * @param {string} until
 * @returns {string[]}
 */
export const shutBetween = (from, until) => {
  const rules = [];
  for (let day = from.slice(0, 10); day <= until.slice(0, 10); ) {
    const begins = day === from.slice(0, 10) ? from.slice(11) : "00:00";
    const ends = day === until.slice(0, 10) ? until.slice(11) : "24:00";
    if (begins < ends) rules.push(`${named(new Date(`${day}T00:00Z`))} ${begins}-${ends} off`);
    day = new Date(new Date(`${day}T00:00Z`).getTime() + DAY_MS).toISOString().slice(0, 10);
  }
  return rules;
};

/** A grid of [data-week], filled by its data-week (seven times 48 signs of 0 and 1). */
export class WeekGrid {
  /** @param {HTMLElement} box @param {() => void} [changed] */
  constructor(box, changed = () => {}) {
    this.box = box;
    this.changed = changed;
    this.touched = false;
    this.days = /** @type {string[]} */ (JSON.parse(box.dataset.days || "[]"));
    this.words = JSON.parse(box.dataset.words || "{}");
    /** @type {Week} */
    this.week = [];
    this.cells = all("[data-half]", box);
    /** @type {{to: boolean, day: number, half: number} | null} */
    this.drag = null;
    this.set(box.dataset.week || "");
    this.listen();
    this.scroll();
  }

  /** Show the morning first; a grid that was hidden scrolls once it is seen. */
  scroll() {
    const begins = one(`[data-half="${SHOWN_FROM}"]`, this.box);
    one(".week-frame", this.box).scrollTop = begins.offsetTop - one("[data-cells]", this.box).offsetTop;
  }

  /** @param {string} signs */
  set(signs) {
    this.week = DAYS.map((_, day) =>
      [...signs.slice(day * HALVES, (day + 1) * HALVES)].map((s) => s === "1"),
    );
    this.show();
  }

  /** The week as it is kept in a draft. */
  signs() {
    return this.week.map((day) => day.map(Number).join("")).join("");
  }

  show() {
    for (const cell of this.cells) {
      const { day, half } = this.at(cell);
      cell.setAttribute("aria-pressed", String(Boolean(this.week[day]?.[half])));
    }
    const lines = grouped(this.week).map(([from, to, spans]) => {
      const days = to > from ? `${this.days[from]}–${this.days[to]}` : this.days[from];
      return `${days} ${spans ? spans.replaceAll(",", "、") : this.words.closed}`;
    });
    const said = maybe("[data-said]", this.box);
    said?.replaceChildren(...lines.map((line) => make("li", { textContent: line })));
  }

  /** @param {HTMLElement} cell */
  at(cell) {
    return { day: Number(cell.dataset.day), half: Number(cell.dataset.half) };
  }

  /** Open or close what lies between two cells of the days between them. @param {{day: number, half: number}} a @param {{day: number, half: number}} b @param {boolean} to */
  paint(a, b, to) {
    for (let day = Math.min(a.day, b.day); day <= Math.max(a.day, b.day); day += 1)
      for (let half = Math.min(a.half, b.half); half <= Math.max(a.half, b.half); half += 1)
        this.week[day][half] = to;
    this.done();
  }

  done() {
    this.touched = true;
    this.show();
    this.changed();
  }

  /** @type {Record<string, (grid: WeekGrid) => void>} */
  static fills = {
    every: (grid) => {
      grid.week = grid.week.map(() => [...grid.week[0]]);
    },
    always: (grid) => {
      grid.week = grid.week.map((day) => day.map(() => true));
    },
    never: (grid) => {
      grid.week = grid.week.map((day) => day.map(() => false));
    },
  };

  listen() {
    const { box } = this;
    const field = one("[data-cells]", box);
    field.addEventListener("pointerdown", (e) => {
      const cell = /** @type {HTMLElement | null} */ (
        /** @type {Element} */ (e.target).closest("[data-half]")
      );
      if (!cell || e.button) return;
      const { day, half } = this.at(cell);
      this.drag = { day, half, to: !this.week[day][half] };
      cell.releasePointerCapture?.(e.pointerId);
      this.paint(this.drag, this.drag, this.drag.to);
    });
    field.addEventListener("pointermove", (e) => {
      const cell = /** @type {HTMLElement | null | undefined} */ (
        document.elementFromPoint(e.clientX, e.clientY)?.closest("[data-half]")
      );
      if (this.drag && cell && box.contains(cell)) this.paint(this.drag, this.at(cell), this.drag.to);
    });
    for (const end of ["pointerup", "pointercancel"])
      window.addEventListener(end, () => {
        this.drag = null;
      });
    field.addEventListener("keydown", (e) => this.walk(/** @type {KeyboardEvent} */ (e)));
    box.addEventListener("click", (e) => {
      const fill = /** @type {HTMLElement | null} */ (
        /** @type {Element} */ (e.target).closest("[data-fill]")
      );
      if (!fill) return;
      WeekGrid.fills[fill.dataset.fill || ""]?.(this);
      this.done();
    });
  }

  /** Arrows move, Space or Enter changes a half hour, arrows with Shift paint on. @param {KeyboardEvent} e */
  walk(e) {
    const cell = /** @type {HTMLElement} */ (e.target);
    if (!cell.matches("[data-half]")) return;
    const at = this.at(cell);
    if (e.key === " " || e.key === "Enter") {
      e.preventDefault();
      this.paint(at, at, !this.week[at.day][at.half]);
      return;
    }
    const step = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[e.key];
    if (!step) return;
    e.preventDefault();
    const next = { day: at.day + step[0], half: at.half + step[1] };
    const found = maybe(`[data-day="${next.day}"][data-half="${next.half}"]`, this.box);
    if (!found) return;
    if (e.shiftKey) this.paint(next, next, this.week[at.day][at.half]);
    cell.tabIndex = -1;
    found.tabIndex = 0;
    found.focus();
  }
}
