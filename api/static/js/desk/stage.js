/** The map of the desk: one document for the whole day; cases and filters change its layers. */
import { ask, Problem } from "../ask.js";
import { spanWord } from "../clock.js";
import { make, one } from "../dom.js";
import { onMap, showMap, toMap } from "../map.js";
import { article, chosen, state, words } from "./state.js";

const frame = /** @type {HTMLIFrameElement} */ (one("#map"));
const note = one("#map-note");
/** What the map shows, and whether it has drawn that. */
const shown = { no: state.no, drawn: false };

/** Say something over the map; nothing takes the note away. @param {string | Node} content */
export const sayOnMap = (content) => {
  note.replaceChildren(content);
  note.hidden = !content;
};

/** Whether the map shows a case. @param {string} no */
export const mapShows = (no) => shown.no === no;

/**
 * Show a case, or without one what waits in the queue.
 * @param {string} no
 * @param {string} queue Query of the queue.
 */
export const showOnMap = (no, queue) => {
  Object.assign(shown, { no, drawn: false });
  sayOnMap("");
  showMap(frame, no ? `/desk/map?no=${encodeURIComponent(no)}` : `/desk/map${queue}`);
};

/** Mark a place. @param {import("./state.js").Place} place */
export const markPlace = (place) => toMap(frame, { type: "set-place", ...place });

/** Draw the way of the chosen candidate, or of the provider who has the order. */
export const drawWay = async () => {
  const { no } = state;
  const provider = chosen()?.dataset.provider || article()?.dataset.provider;
  if (!provider || !shown.drawn || shown.no !== no) return;
  toMap(frame, { type: "select", kind: "candidate", id: provider });
  try {
    const url = `/api/v1/orders/${no}/route?provider=${provider}`;
    const [way] = (await ask("GET", url, undefined, { quiet: true })).features;
    if (no !== state.no || shown.no !== no) return;
    const { travel_s, length_m } = way.properties;
    const label = `${words.way} ${spanWord(travel_s)} · ${(length_m / 1000).toFixed(1)} km`;
    toMap(frame, { type: "route", points: way.geometry.coordinates, label });
    sayOnMap(label);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    sayOnMap(problem.detail || problem.title);
  }
};

/** Offer to move an order that still seeks to a place. @param {import("./state.js").Place} place @param {() => void} move */
export const offerPlace = (place, move) => {
  markPlace(place);
  sayOnMap(
    make("button", {
      type: "button",
      className: "btn small go",
      textContent: words.move_here,
      onclick: move,
    }),
  );
};

/** Offer to open a case whose pin was pressed, without leaving what is being written. @param {string} no @param {() => void} open */
export const offerCase = (no, open) => {
  sayOnMap(
    make("button", {
      type: "button",
      className: "btn small",
      textContent: `${words.open_case} ${no}`,
      onclick: open,
    }),
  );
};

const drawn = () => {
  shown.drawn = true;
  if (state.place) markPlace(state.place);
  drawWay();
};
onMap("ready", ({ address }) => {
  const wanted = shown.no ? `no=${encodeURIComponent(shown.no)}` : "";
  if (address.includes(wanted)) drawn();
});
onMap("shown", drawn);
onMap("failed", () => sayOnMap(words.map_failed));
