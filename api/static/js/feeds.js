/** A feed: its new key is shown once, and what a row in quarantine tells is put where it can be corrected. */
import { ask } from "./ask.js";
import { control, given, one } from "./dom.js";
import { complain } from "./say.js";

const words = given("admin-words");
const LEAST_REASON = 4;

/** @param {HTMLElement} button */
const drawKey = async (button) => {
  const { key } = await ask("POST", button.dataset.newKey || "", {});
  const place = one("#new-key");
  place.textContent = key;
  place.hidden = false;
  place.focus();
};

/** @param {HTMLElement} button @param {HTMLFormElement} form */
const reveal = async (button, form) => {
  const reason = control(form, "reason");
  if (reason.value.trim().length < LEAST_REASON) {
    complain(form, /** @type {HTMLInputElement} */ (reason), words.missing);
    return;
  }
  const told = await ask("POST", button.dataset.reveal || "", { reason: reason.value.trim() });
  const place = control(form, "data");
  place.value = JSON.stringify(told.data, null, 1);
  place.focus();
};

document.addEventListener("click", (e) => {
  const button = /** @type {HTMLElement} */ (e.target).closest("button");
  if (!button) return;
  const form = button.closest("form");
  if (button.dataset.newKey) drawKey(button);
  else if (button.dataset.reveal && form) reveal(button, form);
});
