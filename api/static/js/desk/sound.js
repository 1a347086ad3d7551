/** The sounds of the desk.  A browser plays none before the first key or click of the page. */
import { one } from "../dom.js";
import { words } from "./state.js";

const button = one("#sound");
/** @type {{context: AudioContext | null, muted: boolean}} */
const sound = { context: null, muted: false };
const SECOND_S = 0.35;

const playable = () => sound.context?.state === "running";

/** Whether the browser would play. */
export const waits = () => !playable();

const show = () => {
  button.setAttribute("aria-pressed", String(!sound.muted));
  one("[data-on]", button).textContent = sound.muted
    ? words.sound_off
    : playable()
      ? words.sound_on
      : words.sound_wait;
};

const wake = () => {
  sound.context ||= new AudioContext();
  sound.context.resume().then(show);
};

/**
 * Play three short tones, unless muted.
 * @param {number} [pitch_hz]
 */
export const beep = (pitch_hz = 880) => {
  const { context, muted } = sound;
  if (muted || !context || !playable()) return;
  for (const n of [0, 1, 2]) {
    const at = context.currentTime + n * SECOND_S;
    const [tone, gain] = [context.createOscillator(), context.createGain()];
    tone.frequency.value = pitch_hz;
    gain.gain.setValueAtTime(0.25, at);
    gain.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
    tone.connect(gain).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.3);
  }
};

/** Quiet what rings now. */
export const mute = () => {
  sound.muted = !sound.muted;
  wake();
  show();
};

/** Let it ring again: what comes anew is never muted. */
export const unmute = () => {
  sound.muted = false;
  show();
};

document.addEventListener("pointerdown", wake, { once: true });
document.addEventListener("keydown", wake, { once: true });
show();
