/** Names of key presses. */
import "./page.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { nameOf } from "../../api/static/js/keys.js";

const PLAIN = { ctrlKey: false, altKey: false };
for (const [press, name] of /** @type {[object, string][]} */ ([
  [{ key: "t" }, "t"],
  [{ key: "T" }, "t"], // with caps lock
  [{ key: "Enter" }, "enter"],
  [{ key: "k", ctrlKey: true }, "ctrl+k"],
  [{ key: "t", altKey: true, code: "KeyT" }, "alt+t"],
  [{ key: "†", altKey: true, code: "KeyT" }, "alt+t"], // a Mac
  [{ key: "1", altKey: true, code: "Digit1" }, "alt+1"],
  [{ key: "?", code: "Slash" }, "?"],
])) {
  test(`${JSON.stringify(press)} is ${name}`, () => {
    assert.equal(nameOf(/** @type {any} */ ({ ...PLAIN, ...press })), name);
  });
}
