/** Lost lines: how soon a page comes back, and what the outbox sends again. */
import "./page.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { mayPass, pauseOf as outboxPause } from "../../api/static/js/field/retry.js";
import { pauseOf } from "../../api/static/js/live.js";

test("a page comes back within seconds, however long the line was away", () => {
  for (let failures = 1; failures < 100; failures += 1) {
    for (const chance of [0, 0.5, 1]) assert.ok(pauseOf(failures, chance) <= 6250);
  }
});
test("the first attempt comes within a second", () => assert.ok(pauseOf(1, 1) < 1000));
test("pages spread over half of the pause", () => {
  assert.deepEqual(
    [0, 1].map((chance) => pauseOf(2, chance)),
    [750, 1250],
  );
});
for (const [status, passes] of /** @type {[number | undefined, boolean][]} */ ([
  [undefined, true], // no answer of any kind
  [0, true],
  [401, true], // signed in again, it will pass
  [403, false],
  [409, false],
  [422, false],
  [429, true],
  [500, true],
  [503, true],
])) {
  test(`status ${status} ${passes ? "may pass" : "is final"}`, () => assert.equal(mayPass(status), passes));
}
test("the outbox waits ten seconds first and ten minutes at most", () => {
  assert.deepEqual([1, 2, 7, 50].map(outboxPause), [10e3, 20e3, 600e3, 600e3]);
});
