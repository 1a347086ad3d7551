/** Nobody touches the kiosk: a warning, then everything is forgotten. */
import { one } from "../dom.js";

const TICK_MS = 250;
const warning = /** @type {HTMLDialogElement} */ (one("[data-warning]"));

/** Leave nothing of the last person: no store, no way back, no page that is kept. */
export const forget = () => {
  for (const store of [localStorage, sessionStorage]) store.clear();
  location.replace("/kiosk?lang=zh");
};

/**
 * Watch for touches, also in the maps; warn for the last seconds, then forget.
 * @param {{idle_s: number, warned_s: number}} settings
 * @param {() => boolean} isFresh Whether nothing was begun, so that there is nothing to forget.
 */
export const watch = ({ idle_s, warned_s }, isFresh) => {
  let last = Date.now();
  const touched = () => {
    last = Date.now();
    if (warning.open) warning.close();
  };
  for (const type of ["pointerdown", "keydown", "wheel"])
    document.addEventListener(type, touched, { capture: true, passive: true });
  window.addEventListener("message", (e) => {
    if (e.origin === location.origin && ["place", "drag", "view", "pick"].includes(e.data?.type)) touched();
  });
  setInterval(() => {
    const left_s = idle_s - (Date.now() - last) / 1000;
    if (isFresh()) last = Date.now();
    else if (left_s <= 0) forget();
    else if (left_s <= warned_s) {
      one("[data-left]").textContent = String(Math.ceil(left_s));
      if (!warning.open) warning.showModal();
    }
  }, TICK_MS);
  /* A page that the browser kept aside is not shown again. */
  window.addEventListener("pageshow", (e) => e.persisted && location.reload());
};
