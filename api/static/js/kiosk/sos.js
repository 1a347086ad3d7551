/** The red button: held for two seconds it presses the key of the kiosk's own device, like any other alarm device. */
import { ask } from "../ask.js";
import { given, one } from "../dom.js";
import { uuid } from "../uuid.js";
import { speak } from "./voice.js";

const { device, hold_s } = given("kiosk");
const words = given("kiosk-words");
const button = one("[data-sos]");
const crying = /** @type {HTMLDialogElement} */ (one("[data-crying]"));
const TRIES_MS = [0, 1000, 2000, 4000];

/** @param {string} word @param {string} more */
const tell = (word, more) => {
  one("[data-cry-word]").textContent = word;
  one("[data-cry-more]").textContent = more;
  if (!crying.open) crying.showModal();
  speak(`${word}。${more}`);
};

/** The same press is sent until it is on disk; the server takes it once. */
const cry = async () => {
  const press = { id: uuid(), kind: "press", key: "emergency", at: new Date().toISOString() };
  for (const wait_ms of TRIES_MS) {
    await new Promise((done) => setTimeout(done, wait_ms));
    try {
      await ask("POST", `/api/v1/devices/${encodeURIComponent(device)}/messages`, press, { quiet: true });
      tell(words.cried, words.cry_more);
      return;
    } catch {
      tell(words.cry_failed, "");
    }
  }
};

export const startSos = () => {
  let held = 0;
  const release = () => {
    clearTimeout(held);
    button.classList.remove("held");
  };
  button.addEventListener("pointerdown", () => {
    button.classList.add("held");
    held = window.setTimeout(() => {
      release();
      cry();
    }, hold_s * 1000);
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) button.addEventListener(end, release);
  button.addEventListener("contextmenu", (e) => e.preventDefault());
};
