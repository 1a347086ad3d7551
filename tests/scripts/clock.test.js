/** Times in the district's zone and spans in words. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { lampState, spanWord, timeWord } from "../../api/static/js/clock.js";

const WORDS = { day: "天", hour: "时", minute: "分", second: "秒" };
const NOON = new Date("2026-11-18T04:00:00Z"); // 12:00 in the district

for (const [seconds, word] of /** @type {[number, string][]} */ ([
  [0, "0 秒"],
  [59.4, "59 秒"],
  [59.6, "1 分"], // rounded before it is cut
  [60, "1 分"],
  [250, "4 分 10 秒"],
  [3600, "1 时"],
  [4200, "1 时 10 分"],
  [86400, "1 天"],
  [2 * 86400 + 3 * 3600 + 59, "2 天 3 时"],
  [-250, "4 分 10 秒"],
])) {
  test(`${seconds} s are told as ${word}`, () => assert.equal(spanWord(seconds, WORDS), word));
}

for (const [at, word] of [
  ["2026-11-18T02:24:00Z", "10:24"],
  ["2026-11-17T16:00:00Z", "00:00"], // midnight of the district is the same day
  ["2026-11-17T15:59:00Z", "11-17 23:59"],
  ["2025-11-18T02:24:00Z", "11-18 10:24"],
]) {
  test(`${at} is told as ${word}`, () => assert.equal(timeWord(at, NOON).replace("24:", "00:"), word));
}

for (const [left_s, state] of /** @type {[number, string][]} */ ([
  [-0.1, "late"],
  [0, "warn"],
  [1799, "warn"],
  [1800, "ok"],
])) {
  test(`${left_s} s left is ${state}`, () => assert.equal(lampState(left_s), state));
}
