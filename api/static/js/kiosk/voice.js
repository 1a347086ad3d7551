/** What stands on the screen, read aloud where the browser can; switched on and off by whoever stands there. */
import { maybe, one } from "../dom.js";

const button = one("[data-voice]");
const voice = "speechSynthesis" in window ? window.speechSynthesis : null;
let on = false;

/** @param {string} text */
export const speak = (text) => {
  if (!on || !voice || !text) return;
  voice.cancel();
  const said = new SpeechSynthesisUtterance(text);
  said.lang = document.documentElement.lang;
  voice.speak(said);
};

/** What a screen asks. @param {Element | null} step */
export const questionOf = (step) => maybe("[data-say]", step)?.textContent?.trim() || "";

/** @param {() => Element} current */
export const startVoice = (current) => {
  button.hidden = !voice;
  button.addEventListener("click", () => {
    on = !on;
    button.setAttribute("aria-pressed", String(on));
    if (on) speak(questionOf(current()));
    else voice?.cancel();
  });
};
