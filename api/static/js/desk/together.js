/** Sending a plan: each chosen order is contacted as ever, one after the other; what was refused stays chosen. */
import { ask, shown } from "../ask.js";
import { all, given, make, maybe, one } from "../dom.js";
import { onMap } from "../map.js";
import { say } from "../say.js";

const words = given("together-words");
const form = /** @type {HTMLFormElement | null} */ (maybe("#plan"));

/** @param {HTMLInputElement} box @returns {Promise<boolean>} */
const send = async (box) => {
  const body = { action: "contact", provider: Number(box.dataset.provider), how: "together" };
  try {
    await ask("POST", `/api/v1/orders/${encodeURIComponent(box.value)}/actions`, body);
  } catch (problem) {
    shown(problem);
    return false;
  }
  box.replaceWith(make("span", { className: "good", textContent: "✓", title: words.sent }));
  return true;
};

form?.addEventListener("submit", async (e) => {
  e.preventDefault();
  const button = /** @type {HTMLButtonElement} */ (one("button[type=submit]", form));
  button.disabled = true;
  let sent = 0;
  const boxes = /** @type {HTMLInputElement[]} */ (all("input[name=order]:checked", form));
  for (const box of boxes) if (await send(box)) sent += 1;
  const failed = boxes.length - sent;
  say(words.some.replace("{}", `${sent}`), "ok");
  if (failed) say(words.stale.replace("{}", `${failed}`), "warn");
  button.disabled = !maybe("input[name=order]", form);
});

onMap("pick", ({ id }) => {
  const row = maybe(`[data-order="${CSS.escape(id)}"]`, form);
  row?.scrollIntoView({ block: "center" });
  /** @type {HTMLElement | null} */ (maybe("input, a", row))?.focus();
});
