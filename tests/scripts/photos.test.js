/** The camera's own record in the head of a JPEG. */
import "./page.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { exifIn } from "../../api/static/js/photos.js";

const ORIENTATION = 0x0112;

/** An APP1 segment with one entry, the orientation. @param {boolean} little @param {number} turned */
const segment = (little, turned) => {
  const bytes = new Uint8Array(36);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xffe1);
  view.setUint16(2, 34);
  view.setUint32(4, 0x45786966); // "Exif", two zeros
  view.setUint16(10, little ? 0x4949 : 0x4d4d);
  view.setUint32(14, 8, little); // the directory follows the head
  view.setUint16(18, 1, little);
  view.setUint16(20, ORIENTATION, little);
  view.setUint16(28, turned, little);
  return bytes;
};
/** @param {...(Uint8Array | number[])} parts */
const joined = (...parts) => new Uint8Array(parts.flatMap((part) => [...part]));
const SOI = [0xff, 0xd8];
const APP0 = [0xff, 0xe0, 0, 4, 1, 2];

for (const little of [true, false]) {
  test(`the record is kept and set upright, ${little ? "little" : "big"} endian`, () => {
    const found = exifIn(joined(SOI, APP0, segment(little, 6), [0xff, 0xda]));
    assert.ok(found);
    assert.deepEqual(found, segment(little, 1));
  });
}
for (const [name, bytes] of /** @type {[string, Uint8Array<ArrayBuffer>][]} */ ([
  ["an empty file", new Uint8Array(0)],
  ["a PNG", joined([0x89, 0x50, 0x4e, 0x47])],
  ["a JPEG without a record", joined(SOI, APP0, [0xff, 0xda, 0, 2])],
  ["a record that is cut short", joined(SOI, segment(true, 6).slice(0, 20))],
  ["a segment of length zero", joined(SOI, [0xff, 0xe0, 0, 0, 0xff, 0xe1])],
])) {
  test(`${name} has none`, () => assert.equal(exifIn(bytes), null));
}
test("a directory that points behind its end is left out", () => {
  const bytes = segment(true, 6);
  new DataView(bytes.buffer).setUint32(14, 4000, true);
  assert.equal(exifIn(joined(SOI, bytes)), null);
});
