/** The shift of GCJ-02, against a published pair. */
import "./page.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { gcjShift } from "../../api/static/js/map/base.js";

test("Tiananmen is shifted as published", () => {
  const [dlon, dlat] = gcjShift(116.404, 39.915);
  assert.ok(Math.abs(116.404 + dlon - 116.41024449916938) < 1e-9);
  assert.ok(Math.abs(39.915 + dlat - 39.91640428150164) < 1e-9);
});
