/** The page's side of the talk with a map in its frame; the other side is map/bridge.js. */
import { all } from "./dom.js";

/** @typedef {HTMLIFrameElement & {contentWindow: Window}} Frame */

/**
 * What an open map is to show, by its frame; a map that is not ready yet is told once it is.
 * @type {WeakMap<HTMLIFrameElement, {ready: boolean, address: string, drawn: string}>}
 */
const known = new WeakMap();

/** @param {HTMLIFrameElement | string} frame */
const frameOf = (frame) =>
  /** @type {Frame} */ (typeof frame === "string" ? document.getElementById(frame) : frame);

/**
 * Send a message to a map: focus, select {kind, id}; set-place, look-at {lon, lat}; pins {pins, replace}; people {people,
 * gone, replace}; route {points, label}; theme {theme}; show {address}; layer {name, on}; view {bounds}.
 * @param {HTMLIFrameElement | string} frame
 * @param {{type: string} & Record<string, unknown>} message
 */
export const toMap = (frame, message) => frameOf(frame)?.contentWindow?.postMessage(message, location.origin);

const frames = () => /** @type {HTMLIFrameElement[]} */ (all("iframe[data-jinlin-map]"));

/**
 * Hear a message of a map: ready, shown, failed {address}; place, drag {lon, lat}; pick {kind, id}; view {box, zoom}; key.
 * Whoever asks for ready after a map was ready hears of it all the same.
 * @param {string} type
 * @param {(message: any, frame: HTMLIFrameElement | undefined) => void} run
 */
export const onMap = (type, run) => {
  window.addEventListener("message", (e) => {
    if (e.origin !== location.origin || e.data?.type !== type) return;
    run(
      e.data,
      frames().find((frame) => frame.contentWindow === e.source),
    );
  });
  if (type !== "ready") return;
  for (const frame of frames()) {
    const state = known.get(frame);
    if (state?.ready) queueMicrotask(() => run({ type, address: state.drawn }, frame));
  }
};

/**
 * Let a map show what an address draws.  The document is loaded once; later its layers alone are exchanged.
 * @param {HTMLIFrameElement} frame
 * @param {string} address
 */
export const showMap = (frame, address) => {
  const state = known.get(frame);
  if (state) state.address = address;
  if (state?.ready) toMap(frame, { type: "show", address });
  if (state) return;
  known.set(frame, { ready: false, address, drawn: "" });
  if (["", "about:blank"].includes(frame.getAttribute("src") || ""))
    frameOf(frame).contentWindow.location.replace(address);
};

onMap("ready", ({ address }, frame) => {
  if (!frame) return;
  const wanted = known.get(frame)?.address ?? address;
  known.set(frame, { ready: true, address: wanted, drawn: address });
  if (wanted !== address) toMap(frame, { type: "show", address: wanted });
});
/* A map may have been ready before this script was: then it says so again. */
for (const frame of frames()) toMap(frame, { type: "hello" });
