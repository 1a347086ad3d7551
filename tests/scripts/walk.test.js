/** Distances on foot and the order of a walk. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { far_m, lengthWord, walked } from "../../api/static/js/field/walk.js";

const HERE = { lon: 120.1, lat: 30.2 };

test("a degree of latitude is 111.2 km", () => {
  assert.ok(Math.abs(far_m({ lon: 120, lat: 30 }, { lon: 120, lat: 31 }) - 111195) < 1);
});
test("a degree of longitude shrinks with the cosine of the latitude", () => {
  assert.ok(Math.abs(far_m({ lon: 120, lat: 60 }, { lon: 121, lat: 60 }) - 55597) < 1);
});
test("distance is the same both ways", () => {
  const there = { lon: 120.13, lat: 30.25 };
  assert.equal(far_m(HERE, there), far_m(there, HERE));
});
for (const [m, word] of /** @type {[number, string][]} */ ([
  [0, "0 m"],
  [124, "120 m"],
  [996, "1000 m"],
  [1000, "1.0 km"],
  [1449, "1.4 km"],
])) {
  test(`${m} m are told as ${word}`, () => assert.equal(lengthWord(m), word));
}
test("a walk goes to the nearest next, not to the nearest of all", () => {
  const [a, b, c] = [0.001, 0.0025, -0.0012].map((east, no) => ({ no, lon: HERE.lon + east, lat: HERE.lat }));
  assert.deepEqual(
    walked([c, b, a], HERE).map(({ task }) => task.no),
    [a.no, b.no, c.no],
  );
});
test("without a position the order given is kept", () => {
  const tasks = [3, 1, 2].map((no) => ({ no, lon: no, lat: no }));
  assert.deepEqual(
    walked(tasks, null).map(({ task, leg_m }) => [task.no, leg_m]),
    [
      [3, null],
      [1, null],
      [2, null],
    ],
  );
});
test("nobody to see is an empty walk", () => assert.deepEqual(walked([], HERE), []));
