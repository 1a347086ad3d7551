/** A press that is made again after a lost answer is the same press. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isOpenEnded, Press, pressOf } from "../../api/static/js/press.js";

/** As much of a browser's store as is asked for. @returns {any} */
const store = () => {
  /** @type {Map<string, string>} */
  const kept = new Map();
  return {
    /** @param {string} name */
    getItem: (name) => kept.get(name) ?? null,
    /** @param {string} name @param {string} value */
    setItem: (name, value) => kept.set(name, value),
    /** @param {string} name */
    removeItem: (name) => kept.delete(name),
  };
};

test("the key stays until there is an answer", () => {
  const press = new Press();
  const first = press.keyOf("/a", { text: "x" });
  assert.equal(press.keyOf("/a", { text: "x" }), first);
  press.answered();
  assert.notEqual(press.keyOf("/a", { text: "x" }), first);
});

test("another text, or another address, is another press", () => {
  const press = new Press();
  const first = press.keyOf("/a", { text: "x" });
  const second = press.keyOf("/a", { text: "y" });
  assert.notEqual(second, first);
  assert.notEqual(press.keyOf("/b", { text: "y" }), second);
});

test("a kept key outlives the page", () => {
  const kept = store();
  const first = new Press(kept, "report").keyOf("/a", { text: "x" });
  assert.equal(new Press(kept, "report").keyOf("/a", { text: "x" }), first);
  assert.notEqual(new Press(kept, "order").keyOf("/a", { text: "x" }), first);
  new Press(kept, "report").answered();
  assert.notEqual(new Press(kept, "report").keyOf("/a", { text: "x" }), first);
});

test("an element has one press", () => {
  assert.equal(pressOf("T1 say"), pressOf("T1 say"));
  assert.notEqual(pressOf("T1 say"), pressOf("T2 say"));
});

test("refusals are answers; silence, overload and a missing sign-in are none", () => {
  for (const status of [0, 401, 408, 425, 429, 500, 502, 503, 504]) assert.equal(isOpenEnded(status), true);
  for (const status of [200, 201, 400, 403, 404, 409, 413, 422]) assert.equal(isOpenEnded(status), false);
});
