/** A flood of changes neither stops the reading of what changed nor starts two readings at once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { paced } from "../../api/static/js/paced.js";

/** @param {number} ms @returns {Promise<void>} */
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

test("changes that never cease are shown all the same", async () => {
  let reads = 0;
  const change = paced(
    async () => {
      reads += 1;
    },
    { soon_ms: 20 },
  );
  const flood = setInterval(change, 2);
  await pause(300);
  clearInterval(flood);
  assert.ok(reads >= 3, `${reads} readings`);
});
test("one reading at a time, and one more for what came meanwhile", async () => {
  let now = 0;
  let most = 0;
  let reads = 0;
  const change = paced(async () => {
    now += 1;
    most = Math.max(most, now);
    await pause(30);
    now -= 1;
    reads += 1;
  });
  change();
  await pause(10);
  for (let i = 0; i < 50; i += 1) change();
  await pause(200);
  assert.deepEqual([most, reads], [1, 2]);
  change();
  await pause(80);
  assert.equal(reads, 3);
});
test("what failed or hangs is read again", async () => {
  const answers = [
    () => Promise.reject(new Error("503")),
    () => new Promise(() => {}),
    () => Promise.resolve(),
  ];
  let reads = 0;
  const change = paced(() => answers[reads++](), { again_ms: 5, longest_ms: 30 });
  change();
  await pause(250);
  assert.equal(reads, 3);
});
