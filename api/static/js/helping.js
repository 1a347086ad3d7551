/** The page of a helper without an account: one task, one key at a time; looks again by itself. */
import { ask, shown } from "./ask.js";
import { around, one } from "./dom.js";
import { pressOf } from "./press.js";

const LOOK_MS = 15_000;
const box = one("#helping");
const { task = "", key = "", why = "" } = box.dataset;

document.addEventListener("click", async (e) => {
  const button = around(e, "[data-helping]");
  if (!button) return;
  const { helping: action = "" } = button.dataset;
  const needs_reason = ["decline", "give_up"].includes(action);
  const reason = needs_reason ? window.prompt(why)?.trim() : "";
  if (needs_reason && !reason) return;
  const body = { action, key, ...(reason ? { reason } : {}) };
  try {
    await ask("POST", `/api/v1/helping/${encodeURIComponent(task)}/actions`, body, {
      press: pressOf(action),
    });
    location.reload();
  } catch (problem) {
    shown(problem);
  }
});
setInterval(() => {
  if (!document.hidden) location.reload();
}, LOOK_MS);
