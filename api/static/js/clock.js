/** Times in the district's zone, spans in words, lamps that count down. */
import { all, given } from "./dom.js";

const ZONE = "Asia/Shanghai";
const SOON_S = 1800;
const DAY_S = 86400;

/** @param {Intl.DateTimeFormatOptions} options */
const format = (options) => new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, hour12: false, ...options });
const clock = format({ hour: "2-digit", minute: "2-digit" });
const dayAndClock = format({ month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });
const date = format({ year: "numeric", month: "2-digit", day: "2-digit" });
const whole = format({ dateStyle: "short", timeStyle: "medium" });

/**
 * "10:24" today, "11-21 10:24" otherwise.
 * @param {string | number | Date} at
 * @param {Date} [now]
 * @returns {string}
 */
export const timeWord = (at, now = new Date()) => {
  const then = new Date(at);
  return (date.format(then) === date.format(now) ? clock : dayAndClock).format(then).replace("/", "-");
};

/**
 * Seconds as "1 时 10 分", "4 分 10 秒", "2 天 3 时"; the sign is left out.
 * @param {number} seconds
 * @param {Record<string, string>} [words] day, hour, minute, second; those of the page when left out.
 * @returns {string}
 */
export const spanWord = (seconds, words = given("jinlin-words")) => {
  const s = Math.abs(Math.round(seconds));
  const [days, hours, minutes] = [Math.floor(s / DAY_S), Math.floor(s / 3600) % 24, Math.floor(s / 60) % 60];
  /** @type {[number, string][]} */
  let parts = [[s, "second"]];
  if (days)
    parts = [
      [days, "day"],
      [hours, "hour"],
    ];
  else if (hours)
    parts = [
      [hours, "hour"],
      [minutes, "minute"],
    ];
  else if (minutes)
    parts = [
      [minutes, "minute"],
      [s % 60, "second"],
    ];
  return parts
    .filter(([n], i) => n || !i)
    .map(([n, unit]) => `${n} ${words[unit] || unit}`)
    .join(" ");
};

/**
 * State of a lamp by the seconds that are left.
 * @param {number} left_s
 * @returns {"late" | "warn" | "ok"}
 */
export const lampState = (left_s) => (left_s < 0 ? "late" : left_s < SOON_S ? "warn" : "ok");

/**
 * Refresh every time[data-time], every lamp with [data-due], every [data-left] and [data-span] below a node.
 * @param {ParentNode} [node]
 * @param {Date} [now]
 */
export const tick = (node = document, now = new Date()) => {
  const words = given("jinlin-words");
  for (const e of /** @type {HTMLTimeElement[]} */ (all("time[data-time]", node))) {
    const word = timeWord(e.dateTime, now);
    if (e.textContent === word) continue;
    e.textContent = word;
    e.title = whole.format(new Date(e.dateTime));
  }
  for (const e of all("[data-due], [data-left]", node)) {
    const left_s = (new Date(e.dataset.due || e.dataset.left || "").getTime() - now.getTime()) / 1000;
    e.textContent = `${words[left_s < 0 ? "over" : "left"]} ${spanWord(left_s, words)}`;
    if (e.dataset.left && left_s >= 0) continue;
    e.classList.remove("ok", "warn", "late");
    e.classList.add(e.dataset.left ? "late" : lampState(left_s));
  }
  for (const e of all("[data-span]:not([data-told])", node)) {
    e.textContent = spanWord(Number(e.dataset.span), words);
    e.dataset.told = "";
  }
};
